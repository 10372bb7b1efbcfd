"""Every shipped profile against text in its exporter's format, in a real Prometheus: who used what, to the second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from controlplane.prometheus import Prometheus
from harness.exposition import Series, write
from harness.profiles import EXAMPLE, profile, profiles
from tenure.telemetry.classify import classify
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.promql import Scope
from tenure.telemetry.readings import DayReading, read_day
from tenure.telemetry.window import Window, day_bounds

from .signals import SIGNALS
from .vendors import CASES, HOURS, Case

FIRST = date.today() - timedelta(days=90)


@dataclass(frozen=True)
class Days:
    """The server, with one day for each case."""

    server: Prometheus

    def window(self, name: str) -> Window:
        """The day of a case."""
        names = [case.name for case in CASES] + list(SIGNALS)
        return Window(*day_bounds(FIRST + timedelta(days=names.index(name)), "Asia/Seoul"))

    def read(self, name: str, scope: Scope) -> DayReading:
        """The day as Tenure reads it."""
        found = read_day(Gateway(self.server.url), scope, self.window(name))
        assert found.problem is None
        return found


@pytest.fixture(scope="module")
def days(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    """Backfilled once for all tests."""
    folder = tmp_path_factory.mktemp("vendors")
    days = Days(Prometheus(folder, programs))
    series: list[Series] = []
    for name, build in {**{case.name: case.build for case in CASES}, **SIGNALS}.items():
        series += build(round(days.window(name).start.timestamp()))
    days.server.backfill(write(folder / "days.om", series))
    days.server.start()
    yield days
    days.server.stop()


def scope(case: Case) -> Scope:
    return Scope(profile(case.profile), case.match, card_share=case.card_share)


def hours(amounts: Mapping[str, float]) -> object:
    """Readings are in whole seconds."""
    return pytest.approx({tenant: 3600 * amount for tenant, amount in amounts.items()}, abs=1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_vendor_s_day_is_read_exactly(days: Days, case: Case) -> None:
    reading = days.read(case.name, scope(case))
    assert reading.busy == hours(case.busy)
    assert reading.measured == hours(case.measured)
    assert reading.estimated == hours(case.estimated)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_all_together_are_no_more_than_the_cards(days: Days, case: Case) -> None:
    reading = days.read(case.name, scope(case))
    whole = case.cards * HOURS * 3600 / case.card_share
    assert sum(reading.measured.values()) <= whole
    assert all(reading.busy.get(tenant, 0) <= seconds for tenant, seconds in reading.measured.items())
    assert reading.busy.keys() <= reading.measured.keys()


@pytest.mark.parametrize("name", [*profiles(), *profiles(EXAMPLE)])
def test_every_profile_has_a_day(name: str) -> None:
    assert name in {case.profile for case in CASES}


def test_a_kernel_that_only_keeps_the_device_awake_shows_in_the_second_signal(days: Days) -> None:
    reading = days.read("keep-alive", Scope(profile("dcgm")))
    assert reading.busy == hours({"team-a": 4, "team-b": 2})
    assert reading.second == hours({"team-a": 0.04, "team-b": 1.2})


@pytest.mark.parametrize(
    ("day", "name", "stuck"),
    [
        ("the engine's reading is stuck", "dcgm", {"team-a": 3.6}),
        ("the core's reading is stuck", "furiosa-rngd", {"team-a": 4 * 2 / 8 * 0.5}),
    ],
)
def test_the_witness_tells_that_a_reading_is_stuck(days: Days, day: str, name: str, stuck: Mapping[str, float]) -> None:
    reading = days.read(day, Scope(profile(name)))
    assert reading.busy.get("team-a", 0) == 0
    assert {tenant: 3600 * amount for tenant, amount in stuck.items()} == pytest.approx(reading.stuck, rel=0.01)


def test_a_reading_that_is_stuck_now_and_then_is_told_to_five_minutes(days: Days) -> None:
    """Of 200 minutes 20 may be missed: five at either end of each of the four stretches are partly right."""
    reading = days.read("the engine's reading is stuck now and then", Scope(profile("dcgm")))
    assert reading.busy == hours({"team-a": 4 / 6})
    assert 180 * 60 <= reading.stuck["team-a"] <= 200 * 60


def test_a_second_signal_that_is_read_more_often_counts_once(days: Days) -> None:
    reading = days.read("memory is read more often", Scope(profile("dcgm")))
    assert (reading.busy, reading.second) == (hours({"team-a": 2}), hours({"team-a": 1.6}))


def test_a_counter_that_starts_again_takes_nothing_away(days: Days) -> None:
    reading = days.read("a counter starts again", Scope(profile("sapeon-x330")))
    assert reading.busy == hours({"team-a": 4})
    assert dict(reading.second or {}) == pytest.approx({"team-a": 4 * 3600 * 0.5}, rel=0.01)


def test_readings_that_cannot_be_are_no_readings(days: Days) -> None:
    reading = days.read("impossible readings", Scope(profile("dcgm")))
    assert reading.busy == hours({"team-a": 1})
    assert reading.measured == hours({"team-a": 1})


@pytest.mark.parametrize(
    ("day", "name", "resource", "devices"),
    [
        ("furiosa, before it named pods", "furiosa-rngd", "furiosa.ai/rngd", 1),
        ("rebellions, before it named pods", "rebellions", "rebellions.ai/npu", 1),
        ("amd, one partition for all", "amd", "amd.com/gpu", 1),
        ("gaudi, pods not named", "gaudi", "habana.ai/gaudi", 1),
        ("gaudi, cards not named", "gaudi", "habana.ai/gaudi", 2),
    ],
)
def test_labels_unlike_the_profile_s_make_nobody_idle(
    days: Days, day: str, name: str, resource: str, devices: int
) -> None:
    reading = days.read(day, Scope(profile(name), resource_name=resource))
    assert reading.requested == {"team-a": devices * 24 * 3600}
    facts = classify(reading, "team-a", devices, min_coverage_percent=90, capacity=devices)
    assert facts.state == "Unknown", facts.message
