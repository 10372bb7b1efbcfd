"""The current time, with an offset for rehearsals and tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Clock:
    """Wall-clock time plus an offset that the operator was started with and shows loudly."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """The time that Tenure takes it to be, in UTC."""
        return datetime.now(UTC) + self.offset
