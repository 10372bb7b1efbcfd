"""The status of an Allocation and of its Project, as functions of what was found out about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tenure.api import Project, Review
from tenure.api.allocation import AllocationStatus, Grant, Held, HistoryEntry, Use
from tenure.api.conditions import Said, conditions
from tenure.api.project import ProjectStatus
from tenure.control.assess import Assessment
from tenure.rules import calendar
from tenure.rules.acceptance import Refusal


@dataclass(frozen=True)
class Facts:
    """What is known about an allocation beyond its assessment."""

    granted: int
    live: int
    """Devices in the live quota."""
    free: int
    observed: bool
    """The programme is in mode Observe."""
    left_alone: bool
    """The project says manage: false."""
    applied: bool
    enforced: bool
    converged: Said
    volumes: tuple[Said, ...]
    """Whether the volume has what is granted, and until when its data is kept."""
    review: Review | None
    next_review: str


def allocation_status(assessed: Assessment, facts: Facts, now: datetime) -> AllocationStatus:
    """The whole status. Unchanged conditions keep their transition times."""
    before = assessed.allocation.status
    said = _said(assessed, facts)
    generation = assessed.allocation.metadata.generation
    as_it_was = assessed.refusal is not None or facts.observed or facts.left_alone
    grant = Grant(devices=facts.live) if as_it_was else _held(assessed, facts)
    given = facts.enforced and not as_it_was and assessed.entitlement.state == "Running"
    over = bool(before.held) and not as_it_was and assessed.entitlement.stopped  # it may be awarded anew
    return AllocationStatus(
        grant=grant,
        entitled=assessed.entitlement.grant,
        award_digest=assessed.award_digest,
        access_since=before.access_since or (now.replace(microsecond=0) if given else None),
        held=_record(before.held, grant.devices, now) if given or over else before.held,
        next_review=facts.next_review,
        use=_use(facts.review),
        history=tuple(
            HistoryEntry(review=d.review, kind=d.kind, devices=d.after.devices, effective=d.effective)
            for d in assessed.entitlement.history[-64:]
        ),
        conditions=conditions(before.conditions, [*said, _ready(said)], generation=generation, now=now),
    )


def _record(before: tuple[Held, ...], devices: int, now: datetime) -> tuple[Held, ...]:
    """The record of what was enforced since when, longer by an entry where that has changed."""
    if before and before[-1].devices == devices:
        return before
    return (*before, Held(since=now.replace(microsecond=0), devices=devices))[-64:]


def _held(assessed: Assessment, facts: Facts) -> Grant:
    if assessed.storage_only or assessed.entitlement.state != "Running":
        return assessed.entitlement.grant
    return assessed.grant_with(facts.granted) if facts.granted else Grant()


INFORMING = ("HistoryMissing", "StorageProvided", "DataKept")
"""Conditions that are no part of Ready: the grant stands, whatever they say."""
OVER = ("TermEnded", "Revoked", "Returned")


def _ready(said: Sequence[Said]) -> Said:
    """One summary: the first condition that is not as it should be gives the reason."""
    for one in said:
        if one.reason in ("Observed", "LeftAlone"):
            return Said("Ready", False, one.reason, one.message)
        if not one.status and one.type not in INFORMING and one.reason not in OVER:
            return Said("Ready", False, "NotReady", one.message)
    return Said("Ready", True, "Ready", said[1].message if len(said) > 1 else "")


def _said(assessed: Assessment, facts: Facts) -> list[Said]:
    if assessed.refusal is not None:
        refusal = assessed.refusal
        return [
            Said("Accepted", False, refusal.reason, refusal.message),
            Said("Admitted", False, "NotAccepted", _while_refused(facts)),
        ]
    accepted = Said("Accepted", True, "Accepted", "The award fits programme, catalogue and organization.")
    if facts.left_alone and not facts.observed:
        return [accepted, _left_alone(assessed, facts), _history(assessed)]
    said = [accepted, _admitted(assessed, facts)]
    if assessed.entitlement.state != "NotStarted":
        said += [_applied(facts), _enforced(facts), facts.converged, *facts.volumes]
    return [*said, _history(assessed)]


def _while_refused(facts: Facts) -> str:
    if facts.live:
        return f"{facts.live} devices that were granted before stay as they are; nothing else is granted meanwhile."
    return "Nothing is granted while Accepted is False."


def _left_alone(assessed: Assessment, facts: Facts) -> Said:
    text = (
        f"Its project says manage: false. {facts.live} devices stay as they are; {assessed.entitlement.grant.devices} would "
        "be granted."
    )
    return Said("Admitted", bool(facts.live) or assessed.storage_only, "LeftAlone", text)


def _admitted(assessed: Assessment, facts: Facts) -> Said:
    term, entitlement = assessed.allocation.spec.term, assessed.entitlement
    name, devices = assessed.allocation.spec.accelerator, entitlement.grant.devices
    if entitlement.state == "NotStarted":
        return Said("Admitted", False, "NotStarted", f"The term begins on {term.start}.")
    if entitlement.state == "Ended":
        return Said(
            "Admitted", False, "TermEnded", f"The term ended on {term.end}. No new pods start; the data is kept."
        )
    if entitlement.end is not None:
        reason = "Returned" if entitlement.state == "Returned" else "Revoked"
        return Said("Admitted", False, reason, entitlement.end.message)
    if facts.observed:
        return Said(
            "Admitted", False, "Observed", f"Would be granted: {devices} devices of {name or 'no accelerator'}."
        )
    if assessed.storage_only:
        return Said(
            "Admitted", True, "Admitted", f"{entitlement.grant.storage} of storage are granted until {term.end}."
        )
    if facts.granted < devices:
        text = (
            f"{devices} devices of {name} are awarded, {facts.granted} are granted and {facts.free} are free. "
            "The rest waits in order of priority class and creation."
        )
        return Said("Admitted", False, "WaitingForCapacity", text)
    return Said("Admitted", True, "Admitted", f"{facts.granted} devices of {name} are granted until {term.end}.")


def _applied(facts: Facts) -> Said:
    if facts.observed:
        return Said("QuotaApplied", False, "Observed", "The programme is in mode Observe: no quota is written.")
    if facts.applied:
        return Said("QuotaApplied", True, "Applied", "The namespace's ResourceQuota has the granted amounts.")
    return Said("QuotaApplied", False, "Pending", "The ResourceQuota is being written.")


def _enforced(facts: Facts) -> Said:
    if facts.observed:
        return Said("QuotaEnforced", False, "Observed", "The programme is in mode Observe: no quota is written.")
    if facts.enforced:
        return Said("QuotaEnforced", True, "Enforced", "The API server enforces the granted amounts.")
    return Said("QuotaEnforced", False, "Pending", "The API server does not enforce the granted amounts yet.")


def _history(assessed: Assessment) -> Said:
    if not assessed.missing:
        return Said("HistoryMissing", False, "Complete", "Every past quarter has its record.")
    text = (
        f"{', '.join(assessed.missing)} is over and has no Decision on record. Until it has one, "
        "the grant does not rise above the live quota."
    )
    return Said("HistoryMissing", True, "NoRecord", text)


def _use(review: Review | None) -> Use:
    if review is None:
        return Use()
    figures = review.status.utilization
    return Use(
        review=review.spec.review,
        utilization=figures.percent,
        counted_days=figures.counted_days,
        unknown_days=figures.unknown_days,
    )


def next_review(assessed: Assessment, now: datetime) -> str:
    """The review whose window is running, in words; empty where none comes any more."""
    programme, term = assessed.programme, assessed.allocation.spec.term
    if programme is None or assessed.entitlement.state != "Running" or assessed.storage_only:
        return ""
    day = calendar.today(now, programme.spec.time_zone)
    coming = calendar.windows(programme.spec.calendar, day, term.end)
    if not coming:
        return ""
    window = coming[0]
    return f"{window.review} measures {window.start} to {window.end}, plan due {window.plan_due}"


def project_status(
    project: Project,
    refusal: Refusal | None,
    said: Said,
    channels: Said | None,
    *,
    over_since: datetime | None,
    now: datetime,
) -> ProjectStatus:
    """The whole status of a project. What channels do not take is said, and is no part of Ready."""
    if refusal is not None:
        accepted = Said("Accepted", False, refusal.reason, refusal.message)
    else:
        accepted = Said("Accepted", True, "Accepted", "The project is complete.")
    told = [accepted, said]
    summary = [*told, *((channels,) if channels is not None else ()), _ready(told)]
    found = conditions(project.status.conditions, summary, generation=project.metadata.generation, now=now)
    return ProjectStatus(
        namespace=project.name if said.status else "",
        over_quota_since=over_since,
        told=project.status.told,  # this and the next are written by others; unchanged they are in no patch
        waiting=project.status.waiting,
        conditions=found,
    )
