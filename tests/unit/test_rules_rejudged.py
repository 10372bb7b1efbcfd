"""R14: a ledger with other set-up days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.review import LedgerStatus
from tenure.rules.rejudged import first_access, with_set_up
from tenure.rules.utilization import counts
from unit.build import DAY, DEFAULT, ledger

RULES = DEFAULT.spec.measurement
FIRST = date(2026, 7, 1)
WHOLE = 8 * DAY


def states(days: LedgerStatus, access: date | None, set_up: int) -> str:
    return with_set_up(days, access, set_up, RULES).states


@given(states=st.text("CUA.", max_size=60), length=st.integers(0, 31))
def test_the_same_set_up_days_leave_a_ledger_as_it_was(states: str, length: int) -> None:
    set_up = "".join("S" if n < length and letter in "CU" else letter for n, letter in enumerate(states))
    days = ledger(set_up, measured=WHOLE)
    assert with_set_up(days, FIRST, length, RULES) == days
    assert with_set_up(days, None, 7, RULES) == days


def test_more_set_up_days_take_days_out_and_their_reasons() -> None:
    days = ledger("SSCUCC")
    later = with_set_up(days, FIRST, 4, RULES)
    assert (later.states, later.reasons) == ("SSSSCC", {})
    assert counts(later, RULES).set_up == 4


def test_set_up_that_began_before_the_window_reaches_into_it() -> None:
    assert states(ledger("CCCC"), FIRST - timedelta(days=13), 14) == "SCCC"
    assert states(ledger("SCCC", measured=WHOLE), FIRST - timedelta(days=13), 13) == "CCCC"


@pytest.mark.parametrize(
    ("measured", "requested", "letter"),
    [
        pytest.param(WHOLE, WHOLE, "C", id="all that was requested was measured"),
        pytest.param(round(WHOLE * 0.9), WHOLE, "C", id="90 % of it"),
        pytest.param(round(WHOLE * 0.9) - 1, WHOLE, "U", id="less"),
        pytest.param(0, 0, "U", id="nothing was requested: nobody kept whether the exporters were alive"),
        pytest.param(WHOLE, -1, "C", id="requests are not known, and all was measured"),
        pytest.param(0, -1, "U", id="nothing is known"),
    ],
)
def test_a_day_that_is_no_set_up_day_any_more_counts_where_it_was_measured(
    measured: int, requested: int, letter: str
) -> None:
    days = ledger("S", measured=measured, requested=requested)
    later = with_set_up(days, FIRST, 0, RULES)
    assert later.states == letter
    assert later.reasons == ({f"{FIRST}": "CoverageGap"} if letter == "U" else {})


def test_a_day_on_which_the_centre_was_out_stays_out() -> None:
    days = ledger("S", measured=0, outage=[WHOLE])
    later = with_set_up(days, FIRST, 0, RULES)
    assert (later.states, later.reasons) == ("A", {f"{FIRST}": "Outage"})
    assert states(ledger("A"), FIRST, 14) == "A"


@pytest.mark.parametrize(
    ("found", "first", "access"),
    [
        pytest.param("CCCC", "2026-07-01", None, id="no set-up days are left"),
        pytest.param("SSCC", "2026-07-01", "2026-06-19", id="two of fourteen are left on the window's first day"),
        pytest.param("S" * 14 + "C", "2026-07-10", "2026-07-10", id="the ledger begins with access"),
        pytest.param("SS", "2026-07-10", "2026-07-10", id="set-up is not over"),
    ],
)
def test_the_day_of_access_is_told_from_the_ledger(found: str, first: str, access: str | None) -> None:
    day = first_access(ledger(found, first=first), FIRST, RULES.set_up_days)
    assert day == (date.fromisoformat(access) if access else None)
