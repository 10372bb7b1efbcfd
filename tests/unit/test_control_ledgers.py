"""Which days of a review are read, and when: once they are over, once more a day later, and where an Outage changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from harness.profiles import SHIPPED, bodies
from tenure.api import Accelerator, Review, TelemetryProfile
from tenure.api.review import LedgerStatus
from tenure.control import ledgers
from tenure.control.ledgers import Days, bring_up_to_date
from tenure.control.meter import Meter
from tenure.rules.calendar import Window as Quarter
from tenure.telemetry.readings import DayReading, Problem, Span
from tenure.telemetry.window import Window, day_bounds
from unit.build import Body, allocation_body
from unit.world import World

DAY = 86_400
YEAR = allocation_body(term="2026-07-01 2026-12-31", inUseSince="2026-07-01")
QUARTER = Quarter(
    review="2026-Q3",
    start=date(2026, 7, 1),
    end=date(2026, 9, 30),
    plan_due=date(2026, 10, 8),
    verdict_due=date(2026, 10, 15),
    effective=date(2026, 10, 22),
)


@dataclass
class Course:
    """Days as Prometheus would give them: all eight devices requested and measured, a tenth of them busy."""

    asked: list[date] = field(default_factory=list)
    spans: list[Sequence[Span]] = field(default_factory=list)
    lost: bool = False
    late: int = 0
    """Seconds of load that have come in late."""

    async def day(
        self, accelerator: Accelerator, profile: TelemetryProfile, zone: str, day: date, out: Sequence[Span] = ()
    ) -> DayReading:
        self.asked.append(day)
        self.spans.append(out)
        window = Window(*day_bounds(day, zone))
        if self.lost:
            return DayReading(window, problem=Problem("NoExporterData", "Prometheus has forgotten."))
        seconds = sum(part.seconds for part in window.without(out))
        whole = {"vision": 8 * seconds}
        busy = {"vision": 8 * seconds // 10 + self.late}
        known = frozenset({"gpu-operator"})
        return DayReading(window, seconds, 8, known, busy, whole, None, {}, {}, whole, requests_known_seconds=seconds)


@pytest.fixture
def world() -> World:
    """It is noon of 4 July. Eight devices are granted since the first."""
    world = World("2026-07-04", *bodies(SHIPPED), YEAR)
    world.settle()
    return world


def bring(world: World, course: Course, stored: LedgerStatus | None = None) -> Days:
    """One run over the days of the review."""
    world.services.meter = cast("Meter", course)
    [assessed] = world.services.assessor.project("vision")
    status = {"ledger": stored.wire()} if stored is not None else {}
    review = Review.parse(
        {"metadata": {"name": "r"}, "spec": {"allocation": "vision-2026", "review": "2026-Q3"}, "status": status}
    )
    return asyncio.run(bring_up_to_date(world.services, assessed, [assessed], review, QUARTER))


def outage(start: str, end: str, **more: Any) -> Body:
    spec = {"accelerators": ["a100-40gb"], "from": start, "to": end, "reason": "The cooling failed.", **more}
    return {"kind": "Outage", "metadata": {"name": "cooling"}, "spec": spec}


def test_a_day_is_read_when_it_is_over_and_once_more_a_day_later(world: World) -> None:
    course = Course()
    first = bring(world, course).ledger
    assert course.asked == [date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 3)]
    assert (first.states, first.settled) == ("CCC", date(2026, 7, 2))
    course.asked.clear()
    assert bring(world, course, first).ledger == first
    assert course.asked == [], "nothing is asked twice on one day"
    world.turn_to("2026-07-05")
    course.late = 600
    second = bring(world, course, first).ledger
    assert course.asked == [date(2026, 7, 3), date(2026, 7, 4)]
    assert second.busy_seconds[2] - first.busy_seconds[2] == 600, "what came late is in"
    assert second.busy_seconds[:2] == first.busy_seconds[:2]


def test_how_it_was_measured_is_kept(world: World) -> None:
    kept = bring(world, Course()).ledger
    assert kept.profile == "dcgm"
    assert kept.load == "share of time in which the graphics or compute engine was active"
    assert kept.exporters == ("gpu-operator",)
    assert all(len(answer) == 12 for answer in kept.answers)


def test_a_review_keeps_the_profile_it_began_with(world: World) -> None:
    kept = bring(world, Course()).ledger
    programme = world.live("Programme", "default")
    programme["spec"]["measurement"]["profiles"] = {"a100-40gb": "dcgm-gpu-util"}
    world.put(programme)
    assert bring(world, Course()).ledger.profile == "dcgm-gpu-util"
    assert bring(world, Course(), kept).ledger.profile == "dcgm"


def test_without_its_profile_nothing_is_known(world: World) -> None:
    world.remove("TelemetryProfile", "dcgm")
    days = bring(world, Course())
    assert days.ledger.states == "UUU"
    assert "The TelemetryProfile dcgm is not there" in days.said.message


def test_another_profile_of_the_same_name_measures_no_day_that_goes_on(world: World) -> None:
    """A profile cannot be edited, but it can be deleted and another one made. Days counted by the first keep to it."""
    world.turn_to("2026-07-03")
    kept = bring(world, Course()).ledger
    other = next(body for body in bodies(SHIPPED) if body["metadata"]["name"] == "dcgm-gpu-util")
    world.remove("TelemetryProfile", "dcgm")
    world.put({**other, "metadata": {"name": "dcgm"}})
    world.turn_to("2026-07-04")
    days = bring(world, Course(), kept)
    assert days.ledger.states == "CCU"
    assert "is another one than that by which days were counted" in days.said.message


def test_an_outage_declared_afterwards_is_read_again_and_leaves_numerator_and_base(world: World) -> None:
    kept = bring(world, Course()).ledger
    world.put(outage("2026-07-02T09:00:00+09:00", "2026-07-02T15:00:00+09:00"))
    course = Course()
    changed = bring(world, course, kept).ledger
    assert course.asked == [date(2026, 7, 2)]
    assert course.spans == [((utc(2, 0), utc(2, 6)),)]
    assert changed.outage_seconds == (0, 8 * 6 * 3600, 0)
    assert changed.busy_seconds[1] == 8 * 18 * 3600 // 10
    assert changed.reasons == {"2026-07-02": "Outage"}
    world.remove("Outage", "cooling")
    assert bring(world, course, changed).ledger == kept, "an Outage that was a mistake is undone"


@pytest.mark.parametrize(
    ("projects", "lost"),
    [
        pytest.param([], 2, id="nobody is named: the part of the grant that the node is of the centre"),
        pytest.param(["vision"], 4, id="it was on the node: all that the node has"),
        pytest.param(["speech"], 0, id="somebody else was"),
    ],
)
def test_nodes_that_were_out(world: World, projects: list[str], lost: int) -> None:
    """Four of the centre's sixteen devices for six hours; eight are granted."""
    accelerator = world.live("Accelerator", "a100-40gb")
    accelerator["spec"]["capacity"] = 16
    body = outage("2026-07-02T09:00:00+09:00", "2026-07-02T15:00:00+09:00", nodes=["gpu-1"], projects=projects)
    del body["spec"]["accelerators"]
    world.put(accelerator, {**body, "status": {"nodes": {"gpu-1": {"a100-40gb": 4}}, "devices": {"a100-40gb": 4}}})
    kept = bring(world, Course()).ledger
    assert kept.outage_seconds == (0, lost * 6 * 3600, 0)
    assert kept.busy_seconds[1] == kept.busy_seconds[0], "what ran on the other nodes counts"


