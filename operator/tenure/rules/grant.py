"""The core idea: the grant is a fold over the award and its Decisions, not a field that somebody edits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Literal

from tenure.api.allocation import AllocationSpec, Grant, Held, Term
from tenure.api.decision import ENDS, DecisionSpec
from tenure.api.quantity import parse, write

State = Literal["NotStarted", "Running", "Ended", "Revoked", "Returned"]
"""Ended by its term; revoked by a Decision (R17, R20, R21); returned as a whole by its holder (R22)."""
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Entitlement:
    """What an allocation is entitled to on a day, and why."""

    grant: Grant
    state: State
    history: tuple[DecisionSpec, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether it is over, for whatever reason: nothing but its data is left."""
        return self.state not in ("NotStarted", "Running")

    @property
    def end(self) -> DecisionSpec | None:
        """The Decision that ended the grant; None where nothing but its term did, or nothing yet."""
        return self.history[-1] if self.history and ends(self.history[-1]) else None


def digest(spec: AllocationSpec) -> str:
    """Digest of the award: what was awarded, to whom, for when; not the usage plan, and not the order of admission.

    A re-applied award has the same digest, so its Decisions go on counting; an edited one begins a new fold. Storage
    may grow in steps during the term (R3) and is no part of it.
    """
    award = {
        "project": spec.project,
        "programme": spec.programme,
        "accelerator": spec.accelerator,
        "devices": spec.devices,
        "start": spec.term.start.isoformat(),
        "end": spec.term.end.isoformat(),
    }
    return hashlib.sha256(json.dumps(award, sort_keys=True).encode()).hexdigest()[:16]


def counting(decisions: Sequence[DecisionSpec], award_digest: str) -> tuple[DecisionSpec, ...]:
    """The Decisions that count for an award, each once, in the order in which they take effect."""
    mine = sorted((d for d in decisions if d.award_digest == award_digest), key=_order)
    first: dict[tuple[str, str], DecisionSpec] = {}
    for decision in mine:
        first.setdefault((decision.review, decision.kind), decision)
    return tuple(first.values())


def _order(decision: DecisionSpec) -> tuple[date, datetime, str, str, str]:
    """No two different Decisions are alike in it, so that the order in which they are read never matters."""
    return (decision.effective, decision.decided_at, decision.review, decision.kind, decision.hash)


def entitled(
    award: Grant, term: Term, decisions: Sequence[DecisionSpec], award_digest: str, today: date
) -> Entitlement:
    """fold(award, its Decisions in order, today).

    Outside the term nothing but the storage is held: before it begins not even that, after its end the data stays.
    A Decision that ends the grant ends the fold: the reviews that were running then are still concluded, but they give
    nothing back.
    """
    history = _until_end([d for d in counting(decisions, award_digest) if d.effective <= today])
    grant = reduce(_folded, history, award)
    last = Entitlement(Grant(storage=grant.storage), "Ended", history)
    if today < term.start:
        return Entitlement(Grant(), "NotStarted", history)
    if today > term.end:
        return last
    if last.end is not None:
        return Entitlement(last.grant, "Returned" if last.end.kind == "Return" else "Revoked", history)
    return Entitlement(grant, "Running", history)


def ends(decision: DecisionSpec) -> bool:
    """Whether a Decision ends the grant for good: R17, R20, R21, or all of it was given back (R22)."""
    left = decision.after.devices or parse(decision.after.storage)
    return decision.kind in ENDS or (decision.kind == "Return" and not left)


def _until_end(history: Sequence[DecisionSpec]) -> tuple[DecisionSpec, ...]:
    end = next((place for place, decision in enumerate(history, 1) if ends(decision)), len(history))
    return tuple(history[:end])


def _folded(grant: Grant, decision: DecisionSpec) -> Grant:
    """The grant after one more Decision. Nothing but an increase raises it, and an increase never lowers it (R17).

    Storage is what is awarded now less what was given back (R22): a cut takes none, and growth survives it.
    """
    more = decision.after.devices - grant.devices
    changes = more > 0 if decision.kind == "Increase" else more < 0 and decision.kind != "ReportAssessed"
    computing = decision.after if changes else grant
    storage = parse(grant.storage)
    if decision.kind == "Return":
        given_back = parse(decision.before.storage) - parse(decision.after.storage)
        storage = max(storage - max(given_back, NOTHING), NOTHING)
    return computing.model_copy(update={"storage": write(storage)})


def held_during(record: Sequence[Held], start: datetime, end: datetime) -> list[int]:
    """Devices really held at any time within [start, end), as far as the record reaches back; empty before it."""
    if not record or record[0].since >= end:
        return []
    before = [entry.devices for entry in record if entry.since <= start]
    return before[-1:] + [entry.devices for entry in record if start < entry.since < end]


def capped(entitlement: Entitlement, live_devices: int | None, smaller: Grant) -> Entitlement:
    """While a quarter has no record, the grant never rises above the live quota.

    `smaller` is the grant on the live quota's rung. Without a live quota there is nothing to hold to.
    """
    if live_devices is None or entitlement.grant.devices <= live_devices:
        return entitlement
    return Entitlement(smaller, entitlement.state, entitlement.history)
