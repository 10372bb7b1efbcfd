"""Which past quarters should have a record, so that a restore without status gives nobody a device back (R17)."""

from __future__ import annotations

from datetime import date

import pytest
from tenure.api.allocation import Term
from tenure.rules.history import quarters_without_record, reviewed_windows
from unit.build import DEFAULT

TERM = Term(start=date(2026, 7, 1), end=date(2027, 3, 31))


@pytest.mark.parametrize(
    ("since", "today", "recorded", "missing"),
    [
        pytest.param("2026-07-01", "2026-09-30", [], (), id="R17 the quarter's last day"),
        pytest.param("2026-07-01", "2026-10-01", [], ("2026-Q3",), id="R17 the quarter is over"),
        pytest.param("2026-07-01", "2026-10-01", ["2026-Q3"], (), id="R17 it has its record"),
        pytest.param("2026-07-01", "2027-01-01", ["2026-Q3"], ("2026-Q4",), id="R17 the next has none"),
        pytest.param("2026-07-01", "2027-01-01", [], ("2026-Q3", "2026-Q4"), id="R17 two have none"),
        pytest.param("2026-10-01", "2027-01-01", [], ("2026-Q4",), id="R14 not in use before"),
        pytest.param("2026-09-30", "2026-10-01", [], ("2026-Q3",), id="R14 in use on one day"),
        pytest.param(None, "2027-01-01", [], (), id="R14 never in use"),
        pytest.param("2026-07-01", "2028-01-01", [], ("2026-Q3", "2026-Q4", "2027-Q1"), id="R13 none after the term"),
        pytest.param("2026-01-01", "2026-10-01", [], ("2026-Q3",), id="R13 none before the term"),
    ],
)
def test_quarters_without_record(since: str | None, today: str, recorded: list[str], missing: tuple[str, ...]) -> None:
    in_use_from = date.fromisoformat(since) if since else None
    on = date.fromisoformat(today)
    assert quarters_without_record(DEFAULT.spec, TERM, in_use_from, recorded, on) == missing


def test_the_running_quarter_is_reviewed_from_its_first_day() -> None:
    found = reviewed_windows(DEFAULT.spec, TERM, date(2026, 7, 1), date(2026, 10, 1))
    assert [window.review for window in found] == ["2026-Q3", "2026-Q4"]
