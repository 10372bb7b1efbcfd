"""R17: the tenant is told while there is time, once, and not daily."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenure.api import Programme
from tenure.api.conditions import Said, conditions
from tenure.api.review import ReviewStatus
from tenure.rules.case import Case
from tenure.rules.forecast import forecast
from tenure.rules.outlook import on_course
from unit.build import DEFAULT, PLAN, case, ledger, programme, share, used

FIRST = date(2026, 7, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def told(found: Said) -> str:
    return f"{found.status} {found.reason}"


def warned(given_: Case) -> Case:
    """The same case, had its tenant been warned before."""
    before = conditions((), [Said("OnCourse", False, "InDanger", "")], generation=1, now=given_.now)
    return replace(given_, status=given_.status.model_copy(update={"conditions": before}))


def lived(daily: Sequence[float], rules: Programme = DEFAULT, status: ReviewStatus | None = None) -> Case:
    """Counted days at so many percent of base time each, asked on the day after."""
    busy = tuple(share(percent, "C") for percent in daily)
    days = ledger("C" * len(busy)).model_copy(update={"busy_seconds": busy})
    return case(days, day(len(busy)), rules=rules, status=status)


def reasons(daily: Sequence[float], rules: Programme = DEFAULT) -> list[str]:
    """What is said day by day, with the status carried on, whenever it changes."""
    said: list[str] = []
    status = ReviewStatus()
    for number in range(len(daily) + 1):
        given_ = lived(daily[:number], rules, status)
        found = on_course(given_)
        kept = conditions(status.conditions, [found], generation=1, now=given_.now)
        status = status.model_copy(update={"conditions": kept})
        if said[-1:] != [found.reason]:
            said.append(found.reason)
    return said


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        pytest.param(lived([]), "None TooEarly", id="R17 nothing is read yet"),
        pytest.param(lived([0] * 6), "None TooEarly", id="R17 six days count"),
        pytest.param(lived([0] * 7), "False InDangerOfRevocation", id="R17 a whole week counts"),
        pytest.param(lived([62] * 30), "True AboveEdges", id="R17 above 50 %"),
        pytest.param(lived([50] * 30), "True AboveEdges", id="R17 the edge belongs to the row above"),
        pytest.param(lived([49] * 30), "False InDanger", id="R17 below 50 %: reduced without a plan"),
        pytest.param(lived([0] * 30 + [100] * 14), "True AboveEdges", id="R17 the latest two weeks are the pace"),
        pytest.param(lived([100] * 46 + [0] * 14), "True AboveEdges", id="R17 idle, with 50 % secured"),
        pytest.param(case(used(0), "2026-10-01"), "None Over", id="R17 the window is over"),
        pytest.param(
            case(used(0, "C" * 31), "2026-08-01", term="2026-06-01 2026-07-31"), "None Over", id="R13 the term"
        ),
        pytest.param(case(used(0, "C" * 31), "2026-08-01", held=0), "None TooEarly", id="R17 nothing is held"),
        pytest.param(
            case(used(0, "C" * 10), "2026-07-13"),
            "False InDangerOfRevocation",
            id="R16 two finished days are to be read",
        ),
        pytest.param(case(used(0, "C" * 10), "2026-07-14"), "None TooEarly", id="R16 three: it is being caught up"),
        pytest.param(case(used(0, "C" * 10 + "...C"), "2026-07-15"), "None TooEarly", id="R16 and so with holes"),
        pytest.param(
            warned(lived([0] * 6)), "False InDangerOfRevocation", id="R17 a day that was corrected ends no warning"
        ),
    ],
)
def test_what_is_said(given_: Case, said: str) -> None:
    assert told(on_course(given_)) == said


@pytest.mark.parametrize(
    ("given_", "why"),
    [
        pytest.param(
            case(used(0, "C" * 31), "2026-08-01", term="2026-07-01 2026-09-30"),
            "terms of 3 months or fewer are exempt (R17).",
            id="R17 short-term users",
        ),
        pytest.param(
            case(used(0, "C" * 31), "2026-08-01", term="2026-05-01 2026-09-30"),
            "the term ends on 2026-09-30, before an outcome could take effect on 2026-10-22.",
            id="R17 no term is left for an outcome",
        ),
        pytest.param(
            case(used(0, "S" * 63 + "C" * 10), "2026-09-12"),
            "at most 29 days can count that are not estimated, and a cut needs 30.",
            id="R14 too few days can count",
        ),
        pytest.param(
            case(used(0, "C" * 80, estimated=[1] * 80), "2026-09-19"),
            "at most 12 days can count that are not estimated, and a cut needs 30.",
            id="R17 estimated days alone never cut",
        ),
    ],
)
def test_where_nothing_can_be_taken_there_is_a_forecast_and_no_danger(given_: Case, why: str) -> None:
    found = on_course(given_)
    assert told(found) == "True AboveEdges"
    assert found.message.endswith(f"2026-Q3 ends at 0.0 %. Nothing can be taken for it: {why}")
    assert forecast(given_) is not None


def table(*rows: tuple[int, str, str]) -> Programme:
    bands = [{"fromPercent": edge, "adequate": good, "inadequate": bad} for edge, good, bad in rows]
    return programme(review={"bands": bands})


@pytest.mark.parametrize(
    ("rules", "held", "percent", "said"),
    [
        pytest.param(DEFAULT, 1, 31, "True AboveEdges", id="R17 on the lowest rung a reduction changes nothing"),
        pytest.param(DEFAULT, 1, 3, "False InDangerOfRevocation", id="R17 a revocation does"),
        pytest.param(
            table((50, "Increase", "Continue"), (5, "Continue", "Continue"), (0, "Reduce", "Revoke")),
            *(8, 31, "True AboveEdges"),
            id="R17 an edge below which nothing is taken",
        ),
        pytest.param(table((0, "Continue", "Continue")), 8, 0, "True AboveEdges", id="R17 no edge at all"),
    ],
)
def test_danger_is_where_something_can_be_taken(rules: Programme, held: int, percent: float, said: str) -> None:
    days = used(percent, "C" * 31, devices=held)
    assert told(on_course(case(days, "2026-08-01", rules=rules, held=held))) == said


def test_an_edge_below_which_an_adequate_plan_helps_nobody() -> None:
    rules = table((10, "Continue", "Continue"), (0, "Reduce", "Reduce"))
    found = on_course(case(used(3, "C" * 31), "2026-08-01", rules=rules))
    assert "Below it the table says Reduce, whatever the plan." in found.message
    assert "spec.plan" not in found.message


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        pytest.param(
            case(used(20, "C" * 31), "2026-08-01"),
            "At the present pace (20.0 % over the latest 14 counted days) 2026-Q3 ends at 20.0 %, below the edge of 50 %. "
            "Below it the table says Continue with an adequate plan, Reduce without. To end at 50 % or more it takes 2,548 "
            "device-hours of load until 2026-09-30: 5.3 of 24 hours per device on each of the 61 days that are left. "
            "A plan counts until 2026-10-08: write spec.plan of this Review.",
            id="R17 below 50 %",
        ),
        pytest.param(
            case(used(3, "C" * 89), "2026-09-28", plan=PLAN),
            "At the present pace (3.0 % over the latest 14 counted days) 2026-Q3 ends at 3.0 %, below the edge of 5 %. "
            "Below it the table says Reduce with an adequate plan, Revoke without. To end at 5 % or more it takes 124 "
            "device-hours of load until 2026-09-30: 5.2 of 24 hours per device on each of the 3 days that are left.",
            id="R17 below 5 %: the lower edge is named, and the plan is in",
        ),
        pytest.param(
            case(used(20, "C" * 89), "2026-09-28", plan=PLAN),
            "At the present pace (20.0 % over the latest 14 counted days) 2026-Q3 ends at 20.0 %, below the edge of 50 %. "
            "Below it the table says Continue with an adequate plan, Reduce without. To end at 50 % or more it takes 1,805 "
            "device-hours of load until 2026-09-30, more than the 576 that 8 devices can give in the 3 days that are left.",
            id="R17 out of reach",
        ),
        pytest.param(
            warned(case(used(52, "C" * 31), "2026-08-01", plan=PLAN)),
            "At the present pace (52.0 % over the latest 14 counted days) 2026-Q3 ends at 52.0 %, hardly above the edge of "
            "50 %. Below it the table says Continue with an adequate plan, Reduce without. To end at 50 % or more it takes "
            "1,913 device-hours of load until 2026-09-30: 4.0 of 24 hours per device on each of the 61 days that are left.",
            id="R17 after a warning, not yet by a clear margin",
        ),
        pytest.param(
            case(used(70, "C" * 8), "2026-07-09"),
            "At the present pace (70.0 % over the latest 8 counted days) 2026-Q3 ends at 70.0 %: Increase with an adequate "
            "plan, Continue without. To end at 50 % or more it takes 2,586 device-hours of load until 2026-09-30: 3.9 of 24 "
            "hours per device on each of the 84 days that are left.",
            id="R17 above",
        ),
        pytest.param(
            case(used(100, "C" * 60), "2026-08-30"),
            "At the present pace (100.0 % over the latest 14 counted days) 2026-Q3 ends at 100.0 %: Increase with an adequate "
            "plan, Continue without. The edge of 50 % is secured already.",
            id="R17 secured",
        ),
    ],
)
def test_the_sentence_for_the_tenant(given_: Case, message: str) -> None:
    assert on_course(given_).message == message


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        pytest.param(49, "False InDanger", id="R17 below"),
        pytest.param(54, "False InDanger", id="R17 above 50 %, not by a tenth of it"),
        pytest.param(55, "True AboveEdges", id="R17 by a tenth of it: 55 %"),
    ],
)
def test_a_warning_ends_by_a_clear_margin(percent: int, said: str) -> None:
    assert told(on_course(warned(lived([percent] * 31)))) == said


def test_a_warning_ends_where_the_edge_is_secured() -> None:
    """At 52 % no margin is left to gain on the last days, and none is needed."""
    secured = lived([52] * 90)
    assert told(on_course(warned(secured))) == "True AboveEdges"


@pytest.mark.parametrize(
    ("daily", "steps"),
    [
        pytest.param([60] * 92, "TooEarly AboveEdges Over", id="R17 never in danger"),
        pytest.param([20] * 92, "TooEarly InDanger Over", id="R17 warned once, after a week"),
        pytest.param([60] * 30 + [0] * 62, "TooEarly AboveEdges InDanger Over", id="R17 warned when the pace has gone"),
        pytest.param(
            [20] * 20 + [90] * 72, "TooEarly InDanger AboveEdges Over", id="R17 warned, and told when it is over"
        ),
        pytest.param(
            [20] * 20 + [0] * 72,
            "TooEarly InDanger InDangerOfRevocation Over",
            id="R17 warned again when the whole grant is at stake",
        ),
        pytest.param([49, 51] * 46, "TooEarly InDanger Over", id="R17 around the edge: no warning each day"),
        pytest.param(
            [40] * 7 + [53] * 85, "TooEarly InDanger AboveEdges Over", id="R17 hardly above, until it is secured"
        ),
    ],
)
def test_a_quarter_day_by_day(daily: list[float], steps: str) -> None:
    assert " ".join(reasons(daily)) == steps


@settings(max_examples=25)
@given(st.lists(st.integers(47, 53), min_size=92, max_size=92))
def test_whoever_lives_around_an_edge_is_warned_at_most_once(daily: list[int]) -> None:
    """It never gets a tenth above the edge, so the only way out of danger is to secure it, which is for good."""
    assert reasons(daily).count("InDanger") <= 1


@settings(max_examples=25)
@given(st.lists(st.integers(0, 300), min_size=8, max_size=91))
def test_what_is_said_does_not_change_when_it_is_asked_again(daily: list[int]) -> None:
    given_ = lived(daily)
    once = on_course(given_)
    kept = conditions((), [once], generation=1, now=given_.now)
    again = replace(given_, status=given_.status.model_copy(update={"conditions": kept}))
    assert told(on_course(again)) == told(once)
