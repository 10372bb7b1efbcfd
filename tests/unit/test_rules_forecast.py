"""R16, R17: where a running quarter leads. Exactly what is said to be needed is exactly enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import Programme
from tenure.api.review import Edge, Forecast
from tenure.rules.case import Case
from tenure.rules.forecast import forecast, rest
from unit.build import DAY, DEFAULT, case, ledger, programme, share, used

FIRST = date(2026, 7, 1)


def running(percent: float, states: str, held: int = 8, term: str = "2026-07-01 2026-12-31") -> Case:
    """2026-Q3 as it stands when the days of the states are read, asked on the day after."""
    return case(used(percent, states, devices=8), FIRST + timedelta(days=len(states)), held=held, term=term)


def seen(given_: Case) -> Forecast:
    found = forecast(given_)
    assert found is not None
    return found


def edge(given_: Case, percent: int) -> Edge:
    return next(one for one in seen(given_).edges if one.percent == percent)


@pytest.mark.parametrize(
    ("percent", "read", "ends_at", "needed", "within_reach", "on_course"),
    [
        pytest.param(20, 46, "20.0 %", 80, True, False, id="R17 halfway at 20 %: 80 % from now on"),
        pytest.param(60, 46, "60.0 %", 40, True, True, id="R17 halfway at 60 %: 40 % is enough"),
        pytest.param(50, 46, "50.0 %", 50, True, True, id="R17 the edge belongs to the row above"),
        pytest.param(100, 46, "100.0 %", 0, True, True, id="R17 secured halfway"),
        pytest.param(0, 69, "0.0 %", 200, True, False, id="R16 three quarters idle: 200 %, for R16 does not clamp"),
        pytest.param(40, 88, "40.0 %", 270, True, False, id="R16 270 % on four days"),
        pytest.param(40, 91, "40.0 %", 960, False, False, id="R16 960 % on the last day: out of reach"),
    ],
)
def test_what_the_edge_of_fifty_percent_still_takes(
    percent: int, read: int, ends_at: str, needed: int, within_reach: bool, on_course: bool
) -> None:
    """Needed is in percent of the base time of the days that are left."""
    found = running(percent, "C" * read)
    assert (seen(found).days_left, seen(found).percent, seen(found).pace_percent) == (92 - read, ends_at, ends_at)
    short = share(needed, "C" * (92 - read))
    assert edge(found, 50) == Edge(
        percent=50, busy_seconds_needed=short, within_reach=within_reach, on_course=on_course
    )


def test_the_edges_are_those_of_the_table_highest_first() -> None:
    assert [one.percent for one in seen(running(20, "C" * 10)).edges] == [50, 5]
    plain = programme(review={"bands": [{"fromPercent": 0, "adequate": "Continue", "inadequate": "Continue"}]})
    assert seen(case(used(20, "C" * 10), "2026-07-11", rules=plain)).edges == ()


def test_the_pace_is_the_latest_one_and_the_past_counts_as_it_was() -> None:
    """46 days at 100 %, of them the latest 14 idle: at that pace it ends at 32 / 92."""
    days = ledger("C" * 46, 0)
    whole = (8 * 8 * 3600,) * 32 + (0,) * 14
    found = case(days.model_copy(update={"busy_seconds": whole}), "2026-08-16")
    assert (seen(found).pace_percent, seen(found).percent) == ("0.0 %", "34.8 %")


@pytest.mark.parametrize(
    ("term", "states", "counts_from", "left"),
    [
        pytest.param("2026-07-01 2026-12-31", "C" * 10, None, 82, id="R17 until the window's end"),
        pytest.param("2026-07-01 2026-09-15", "C" * 10, None, 67, id="R13 until the term's end"),
        pytest.param("2026-07-01 2026-12-31", "S" * 10, date(2026, 7, 15), 78, id="R14 after set-up"),
        pytest.param("2026-07-01 2026-12-31", "C" * 10, date(2026, 5, 1), 82, id="R14 set-up is long over"),
        pytest.param("2026-07-01 2026-12-31", "CCU.C", None, 87, id="R16 after the last day of the ledger"),
        pytest.param("2026-07-20 2026-12-31", "", None, 73, id="R17 from the term's start"),
    ],
)
def test_the_days_that_can_still_count(term: str, states: str, counts_from: date | None, left: int) -> None:
    found = replace(running(20, states, term=term), counts_from=counts_from)
    assert (seen(found).days_left, rest(found).seconds) == (left, left * 8 * DAY)


def test_what_is_left_is_taken_at_the_present_grant() -> None:
    """A cut in August halves what the rest of the quarter weighs."""
    assert rest(running(20, "C" * 46, held=4)).seconds == 46 * 4 * DAY
    assert edge(running(0, "C" * 46, held=4), 50).busy_seconds_needed == share(50, "C" * 46) * 3 // 2


def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is() -> None:
    """In Berlin 25 October has 25 hours."""
    berlin, year = programme(timeZone="Europe/Berlin"), "2026-07-01 2026-12-31"
    found = case(ledger("C" * 23, first="2026-10-01"), "2026-10-24", rules=berlin, term=year)
    window = replace(found.window, start=date(2026, 10, 1), end=date(2026, 10, 26))
    assert rest(replace(found, window=window)).seconds == 8 * (3 * DAY + 3600)


@pytest.mark.parametrize(
    "given_",
    [
        pytest.param(case(used(20), "2026-10-01"), id="R17 the window is over"),
        pytest.param(case(used(20, "C" * 60), "2026-09-01", term="2026-07-01 2026-08-31"), id="R13 the term is over"),
        pytest.param(case(used(20, "C" * 60), "2026-09-01", held=0), id="R17 nothing is held any more"),
        pytest.param(
            replace(case(used(0, "S" * 60), "2026-08-30"), counts_from=date(2026, 10, 1)), id="R14 nothing can count"
        ),
    ],
)
def test_where_nothing_is_to_come_nothing_is_forecast(given_: Case) -> None:
    assert forecast(given_) is None


def test_before_the_first_day_counts_nothing_is_held_against_anybody() -> None:
    found = seen(running(0, ""))
    assert (found.days_left, found.percent, found.pace_percent) == (92, "unknown", "unknown")
    assert all(one.on_course and one.within_reach and one.busy_seconds_needed > 0 for one in found.edges)


BUSY = st.lists(st.integers(0, 8 * DAY), min_size=1, max_size=91)
RULES = st.sampled_from(
    [
        DEFAULT,
        programme(measurement={"baseHoursPerDay": 7}),
        programme(
            review={
                "bands": [
                    {"fromPercent": 37, "adequate": "Increase", "inadequate": "Continue"},
                    {"fromPercent": 11, "adequate": "Continue", "inadequate": "Reduce"},
                    {"fromPercent": 0, "adequate": "Reduce", "inadequate": "Revoke"},
                ]
            }
        ),
    ]
)


def lived(busy: list[int], rules: Programme, out: int = 0) -> Case:
    """Counted days with so many busy device-seconds each, and an outage on the first one."""
    days = ledger("C" * len(busy), outage=[out]).model_copy(update={"busy_seconds": tuple(busy)})
    return case(days, FIRST + timedelta(days=len(busy)), rules=rules)


@given(busy=BUSY, rules=RULES, out=st.integers(0, 8 * DAY))
def test_what_is_needed_is_enough_and_one_second_less_is_not(busy: list[int], rules: Programme, out: int) -> None:
    """The rest of the quarter is lived with exactly so much, on its first days or spread over it."""
    given_ = lived(busy, rules, out)
    left = 92 - len(busy)
    for one in seen(given_).edges:
        end = lived([*busy, one.busy_seconds_needed, *[0] * (left - 1)], rules, out)
        assert end.counts.measured.at_least(one.percent)
        assert one.within_reach == (one.busy_seconds_needed <= left * 8 * DAY)
        if one.busy_seconds_needed:
            less = lived([*busy, one.busy_seconds_needed - 1, *[0] * (left - 1)], rules, out)
            assert not less.counts.measured.at_least(one.percent)


@given(busy=BUSY, rules=RULES, day=st.integers(0, 90), more=st.integers(1, DAY))
def test_more_use_never_makes_the_forecast_worse(busy: list[int], rules: Programme, day: int, more: int) -> None:
    day %= len(busy)
    before, after = (seen(lived(days, rules)) for days in (busy, [*busy[:day], busy[day] + more, *busy[day + 1 :]]))
    for old, new in zip(before.edges, after.edges, strict=True):
        assert new.busy_seconds_needed <= old.busy_seconds_needed
        assert new.on_course >= old.on_course
        assert new.within_reach >= old.within_reach


@given(busy=BUSY, rules=RULES)
def test_whoever_is_on_course_is_within_reach_and_of_every_lower_edge(busy: list[int], rules: Programme) -> None:
    edges = seen(lived(busy, rules)).edges
    assert all(one.within_reach for one in edges if one.on_course)
    for higher, lower in pairwise(edges):
        assert lower.on_course >= higher.on_course
        assert lower.busy_seconds_needed <= higher.busy_seconds_needed
