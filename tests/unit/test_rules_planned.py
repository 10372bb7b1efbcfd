"""R15, R27: use against the usage plan, shown and of no consequence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.allocation import PlannedMonth
from tenure.api.review import LedgerStatus
from tenure.rules.planned import planned
from unit.build import DAY, ledger

HOUR = 3600


def plan(**hours: int) -> list[PlannedMonth]:
    """July, August and September 2026 in device-hours, as far as they are planned."""
    months = {"july": "2026-07", "august": "2026-08", "september": "2026-09"}
    return [PlannedMonth(month=months[name], device_hours=value) for name, value in hours.items()]


@pytest.mark.parametrize(
    ("months", "days", "wanted", "busy", "percent"),
    [
        pytest.param(
            plan(july=310), ledger("C" * 31, 155 * HOUR), 310 * HOUR, 155 * HOUR, "50.0 %", id="R15 a whole month"
        ),
        pytest.param(
            plan(july=310), ledger("C" * 10, 100 * HOUR), 100 * HOUR, 100 * HOUR, "100.0 %", id="R27 by its days so far"
        ),
        pytest.param(
            plan(july=310, august=620),
            ledger("C" * 41, 410 * HOUR),
            *(510 * HOUR, 410 * HOUR, "80.4 %"),
            id="R27 into the next month",
        ),
        pytest.param(
            plan(july=310),
            ledger("SSCCUUACCC", 50 * HOUR),
            *(50 * HOUR, 50 * HOUR, "100.0 %"),
            id="R14 R27 days that do not count, count here neither",
        ),
        pytest.param(
            plan(august=620),
            ledger("C" * 41, 410 * HOUR),
            *(200 * HOUR, 100 * HOUR, "50.0 %"),
            id="R15 months without a plan are not compared",
        ),
        pytest.param(plan(july=0), ledger("CC", 10), 0, 10, "", id="R15 nothing was planned"),
        pytest.param(plan(july=100), None, 0, 0, "", id="R27 nothing is measured yet"),
        pytest.param(plan(july=1), ledger("C", 100), 116, 100, "86.1 %", id="R27 rounded in seconds, exact in percent"),
    ],
)
def test_use_against_plan(
    months: list[PlannedMonth], days: LedgerStatus | None, wanted: int, busy: int, percent: str
) -> None:
    found = planned(months, days)
    assert found is not None
    assert (found.planned_seconds, found.busy_seconds, found.percent) == (wanted, busy, percent)


def test_without_a_plan_nothing_is_shown() -> None:
    assert planned([], ledger("CCC", DAY)) is None


@given(st.integers(0, 10_000), st.integers(1, 31))
def test_the_days_of_a_month_come_to_its_plan(hours: int, days: int) -> None:
    whole, part = planned(plan(july=hours), ledger("C" * 31)), planned(plan(july=hours), ledger("C" * days))
    assert whole is not None
    assert part is not None
    assert whole.planned_seconds == hours * HOUR
    assert abs(part.planned_seconds - hours * HOUR * days / 31) <= 0.5
