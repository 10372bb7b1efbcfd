"""R7, R13, R17: days, terms and review windows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import Programme
from tenure.api.allocation import Term
from tenure.rules import calendar
from unit.build import AICA, DEFAULT


def day(text: str) -> date:
    return date.fromisoformat(text)


def term(text: str) -> Term:
    start, end = text.split()
    return Term(start=day(start), end=day(end))


@pytest.mark.parametrize(
    ("text", "year", "is_"),
    [
        pytest.param("06-30", 2026, "2026-06-30", id="a day"),
        pytest.param("02-29", 2028, "2028-02-29", id="the end of February in a leap year"),
        pytest.param("02-29", 2027, "2027-02-28", id="the end of February else"),
        pytest.param("06-31", 2026, "2026-06-30", id="a day past its month"),
    ],
)
def test_month_and_day(text: str, year: int, is_: str) -> None:
    assert calendar.month_day(text, year) == day(is_)


@pytest.mark.parametrize(
    ("programme", "on", "name", "days"),
    [
        pytest.param(
            *(DEFAULT, "2026-08-01", "2026-Q3", "2026-07-01 2026-09-30 2026-10-08 2026-10-15 2026-10-22"),
            id="R17 a calendar quarter",
        ),
        pytest.param(
            *(DEFAULT, "2026-12-31", "2026-Q4", "2026-10-01 2026-12-31 2027-01-08 2027-01-15 2027-01-22"),
            id="R17 the last quarter, decided in the next year",
        ),
        pytest.param(
            *(AICA, "2026-07-01", "2026-September", "2026-06-01 2026-08-31 2026-09-07 2026-09-18 2026-09-28"),
            id="R7 R17 carried out inside September",
        ),
        pytest.param(
            *(AICA, "2026-12-01", "2027-March", "2026-12-01 2027-02-28 2027-03-07 2027-03-18 2027-03-28"),
            id="R7 R17 a window over New Year, named after the year it ends in",
        ),
        pytest.param(
            *(AICA, "2028-02-29", "2028-March", "2027-12-01 2028-02-29 2028-03-07 2028-03-18 2028-03-28"),
            id="R7 R17 the same in a leap year",
        ),
    ],
)
def test_a_window(programme: Programme, on: str, name: str, days: str) -> None:
    """Its first and last day, when the plan and the verdict are due, and when the outcome takes effect."""
    [window] = calendar.windows(programme.spec.calendar, day(on), day(on))
    assert window == calendar.Window(name, *map(day, days.split()))


@pytest.mark.parametrize(
    ("programme", "first", "last", "names"),
    [
        pytest.param(DEFAULT, "2026-07-01", "2026-12-31", ["2026-Q3", "2026-Q4"], id="R17 half a year"),
        pytest.param(DEFAULT, "2026-09-30", "2026-10-01", ["2026-Q3", "2026-Q4"], id="R17 one day of each"),
        pytest.param(DEFAULT, "2026-10-01", "2026-09-30", [], id="R17 no day"),
        pytest.param(
            AICA, "2026-04-01", "2026-12-31", ["2026-June", "2026-September", "2027-March"], id="R17 April starters"
        ),
        pytest.param(AICA, "2026-10-01", "2026-11-30", [], id="R17 no review measures October and November"),
    ],
)
def test_the_windows_that_a_time_meets(programme: Programme, first: str, last: str, names: list[str]) -> None:
    assert [w.review for w in calendar.windows(programme.spec.calendar, day(first), day(last))] == names


def test_dates_may_fall_on_one_day() -> None:
    """Due dates of zero days, as in a rehearsal: the same day, not a year later."""
    dates = DEFAULT.spec.calendar[2].model_copy(
        update={"plan_due": "09-30", "verdict_due": "09-30", "effective": "09-30"}
    )
    window = calendar.window(dates, 2026)
    assert {window.end, window.plan_due, window.verdict_due, window.effective} == {day("2026-09-30")}


@given(st.sampled_from([DEFAULT, AICA]), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_dates_follow_one_another(programme: Programme, on: date) -> None:
    for window in calendar.windows(programme.spec.calendar, on, on):
        assert window.start <= on <= window.end <= window.plan_due <= window.verdict_due <= window.effective


@pytest.mark.parametrize(
    ("span", "months"),
    [
        pytest.param("2026-07-01 2026-09-30", 3, id="R13 R17 July to September"),
        pytest.param("2026-07-10 2026-09-30", 3, id="R13 R17 the first month counts as whole"),
        pytest.param("2026-06-30 2026-09-30", 4, id="R13 R17 one day more is a month more"),
        pytest.param("2026-10-01 2026-12-31", 3, id="R13 October starters"),
        pytest.param("2026-12-31 2027-01-01", 2, id="R13 over New Year"),
    ],
)
def test_inclusive_months(span: str, months: int) -> None:
    assert calendar.inclusive_months(term(span)) == months
    assert calendar.short_term(term(span), 3) == (months <= 3)


@pytest.mark.parametrize(
    ("programme", "span", "allowed"),
    [
        pytest.param(AICA, "2026-04-01 2026-06-30", True, id="R13 end of June"),
        pytest.param(AICA, "2026-04-01 2026-12-31", True, id="R13 end of December"),
        pytest.param(AICA, "2026-04-01 2027-03-31", False, id="R13 no end of March in 2022's rules"),
        pytest.param(DEFAULT, "2026-04-01 2027-03-31", True, id="R13 any quarter by default"),
        pytest.param(DEFAULT, "2026-04-01 2026-09-29", False, id="R13 a day too early"),
    ],
)
def test_end_dates(programme: Programme, span: str, allowed: bool) -> None:
    assert calendar.end_allowed(term(span), programme.spec.term) is allowed


def test_the_next_ends_are_for_a_sentence_that_helps() -> None:
    ends = calendar.next_ends(AICA.spec.term, day("2026-07-15"))
    assert ends == [day("2026-09-30"), day("2026-12-31"), day("2027-06-30")]


def test_the_day_is_that_of_the_zone() -> None:
    late = datetime(2026, 9, 30, 15, 0, tzinfo=UTC)
    assert calendar.today(late, "Asia/Seoul") == day("2026-10-01")
    assert calendar.midnight(day("2026-10-01"), "Asia/Seoul") == late
