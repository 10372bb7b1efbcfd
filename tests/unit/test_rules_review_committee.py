"""R1, R17, R18, R20: what the committee decides: confirmation, appeal, increase, override.

Under aica-2022 the review of September measures until 31 August; the plan is due on 7 September, the verdict on the 18th,
and the outcome takes effect on the 28th. Those of the default programme are 30 September, 8, 15 and 22 October.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tenure.api import Programme
from tenure.api.decision import DecisionSpec
from tenure.api.review import LedgerStatus, Verdict
from tenure.rules.capacity import admit
from tenure.rules.increases import Answer
from tenure.rules.review import progress
from unit.build import AICA, APPEAL, DEFAULT, PLAN, at, autumn, case, decision, used, verdict, wish
from unit.course import ADEQUATE, HANDED_IN, INADEQUATE, OPENED, Writes, live

COMMITTEE = [
    pytest.param(
        *(autumn(62), {}, "Measuring 07-01, AwaitingPlan 09-01, Recommended 09-08", "Continue 8 on 2026-09-08"),
        id="R17 50 % or more, plan missing: continue, without deliberation",
    ),
    pytest.param(
        *(autumn(31), {}, "Measuring 07-01, AwaitingPlan 09-01, AwaitingConfirmation 09-08, NoTermLeft 12-25"),
        "NoTermLeft",
        id="R17 below 50 % and a silent committee, no plan: costs nothing",
    ),
    pytest.param(
        autumn(3.1),
        HANDED_IN,
        *("Measuring 07-01, AwaitingVerdict 09-01, NoTermLeft 12-25", "NoTermLeft"),
        id="R18 a silent committee on a plan: costs nothing",
    ),
    pytest.param(
        autumn(3.1),
        {"2026-09-10": {"verdict": verdict(confirms="Revoke")}},
        *(
            "Measuring 07-01, AwaitingPlan 09-01, AwaitingConfirmation 09-08, Recommended 09-10",
            "Revoke 0 on 2026-09-28",
        ),
        id="R17 confirmed: revoke",
    ),
    pytest.param(
        autumn(3.1),
        {"2026-09-10": {"verdict": verdict(confirms="Reduce")}},
        *("Measuring 07-01, AwaitingPlan 09-01, AwaitingConfirmation 09-08, NoTermLeft 12-25", "NoTermLeft"),
        id="R17 another outcome was confirmed: that confirms nothing",
    ),
    pytest.param(
        autumn(31),
        {**HANDED_IN, "2026-09-10": {"verdict": verdict(plan="Inadequate", confirms="Revoke")}},
        *("Measuring 07-01, AwaitingVerdict 09-01, AwaitingConfirmation 09-10, NoTermLeft 12-25", "NoTermLeft"),
        id="R18 a verdict on the plan that confirms what does not follow from it",
    ),
    pytest.param(
        autumn(3.1),
        {**HANDED_IN, "2026-09-10": ADEQUATE},
        *("Measuring 07-01, AwaitingVerdict 09-01, Recommended 09-10", "Reduce 4 on 2026-09-28"),
        id="R17 R18 a verdict needs no confirmation besides",
    ),
    pytest.param(
        autumn(3.1),
        {"2026-09-10": INADEQUATE},
        *(
            "Measuring 07-01, AwaitingPlan 09-01, AwaitingConfirmation 09-08, Recommended 09-10",
            "Revoke 0 on 2026-09-28",
        ),
        id="R18 a verdict that the missing plan is inadequate confirms it",
    ),
]


@pytest.mark.parametrize(("days", "writes", "steps", "end"), COMMITTEE)
@pytest.mark.parametrize("asleep", [False, True], ids=["asked every day", "asked when it said"])
def test_committee(days: LedgerStatus, writes: Writes, steps: str, end: str, asleep: bool) -> None:
    course = live(case(days, OPENED, rules=AICA), "2027-01-31", writes, asleep=asleep)
    assert (course.told, course.end) == (steps, end)


def answered(answer: str) -> dict[str, Any]:
    return {"verdict": verdict(appeal=answer)}


@pytest.mark.parametrize(
    ("writes", "end"),
    [
        pytest.param({}, "Revoke 0 on 2026-10-22", id="R17 no appeal"),
        pytest.param({"2026-10-21": {"appeal": APPEAL}}, "Appealed", id="R17 an appeal nobody answers"),
        pytest.param({"2026-10-22": {"appeal": APPEAL}}, "Appealed", id="R17 an appeal on the last day"),
        pytest.param(
            {"2026-10-12": {"appeal": APPEAL}, "2026-10-14": answered("Upheld")},
            "Continue 8 on 2026-10-14",
            id="R17 upheld: nothing is taken",
        ),
        pytest.param(
            {"2026-10-12": {"appeal": APPEAL}, "2026-10-14": answered("Dismissed")},
            "Revoke 0 on 2026-10-22",
            id="R17 dismissed: on the day that was announced",
        ),
        pytest.param(
            {"2026-10-12": {"appeal": APPEAL}, "2026-11-03": answered("Dismissed")},
            "Revoke 0 on 2026-11-03",
            id="R17 dismissed late: not before the answer",
        ),
        pytest.param(
            {
                "2026-08-10": {"verdict": verdict(override="Revoke", reason="Mining.")},
                "2026-08-12": {"appeal": APPEAL},
                "2026-08-15": {"verdict": verdict(override="Revoke", reason="Mining.", appeal="Upheld")},
            },
            "Continue 8 on 2026-08-15",
            id="R20 upheld against an override: nothing is taken",
        ),
    ],
)
def test_appeal(writes: Writes, end: str) -> None:
    """Notice is given on 9 October; what was appealed against waits for the committee."""
    assert live(case(used(3.1), OPENED), "2026-12-01", writes).end == end


def test_who_decides_otherwise_gives_notice_again_and_the_appeal_is_open_again() -> None:
    """Reduce was appealed against and the appeal dismissed; then the chair revokes, and the answer is taken out."""
    less = verdict(override="Reduce", reason="Mostly idle.")
    all_ = verdict(override="Revoke", reason="Mining coins.")
    writes: Writes = {
        "2026-10-10": {"verdict": less},
        "2026-10-11": {"appeal": APPEAL},
        "2026-10-12": {"verdict": less.model_copy(update={"appeal": "Dismissed"})},
        "2026-10-14": {"verdict": all_},
        "2026-11-20": {"verdict": all_.model_copy(update={"appeal": "Dismissed"})},
    }
    course = live(case(used(31), OPENED, plan=PLAN), "2026-11-19", writes)
    assert (course.noticed, course.end) == ("2026-10-14", "Appealed")
    course = live(case(used(31), OPENED, plan=PLAN), "2026-12-01", writes)
    assert course.end == "Revoke 0 on 2026-11-20"


@pytest.mark.parametrize(
    ("held", "cap", "free", "asked", "end"),
    [
        pytest.param(2, 8, 6, 4, "Increase 4 on 2026-10-12", id="R17 approved: T4 2 to 4"),
        pytest.param(2, 8, 6, 8, "Increase 8 on 2026-10-12", id="R17 approved for more rungs"),
        pytest.param(2, 8, 6, 6, "Increase 4 on 2026-10-12", id="R1 whole bundles only"),
        pytest.param(2, 4, 6, 8, "Increase 4 on 2026-10-12", id="R1 no further than the organization's cap"),
        pytest.param(2, 3, 6, 8, "Continue 2 on 2026-10-12", id="R1 the cap leaves no rung"),
        pytest.param(8, 8, 6, 8, "Continue 8 on 2026-10-12", id="R1 the largest bundle"),
        pytest.param(2, 8, 2, 4, "Increase 4 on 2026-10-12", id="R17 exactly the free devices"),
        pytest.param(2, 8, 1, 4, "AwaitingCapacity", id="R17 not before its devices are free"),
        pytest.param(2, 8, 6, None, "Continue 2 on 2026-10-16", id="R17 not approved by the verdict's due date"),
    ],
)
def test_increase(held: int, cap: int, free: int, asked: int | None, end: str) -> None:
    """At 62 % with an adequate plan an increase is offered; the committee says how far."""
    writes = {**HANDED_IN, "2026-10-12": {"verdict": verdict(plan="Adequate", increase_to=asked)}}
    increase = admit([], free, wishes=[wish(approved=asked, held=held, cap=cap)]).answers.get("vision-2026")
    given = case(used(62, devices=held), OPENED, held=held, increase=increase)
    assert live(given, "2026-12-01", writes).end == end


def test_an_increase_that_no_plan_is_judged_for_is_not_waited_for() -> None:
    course = live(case(used(62), OPENED, held=2), "2026-12-01", HANDED_IN)
    assert course.steps[1:] == [("2026-10-01", "AwaitingVerdict"), ("2026-10-16", "Recommended")]
    assert course.end == "Continue 2 on 2026-10-16"


@pytest.mark.parametrize(
    ("override", "end"),
    [
        pytest.param(verdict(override="Increase", increase_to=4, reason="R."), "Increase 4", id="R17 to that size"),
        pytest.param(verdict(override="Increase", reason="R."), "AwaitingApproval", id="R17 to no size yet"),
        pytest.param(verdict(override="Increase", increase_to=8, reason="R."), "AwaitingCapacity", id="R1 not free"),
        pytest.param(verdict(override="Continue", reason="R."), "Continue 2", id="R17 continue"),
        pytest.param(verdict(override="Reduce", reason="R."), "Reduce 1", id="R17 reduce"),
    ],
)
def test_an_override_decides_otherwise_than_the_table(override: Verdict, end: str) -> None:
    increase = admit([], 2, wishes=[wish(approved=override.increase_to)]).answers.get("vision-2026")
    given = case(used(3.1, devices=2), "2026-10-09", held=2, increase=increase, verdict=override)
    assert live(given, "2026-12-01").end.startswith(end)


@pytest.mark.parametrize("rules", [DEFAULT, AICA], ids=lambda rules: rules.name)
def test_a_confirmation_holds_for_no_other_recommendation(rules: Programme) -> None:
    """Days are read again and it is 18 % now, not 3 %: what was confirmed is not what is recommended, and that is said."""
    read = used if rules is DEFAULT else autumn
    first = live(case(read(3.1), OPENED, rules=rules, verdict=verdict(confirms="Revoke")), "2026-10-10")
    assert first.said("Recommended")[0] == "Recommended"
    again = replace(first.case, counts=case(read(18.4), OPENED, rules=rules).counts)
    later = live(again, "2026-12-01")
    reason, message = later.said("Recommended")
    assert (later.ruling, reason, later.noticed) == (None, "AwaitingConfirmation", "")
    assert "Reduce is recommended and waits for the committee, which has confirmed Revoke and not this." in message


IN_LINE = Answer(approved=8, devices=4, granted=False, place=2, waiting=3, open=1)
APPROVED = {"2026-10-12": {"verdict": verdict(plan="Adequate", increase_to=8)}}


def test_an_increase_that_waits_says_its_place_and_since_when() -> None:
    given = case(used(62, devices=2), OPENED, held=2, increase=IN_LINE)
    course = live(given, "2026-11-20", {**HANDED_IN, **APPROVED})
    assert course.said("Recommended") == (
        "AwaitingCapacity",
        "utilization 62.0 % of 2 devices in 2026-Q3, plan adequate: the increase to 4 devices is approved and waits since "
        "2026-10-12 as number 2 of 3 that wait for devices; 1 are free and not reserved. It lapses on 2027-01-22, or once "
        "2026-Q4 is decided.",
    )
    waits = course.case.status.waits
    assert waits is not None
    assert (waits.for_, waits.reason, waits.since) == ("Capacity", "AwaitingCapacity", at("2026-10-12"))


def test_an_increase_that_came_to_nothing_ends_with_the_next_review() -> None:
    given = case(used(62, devices=2), OPENED, held=2, increase=IN_LINE, term="2026-07-01 2027-12-31")
    course = live(given, "2027-03-01", {**HANDED_IN, **APPROVED})
    assert course.end == "Continue 2 on 2027-01-22"
    assert course.ruling is not None
    assert (
        "waited for devices since 2026-10-12, until 2026-Q4 took its place: continues with 2" in course.ruling.message
    )


def test_an_increase_ends_earlier_where_the_next_review_is_decided_earlier() -> None:
    term = "2026-07-01 2027-12-31"
    given = case(used(62, devices=2), OPENED, held=2, increase=IN_LINE, term=term)
    waiting = live(given, "2027-01-10", {**HANDED_IN, **APPROVED})
    assert waiting.end == "AwaitingCapacity"
    overridden = decision("2026-Q4", "Continue", 2, "2027-01-11", before=2)
    assert live(replace(waiting.case, decisions=(overridden,)), "2027-01-11").end == "Continue 2 on 2027-01-10"


RETURNED = decision("return-1", "Return", 4, "2026-08-20")


@pytest.mark.parametrize(
    ("held", "decisions", "end"),
    [
        pytest.param(4, (RETURNED,), "Reduce 4", id="R22 one step was given back in the window: nothing more is taken"),
        pytest.param(
            *(2, (RETURNED, decision("return-2", "Return", 2, "2026-10-05", before=4)), "Reduce 2"),
            id="R22 more than a step, some of it after the window",
        ),
        pytest.param(
            *(4, (decision("return-0", "Return", 4, "2026-06-30"),), "Reduce 2"),
            id="R22 given back before the window: it was measured without",
        ),
        pytest.param(
            *(4, (RETURNED, decision("2026-Q2", "Reduce", 4, "2026-08-22", before=4)), "Reduce 2"),
            id="R17 it has counted for the review before already",
        ),
        pytest.param(
            *(8, (RETURNED, decision("2026-Q2", "Increase", 8, "2026-08-22", before=4)), "Reduce 4"),
            id="R17 an increase gave it again",
        ),
        pytest.param(
            *(4, (RETURNED, decision("2026-Q2", "Continue", 4, "2026-08-22", before=4)), "Reduce 4"),
            id="R17 a review that took nothing has not counted it",
        ),
    ],
)
def test_devices_that_were_given_back_count_as_the_step(held: int, decisions: Sequence[DecisionSpec], end: str) -> None:
    """R17: 18.4 % and no plan. The step is one rung below what was held before the Returns."""
    given = case(used(18.4, devices=8), "2026-10-09", held=held, decisions=tuple(decisions))
    course = live(given, "2026-12-01")
    assert course.end.startswith(end + " on")
    assert course.ruling is not None
    if held == course.ruling.devices:
        assert "were given back, which counts as the step (R17, R22)." in course.ruling.message


def test_a_revocation_takes_what_is_left_whatever_was_given_back() -> None:
    given = case(used(3.1, devices=8), "2026-10-09", held=4, decisions=(RETURNED,))
    assert live(given, "2026-12-01").end == "Revoke 0 on 2026-10-22"


def test_an_override_to_reduce_counts_it_as_well() -> None:
    judged = verdict(override="Reduce", reason="R.")
    given = case(used(62), "2026-10-09", held=4, decisions=(RETURNED,), verdict=judged)
    assert live(given, "2026-12-01").end == "Reduce 4 on 2026-10-09"


def test_the_time_of_a_verdict_is_that_at_which_it_was_first_seen_as_it_stands() -> None:
    """No time is typed, and the API server stamps none."""
    given = case(autumn(31), "2026-09-10", rules=AICA, plan=PLAN, verdict=verdict(reason="To be discussed."))
    first = live(given, "2026-09-12")
    changed = live(first.case, "2026-09-13", {"2026-09-13": {"verdict": verdict(plan="Adequate")}})
    gone = replace(changed.case, spec=changed.case.spec.model_copy(update={"verdict": None}))
    entries = [course.case.status.verdict_entered for course in (first, changed)]
    assert [entry.at for entry in entries if entry] == [at("2026-09-10"), at("2026-09-13")]
    assert progress(gone).verdict_entered is None


@pytest.mark.parametrize(
    ("today", "writes", "waits"),
    [
        pytest.param("2026-08-10", {}, None, id="while it is measured"),
        pytest.param("2026-09-03", {}, ("Tenant", "2026-09-01"), id="for the plan"),
        pytest.param("2026-09-20", HANDED_IN, ("Committee", "2026-09-01"), id="for the verdict"),
        pytest.param("2026-09-20", {}, ("Committee", "2026-09-08"), id="for the confirmation"),
        pytest.param("2026-09-20", {"2026-09-10": INADEQUATE}, None, id="for its date"),
    ],
)
def test_it_says_for_whom_it_waits_since_when(today: str, writes: Writes, waits: tuple[str, str] | None) -> None:
    found = live(case(autumn(31), OPENED, rules=AICA), today, writes).case.status.waits
    assert (found and (found.for_, f"{found.since:%Y-%m-%d}")) == waits
