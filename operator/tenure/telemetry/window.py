"""A half-open span of time [start, end) that is read at once: a day, or a part of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Window:
    """Whole minutes from `start` up to but without `end`; both carry a zone."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """Length in seconds."""
        return round((self.end - self.start).total_seconds())

    def halves(self) -> tuple[Window, Window]:
        """Two windows that tile this one, cut at a whole minute."""
        middle = self.start + (self.end - self.start) // 2 // MINUTE * MINUTE
        return Window(self.start, middle), Window(middle, self.end)

    def without(self, spans: Iterable[tuple[datetime, datetime]]) -> tuple[Window, ...]:
        """What is left of it outside of the spans, which lie within it, follow one another and are whole minutes."""
        cuts = [self.start, *(instant for span in spans for instant in span), self.end]
        return tuple(Window(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if a < b)


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Start and end of `day` in the IANA time zone, both in UTC.

    The end is the next day's start, so days tile time without gap or overlap; where clocks change a day has
    23 or 25 hours.
    """
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
