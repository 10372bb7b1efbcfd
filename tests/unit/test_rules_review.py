"""R17, R18: a review in time. Each row is a life: what it says on which day, and how it ends.

Under the default programme 2026-Q3 measures until 30 September; the plan is due on 8 October, the verdict on the 15th,
and the outcome takes effect on the 22nd. The term goes on until 31 December.
"""

from __future__ import annotations

import pytest
from tenure.api.review import LedgerStatus, Plan
from tenure.rules.review import progress
from unit.build import APPEAL, PLAN, case, used, verdict
from unit.course import ADEQUATE, HANDED_IN, INADEQUATE, OPENED, Writes, live

# One row: what was measured, what people write on which day, the steps, and the end.
AUTOMATIC = [
    pytest.param(
        *(used(62), {}, "Measuring 07-01, AwaitingPlan 10-01, Recommended 10-09", "Continue 8 on 2026-10-09"),
        id="R17 50 % or more, plan missing: continue, without deliberation",
    ),
    pytest.param(
        *(used(31), {}, "Measuring 07-01, AwaitingPlan 10-01, Recommended 10-09", "Reduce 4 on 2026-10-22"),
        id="R17 5 to 50 %, plan missing: reduce",
    ),
    pytest.param(
        *(used(3.1), {}, "Measuring 07-01, AwaitingPlan 10-01, Recommended 10-09", "Revoke 0 on 2026-10-22"),
        id="R17 below 5 %, plan missing: revoke",
    ),
    pytest.param(
        used(31),
        {**HANDED_IN, "2026-10-12": ADEQUATE},
        *("Measuring 07-01, AwaitingVerdict 10-01, Recommended 10-12", "Continue 8 on 2026-10-12"),
        id="R17 R18 5 to 50 %, plan adequate: continue",
    ),
    pytest.param(
        used(3.1),
        {**HANDED_IN, "2026-10-12": ADEQUATE},
        *("Measuring 07-01, AwaitingVerdict 10-01, Recommended 10-12", "Reduce 4 on 2026-10-22"),
        id="R17 R18 below 5 %, plan adequate: reduce",
    ),
    pytest.param(
        used(3.1),
        {**HANDED_IN, "2026-10-12": INADEQUATE},
        *("Measuring 07-01, AwaitingVerdict 10-01, Recommended 10-12", "Revoke 0 on 2026-10-22"),
        id="R17 R18 below 5 %, plan inadequate: revoke",
    ),
    pytest.param(
        used(3.1),
        {**HANDED_IN, "2026-11-20": INADEQUATE},
        *("Measuring 07-01, AwaitingVerdict 10-01, Recommended 11-20", "Revoke 0 on 2026-11-27"),
        id="R18 a late verdict: notice of seven days all the same",
    ),
    pytest.param(
        *(used(3.1), HANDED_IN, "Measuring 07-01, AwaitingVerdict 10-01, NoTermLeft 12-25", "NoTermLeft"),
        id="R18 a silent committee costs nothing",
    ),
    pytest.param(
        used(31),
        {"2026-10-08": {"plan": PLAN}},
        *("Measuring 07-01, AwaitingPlan 10-01, AwaitingVerdict 10-08, NoTermLeft 12-25", "NoTermLeft"),
        id="R17 a plan on the last day is in time",
    ),
    pytest.param(
        used(31),
        {"2026-10-09": {"plan": PLAN}},
        *("Measuring 07-01, AwaitingPlan 10-01, AwaitingVerdict 10-09, NoTermLeft 12-25", "NoTermLeft"),
        id="R17 a plan that was there before anybody said it was missing is in time",
    ),
    pytest.param(
        used(31),
        {"2026-10-10": {"plan": PLAN}},
        *("Measuring 07-01, AwaitingPlan 10-01, Recommended 10-09", "Reduce 4 on 2026-10-22"),
        id="R17 a plan after it was said to be missing is too late",
    ),
    pytest.param(
        used(31),
        {"2026-10-01": INADEQUATE, "2026-10-05": {"plan": PLAN}},
        *("Measuring 07-01, AwaitingPlan 10-01, Recommended 10-05", "Reduce 4 on 2026-10-22"),
        id="R18 a verdict before the plan is in counts only once it is in",
    ),
    pytest.param(
        used(31),
        {"2026-10-01": INADEQUATE},
        *("Measuring 07-01, AwaitingPlan 10-01, Recommended 10-09", "Reduce 4 on 2026-10-22"),
        id="R18 or once it was due",
    ),
    pytest.param(
        *(used(31, "U" * 30 + "C" * 62), {}, "Measuring 07-01, Inconclusive 10-01, NoTermLeft 12-25", "NoTermLeft"),
        id="R16 coverage below 75 %: inconclusive, nothing is taken",
    ),
    pytest.param(
        *(used(31, "U" * 4 + "C" * 88), {}, "Measuring 07-01, AwaitingPlan 10-01, Recommended 10-09"),
        "Reduce 4 on 2026-10-22",
        id="R16 four days are missing and both bounds agree: reduce",
    ),
    pytest.param(
        used(48, "U" * 4 + "C" * 88),
        {},
        *("Measuring 07-01, AwaitingPlan 10-01, Inconclusive 10-09, NoTermLeft 12-25", "NoTermLeft"),
        id="R16 four days are missing and the bounds lie on both sides of 50 %: inconclusive",
    ),
    pytest.param(
        used(4.5, "U" * 4 + "C" * 88),
        {"2026-11-02": {"verdict": verdict(override="Revoke", reason="They agree to it.")}},
        *("Measuring 07-01, AwaitingPlan 10-01, Inconclusive 10-09, Recommended 11-02", "Revoke 0 on 2026-11-09"),
        id="R16 inconclusive: a person decides, and gives notice",
    ),
    pytest.param(
        *(used(0, "S" * 63 + "C" * 29), {}, "Measuring 07-01, CarriedForward 10-01", "CarriedForward 8 on 2026-10-01"),
        id="R14 29 days could count: carried forward",
    ),
    pytest.param(
        *(used(0, "S" * 62 + "C" * 30), {}, "Measuring 07-01, AwaitingPlan 10-01, Recommended 10-09"),
        "Revoke 0 on 2026-10-22",
        id="R14 30 days count: the table",
    ),
    pytest.param(
        used(0, "S" * 62 + "U" + "C" * 29),
        {},
        *("Measuring 07-01, Inconclusive 10-01, NoTermLeft 12-25", "NoTermLeft"),
        id="R14 R16 29 days count and one is Unknown: inconclusive",
    ),
    pytest.param(
        used(0, "A" * 63 + "C" * 29),
        {},
        *("Measuring 07-01, CarriedForward 10-01", "CarriedForward 8 on 2026-10-01"),
        id="R16 the centre's own fault: carried forward",
    ),
    pytest.param(
        used(0),
        {"2026-08-10": {"verdict": verdict(override="Revoke", reason="Mining.")}},
        *("Measuring 07-01, Recommended 08-10", "Revoke 0 on 2026-08-17"),
        id="R20 off-purpose use: a person decides within the period, after notice",
    ),
    pytest.param(
        used(3.1),
        {"2026-10-10": {"verdict": verdict(override="Reduce", reason="A flood.")}},
        *("Measuring 07-01, AwaitingPlan 10-01, Recommended 10-09", "Reduce 4 on 2026-10-22"),
        id="R17 an override of the notice begins another notice",
    ),
    pytest.param(
        used(3.1),
        {"2026-10-12": {"appeal": APPEAL}},
        *("Measuring 07-01, AwaitingPlan 10-01, Recommended 10-09, Appealed 10-12, NoTermLeft 01-01", "NoTermLeft"),
        id="R17 an appeal that nobody answers outlasts the term",
    ),
    pytest.param(
        used(62),
        {"2026-10-10": {"verdict": verdict(override="Increase", increase_to=8, reason="Needed.")}},
        *("Measuring 07-01, AwaitingPlan 10-01, Recommended 10-09", "Continue 8 on 2026-10-09"),
        id="R17 what is decided stays decided",
    ),
]


