"""R1, R17, R18, R20: what the committee decides: confirmation, appeal, increase, override.

Under aica-2022 the review of September measures until 31 August; the plan is due on 7 September, the verdict on the 18th,
and the outcome takes effect on the 28th. Those of the default programme are 30 September, 8, 15 and 22 October.
"""

from __future__ import annotations

from typing import Any

import pytest
from tenure.api.review import LedgerStatus, Verdict
from unit.build import AICA, APPEAL, autumn, case, used, verdict
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
        {"2026-09-10": {"verdict": verdict(confirmed=True)}},
        *(
            "Measuring 07-01, AwaitingPlan 09-01, AwaitingConfirmation 09-08, Recommended 09-10",
            "Revoke 0 on 2026-09-28",
        ),
        id="R17 confirmed: revoke",
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
    given = case(used(62, devices=held), OPENED, held=held, cap=cap, free=free)
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
    given = case(used(3.1, devices=2), "2026-10-09", held=2, free=2, verdict=override)
    assert live(given, "2026-12-01").end.startswith(end)
