"""Each kind of server is asked as its documentation says, and its limits make the windows shorter.

The refusals are the servers' own words. A doorkeeper says them for what is too wide and passes the rest on to
the real Prometheus, so that what halves add up to can be compared with the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from controlplane.prometheus import Prometheus
from harness.exposition import PROF, Device, constant, load, write
from harness.standin import Doorkeeper, StandIn, serving
from tenure.control.operator import Settings
from tenure.telemetry import limits
from tenure.telemetry.dialect import DIALECTS, dialect
from tenure.telemetry.errors import PartialAnswer, QueryFailed
from tenure.telemetry.gateway import Gateway, Sample
from tenure.telemetry.readings import _ask
from tenure.telemetry.window import Window

from .refusals import BUSY, HOPELESS, PROXIES, TOO_MUCH

DOCS = Path(__file__).resolve().parents[2] / "docs/prometheus.md"
DAY = Window(datetime(2026, 7, 7, tzinfo=UTC), datetime(2026, 7, 8, tzinfo=UTC))
BUSY_SECONDS = 0.25 * 86400


def busy(window: Window) -> str:
    return f"sum by (gpu) (sum_over_time((avg_over_time({PROF}[60s] offset 1ms))[{window.seconds - 1}s:1m])) * 60"


@pytest.fixture(scope="module")
def real(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """One day of a device at a quarter of its load."""
    folder = tmp_path_factory.mktemp("real")
    server = Prometheus(folder, programs)
    start = round(DAY.start.timestamp())
    server.backfill(write(folder / "day.om", [load(Device("GPU-0"), constant(0.25, range(start, start + 86400, 60)))]))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def doorkeeper(real: Prometheus) -> Iterator[Doorkeeper]:
    with serving(Doorkeeper(behind=real.url, widest_seconds=3 * 3600)) as played:
        yield played


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with serving(StandIn()) as played:
        yield played


def total(rows: list[Sample]) -> float:
    return sum(row.value for row in rows)


@pytest.mark.parametrize(("status", "said"), TOO_MUCH)
def test_each_limit_halves_the_window_and_the_parts_are_the_whole(
    doorkeeper: Doorkeeper, status: int, said: str
) -> None:
    doorkeeper.refuses(status, said)
    assert total(_ask(Gateway(doorkeeper.url), busy, DAY)) == BUSY_SECONDS
    # 24 h, 12 h twice, 6 h four times and 3 h eight times: what is refused is not asked again.
    assert len(doorkeeper.requests) == 15


@pytest.mark.parametrize(("status", "page"), PROXIES)
def test_a_proxy_s_limit_halves_the_window_as_well(doorkeeper: Doorkeeper, status: int, page: str) -> None:
    doorkeeper.refuses(status, page, "")
    assert total(_ask(Gateway(doorkeeper.url), busy, DAY)) == BUSY_SECONDS
    assert len(doorkeeper.requests) == 15


@pytest.mark.parametrize("limit", limits.LIMITS, ids=lambda limit: limit.said)
def test_each_limit_is_played_here_and_documented(limit: limits.Limit) -> None:
    assert any(limits.reached(status, said) == limit for status, said in TOO_MUCH + PROXIES)
    assert limit.setting in DOCS.read_text()


@pytest.mark.parametrize(("status", "said", "step"), HOPELESS)
def test_what_a_shorter_window_cannot_help_is_asked_once_and_says_what_to_do(
    stand_in: StandIn, status: int, said: str, step: str
) -> None:
    stand_in.refuses(status, said, "")
    with pytest.raises(QueryFailed) as raised:
        _ask(Gateway(stand_in.url), busy, DAY)
    assert len(stand_in.requests) == 1
    assert f"(HTTP {status}: {said[:40]}" in raised.value.message
    assert step in raised.value.message


@pytest.mark.parametrize(("status", "said"), BUSY)
def test_a_busy_server_is_asked_for_the_same_window_again(stand_in: StandIn, status: int, said: str) -> None:
    stand_in.refuses(status, said, "")
    with pytest.raises(QueryFailed):
        _ask(Gateway(stand_in.url), busy, DAY)
    assert [asked["query"] for asked in stand_in.asked()] == [busy(DAY)] * 3


def test_a_server_that_is_busy_for_a_moment_answers_after_all(stand_in: StandIn) -> None:
    answers = iter([(503, "no healthy upstream"), (200, '{"data": {"result": []}}')])
    stand_in.answer = lambda path: next(answers)  # type: ignore[method-assign]
    assert Gateway(stand_in.url).query("up", DAY.end) == []


def test_a_server_that_never_answers_is_asked_once_and_not_for_less(stand_in: StandIn) -> None:
    stand_in.delay = 1
    with pytest.raises(QueryFailed, match="did not answer within"):
        _ask(Gateway(stand_in.url, timeout_seconds=0.2), busy, DAY)
    assert len(stand_in.requests) == 1


@pytest.mark.parametrize(("status", "said"), TOO_MUCH[:2])
def test_a_server_that_refuses_every_window_is_asked_seven_times(stand_in: StandIn, status: int, said: str) -> None:
    stand_in.refuses(status, said)
    with pytest.raises(QueryFailed, match="refuses so much at once"):
        _ask(Gateway(stand_in.url), busy, DAY)
    assert len(stand_in.requests) == 7


EXTRA: dict[str, dict[str, str]] = {
    "prometheus": {},
    "thanos": {"partial_response": "false", "dedup": "true", "max_source_resolution": "0s"},
    "mimir": {},
    "victoriametrics": {"deny_partial_response": "1", "nocache": "1"},
}


@pytest.mark.parametrize("kind", DIALECTS)
def test_each_kind_is_sent_its_switches_and_no_others(stand_in: StandIn, kind: str) -> None:
    stand_in.says()
    Gateway(stand_in.url, dialect=dialect(kind)).query("up", DAY.end)
    always = {"query": "up", "time": str(DAY.end.timestamp()), "timeout": "120s"}
    assert stand_in.asked() == [always | EXTRA[kind]]
    assert stand_in.requests[0].headers.get("Cache-Control") == {"mimir": "no-store"}.get(kind)


@pytest.mark.parametrize("kind", DIALECTS)
def test_the_real_server_answers_a_stranger_s_switches_alike(real: Prometheus, kind: str) -> None:
    assert total(_ask(Gateway(real.url, dialect=dialect(kind)), busy, DAY)) == BUSY_SECONDS


def test_settings_name_the_kind_the_path_and_the_tenant(stand_in: StandIn) -> None:
    stand_in.says()
    settings = Settings.from_environment(
        {
            "TENURE_PROMETHEUS_URL": stand_in.url + "/prometheus/",
            "TENURE_PROMETHEUS_KIND": "mimir",
            "TENURE_PROMETHEUS_HEADERS": '{"X-Scope-OrgID": "centre", "Cache-Control": "max-age=0"}',
        }
    )
    gateway = settings.gateway()
    assert gateway
    gateway.query("up", DAY.end)
    [request] = stand_in.requests
    assert request.path.startswith("/prometheus/api/v1/query?")
    assert request.headers["X-Scope-OrgID"] == "centre"
    assert request.headers["Cache-Control"] == "max-age=0"


def test_without_a_kind_it_is_prometheus() -> None:
    for environment in ({}, {"TENURE_PROMETHEUS_KIND": ""}):
        gateway = Settings.from_environment({"TENURE_PROMETHEUS_URL": "http://prometheus"} | environment).gateway()
        assert gateway
        assert gateway.dialect == DIALECTS["prometheus"]


def test_an_unknown_kind_stops_the_operator_with_a_sentence() -> None:
    said = "^TENURE_PROMETHEUS_KIND is 'Thanos', .* Set one of prometheus, thanos, mimir, victoriametrics.$"
    with pytest.raises(ValueError, match=said):
        Settings.from_environment({"TENURE_PROMETHEUS_KIND": "Thanos"})


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"warnings": ["store-1 is away"]}, "store-1 is away"),
        ({"warnings": ["No StoreAPIs matched for this query"]}, "No StoreAPIs matched"),
        (
            {"warnings": ["PromQL info: counter?", "PromQL warning: mixed floats and histograms"]},
            "part: PromQL warning",
        ),
        ({"warnings": ["results may be truncated due to a limit"]}, "truncated"),
        ({"isPartial": True}, "isPartial"),
    ],
)
def test_a_warning_is_a_partial_answer(stand_in: StandIn, more: dict[str, Any], named: str) -> None:
    stand_in.says(**more)
    with pytest.raises(PartialAnswer, match=named) as raised:
        Gateway(stand_in.url).query("up", DAY.end)
    assert raised.value.reason == "PartialAnswer"
    assert len(stand_in.requests) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"warnings": [], "isPartial": False},
        {"warnings": None},
        {"infos": ["PromQL info: metric might not be a counter"]},
        {"warnings": ["PromQL info: metric might not be a counter"]},
    ],
)
def test_remarks_on_style_are_a_whole_answer(stand_in: StandIn, more: dict[str, Any]) -> None:
    stand_in.says({"metric": {}, "value": [DAY.end.timestamp(), "1"]}, **more)
    assert len(Gateway(stand_in.url).query("up", DAY.end)) == 1


def test_a_remark_of_the_real_server_is_a_whole_answer(real: Prometheus) -> None:
    rate = f"rate({PROF}[1h])"
    parameters: dict[str, str | float] = {"query": rate, "time": DAY.end.timestamp()}
    said = requests.get(f"{real.url}/api/v1/query", params=parameters, timeout=10).json()
    assert said["infos"][0].startswith("PromQL info: metric might not be a counter")
    assert len(Gateway(real.url).query(rate, DAY.end)) == 1
