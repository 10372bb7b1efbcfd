"""The current time, with an offset for rehearsals and tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tenure.rules import calendar


@dataclass(frozen=True)
class Clock:
    """Wall-clock time plus an offset that the operator was started with and shows loudly."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """The time that Tenure takes it to be, in UTC."""
        return datetime.now(UTC) + self.offset

    def of(self, instant: datetime) -> datetime:
        """What this clock shows at an instant that another of the cluster's components wrote down."""
        return instant + self.offset


def until_midnight(now: datetime, zone: str) -> float:
    """Seconds until the next day begins in a zone, and one more. Raises ZoneInfoNotFoundError."""
    tomorrow = calendar.midnight(calendar.today(now, zone) + timedelta(days=1), zone)
    return (tomorrow - now).total_seconds() + 1
