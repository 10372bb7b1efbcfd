"""R14, R16: utilization over the counted days of a ledger, and its bounds for the time that is missing.

All arithmetic is in integers: device-seconds, compared by cross-multiplication, so that the edges are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tenure.api.programme import Measurement
from tenure.api.review import LedgerStatus, Utilization

HOURS = 24
UNASKED = ("QueryFailed", "PartialAnswer")
"""Reasons of Unknown days that say nothing of the day itself: it is read again once Prometheus answers."""


@dataclass(frozen=True)
class Ratio:
    """busy / base, kept as two integers. R16 does not clamp: 24 h of full load are 300 %."""

    busy: int
    base: int

    def at_least(self, percent: int) -> bool:
        """Whether it is at or above the percentage, exactly. Without a base nothing is below any edge."""
        return self.base <= 0 or self.busy * 100 >= percent * self.base

    def text(self) -> str:
        """For people: 31.4 %. Rounded, but never up to a whole percent: 49.99 must not read as 50.0."""
        if self.base <= 0:
            return "unknown"
        tenths = (self.busy * 2000 + self.base) // (self.base * 2)
        if tenths % 10 == 0 and tenths * self.base > self.busy * 1000:
            tenths -= 1
        return f"{tenths // 10}.{tenths % 10} %"


@dataclass(frozen=True)
class Counts:
    """What a ledger comes to. Seconds are device-seconds; `base` is in 1/24 s so that it stays whole."""

    measured: Ratio
    lowest: Ratio
    highest: Ratio
    coverage_percent: int
    counted: int
    unknown: int
    set_up: int
    unavailable: int
    unread: int
    until: date | None
    """The last day that the ledger has."""
    unasked: int = 0
    """Unknown days that may be known once Prometheus answers."""

    @property
    def eligible(self) -> int:
        """Days that count or would, if they were known."""
        return self.counted + self.unknown


def _missing(ledger: LedgerStatus, day: int, day_coverage_percent: int) -> int:
    """Device-seconds of a day that may have been busy and were not measured.

    What running pods requested and was not measured is missing. Where requests are not known, a counted day is only
    missing what its own measured time lacks; nothing of an unknown day is known but what was measured.
    """
    measured, granted = ledger.measured_seconds[day], ledger.granted_seconds[day]
    requested = ledger.requested_seconds[day]
    if requested >= 0:
        return max(0, requested - measured)
    if ledger.states[day] == "C" and measured * 100 < day_coverage_percent * granted:
        return 0
    return max(0, granted - measured)


def counts(ledger: LedgerStatus | None, rules: Measurement) -> Counts:
    """R16 over the counted days. Unknown, set-up and unavailable days leave numerator and base.

    The bounds take Unknown days in: once with what is missing idle, once with it fully busy.
    """
    states = ledger.states if ledger is not None else ""
    busy = base = low = high = wide = 0
    for day, state in enumerate(states):
        assert ledger is not None
        if state not in "CU":
            continue
        granted = max(0, ledger.granted_seconds[day] - ledger.unavailable_seconds[day])
        seconds = ledger.busy_seconds[day]
        if state == "C":
            busy, base = busy + seconds, base + granted * rules.base_hours_per_day
        wide += granted * rules.base_hours_per_day
        low += seconds
        high += seconds + _missing(ledger, day, rules.minimum_day_coverage_percent)
    return Counts(
        measured=Ratio(busy * HOURS, base),
        lowest=Ratio(low * HOURS, wide),
        highest=Ratio(high * HOURS, wide),
        coverage_percent=base * 100 // wide if wide else 0,
        counted=states.count("C"),
        unknown=states.count("U"),
        set_up=states.count("S"),
        unavailable=states.count("A"),
        unread=states.count("."),
        unasked=sum(reason in UNASKED for reason in ledger.reasons.values()) if ledger is not None else 0,
        until=ledger.from_ + timedelta(days=len(states) - 1) if ledger is not None and states else None,
    )


def status(found: Counts) -> Utilization:
    """The counts as they stand in a Review's status."""
    return Utilization(
        busy_seconds=found.measured.busy // HOURS,
        base_seconds=found.measured.base // HOURS,
        percent=found.measured.text(),
        lowest_percent=found.lowest.text(),
        highest_percent=found.highest.text(),
        coverage_percent=found.coverage_percent,
        counted_days=found.counted,
        unknown_days=found.unknown,
        set_up_days=found.set_up,
        unavailable_days=found.unavailable,
    )
