"""Every day of the other tests on a real VictoriaMetrics, asked as Tenure asks it: not a second more or less than on
Prometheus, and its limits make the windows shorter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from controlplane import binaries
from controlplane.prometheus import Prometheus
from controlplane.victoriametrics import VictoriaMetrics
from harness.exposition import write
from harness.profiles import EXAMPLE, profile, profiles
from tenure.api.conditions import Said
from tenure.telemetry.dialect import dialect
from tenure.telemetry.errors import QueryFailed
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.probe import probe
from tenure.telemetry.promql import Scope
from tenure.telemetry.readings import DayReading, read_day
from tenure.telemetry.window import Window, day_bounds

from .conftest import ZONE
from .days import STORIES, normal
from .signals import SIGNALS
from .test_limits import Counting, amounts
from .vendors import CASES, Case

DAYS = {**STORIES, **{case.name: case.build for case in CASES}, **SIGNALS}
COUNTER = "a counter starts again"
MATCH = {"modelName": "NVIDIA A100.*40GB", "job": "nvidia-dcgm-.+"}
WHOLE_CARDS = Scope(profile("dcgm"), MATCH)
FIRST = date.today() - timedelta(days=200)


def window(day: str, later: int = 0) -> Window:
    """The day of that name, or one some days later."""
    return Window(*day_bounds(FIRST + timedelta(days=2 * list(DAYS).index(day) + later), ZONE))


def asked(server: VictoriaMetrics) -> Gateway:
    return Gateway(server.url, dialect=dialect("victoriametrics"))


@dataclass(frozen=True)
class Both:
    """The two servers with the same samples, and the metrics of each day."""

    prometheus: Prometheus
    victoria: VictoriaMetrics
    metrics: Mapping[str, frozenset[str]]

    def profiles(self, day: str) -> set[str]:
        """The profiles whose load has samples on that day."""
        known = profiles() | profiles(EXAMPLE)
        return {name for name, spec in known.items() if any(one in spec.load.expression for one in self.metrics[day])}

    def read(self, scope: Scope, when: Window) -> tuple[DayReading, DayReading]:
        """What Prometheus says, and what VictoriaMetrics says."""
        first, second = (
            read_day(gateway, scope, when) for gateway in (Gateway(self.prometheus.url), asked(self.victoria))
        )
        assert (first.problem, second.problem) == (None, None)
        return rounded(first), rounded(second)

    def probe(self, scope: Scope, now: datetime) -> tuple[Said, Said]:
        """What an admin is told by either."""
        return probe(Gateway(self.prometheus.url), scope, now), probe(asked(self.victoria), scope, now)


def rounded(reading: DayReading) -> DayReading:
    """Seconds are whole; parts of cards are sums of fractions, whose last digit depends on the order of the rows."""
    return replace(reading, devices_seen=round(reading.devices_seen, 9))


@pytest.fixture(scope="module")
def program() -> Path:
    """The folder with victoria-metrics, which nothing else needs."""
    return binaries.ensure(binaries.VICTORIAMETRICS)


@pytest.fixture(scope="module")
def both(programs: Path, program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Filled once for all tests, from the same file."""
    assert len(DAYS) == len(STORIES) + len(CASES) + len(SIGNALS)
    folder = tmp_path_factory.mktemp("both")
    series = {name: list(build(round(window(name).start.timestamp()))) for name, build in DAYS.items()}
    metrics = {name: frozenset(one.metric for one in day) for name, day in series.items()}
    samples = write(folder / "days.om", [one for day in series.values() for one in day])
    victoria = VictoriaMetrics(folder / "victoria", program)
    filled = Both(Prometheus(folder / "prometheus", programs), victoria, metrics)
    filled.prometheus.backfill(samples)
    filled.prometheus.start()
    victoria.start()
    victoria.backfill(samples)
    yield filled
    filled.prometheus.stop()
    victoria.stop()


@pytest.fixture(scope="module")
def alone(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VictoriaMetrics]:
    """One with the normal day alone, started anew with other limits."""
    folder = tmp_path_factory.mktemp("alone")
    server = VictoriaMetrics(folder, program)
    server.start()
    server.backfill(write(folder / "normal.om", normal(round(window("normal").start.timestamp()))))
    yield server
    server.stop()


