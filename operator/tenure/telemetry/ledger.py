"""The durable record of an allocation's days inside a Review (R16).

Stored as parallel arrays, one entry per day from `from` on, because 92 days then take about 4 kB:

    from               date of the first entry, ISO 8601
    busySeconds        [int]  device-seconds, as are the next four
    measuredSeconds    [int]
    requestedSeconds   [int]  -1 where unknown
    grantedSeconds     [int]
    unavailableSeconds [int]
    states             one letter per day: C Counted, S Setup, A Unavailable, U Unknown, . not read yet
    reasons            {date: reason} of the Unknown days
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tenure.telemetry.facts import RETRIABLE, DayFacts, State

_LETTERS = {State.COUNTED: "C", State.SETUP: "S", State.UNAVAILABLE: "A", State.UNKNOWN: "U"}
_STATES = {letter: state for state, letter in _LETTERS.items()}
_NOT_READ = "."
_COLUMNS = (
    "states",
    "busySeconds",
    "measuredSeconds",
    "requestedSeconds",
    "grantedSeconds",
    "unavailableSeconds",
)


@dataclass(frozen=True)
class Ledger:
    """Days by date. `first` is where the record begins even if that day was not read yet."""

    first: date
    days: Mapping[date, DayFacts] = field(default_factory=dict)

    def day(self, day: date) -> DayFacts | None:
        """The facts of `day`, or None if it was never read."""
        return self.days.get(day)

    def with_day(self, day: date, facts: DayFacts) -> Ledger:
        """The ledger with `day` recorded. Idempotent, and days may come in any order.

        What was once known is not lost to a later reading that knows less: Prometheus forgets.
        """
        known = self.days.get(day)
        if known and known.state != State.UNKNOWN and facts.state == State.UNKNOWN:
            return self
        return replace(self, days=dict(self.days) | {day: replace(facts, message="")})

    def missing_days(self, first: date, last: date) -> list[date]:
        """Days of first..last (inclusive) never read, or Unknown for a reason that may go away (RETRIABLE)."""
        return [day for day in _dates(first, last) if (facts := self.days.get(day)) is None or _again(facts)]

    def to_dict(self) -> dict[str, Any]:
        """As stored in `status.ledger`; see the module's docstring."""
        start, end = min([self.first, *self.days]), max(self.days, default=None)
        rows = [self.days.get(day) for day in _dates(start, end)] if end else []
        return {
            "from": start.isoformat(),
            "busySeconds": [row.busy if row else 0 for row in rows],
            "measuredSeconds": [row.measured if row else 0 for row in rows],
            "requestedSeconds": [-1 if row is None or row.requested is None else row.requested for row in rows],
            "grantedSeconds": [row.granted if row else 0 for row in rows],
            "unavailableSeconds": [row.unavailable if row else 0 for row in rows],
            "states": "".join(_LETTERS[row.state] if row else _NOT_READ for row in rows),
            "reasons": {
                day.isoformat(): str(facts.reason)
                for day, facts in sorted(self.days.items())
                if facts.state == State.UNKNOWN
            },
        }

    @staticmethod
    def from_dict(stored: Mapping[str, Any]) -> Ledger:
        """The inverse of `to_dict`. Raises ValueError if the arrays differ in length."""
        first = date.fromisoformat(str(stored["from"]))
        reasons = {str(day): reason for day, reason in stored.get("reasons", {}).items()}
        days = {}
        for number, row in enumerate(zip(*(stored[column] for column in _COLUMNS), strict=True)):
            letter, busy, measured, requested, granted, unavailable = row
            day, state = first + timedelta(days=number), _STATES.get(letter)
            if state:
                known = None if requested < 0 else requested
                reason = reasons.get(day.isoformat(), str(state))
                days[day] = DayFacts(busy, measured, known, granted, state, reason, unavailable=unavailable)
        return Ledger(first, days)


def _again(facts: DayFacts) -> bool:
    return facts.state == State.UNKNOWN and facts.reason in RETRIABLE


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
