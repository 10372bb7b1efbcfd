"""The days of a review: read from Prometheus, split among the allocations of a namespace, kept in the ledger."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tenure.api import Review
from tenure.api.conditions import Said
from tenure.api.review import LedgerStatus
from tenure.control.assess import Assessment
from tenure.control.days import Measuring, counted_by, profile_name
from tenure.control.meter import readable
from tenure.control.services import Services
from tenure.rules import calendar
from tenure.telemetry.facts import RETRIABLE, Reason, State
from tenure.telemetry.ledger import Ledger

ASK_AGAIN_SECONDS = 60.0
"""After Prometheus did not answer."""
MENDED_SECONDS = 3600.0
"""For days whose reason may go away when a setting is mended."""
AT_ONCE_SECONDS = 0.1
"""Where more days are left than one run reads."""
RUN_SECONDS = 15.0
"""Longest time for which one run reads days; then the ledger is written, so that a quarter's catch-up can be resumed."""
RUN_DAYS = 14
"""Most days that one run reads, so that all ledgers move on together and a restart finds most of the work done."""
SETTLES = timedelta(days=1)
"""How long after its end a day is read once more: what was sent late is in by then."""

PAST = {
    Reason.COVERAGE_GAP: "Too little of what the pods requested was measured: check the exporters on their nodes.",
    Reason.ATTRIBUTION_LOST: "Devices were busy for nobody: check that exporters may read the kubelet's pod-resources.",
    Reason.SIGNAL_STUCK_AT_ZERO: "The load read zero on busy devices: restart the exporter's engine on their nodes.",
}
"""What to say of days that are not read again."""
NOTES = {
    Reason.ESTIMATED: "On {} of the days devices were shared and the tenant's part is estimated.",
    Reason.OUTAGE: "On {} of the days time is left out because of an Outage.",
    Reason.NO_CAPACITY: "On {} of the days time is left out because the centre had no room for the tenant's pods.",
}
"""What to say of days that are known."""


@dataclass(frozen=True)
class Days:
    """A ledger brought up to date, what the condition Measured says, and when to ask Prometheus again."""

    ledger: LedgerStatus
    said: Said
    again: float | None
    complete: bool = True
    """Whether all that Prometheus can tell now was read. Until then nothing is decided."""


async def bring_up_to_date(
    services: Services, assessed: Assessment, group: Sequence[Assessment], review: Review, window: calendar.Window
) -> Days:
    """Read the finished days of the window that are not in the ledger yet, or not as they should be.

    Idempotent by date. One run reads as much as it can in RUN_SECONDS; the next one goes on.
    """
    assert assessed.programme is not None
    assert assessed.in_use_from is not None
    zone, now = assessed.programme.spec.time_zone, services.clock.now()
    first = max(window.start, assessed.in_use_from, assessed.allocation.spec.term.start)
    last = min(window.end, assessed.allocation.spec.term.end, calendar.today(now, zone) - timedelta(days=1))
    if not readable(last, zone, now):
        last -= timedelta(days=1)
    reader = _Reader(services, assessed, group, review.status.ledger, first)
    before = len(reader.ledger.days)
    finished = await reader.read(first, last)
    kept = reader.ledger.to_status()
    if reader.unanswered and len(reader.ledger.days) == before:
        return Days(kept, _said(kept, reader.told), ASK_AGAIN_SECONDS)  # at once would be the same again
    again = ASK_AGAIN_SECONDS if reader.unanswered else _again(kept)
    return Days(kept, _said(kept, reader.told), again if finished else AT_ONCE_SECONDS, complete=finished)