def test_a_whole_day_out_is_unavailable(world: World) -> None:
    world.put(outage("2026-07-02T00:00:00+09:00", "2026-07-03T00:00:00+09:00"))
    kept = bring(world, Course()).ledger
    assert (kept.states, kept.reasons) == ("CAC", {"2026-07-02": "Outage"})


def test_an_outage_counts_also_where_prometheus_has_forgotten_the_day(world: World) -> None:
    kept = bring(world, Course()).ledger
    world.put(outage("2026-07-02T09:00:00+09:00", "2026-07-02T15:00:00+09:00"))
    changed = bring(world, Course(lost=True), kept).ledger
    assert (changed.states, changed.outage_seconds[1]) == ("CCC", 8 * 6 * 3600)
    assert changed.busy_seconds == kept.busy_seconds


def test_waiting_for_room_leaves_the_base(world: World) -> None:
    kept = bring(world, Course()).ledger
    project = world.live("Project", "vision")
    project["status"]["waiting"] = {"until": "2026-07-03T15:00:00Z", "deviceSeconds": {"2026-07-03": 7200}}
    world.server.put(project)
    world.put()
    changed = bring(world, Course(), kept).ledger
    assert changed.no_capacity_seconds == (0, 0, 7200)


@pytest.mark.parametrize(("seconds", "runs"), [(60.0, 7), (0.0, 92)])
def test_a_long_catch_up_goes_on_where_it_was_interrupted(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: float, runs: int
) -> None:
    """A run reads two weeks, or what it can in its time; each begins with what was written before."""
    world.turn_to("2026-10-05")
    monkeypatch.setattr(ledgers, "RUN_SECONDS", seconds)
    course = Course()
    done: list[Days] = []
    while not done or done[-1].again is not None:
        done.append(bring(world, course, done[-1].ledger if done else None))
    assert done[-1].ledger.states == "C" * 92
    assert course.asked == [date(2026, 7, 1) + timedelta(days=number) for number in range(92)], "none is read twice"
    assert len(done) == runs