@pytest.mark.parametrize(("days", "writes", "steps", "end"), AUTOMATIC)
@pytest.mark.parametrize("asleep", [False, True], ids=["asked every day", "asked when it said"])
def test_automatic(days: LedgerStatus, writes: Writes, steps: str, end: str, asleep: bool) -> None:
    course = live(case(days, OPENED), "2027-01-31", writes, asleep=asleep)
    assert (course.told, course.end) == (steps, end)


@pytest.mark.parametrize(
    ("term", "steps", "end"),
    [
        pytest.param(
            "2026-07-01 2026-09-30", "Measuring, Exempt", "Exempt 8 on 2026-10-01", id="R17 three months: exempt"
        ),
        pytest.param(
            "2026-07-10 2026-09-30", "Measuring, Exempt", "Exempt 8 on 2026-10-01", id="R17 less than three: exempt"
        ),
        pytest.param(
            "2026-06-30 2026-09-30", "Measuring, NoTermLeft", "NoTermLeft", id="R17 more than three, and no term left"
        ),
        pytest.param(
            "2026-05-01 2026-10-22",
            *("Measuring, AwaitingPlan, Recommended", "Revoke 0 on 2026-10-22"),
            id="R17 the outcome takes effect on the term's last day",
        ),
        pytest.param("2026-05-01 2026-10-21", "Measuring, NoTermLeft", "NoTermLeft", id="R17 a day too late"),
    ],
)
def test_terms(term: str, steps: str, end: str) -> None:
    """Nothing was used at all. Short-term users are exempt, and where no term is left nothing is recommended."""
    course = live(case(used(0), "2026-07-10", term=term), "2026-12-01")
    assert (", ".join(course.reasons), course.end) == (steps, end)


