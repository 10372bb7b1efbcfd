"""R5, R16: what an allocation really held on a day, and what its ledgers know of the use of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache

from tenure.api.allocation import Allocation, Grant
from tenure.api.decision import DecisionSpec
from tenure.api.review import LedgerStatus
from tenure.rules.calendar import midnight, today
from tenure.rules.grant import digest, entitled, held_during

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Used:
    """A day of a ledger, in device-seconds. None where nobody can say."""

    granted: int
    requested: int | None
    busy: int | None


def used_days(ledgers: Iterable[LedgerStatus]) -> Mapping[date, Used]:
    """Every day that was read. Where several ledgers have a day, the first one that knows its use holds."""
    days: dict[date, Used] = {}
    for ledger in ledgers:
        for number, state in enumerate(ledger.states):
            day = ledger.from_ + timedelta(days=number)
            if state != "." and (day not in days or days[day].busy is None):
                requested = ledger.requested_seconds[number]
                days[day] = Used(
                    granted=ledger.granted_seconds[number],
                    requested=requested if requested >= 0 else None,
                    busy=None if state == "U" else ledger.busy_seconds[number],
                )
    return days


@lru_cache(maxsize=4096)
def bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Start and end of a day in the zone, both in UTC."""
    return midnight(day, zone).astimezone(UTC), midnight(day + timedelta(days=1), zone).astimezone(UTC)


def length(day: date, zone: str) -> int:
    """Seconds of a day in the zone: 23 to 25 hours."""
    start, end = bounds(day, zone)
    return (end - start) // SECOND


@dataclass(frozen=True)
class Holding:
    """An allocation with all that says what it held."""

    allocation: Allocation
    award: Grant
    decisions: Sequence[DecisionSpec]
    """All of the allocation, also those of an earlier award."""
    used: Mapping[date, Used]
    zone: str

    def devices(self, day: date) -> int:
        """Devices held on a day of the term.

        The record of what was enforced is the truth: the least of it on that day, and no more than use was measured
        against. Where neither reaches back so far, the fold says it, from the first day of use on.
        """
        term = self.allocation.spec.term
        if not term.start <= day <= term.end:
            return 0
        found = [*held_during(self.allocation.status.held, *bounds(day, self.zone))]
        if found:
            found += self._decided(day)
        if day in self.used:
            found.append(self.used[day].granted // length(day, self.zone))
        return min(found) if found else self._folded(day)

    def _decided(self, day: date) -> Iterable[int]:
        """What Decisions have left since the record was last written: they hold from their day on, enforced or not."""
        _, end = bounds(day, self.zone)
        written = max(entry.since for entry in self.allocation.status.held if entry.since < end)
        later = [d for d in self.decisions if d.award_digest == self._digest and d.decided_at >= written]
        return (d.after.devices for d in later if d.effective <= day)

    def _folded(self, day: date) -> int:
        term, in_use = self.allocation.spec.term, self._in_use(day)
        return entitled(self.award, term, self.decisions, self._digest, day).grant.devices if in_use else 0

    @cached_property
    def _digest(self) -> str:
        return digest(self.allocation.spec)

    def _in_use(self, day: date) -> bool:
        spec, access = self.allocation.spec, self.allocation.status.access_since
        if spec.in_use_since is not None:
            return day >= spec.in_use_since
        return access is not None and day >= today(access, self.zone)