def utc(day: int, hour: int) -> datetime:
    return datetime(2026, 7, day, hour, tzinfo=UTC)


def test_what_prometheus_did_not_answer_a_day_later_is_asked_for_until_it_does(world: World) -> None:
    first = bring(world, Course()).ledger
    world.turn_to("2026-07-05")
    away = bring(world, Course(lost=True), first)
    assert (away.ledger.settled, away.again) == (first.settled, ledgers.ASK_AGAIN_SECONDS)
    assert away.ledger.states == "CCCU"
    late = bring(world, Course(late=600), away.ledger)
    assert (late.ledger.settled, late.again) == (date(2026, 7, 3), None)
    assert late.ledger.busy_seconds[2] - first.busy_seconds[2] == 600


@pytest.mark.parametrize("end", ["2026-07-02T15:00:00+09:00", "2026-07-03T00:00:00+09:00"])
def test_an_outage_withdrawn_once_prometheus_has_forgotten_gives_no_base_without_its_load(
    world: World, end: str
) -> None:
    world.put(outage("2026-07-02T00:00:00+09:00", end))
    kept = bring(world, Course()).ledger
    world.remove("Outage", "cooling")
    after = bring(world, Course(lost=True), kept).ledger
    assert (after.states, after.busy_seconds, after.outage_seconds) == (
        *(kept.states, kept.busy_seconds, kept.outage_seconds),
    )
    assert bring(world, Course(), after).ledger.outage_seconds == (0, 0, 0), "while Prometheus has it, it is read again"


def named(world: World, profile: str) -> None:
    """The admin names another profile in the Accelerator."""
    accelerator = world.live("Accelerator", "a100-40gb")
    accelerator["spec"]["telemetry"]["profile"] = profile
    world.put(accelerator)


def test_a_wrong_profile_can_be_corrected_until_a_day_counts_by_it(world: World) -> None:
    kept = bring(world, Course(lost=True)).ledger
    assert (kept.states, kept.profile) == ("UUU", "dcgm")
    named(world, "dcgm-gpu-util")
    course = Course()
    corrected = bring(world, course, kept).ledger
    assert (corrected.states, corrected.profile, len(course.asked)) == ("CCC", "dcgm-gpu-util", 3)
    assert corrected.load == "share of time in which any kernel ran"
    named(world, "dcgm")
    assert bring(world, Course(), corrected).ledger.profile == "dcgm-gpu-util"


@dataclass
class Partly(Course):
    """Prometheus has nothing before a day any more."""

    begins: date = date(2026, 9, 1)

    async def day(
        self, accelerator: Accelerator, profile: TelemetryProfile, zone: str, day: date, out: Sequence[Span] = ()
    ) -> DayReading:
        if day >= self.begins:
            return await super().day(accelerator, profile, zone, day, out)
        self.asked.append(day)
        return DayReading(Window(*day_bounds(day, zone)), DAY)


def test_days_that_prometheus_has_forgotten_hold_up_no_others(world: World) -> None:
    """Taken over with its data kept for a month: two months are lost, which is said, and the third is measured."""
    world.turn_to("2026-10-05")
    course, done = Partly(), list[Days]()
    while not done or done[-1].again == ledgers.AT_ONCE_SECONDS:
        done.append(bring(world, course, done[-1].ledger if done else None))
    assert done[-1].ledger.states == "U" * 62 + "C" * 30
    assert (len(done), done[-1].again) == (7, ledgers.MENDED_SECONDS)
    assert [one.complete for one in done] == [False] * 6 + [True]


def test_while_prometheus_is_away_a_whole_quarter_is_unknown_and_set_up_days_hold_up_none(world: World) -> None:
    award = world.live("Allocation", "vision-2026")
    del award["spec"]["inUseSince"]
    award["status"]["accessSince"] = "2026-07-01T00:00:00Z"
    world.put(award)
    world.turn_to("2026-10-05")
    done: list[Days] = []
    while not done or done[-1].again == ledgers.AT_ONCE_SECONDS:
        done.append(bring(world, Course(lost=True), done[-1].ledger if done else None))
    assert done[-1].ledger.states == "S" * 14 + "U" * 78
    assert (len(done), done[-1].again, done[-1].complete) == (7, ledgers.ASK_AGAIN_SECONDS, True)