@pytest.mark.parametrize("day", STORIES)
def test_each_story_is_read_alike_with_every_profile_that_has_samples(both: Both, day: str) -> None:
    for name in both.profiles(day):
        first, second = both.read(Scope(profile(name), MATCH), window(day))
        assert second == first, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_vendor_s_day_is_read_alike(both: Both, case: Case) -> None:
    first, second = both.read(Scope(profile(case.profile), case.match, card_share=case.card_share), window(case.name))
    assert second == first
    assert second.devices_seen


@pytest.mark.parametrize("day", sorted(set(SIGNALS) - {COUNTER}))
def test_each_day_of_second_signals_and_witnesses_is_read_alike(both: Both, day: str) -> None:
    for name in both.profiles(day):
        first, second = both.read(Scope(profile(name)), window(day))
        assert second == first, name


def test_no_profile_is_left_out(both: Both) -> None:
    assert set.union(*(both.profiles(day) for day in DAYS)) == {*profiles(), *profiles(EXAMPLE)}


def test_a_counter_that_starts_again_loses_the_time_between_two_samples(both: Both) -> None:
    """Prometheus extrapolates over it; `rate` of VictoriaMetrics does not."""
    first, second = both.read(Scope(profile("sapeon-x330")), window(COUNTER))
    assert replace(second, second=None) == replace(first, second=None)
    assert dict(first.second or {}) == {"team-a": pytest.approx(4 * 3600 * 0.5, abs=1)}
    assert dict(second.second or {}) == {"team-a": pytest.approx((4 * 3600 - 3 * 15) * 0.5, abs=1)}


def test_rare_samples_are_read_alike(both: Both) -> None:
    first, second = both.read(replace(WHOLE_CARDS, scrape_interval_seconds=300), window("every 300 s"))
    assert second == first
    assert second.measured == {"team-a": 24 * 3600}


def test_a_sample_at_midnight_belongs_to_the_same_day(both: Both) -> None:
    first, second = both.read(WHOLE_CARDS, window("midnight", later=1))
    assert second == first
    assert second.measured == {"team-a": 60}


@pytest.mark.parametrize("story", STORIES)
def test_an_admin_is_told_the_same(both: Both, story: str) -> None:
    morning = window(story).start + timedelta(hours=3)
    for name in both.profiles(story):
        first, second = both.probe(Scope(profile(name), MATCH), morning)
        assert second == first, name


@pytest.mark.parametrize(
    "limit",
    ["-search.maxSamplesPerSeries=700", "-search.maxPointsSubqueryPerTimeseries=700", "-search.maxMemoryPerQuery=40KB"],
)
def test_windows_halve_until_the_server_takes_them_and_the_sums_are_the_same(
    alone: VictoriaMetrics, limit: str
) -> None:
    when = window("normal")
    alone.start()
    wide = Counting(asked(alone))
    whole = read_day(wide, WHOLE_CARDS, when)
    alone.start([limit])
    tight = Counting(asked(alone))
    assert amounts(read_day(tight, WHOLE_CARDS, when)) == amounts(whole)
    assert whole.busy == {"team-a": 12 * 3600, "team-b": 6 * 3600}
    assert len(tight.asked) > len(wide.asked)


@pytest.mark.parametrize("limit", ["-search.maxUniqueTimeseries=1", "-search.maxSamplesPerQuery=2000"])
def test_a_limit_that_no_shorter_window_meets_is_named(alone: VictoriaMetrics, limit: str) -> None:
    alone.start([limit])
    tight = Counting(asked(alone))
    problem = read_day(tight, WHOLE_CARDS, window("normal")).problem
    assert problem
    assert problem.reason == "QueryFailed"
    assert f"Raise {limit.partition('=')[0]};" in problem.message
    # 24 h, 12 h, 6 h, 3 h, 90 min, 45 min and 22 min.
    assert len(tight.asked) == 7


def test_a_wrong_path_is_told_as_one(alone: VictoriaMetrics) -> None:
    alone.start()
    with pytest.raises(QueryFailed, match=r"HTTP 400: unsupported path requested.*Check the path of the address"):
        Gateway(f"{alone.url}/nowhere").query("up", window("normal").end)


def test_the_switches_reach_the_server_and_recent_times_are_not_shifted(alone: VictoriaMetrics) -> None:
    """Without `nocache` it answers as of 30 seconds ago."""
    alone.start()
    now = datetime.now(UTC).replace(microsecond=0)
    [answer] = asked(alone).query("vector(time())", now)
    [shifted] = Gateway(alone.url).query("vector(time())", now)
    assert answer.value == now.timestamp()
    assert shifted.value < now.timestamp()
