"""Servers that refuse much at once, days that are not 24 h long, and a server that is not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from controlplane.ports import free_port
from controlplane.prometheus import Prometheus
from harness.exposition import write
from harness.profiles import profile
from tenure.telemetry.gateway import Gateway, Sample
from tenure.telemetry.promql import Scope
from tenure.telemetry.readings import DayReading, read_day
from tenure.telemetry.window import Window

from .conftest import History
from .days import normal

SCOPE = Scope(profile("dcgm"), {"modelName": "NVIDIA A100.*40GB"})


@dataclass
class Counting:
    """A gateway that counts what it is asked."""

    gateway: Gateway
    asked: list[datetime] = field(default_factory=list)

    def query(self, promql: str, at: datetime) -> list[Sample]:
        self.asked.append(at)
        return self.gateway.query(promql, at)


Narrow = Callable[..., Counting]


@pytest.fixture(scope="module")
def narrow(history: History, programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Narrow]:
    """A server with the normal day and with limits given as flags."""
    folder = tmp_path_factory.mktemp("narrow")
    server = Prometheus(folder, programs)
    start = round(history.window("normal").start.timestamp())
    server.backfill(write(folder / "normal.om", normal(start)))

    def restarted(*flags: str) -> Counting:
        server.start(flags=flags)
        return Counting(Gateway(server.url))

    yield restarted
    server.stop()


def amounts(reading: DayReading) -> list[object]:
    """All of a reading, in whole device-seconds: halves add up in another order."""
    parts = (reading.busy, reading.measured, reading.requested, {"": reading.requests_known_seconds})
    rounded = [{tenant: round(seconds) for tenant, seconds in part.items()} for part in parts]
    return [reading.problem, reading.devices_seen, reading.exporters, *rounded]


def test_windows_halve_until_the_server_takes_them_and_the_sums_are_the_same(history: History, narrow: Narrow) -> None:
    window = history.window("normal")
    wide = narrow("--query.max-samples=1000000")
    whole = read_day(wide, SCOPE, window)
    tight = narrow("--query.max-samples=1500", "--query.timeout=1m")
    halved = read_day(tight, SCOPE, window)
    assert amounts(halved) == amounts(whole)
    assert len(tight.asked) > 2 * len(wide.asked)


def test_a_server_too_narrow_for_half_an_hour_is_a_failed_query(history: History, narrow: Narrow) -> None:
    problem = read_day(narrow("--query.max-samples=20"), SCOPE, history.window("normal")).problem
    assert problem
    assert problem.reason == "QueryFailed"
    assert "Raise --query.max-samples;" in problem.message


def test_a_server_without_time_is_asked_for_less_seven_times_and_left_alone(history: History, narrow: Narrow) -> None:
    hurried = narrow("--query.timeout=0s")
    problem = read_day(hurried, SCOPE, history.window("normal")).problem
    assert problem
    assert problem.reason == "QueryFailed"
    assert re.search("HTTP (503: query timed out in|422: context deadline exceeded)", problem.message)
    assert "Raise --query.timeout" in problem.message
    # 24 h, 12 h, 6 h, 3 h, 90 min, 45 min and 22 min.
    assert len(hurried.asked) == 7


@pytest.mark.parametrize(("first", "hours"), [(0, 23), (0, 25), (-1, 25), (1, 23)])
def test_a_day_is_as_long_as_the_clocks_made_it(history: History, first: int, hours: int) -> None:
    start = history.window("normal").start + timedelta(hours=first)
    window = Window(start, start + timedelta(hours=hours))
    reading = read_day(Gateway(history.server.url), SCOPE, window)
    assert reading.measured["team-a"] == min(24, hours) * 3600
    assert reading.busy["team-a"] == min(24, hours) * 1800


def test_two_halves_are_the_day(history: History) -> None:
    halves = history.window("moved within a minute").halves()
    readings = [read_day(Gateway(history.server.url), SCOPE, half) for half in halves]
    assert sum(sum(reading.measured.values()) for reading in readings) == pytest.approx(86400)


def test_a_server_that_is_down_is_a_problem_and_no_empty_day(history: History) -> None:
    reading = read_day(Gateway(f"http://127.0.0.1:{free_port()}"), SCOPE, history.window("normal"))
    assert reading.problem
    assert reading.problem.reason == "QueryFailed"
    assert "Connection refused" in reading.problem.message
    assert reading.devices_seen == 0