class _Reader:
    """Reads days of one review into its ledger."""

    def __init__(
        self,
        services: Services,
        assessed: Assessment,
        group: Sequence[Assessment],
        stored: LedgerStatus | None,
        first: date,
    ) -> None:
        stored = stored if _measured_by(stored, profile_name(assessed, None)) else None
        name = profile_name(assessed, stored)
        self._clock = services.clock
        self._measuring = Measuring(services.cache, services.meter, assessed, group, name, counted_by(stored))
        profile = self._measuring.profile
        load = profile.spec.load.title if profile is not None else ""
        known = Ledger.from_status(stored) if stored is not None else Ledger(first)
        days = {day: facts for day, facts in known.days.items() if first <= day}
        digest = profile.digest if profile is not None else known.profile_digest
        self.ledger = replace(
            known, first=first, days=days, profile=name, profile_digest=digest, load=known.load or load
        )
        self.told: dict[str, str] = {}
        """Reason -> sentence of the latest day that was read and is not simply counted."""
        self.unanswered = False
        """Whether Prometheus did not answer for a day; it is asked again, also where an earlier answer is kept."""
        self._unsettled = False
        """Whether that is so for a day that was answered before. It and all later ones are still to be read once more."""

    async def read(self, first: date, last: date) -> bool:
        """Read what is due, in order of the dates. Returns whether nothing is left to be read now.

        Another try at a day comes last, so that days which are lost for good hold up no others.
        """
        now, until = self._clock.now(), time.monotonic() + RUN_SECONDS
        fresh = self._fresh(first, last, now)
        finished = len(fresh) <= RUN_DAYS
        again = self.ledger.missing_days(first, last) if finished else []
        todo = dict.fromkeys([*fresh[:RUN_DAYS], *self._changed(first, last), *again])
        for number, day in enumerate(todo):
            if number and time.monotonic() > until:
                return False
            await self._read(day, now)
        return finished

    async def _read(self, day: date, now: datetime) -> None:
        facts, reading = await self._measuring.day(day)
        exporters = tuple(sorted(reading.exporters)) or self.ledger.exporters
        self.ledger = replace(self.ledger.with_day(day, facts), exporters=exporters)
        if reading.problem is not None:
            self.unanswered = True
            self._unsettled |= bool(self.ledger.days[day].answer)
        if readable(day, self._measuring.zone, now, SETTLES) and not self._unsettled:
            self.ledger = replace(self.ledger, settled=max(day, self.ledger.settled or day))
        if facts.state == State.UNKNOWN:
            self.told[facts.reason] = facts.message

    def _fresh(self, first: date, last: date, now: datetime) -> list[date]:
        """Days never read, and days that late samples may have reached."""
        settled = self.ledger.settled or first - timedelta(days=1)
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        zone, known = self._measuring.zone, self.ledger.days
        return [day for day in days if day not in known or (day > settled and readable(day, zone, now, SETTLES))]

    def _changed(self, first: date, last: date) -> list[date]:
        """Days of which the centre could give more or less than the ledger has."""
        known = self.ledger.days
        days = {day for day, facts in known.items() if facts.outage or facts.no_capacity}
        days |= {day for day in map(date.fromisoformat, self._measuring.waited) if day in known}
        if self._measuring.outages:
            days |= known.keys()
        return sorted(day for day in days if first <= day <= last and self._measuring.differs(day, known[day]))


def _measured_by(stored: LedgerStatus | None, profile: str) -> bool:
    """Whether a ledger is that of this profile, or has a counted day of the one it began with and so keeps to that.

    Where neither holds, a wrong profile was named, and the days are read anew by the right one.
    """
    return stored is None or stored.profile == profile or "C" in stored.states


def _said(ledger: LedgerStatus, told: Mapping[str, str]) -> Said:
    """The most frequent reason of Unknown days, with the sentence of its latest day; else what is worth knowing."""
    read = len(ledger.states) - ledger.states.count(".")
    if read == 0:
        return Said("Measured", None, "NotStarted", "No day of the window is over yet.")
    letters = {(ledger.from_ + timedelta(days=n)).isoformat(): letter for n, letter in enumerate(ledger.states)}
    unknown = {day: reason for day, reason in ledger.reasons.items() if letters.get(day) == "U"}
    notes = _notes(reason for day, reason in ledger.reasons.items() if day not in unknown)
    if not unknown:
        text = f"All {read} finished days of the window are measured."
        return Said("Measured", True, "Counted", " ".join([text, *notes]))
    counted = Counter(unknown.values())
    reason = max(sorted(counted), key=lambda one: counted[one])
    days = sorted(day for day, one in unknown.items() if one == reason)
    why = told.get(reason) or PAST.get(Reason(reason), "")
    text = (
        f"{len(unknown)} of {read} days are Unknown and count neither for nor against, {days[0]} to {days[-1]}. {why}"
    )
    return Said("Measured", False, reason, " ".join([text.strip(), *notes]))


def _notes(reasons: Iterable[str]) -> list[str]:
    counted = Counter(reasons)
    return [text.format(counted[reason]) for reason, text in NOTES.items() if counted[reason]]


def _again(ledger: LedgerStatus) -> float | None:
    reasons = set(ledger.reasons.values())
    if reasons & {"QueryFailed", "PartialAnswer"}:
        return ASK_AGAIN_SECONDS
    return MENDED_SECONDS if reasons & set(RETRIABLE) else None
