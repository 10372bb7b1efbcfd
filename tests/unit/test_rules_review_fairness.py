"""R14, R16, R17, R18: what must never happen to a tenant in a review, whoever writes what and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenure.api import Programme
from tenure.api.review import ReviewStatus
from tenure.rules.case import Case
from tenure.rules.review import progress
from unit.build import AICA, APPEAL, DEFAULT, PLAN, QUARTER, at, autumn, case, programme, used, verdict
from unit.course import ADEQUATE, INADEQUATE, OPENED, Course, live

LAST = "2027-01-31"
BOTH = [pytest.param(DEFAULT, id="Automatic"), pytest.param(AICA, id="Committee")]
NEVER_OPENED = ReviewStatus()


def measured(rules: Programme, percent: float, **days: Any) -> Any:
    return used(percent, **days) if rules.name == "default" else autumn(percent, **days)


@pytest.mark.parametrize(
    ("opened", "plan_due", "verdict_due", "noticed", "end"),
    [
        pytest.param(
            *("2026-07-01", "2026-10-08", "2026-10-15", "2026-10-09", "Revoke 0 on 2026-10-22"),
            id="R17 in time: the calendar",
        ),
        pytest.param(
            *("2026-10-01", "2026-10-15", "2026-10-22", "2026-10-16", "Revoke 0 on 2026-10-23"),
            id="R17 opened when the window is over: 14 days for the plan, 7 for the verdict, 7 of notice",
        ),
        pytest.param(
            *("2026-11-10", "2026-11-24", "2026-12-01", "2026-11-25", "Revoke 0 on 2026-12-02"),
            id="R17 opened after a long outage: the same again",
        ),
        pytest.param(
            *("2026-12-11", "2026-12-25", "2027-01-01", "", "NoTermLeft"),
            id="R17 opened too late to take anything within the term",
        ),
    ],
)
def test_no_deadline_runs_before_it_was_announced(
    opened: str, plan_due: str, verdict_due: str, noticed: str, end: str
) -> None:
    course = live(case(used(3.1), opened, status=NEVER_OPENED), LAST)
    assert course.last is not None
    assert course.last.dates.plan_due == date.fromisoformat(plan_due)
    assert course.last.dates.verdict_due == date.fromisoformat(verdict_due)
    assert (course.noticed, course.end) == (noticed, end)


@pytest.mark.parametrize(
    ("known", "verdict_due", "written", "end"),
    [
        pytest.param(
            *("2026-10-20", "2026-10-27", {}, "Continue 8 on 2026-10-28"), id="R17 nobody approves it within a week"
        ),
        pytest.param(
            *("2026-10-20", "2026-10-27", {"2026-10-26": ADEQUATE}, "Continue 8 on 2026-10-28"),
            id="R18 the plan is judged, and nobody says how far",
        ),
        pytest.param(*("2026-10-02", "2026-10-15", {}, "Continue 8 on 2026-10-16"), id="R17 in time: the calendar"),
    ],
)
def test_an_increase_is_offered_for_a_week_however_late_the_days_were_known(
    known: str, verdict_due: str, written: dict[str, Any], end: str
) -> None:
    """Prometheus did not answer from September on. The committee can approve nothing that is not offered yet."""
    course = live(case(used(62, "C" * 80 + "." * 12), OPENED, plan=PLAN), _before(known))
    assert course.reasons == ["Measuring"]
    assert course.said("Recommended")[1].startswith(
        "The window ended on 2026-09-30, and days of it are still to be read; so far utilization"
    )
    course.case = replace(course.case, counts=case(used(62), OPENED).counts, now=at(known))
    course = _go_on(course, LAST, written)
    assert course.last is not None
    assert course.steps[1] == (known, "AwaitingVerdict")
    assert (course.last.dates.verdict_due, course.end) == (date.fromisoformat(verdict_due), end)


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _go_on(course: Course, until: str, writes: dict[str, Any]) -> Course:
    """The same review from the day it is at."""
    later = live(course.case, until, writes)
    return replace(later, steps=[*course.steps, *later.steps])


def test_a_plan_that_came_while_tenure_was_away_is_in_time() -> None:
    """Asked on 5 October and then only on the 20th, it was never said to be missing."""
    course = Course(case(used(3.1), "2026-10-05"))
    course.ask(date(2026, 10, 5))
    course.case = replace(course.case, spec=course.case.spec.model_copy(update={"plan": PLAN}))
    for day in (date(2026, 10, 20), date(2026, 10, 21), date(2026, 11, 30)):
        course.ask(day)
        assert course.said("PlanSubmitted")[0] == "Closed"
        assert course.case.status.plan_submitted_at == at("2026-10-20")
        assert course.reasons[-1] == "AwaitingVerdict"


def test_the_last_day_is_waited_for() -> None:
    """Ten minutes after midnight its late samples are in; until then nothing is decided without it."""
    short = case(used(0, "C" * 91), "2026-10-01", term="2026-07-01 2026-09-30")
    assert live(short, "2026-10-05").reasons == ["Measuring"]
    gap = case(used(0, "C" * 90 + ".C"), "2026-10-01", term="2026-07-01 2026-09-30")
    assert live(gap, "2026-10-05").reasons == ["Measuring"]


@pytest.mark.parametrize(
    ("days", "term", "end"),
    [
        pytest.param("C" * 92, "2026-07-01 2026-09-30", "Exempt 8 on 2026-10-01", id="R17 exempt, all is read"),
        pytest.param("U" + "C" * 91, "2026-07-01 2026-09-30", "Exempt 8 on 2026-10-22", id="R17 exempt, a day is not"),
        pytest.param(
            "S" * 72 + "C" * 20, "2026-07-01 2026-12-31", "CarriedForward 8 on 2026-10-01", id="R14 carried on"
        ),
        pytest.param(
            "S" * 72 + "U" + "C" * 19, "2026-07-01 2026-12-31", "CarriedForward 8 on 2026-10-22", id="R14 a day is not"
        ),
    ],
)
def test_while_prometheus_does_not_answer_nothing_is_closed_in_a_hurry(days: str, term: str, end: str) -> None:
    assert live(case(used(0, days, reason="QueryFailed"), OPENED, term=term), LAST).end == end


def test_where_nothing_is_held_nothing_is_decided() -> None:
    """A revocation in October leaves the review that has begun with the quarter."""
    found = progress(case(used(3.1), "2026-11-01", held=0, verdict=verdict(override="Continue", reason="R.")))
    assert found.decide is None
    assert [said.reason for said in found.said] == ["NotNeeded", "NoTermLeft", "NotNeeded", "Pending"]


def test_a_row_that_takes_something_either_way_waits_for_the_committee() -> None:
    bands = [{"fromPercent": 5, "adequate": "Continue", "inadequate": "Continue"}]
    bands.append({"fromPercent": 0, "adequate": "Reduce", "inadequate": "Reduce"})
    rules = programme(review={"bands": bands})
    kept = live(case(used(31), OPENED, rules=rules), LAST)
    assert kept.end == "Continue 8 on 2026-10-01"
    assert kept.said("Decided") == ("Pending", "The Decision is being written.")
    assert kept.ruling is not None
    assert (
        kept.ruling.message == "Utilization 31.0 % of 8 devices in 2026-Q3, plan not due yet: continues with 8 devices."
    )
    assert live(case(used(3), OPENED, rules=rules), LAST).end == "Reduce 4 on 2026-10-22"
    assert live(case(used(3), OPENED, rules=rules, plan=PLAN), LAST).end == "NoTermLeft"


@pytest.mark.parametrize(
    ("percent", "would"),
    [
        pytest.param(3.1, "revoked on 2026-10-22; data kept until 2026-11-21.", id="R17 a cut"),
        pytest.param(62, "continues with 8 devices.", id="R17 no cut"),
    ],
)
def test_observe_says_what_would_be_decided_and_gives_no_notice(percent: float, would: str) -> None:
    course = live(case(used(percent), OPENED, rules=programme(mode="Observe")), "2026-10-20")
    reason, message = course.said("Decided")
    assert (course.ruling, course.noticed, reason) == (None, "", "Observed")
    assert message.startswith("Would be decided: Utilization")
    assert message.endswith(would)


# From here on: anything that people may write, on any day.

DAYS = st.dates(date(2026, 7, 1), date(2026, 12, 31)).map(date.isoformat)
PERCENT = st.integers(0, 300)
STATES = st.tuples(st.integers(0, 40), st.integers(0, 80)).map(
    lambda n: ("U" * n[0] + "S" * n[1] + QUARTER)[: len(QUARTER)]
)
VERDICTS = st.builds(
    verdict,
    plan=st.sampled_from([None, "Adequate", "Inadequate"]),
    confirms=st.sampled_from([None, "Increase", "Continue", "Reduce", "Revoke"]),
    increase_to=st.sampled_from([None, 4, 8]),
    appeal=st.sampled_from([None, "Upheld", "Dismissed"]),
)
TENANT = st.fixed_dictionaries({}, optional={"plan": st.just(PLAN), "appeal": st.just(APPEAL)})
COMMITTEE = st.fixed_dictionaries({}, optional={"verdict": VERDICTS})
ANYBODY = st.dictionaries(DAYS, st.one_of(TENANT, COMMITTEE), max_size=5)
FEW = settings(max_examples=25)


@pytest.mark.parametrize("rules", BOTH)
@FEW
@given(percent=PERCENT, states=STATES, opened=DAYS, writes=ANYBODY)
def test_a_cut_has_its_notice_and_its_dates(
    rules: Programme, percent: int, states: str, opened: str, writes: dict[str, Any]
) -> None:
    given_ = case(measured(rules, percent, states=states), opened, rules=rules, status=NEVER_OPENED)
    course = live(given_, LAST, writes)
    if course.ruling is None or course.ruling.devices >= 8:
        return
    noticed = date.fromisoformat(course.noticed)
    assert course.ruling.effective >= noticed + timedelta(days=rules.spec.review.notice_days)
    assert course.ruling.effective >= given_.window.effective
    assert noticed > given_.window.end
    if course.case.spec.plan is None:
        assert noticed > date.fromisoformat(opened) + timedelta(days=rules.spec.review.plan_days)


@pytest.mark.parametrize("rules", BOTH)
@FEW
@given(percent=PERCENT, states=STATES, handed_in=st.dates(date(2026, 7, 1), date(2026, 9, 7)).map(date.isoformat))
def test_a_silent_committee_costs_nothing(rules: Programme, percent: int, states: str, handed_in: str) -> None:
    course = live(case(measured(rules, percent, states=states), OPENED, rules=rules), LAST, {handed_in: {"plan": PLAN}})
    assert course.ruling is None or course.ruling.devices == 8


@FEW
@given(percent=PERCENT, states=STATES, writes=st.dictionaries(DAYS, TENANT, max_size=3))
def test_where_the_committee_confirms_nothing_happens_without_it(
    percent: int, states: str, writes: dict[str, Any]
) -> None:
    course = live(case(autumn(percent, states=states), OPENED, rules=AICA), LAST, writes)
    assert course.ruling is None or course.ruling.devices == 8


@pytest.mark.parametrize("rules", BOTH)
@FEW
@given(percent=PERCENT, states=STATES, writes=ANYBODY)
def test_too_much_that_is_missing_never_cuts(
    rules: Programme, percent: int, states: str, writes: dict[str, Any]
) -> None:
    """With two different rows at its bounds, or too little known, only an override takes anything."""
    given_ = case(measured(rules, percent, states=states), OPENED, rules=rules)
    bands, found = rules.spec.review.bands, given_.counts
    rows = {
        next(row.from_percent for row in bands if ratio.at_least(row.from_percent))
        for ratio in (found.lowest, found.highest)
    }
    course = live(given_, LAST, writes)
    if len(rows) > 1 or found.counted < 30 or found.coverage_percent < 75:
        assert course.ruling is None or course.ruling.devices == 8


@pytest.mark.parametrize("rules", BOTH)
@FEW
@given(percent=PERCENT, states=STATES, writes=ANYBODY)
def test_asked_every_day_or_only_when_it_said_it_comes_to_the_same(
    rules: Programme, percent: int, states: str, writes: dict[str, Any]
) -> None:
    given_: Case = case(measured(rules, percent, states=states), OPENED, rules=rules)
    awake, asleep = (live(given_, LAST, writes, asleep=asleep) for asleep in (False, True))
    assert (awake.steps, awake.ruling) == (asleep.steps, asleep.ruling)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param(INADEQUATE, "AwaitingPlan", id="R18 inadequate"),
        pytest.param(ADEQUATE, "AwaitingPlan", id="R18 adequate"),
    ],
)
def test_a_verdict_on_a_plan_that_may_still_come_is_none(written: dict[str, Any], reason: str) -> None:
    found = progress(case(used(3.1), "2026-10-05", **written))
    assert next(said.reason for said in found.said if said.type == "Recommended") == reason
