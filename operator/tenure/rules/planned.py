"""R15, R27: use against the usage plan of the application. It is shown; nothing follows from it."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from tenure.api.allocation import PlannedMonth
from tenure.api.review import LedgerStatus, Planned
from tenure.rules.utilization import Ratio


def planned(plan: Sequence[PlannedMonth], ledger: LedgerStatus | None) -> Planned | None:
    """Planned and busy device-seconds of the counted days of those months that have a plan; None where none has.

    A month's device-hours are spread evenly over its days. Days that do not count for utilization do not count here.
    """
    hours = {month.month: month.device_hours for month in plan}
    if not hours:
        return None
    wanted, busy = Fraction(0), 0
    for number, state in enumerate(ledger.states if ledger else ""):
        assert ledger is not None
        day = ledger.from_ + timedelta(days=number)
        if state == "C" and f"{day:%Y-%m}" in hours:
            wanted += _share(hours[f"{day:%Y-%m}"], day)
            busy += ledger.busy_seconds[number]
    exact = Ratio(busy * wanted.denominator, wanted.numerator)
    return Planned(planned_seconds=round(wanted), busy_seconds=busy, percent=exact.text() if wanted else "")


def _share(device_hours: int, day: date) -> Fraction:
    """A day's share of its month, in device-seconds."""
    return Fraction(device_hours * 3600, calendar.monthrange(day.year, day.month)[1])
