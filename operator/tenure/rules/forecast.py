"""R16, R17: where a running quarter leads, and what is still needed to end it at or above each edge of the table.

It informs; nothing follows from it. All arithmetic is in integers, so that exactly what is needed is exactly enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tenure.api.review import Edge, Forecast
from tenure.rules import calendar
from tenure.rules.case import Case
from tenure.rules.utilization import HOURS, Ratio


@dataclass(frozen=True)
class Rest:
    """The part of a review that is still to come: days that are not in the ledger yet and can count."""

    days: int
    seconds: int
    """Device-seconds of these days, at the present grant. Today counts as a whole day."""

    def base(self, case: Case) -> int:
        """What they add to the base, in the unit of Ratio."""
        return self.seconds * case.programme.measurement.base_hours_per_day


def last_day(case: Case) -> date:
    """The last day that can count: the window's, or the term's where that is earlier."""
    return min(case.window.end, case.term.end)


def rest(case: Case) -> Rest:
    """The days after those of the ledger and after set-up (R14), up to the last one, all at the present grant."""
    read = case.counts.until
    starts = [case.window.start, case.term.start, case.counts_from, read + timedelta(days=1) if read else None]
    first, end = max(day for day in starts if day is not None), last_day(case) + timedelta(days=1)
    if first >= end or case.today >= end:
        return Rest(0, 0)
    zone = case.programme.time_zone
    seconds = calendar.midnight(end, zone).timestamp() - calendar.midnight(first, zone).timestamp()
    return Rest((end - first).days, int(seconds) * case.held.devices)


def projected(case: Case) -> Ratio:
    """Utilization at the end at the present pace: that of the latest counted days. Without any, nothing is known."""
    measured, pace, more = case.counts.measured, case.counts.pace, rest(case).base(case)
    return Ratio(measured.busy * pace.base + more * pace.busy, (measured.base + more) * pace.base)


def needed(case: Case, percent: int) -> int:
    """Busy device-seconds with which the review ends at or above an edge, rounded up; 0 where it is secured already."""
    measured = case.counts.measured
    short = percent * (measured.base + rest(case).base(case)) - 100 * measured.busy
    return max(0, -(-short // (100 * HOURS)))


def forecast(case: Case) -> Forecast | None:
    """What the Review shows while its window runs. None once it is over, where nothing is held and nothing can count."""
    left = rest(case)
    if case.today > last_day(case) or not case.held.devices or not (left.days or case.counts.counted):
        return None
    end = projected(case)
    edges = [band.from_percent for band in case.programme.review.bands if band.from_percent]
    return Forecast(
        days_left=left.days,
        percent=end.text(),
        pace_percent=case.counts.pace.text(),
        edges=tuple(_edge(case, edge, end, left) for edge in edges),
    )


def _edge(case: Case, percent: int, end: Ratio, left: Rest) -> Edge:
    """R16 does not clamp, so a device can be busy for all 24 hours of a day."""
    short = needed(case, percent)
    return Edge(
        percent=percent,
        busy_seconds_needed=short,
        within_reach=short <= left.seconds,
        on_course=end.at_least(percent),
    )
