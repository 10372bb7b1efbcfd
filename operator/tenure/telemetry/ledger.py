"""The durable record of an allocation's days inside a Review (R16), as `tenure.api.review.LedgerStatus` stores it.

Parallel arrays, one entry per day from `from` on, because 92 days then take a few kB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tenure.api.review import LedgerStatus
from tenure.telemetry.facts import RETRIABLE, DayFacts, State

_LETTERS = {State.COUNTED: "C", State.SETUP: "S", State.UNAVAILABLE: "A", State.UNKNOWN: "U"}
_STATES = {letter: state for state, letter in _LETTERS.items()}
_NOT_READ = "."
_NOT_KNOWN = -1


@dataclass(frozen=True)
class Ledger:
    """Days by date. `first` is where the record begins even if that day was not read yet."""

    first: date
    days: Mapping[date, DayFacts] = field(default_factory=dict)
    settled: date | None = None
    """Last day up to which days were read late enough for all samples to be in."""
    profile: str = ""
    """The TelemetryProfile the days are measured by."""
    profile_digest: str = ""
    """Digest of its spec."""
    load: str = ""
    """What the load is, in words."""
    exporters: tuple[str, ...] = ()
    """Namespaces of the exporters themselves, as last probed."""

    def with_day(self, day: date, facts: DayFacts) -> Ledger:
        """The ledger with `day` recorded. Idempotent, and days may come in any order.

        What was once known is not lost to a later reading that knows less, because Prometheus forgets. What the centre
        could not give is as the later one says, but for an Outage that is withdrawn: its time is not in the amounts that
        are kept, so it does not come back into the base either.
        """
        known = self.days.get(day)
        kept = replace(facts, message="")
        if known is not None and knows_less(facts, known):
            kept = replace(known, outage=max(known.outage, facts.outage), no_capacity=facts.no_capacity)
        return replace(self, days=dict(self.days) | {day: kept})

    def missing_days(self, first: date, last: date) -> list[date]:
        """Days of first..last (inclusive) never read, or Unknown for a reason that may go away (RETRIABLE)."""
        return [day for day in _dates(first, last) if (facts := self.days.get(day)) is None or _again(facts)]

    def to_status(self) -> LedgerStatus:
        """As stored in `status.ledger`."""
        start, end = min([self.first, *self.days]), max(self.days, default=None)
        rows = [self.days.get(day) for day in _dates(start, end)] if end else []
        return LedgerStatus(
            from_=start,
            busy_seconds=tuple(row.busy if row else 0 for row in rows),
            measured_seconds=tuple(row.measured if row else 0 for row in rows),
            requested_seconds=tuple(_known(row.requested) if row else _NOT_KNOWN for row in rows),
            granted_seconds=tuple(row.granted if row else 0 for row in rows),
            outage_seconds=tuple(row.outage if row else 0 for row in rows),
            no_capacity_seconds=tuple(row.no_capacity if row else 0 for row in rows),
            estimated_seconds=tuple(row.estimated if row else 0 for row in rows),
            second_seconds=tuple(_known(row.second) if row else _NOT_KNOWN for row in rows),
            states="".join(_LETTERS[row.state] if row else _NOT_READ for row in rows),
            reasons={
                day.isoformat(): str(facts.reason)
                for day, facts in sorted(self.days.items())
                if str(facts.reason) != str(facts.state)
            },
            answers=tuple(row.answer if row else "" for row in rows),
            settled=self.settled,
            profile=self.profile,
            profile_digest=self.profile_digest,
            load=self.load,
            exporters=self.exporters,
        )

    @staticmethod
    def from_status(stored: LedgerStatus) -> Ledger:
        """The inverse of `to_status`. Raises ValueError if the arrays differ in length."""
        columns = (
            stored.states,
            stored.busy_seconds,
            stored.measured_seconds,
            stored.requested_seconds,
            stored.granted_seconds,
            stored.outage_seconds,
            stored.no_capacity_seconds,
            stored.estimated_seconds,
            stored.second_seconds,
            stored.answers,
        )
        days = {}
        for number, row in enumerate(zip(*columns, strict=True)):
            letter, busy, measured, requested, granted, outage, no_capacity, estimated, second, answer = row
            day, state = stored.from_ + timedelta(days=number), _STATES.get(letter)
            if state:
                days[day] = DayFacts(
                    busy,
                    measured,
                    _or_none(requested),
                    granted,
                    state,
                    stored.reasons.get(day.isoformat(), str(state)),
                    outage=outage,
                    no_capacity=no_capacity,
                    estimated=estimated,
                    second=_or_none(second),
                    answer=answer,
                )
        return Ledger(
            stored.from_,
            days,
            stored.settled,
            stored.profile,
            stored.profile_digest,
            stored.load,
            stored.exporters,
        )


def knows_less(later: DayFacts, known: DayFacts) -> bool:
    """Whether a later reading of a day lacks what an earlier one had: late samples only ever add time.

    Less is right where an Outage was declared meanwhile.
    """
    if known.state == State.UNKNOWN:
        return False
    return later.state == State.UNKNOWN or (later.measured < known.measured and later.outage == known.outage)


def _again(facts: DayFacts) -> bool:
    return facts.state == State.UNKNOWN and facts.reason in RETRIABLE


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _known(amount: int | None) -> int:
    return _NOT_KNOWN if amount is None else amount


def _or_none(stored: int) -> int | None:
    return None if stored < 0 else stored