@pytest.mark.parametrize(
    ("until", "reason", "message"),
    [
        ("2026-10-08", "Submitted", "The plan is in. It can be changed until 2026-10-08."),
        ("2026-10-09", "Closed", "The plan is in. It was due on 2026-10-08 and stays as it is."),
    ],
)
def test_a_plan_is_closed_once_it_was_due(until: str, reason: str, message: str) -> None:
    """The policy of the Reviews goes by this reason: what the committee reads nobody changes under its hands (R18)."""
    course = live(case(used(3.1), OPENED), until, HANDED_IN)
    assert course.said("PlanSubmitted") == (reason, message)


def test_an_exempt_tenant_is_asked_for_no_plan() -> None:
    course = live(case(used(0), OPENED, term="2026-07-01 2026-09-30"), "2026-09-01")
    assert course.said("PlanSubmitted")[0] == "NotNeeded"


@pytest.mark.parametrize(
    ("held", "percent", "message"),
    [
        pytest.param(2, 31, "reduced from 2 to 1 devices on 2026-10-22.", id="R17 one rung down"),
        pytest.param(8, 31, "reduced from 8 to 4 devices on 2026-10-22.", id="R17 A100 8 to 4"),
        pytest.param(
            1, 31, "stays at 1 device, the lowest rung of the ladder.", id="R17 nothing below the lowest rung"
        ),
    ],
)
def test_reduce_goes_one_rung_down(held: int, percent: float, message: str) -> None:
    course = live(case(used(percent, devices=held), OPENED, held=held), "2026-12-01")
    assert course.ruling is not None
    assert course.ruling.message.endswith(message)
    assert bool(course.noticed) is (held > 1)


@pytest.mark.parametrize(
    ("plan", "today", "said"),
    [
        pytest.param(None, "2026-10-08", "False Awaited", id="R17 due today"),
        pytest.param(None, "2026-10-09", "False Missing", id="R17 was due yesterday"),
        pytest.param(PLAN, "2026-08-01", "True Submitted", id="R17 handed in early"),
        pytest.param(PLAN, "2026-10-08", "True Submitted", id="R17 handed in"),
        pytest.param(PLAN, "2026-10-09", "True Closed", id="R17 handed in, and its due date over"),
    ],
)
def test_what_is_said_of_the_plan(plan: Plan | None, today: str, said: str) -> None:
    found = progress(case(used(31), today, plan=plan)).said[0]
    assert f"{found.status} {found.reason}" == said


def test_a_lowest_rung_needs_no_notice() -> None:
    course = live(case(used(31, devices=1), OPENED, held=1), "2026-12-01")
    assert course.steps[-1] == ("2026-10-09", "Recommended")
    assert course.end == "Reduce 1 on 2026-10-09"


@pytest.mark.parametrize(
    ("percent", "writes", "message"),
    [
        pytest.param(
            *(3.1, {}),
            "Utilization 3.1 % of 8 devices in 2026-Q3, plan missing: revoked on 2026-10-22; data kept until 2026-11-21.",
            id="R17 revoked",
        ),
        pytest.param(
            *(18.4, {}),
            "Utilization 18.4 % of 8 devices in 2026-Q3, plan missing: reduced from 8 to 4 devices on 2026-10-22.",
            id="R17 reduced",
        ),
        pytest.param(
            *(18.4, {**HANDED_IN, "2026-10-12": ADEQUATE}),
            "Utilization 18.4 % of 8 devices in 2026-Q3, plan adequate: continues with 8 devices.",
            id="R17 R18 continued",
        ),
        pytest.param(
            *(62, {}),
            "Utilization 62.0 % of 8 devices in 2026-Q3, plan missing: continues with 8 devices.",
            id="R17 continued without deliberation",
        ),
        pytest.param(
            *(18.4, {"2026-10-10": ADEQUATE}),
            "Utilization 18.4 % of 8 devices in 2026-Q3, plan adequate: continues with 8 devices.",
            id="R18 judged adequate though it came on no paper",
        ),
        pytest.param(
            *(3.1, {"2026-10-10": {"verdict": verdict(override="Continue", reason="A flood.")}}),
            "Utilization 3.1 % of 8 devices in 2026-Q3, decided by the committee: A flood: continues with 8 devices.",
            id="R17 overridden",
        ),
    ],
)
def test_the_sentence_for_the_tenant(percent: float, writes: Writes, message: str) -> None:
    course = live(case(used(percent), OPENED), "2026-12-01", writes)
    assert course.ruling is not None
    assert course.ruling.message == message


def test_a_long_reason_is_shortened_in_the_sentence() -> None:
    given = case(used(3.1), "2026-10-09", verdict=verdict(override="Continue", reason="word " * 800))
    course = live(given, "2026-12-01")
    assert course.ruling is not None
    assert len(course.ruling.message) < 1200
