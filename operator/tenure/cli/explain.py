"""`tenure explain`: why an allocation's grant is what it is. The award, each Decision, the centre's capacity."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rich.console import Console
from rich.table import Table

from tenure.api import Accelerator, Allocation, Decision, Organization, Programme, Project
from tenure.api.allocation import Grant
from tenure.api.conditions import find
from tenure.cli.cluster import connection
from tenure.cli.output import Value, columns, grid, say, write
from tenure.cli.problem import Problem
from tenure.cli.reading import every, now, one
from tenure.control.kube import Kube
from tenure.rules import bundles, calendar
from tenure.rules.acceptance import organization_cap
from tenure.rules.folded import Folded, Step, folded
from tenure.rules.grant import digest
from tenure.rules.words import many


@dataclass(frozen=True)
class Explained:
    """An allocation with all that its grant is worked out from."""

    allocation: Allocation
    programme: Programme
    accelerator: Accelerator | None
    organization: Organization | None
    fold: Folded
    today: date


def run(allocation: str, output: str) -> int:
    """Print it and return the exit code. Raises Problem."""
    write(asyncio.run(_look(allocation)), output, show, report)
    return 0


async def _look(name: str) -> Explained:
    may_not = (
        "You may not read the awards and Decisions of the centre. The admin and the committee may; your own project is "
        "shown by tenure status."
    )
    async with connection() as (kube, _):
        allocation = await one(kube, Allocation, name, may_not=may_not)
        if allocation is None:
            raise Problem(f"There is no Allocation {name}. kubectl get allocations lists them all.")
        programme = await one(kube, Programme, allocation.spec.programme, may_not=may_not)
        if programme is None:
            raise Problem(
                f"{name} names the Programme {allocation.spec.programme}, which is not there, so nothing is granted. Apply it."
            )
        accelerator = None
        if allocation.spec.accelerator:
            accelerator = await one(kube, Accelerator, allocation.spec.accelerator, may_not=may_not)
            if accelerator is None:
                raise Problem(
                    f"{name} names the Accelerator {allocation.spec.accelerator}, which is not there, so nothing more is "
                    "granted. Apply it."
                )
        decisions = await every(kube, Decision, where=f"spec.allocation={name}", may_not=may_not)
        today = calendar.today(now(), programme.spec.time_zone)
        award = bundles.award(allocation.spec, accelerator.spec if accelerator else None, programme.spec.tenancy)
        specs = [decision.spec for decision in decisions]
        fold = folded(award, allocation.spec.term, specs, digest(allocation.spec), today)
        organization = await _organization(kube, allocation, may_not)
        return Explained(allocation, programme, accelerator, organization, fold, today)


async def _organization(kube: Kube, allocation: Allocation, may_not: str) -> Organization | None:
    project = await one(kube, Project, allocation.spec.project, may_not=may_not)
    if project is None:
        return None
    return await one(kube, Organization, project.spec.organization, may_not=may_not)


def show(found: Explained, console: Console) -> None:
    """The fold as a table, then what it comes to, and why less may be granted, in sentences."""
    spec = found.allocation.spec
    say(console, f"{found.allocation.name} of project {spec.project}, on {found.today}", style="bold")
    grid(console, _table(found.fold, found.allocation))
    for text in _told(found.fold.steps):
        say(console, text, indent=2)
    console.print()
    for text in sentences(found):
        say(console, text)


def _table(fold: Folded, allocation: Allocation) -> Table:
    table = columns()
    for name in ("effective", "what", "occasion"):
        table.add_column(name, overflow="fold")
    for name in ("devices", "storage"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row(f"{allocation.spec.term.start}", "award", "", f"{fold.award.devices}", fold.award.storage)
    for step in fold.steps:
        decision, grant = step.decision, step.grant
        counts = [f"{grant.devices}", grant.storage] if grant is not None else ["-", "-"]
        style = "" if grant is not None else "dim"
        table.add_row(f"{decision.effective}", decision.kind, decision.review, *counts, style=style)
    return table


def _told(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        decision = step.decision
        by = f"Decided by {decision.decided_by}." if decision.decided_by else ""
        yield " ".join(
            part for part in (f"{decision.effective} {decision.kind}:", decision.message, by, step.left_out) if part
        )


def sentences(found: Explained) -> Iterator[str]:
    """From the entitlement to what is really granted."""
    grant, status = found.fold.entitlement.grant, found.allocation.status
    yield f"It is entitled to {_words(grant)}{_state(found)}"
    refused, admitted = find(status.conditions, "Accepted"), find(status.conditions, "Admitted")
    if refused is not None and refused.status == "False":
        yield f"It is not accepted ({refused.reason}): {refused.message}"
    if admitted is not None:
        yield f"Granted: {many(status.grant.devices, 'device')} ({admitted.reason}). {admitted.message}"
    else:
        yield "Tenure has not said yet what is granted; its operator writes it into the Allocation's status."
    yield from _centre(found)
    missing = find(status.conditions, "HistoryMissing")
    if missing is not None and missing.status == "True":
        yield f"A record is missing ({missing.reason}): {missing.message}"


def _words(grant: Grant) -> str:
    return f"{many(grant.devices, 'device')}, {grant.cpu} CPU cores, {grant.memory} of memory and {grant.storage} of storage"


def _state(found: Explained) -> str:
    term, state = found.allocation.spec.term, found.fold.entitlement.state
    return {
        "NotStarted": f"; its term begins on {term.start}.",
        "Running": f" until {term.end}.",
        "Ended": f"; its term ended on {term.end}, and nothing but the data is kept.",
        "Revoked": "; the last Decision has ended the grant, and nothing but the data is kept.",
        "Returned": "; all of it was given back, and nothing but the data is kept.",
    }[state]


def _centre(found: Explained) -> Iterator[str]:
    """What the centre has, and what the organization may hold (R1)."""
    if found.accelerator is None:
        return
    name, has, reserved = found.accelerator.name, found.accelerator.status, found.accelerator.spec.reserved
    kept = f", of which a round has reserved {reserved} (R7)" if reserved else ""
    away = f"{has.elsewhere} held by pods outside of Tenure, " if has.elsewhere else ""
    yield (
        f"The centre has {many(has.capacity, 'device')} of {name}: {has.granted} granted, {away}"
        f"{has.free} free{kept}; awards wait for {has.waiting}."
    )
    if found.organization is not None:
        cap, held = organization_cap(found.organization, found.accelerator), found.organization.status.devices
        yield f"Organization {found.organization.name} holds {held} of the {cap} devices that it may hold at a time (R1)."


def report(found: Explained) -> Value:
    """For programs."""
    status = found.allocation.status
    return {
        "allocation": found.allocation.name,
        "date": found.today.isoformat(),
        "award": found.fold.award.wire(),
        "steps": [_plain(step) for step in found.fold.steps],
        "entitled": found.fold.entitlement.grant.wire(),
        "state": found.fold.entitlement.state,
        "granted": status.grant.wire(),
        "says": [*sentences(found)],
    }


def _plain(step: Step) -> Value:
    decision = step.decision
    return {
        "effective": decision.effective.isoformat(),
        "kind": decision.kind,
        "review": decision.review,
        "decidedBy": decision.decided_by,
        "message": decision.message,
        "grant": step.grant.wire() if step.grant is not None else None,
        "leftOut": step.left_out,
    }
