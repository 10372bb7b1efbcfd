"""What a Return, Sanction, Relocation or Report is judged against, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tenure.api.accelerator import AcceleratorSpec
from tenure.api.allocation import AllocationSpec, Grant
from tenure.api.conditions import Said
from tenure.api.decision import DecisionKind, DecisionSpec
from tenure.api.model import Model
from tenure.api.programme import ProgrammeSpec
from tenure.api.quantity import parse
from tenure.rules import calendar
from tenure.rules.grant import Entitlement
from tenure.rules.record import Settled, digest
from tenure.rules.words import many

MARK = 8
"""Letters of a digest that tell one text from another."""


@dataclass(frozen=True)
class Holder:
    """An allocation at one instant, as far as its causes depend on it."""

    spec: AllocationSpec
    programme: ProgrammeSpec
    accelerator: AcceleratorSpec | None
    entitlement: Entitlement
    in_use_from: date | None
    """First day of service; None where access was not given yet."""
    now: datetime
    told: bool = True
    """Whether the tenant was told by every channel what notice is to be given of; so without channels."""

    @property
    def today(self) -> date:
        """The day it is in the programme's zone."""
        return calendar.today(self.now, self.programme.time_zone)

    @property
    def running(self) -> bool:
        """Whether its term runs and nothing has ended it."""
        return self.entitlement.state == "Running"

    @property
    def held(self) -> Grant:
        """What it is entitled to today."""
        return self.entitlement.grant

    @property
    def over_since(self) -> date | None:
        """First day on which the grant is over, by its term or by a Decision; None before that."""
        if not self.entitlement.stopped:
            return None
        after_term, end = self.spec.term.end + timedelta(days=1), self.entitlement.end
        return after_term if end is None else min(after_term, end.effective)


@dataclass(frozen=True)
class Step:
    """How it stands: conditions, what is to be written as a Decision, and the next day on which time changes something."""

    said: tuple[Said, ...]
    """The summary `Ready` stands last. What it says nothing of stays as it was said before."""
    settled: Settled | None = None
    again: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the status, by name."""


def ready(done: bool, message: str) -> Said:
    """The summary: nobody has to do anything any more, or who has to do what."""
    return Said("Ready", True, "Ready", message) if done else Said("Ready", False, "NotReady", message)


def accepted(settled: Settled) -> Step:
    """It is accepted and only waits to be recorded."""
    return Step((Said("Accepted", True, "Accepted", settled.message), ready(False, "It is being recorded.")), settled)


def refused(reason: str, message: str) -> Step:
    """It is not accepted: nothing follows from it."""
    return Step((Said("Accepted", False, reason, message), ready(False, message)))


def recorded(decided: DecisionSpec) -> Step:
    """The Decision is written."""
    return Step((Said("Accepted", True, "Accepted", decided.message), ready(True, decided.message)))


def ended(holder: Holder, kind: DecisionKind, lead: str, decided_by: str, entered_by: str) -> Settled:
    """The end of a grant within its period, at once (R20, R21). Of a grant that is over already it is the record.

    R25: later calls have to know of it even where its holder was quicker to give everything back.
    """
    held, today = holder.held, holder.today
    if holder.over_since is not None:
        text = f"{lead} The grant was over since {holder.over_since}; this is recorded for later calls (R25)."
        return Settled(kind, held, held, today, text, None, decided_by, entered_by)
    kept = today + timedelta(days=holder.programme.storage.retention_days)
    what = (
        f"The grant of {amount(held)} ends on {today}"
        if holder.running
        else f"The award ends on {today}, before its term"
    )
    text = f"{lead} {what}; data kept until {kept}."
    return Settled(kind, held, Grant(storage=held.storage), today, text, kept, decided_by, entered_by)


def amount(grant: Grant) -> str:
    """Devices and storage in words, for the middle of a sentence."""
    devices = many(grant.devices, "device")
    storage = f"{grant.storage} of storage"
    if not grant.devices:
        return storage if parse(grant.storage) else "nothing"
    return f"{devices} and {storage}" if parse(grant.storage) else devices


def judged(before: str, answer: Model, text: Mapping[str, Any]) -> tuple[str, bool]:
    """The mark of an answer on a text, and whether it was given on this very text.

    `before` is the mark as it was last seen: an answer that was seen on another text does not hold for one that was
    corrected since.
    """
    given, now = digest(answer.wire())[:MARK], digest(text)[:MARK]
    if before.startswith(given):
        return before, before.endswith(now)
    return f"{given}-{now}", True
