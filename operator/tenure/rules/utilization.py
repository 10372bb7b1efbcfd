"""R14, R16: utilization over the counted days of a ledger, and its bounds for the time that is missing.

All arithmetic is in integers: device-seconds, compared by cross-multiplication, so that the edges are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.api.programme import Measurement
from tenure.api.review import LedgerStatus, Utilization

HOURS = 24
PACE_DAYS = 14
"""Counted days from which the present pace is worked out: two whole weeks, so that week-ends weigh as they do."""
STUCK = "SignalStuckAtZero"
"""Reason of Unknown days that were measured and whose load is not to be believed: it read zero where a witness saw some."""
UNASKED = ("QueryFailed", "PartialAnswer")
"""Reasons of Unknown days that say nothing of the day itself: it is read again once Prometheus answers."""
NO_DAYS = LedgerStatus(**{"from": date.min})


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
    estimated: int = 0
    """Counted days on which the share of a shared device is estimated."""
    second: Ratio = Ratio(0, 0)
    """The second signal over the busy time it was read for, both in device-seconds of counted days."""
    pace: Ratio = Ratio(0, 0)
    """R16 over the latest counted days, at most PACE_DAYS of them."""

    @property
    def eligible(self) -> int:
        """Days that count or would, if they were known."""
        return self.counted + self.unknown


def _at(column: Sequence[int], day: int, unknown: int = 0) -> int:
    """A day of a column; a ledger that was written without the column has nothing in it."""
    return column[day] if day < len(column) else unknown


def not_given(granted: int, requested: int | None, outage: int, no_capacity: int) -> int:
    """Device-seconds of a day that the centre did not provide: outages, and room that waiting pods did not find.

    A pod may wait for the very device that an Outage took, and others of the tenant's pods may run meanwhile: beside
    outages, no more was unavailable than what running pods had not requested. Never above what was granted.
    """
    lost = outage + no_capacity
    if requested is not None:
        lost = min(lost, max(outage, granted - requested))
    return min(lost, granted)


def unavailable(ledger: LedgerStatus, day: int) -> int:
    """`not_given` on a day of a ledger."""
    requested = ledger.requested_seconds[day]
    return not_given(
        ledger.granted_seconds[day],
        requested if requested >= 0 else None,
        _at(ledger.outage_seconds, day),
        _at(ledger.no_capacity_seconds, day),
    )


def provided(ledger: LedgerStatus, day: int) -> int:
    """Device-seconds of a day that the tenant was granted and could have used."""
    return ledger.granted_seconds[day] - unavailable(ledger, day)


def _missing(ledger: LedgerStatus, day: int, day_coverage_percent: int) -> int:
    """Device-seconds of a day that may have been busy and were not measured. What was unavailable is not missing.

    What running pods requested and was not measured is missing. Where requests are not known, a counted day is only
    missing what its own measured time lacks; nothing of an unknown day is known but what was measured.
    """
    measured, requested, could = _believed(ledger, day), ledger.requested_seconds[day], provided(ledger, day)
    if requested < 0 and ledger.states[day] == "C" and measured * 100 < day_coverage_percent * could:
        return 0
    wanted = requested if requested >= 0 else ledger.granted_seconds[day]
    on_lost_devices = min(unavailable(ledger, day), max(0, wanted - could))
    return max(0, wanted - on_lost_devices - measured)


def _believed(ledger: LedgerStatus, day: int) -> int:
    """Measured device-seconds of a day whose load is known. Of a signal that was stuck that is only what it showed."""
    stuck = ledger.reasons.get((ledger.from_ + timedelta(days=day)).isoformat()) == STUCK
    return min(ledger.busy_seconds[day], ledger.measured_seconds[day]) if stuck else ledger.measured_seconds[day]


def _sum(ledger: LedgerStatus, days: Sequence[int], rules: Measurement) -> Ratio:
    """R16 over some days."""
    busy = sum(ledger.busy_seconds[day] for day in days)
    base = sum(provided(ledger, day) for day in days)
    return Ratio(busy * HOURS, base * rules.base_hours_per_day)


def _second(ledger: LedgerStatus, days: Sequence[int]) -> Ratio:
    """The second signal and the busy time of those days on which it is known."""
    known = [day for day in days if _at(ledger.second_seconds, day, -1) >= 0]
    return Ratio(sum(ledger.second_seconds[day] for day in known), sum(ledger.busy_seconds[day] for day in known))


def counts(ledger: LedgerStatus | None, rules: Measurement) -> Counts:
    """R16 over the counted days. Unknown, set-up and unavailable days leave numerator and base.

    The bounds take Unknown days in: once with what is missing idle, once with it fully busy. What is estimated may be
    so much less or more.
    """
    ledger = ledger or NO_DAYS
    states = ledger.states
    counted = [day for day, state in enumerate(states) if state == "C"]
    eligible = [day for day, state in enumerate(states) if state in "CU"]
    measured, wide = _sum(ledger, counted, rules), _sum(ledger, eligible, rules)
    low = high = 0
    for day in eligible:
        busy, estimated = ledger.busy_seconds[day], _at(ledger.estimated_seconds, day)
        low += max(0, busy - estimated)
        high += busy + estimated + _missing(ledger, day, rules.minimum_day_coverage_percent)
    return Counts(
        measured=measured,
        lowest=Ratio(low * HOURS, wide.base),
        highest=Ratio(high * HOURS, wide.base),
        coverage_percent=measured.base * 100 // wide.base if wide.base else 0,
        counted=len(counted),
        unknown=states.count("U"),
        set_up=states.count("S"),
        unavailable=states.count("A"),
        unread=states.count("."),
        unasked=sum(reason in UNASKED for reason in ledger.reasons.values()),
        until=ledger.from_ + timedelta(days=len(states) - 1) if states else None,
        estimated=sum(_at(ledger.estimated_seconds, day) > 0 for day in counted),
        second=_second(ledger, counted),
        pace=_sum(ledger, counted[-PACE_DAYS:], rules),
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
        estimated_days=found.estimated,
        second_percent=found.second.text() if found.second.base else "",
    )
