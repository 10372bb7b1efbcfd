"""A day of a ledger beside what would be written of it now: do they agree, and if not, why not?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tenure.telemetry.facts import DayFacts
from tenure.telemetry.readings import DayReading

FIELDS = ("state", "busy", "measured", "requested", "granted", "outage", "no_capacity", "estimated", "second")
"""What a day's worth is made of. Its reason is left out: it says how a day was judged, not what came of it."""


class Verdict(StrEnum):
    """What verifying a day has shown."""

    DIFFERS = "Differs"
    OTHER_ANSWER = "OtherAnswer"
    GONE = "Gone"
    NOT_ANSWERED = "NotAnswered"


@dataclass(frozen=True)
class Field:
    """One value as the ledger has it and as it is now: device-seconds (None: nobody can say), or a state's name."""

    name: str
    ledger: int | str | None
    now: int | str | None


@dataclass(frozen=True)
class Difference:
    """What does not agree, and one sentence on why."""

    verdict: Verdict
    fields: tuple[Field, ...]
    why: str


def compare(ledger: DayFacts, now: DayFacts, reading: DayReading, *, edge: bool) -> Difference | None:
    """None where ledger and Prometheus agree in every amount and in the digest of the answer.

    `now` was worked out from `reading`. `edge` says that Prometheus has nothing of the measured day before it: what is
    missing is then no difference, because Prometheus forgets from the oldest end.
    """
    if reading.problem is not None:
        return Difference(Verdict.NOT_ANSWERED, (), reading.problem.message)
    found = [Field(name, getattr(ledger, name), getattr(now, name)) for name in FIELDS]
    fields = tuple(one for one in found if one.ledger != one.now)
    if ledger.answer == now.answer:
        return Difference(Verdict.DIFFERS, fields, _SAME_ANSWER) if fields else None
    fields = (*fields, Field("answer", ledger.answer, now.answer))
    if fields[0].name == "answer":
        return Difference(Verdict.OTHER_ANSWER, fields, _SAME_AMOUNTS)
    if ledger.answer and not reading.devices_seen and not now.measured:
        return Difference(Verdict.GONE, fields, _GONE)
    if edge and now.measured < ledger.measured:
        return Difference(Verdict.GONE, fields, _PARTLY_GONE)
    return Difference(Verdict.DIFFERS, fields, _why(ledger, now))


def _why(ledger: DayFacts, now: DayFacts) -> str:
    """Of a day of which the amounts and the answer are not what they were."""
    if not ledger.answer:
        return _NEVER_ANSWERED
    if ledger.outage != now.outage:
        return _OUTAGE
    if now.measured > ledger.measured:
        return _MORE
    return _LESS if now.measured < ledger.measured else _OTHERWISE


_SAME_ANSWER = (
    "Prometheus answers what it answered then, so the ledger was altered since, or what else goes into a day was: grants, "
    "Outages, waiting pods, the Programme."
)
_SAME_AMOUNTS = "What Prometheus says of devices that nobody held, or of the exporters, is not what it was."
_GONE = "Prometheus has no sample of these devices on this day any more."
_PARTLY_GONE = "Prometheus no longer has all of this day and nothing of the day before: it is the oldest that it keeps."
_NEVER_ANSWERED = (
    "Prometheus did not answer when the day was read, and does now. Until the review is decided the day is read again."
)
_OUTAGE = (
    "Other Outages are declared now than when the day was read; a review that is decided keeps its days as they were."
)
_MORE = "Prometheus has more samples of this day than when it was read: they came later than a day after its end."
_LESS = (
    "Prometheus has fewer samples of this day than when it was read, although it has the day before: some were deleted or "
    "lost, or the ledger was altered."
)
_OTHERWISE = "Prometheus answers otherwise than it did: samples were changed there, or the ledger was altered."
