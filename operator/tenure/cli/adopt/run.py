"""`tenure adopt`: reads namespaces with the user's own rights and prints what a person may apply. Nothing is written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from tenure.api import Accelerator, Allocation, Organization, Programme, Project, Resource
from tenure.api.allocation import Term
from tenure.api.names import MANAGED
from tenure.cli import catalogue, reading
from tenure.cli.adopt.document import document, told
from tenure.cli.adopt.plan import Terms, plan
from tenure.cli.adopt.totals import totals
from tenure.cli.adopt.workspace import KINDS, Workspace, unfit
from tenure.cli.cluster import connection
from tenure.cli.listed import KINDS as SERVED
from tenure.cli.listed import Listed, listed
from tenure.cli.problem import BAD_USAGE, DIFFERENCE, Problem
from tenure.control.kube import Kube
from tenure.rules.calendar import end_allowed, inclusive_months, next_ends, today

CENTRE = ("Namespace", "Node", "PriorityClass", "Accelerator", "Programme", "Organization", "Project", "Allocation")
R = TypeVar("R", bound=Resource)


@dataclass(frozen=True)
class Wanted:
    """As it was typed."""

    namespaces: tuple[str, ...]
    organization: str
    accelerator: str
    programme: str
    until: date
    take_over: bool
    catalogue: tuple[Path, ...]


def run(wanted: Wanted) -> int:
    """Print the YAML and return the exit code: 3 where something needs a person's decision first. Raises Problem."""
    files = catalogue.read(wanted.catalogue)
    centre, workspaces = asyncio.run(_look(wanted))
    accelerators = catalogue.known(Accelerator, centre, files)
    accelerator = _named(accelerators, "Accelerator", wanted.accelerator)
    programme = _named(catalogue.known(Programme, centre, files), "Programme", wanted.programme)
    start = today(reading.now(), programme.spec.time_zone)
    terms = Terms(wanted.organization, accelerator, programme, _term(start, wanted.until, programme))
    awards = catalogue.known(Allocation, centre, ())
    plans = [plan(workspace, terms, accelerators, awards) for workspace in workspaces]
    known = {one.name: one for one in catalogue.known(Organization, centre, ())}
    owners = {one.name: one.spec.organization for one in catalogue.known(Project, centre, ())}
    notes = [*totals(plans, known.get(wanted.organization), awards, owners)]
    print("\n".join([*told(notes), *(document(one, start, take_over=wanted.take_over) for one in plans)]))
    return 0 if all(one.safe for one in plans) and not any(note.harm for note in notes) else DIFFERENCE


async def _look(wanted: Wanted) -> tuple[Listed, list[Workspace]]:
    async with connection() as (kube, _):
        centre = await listed(kube, CENTRE)
        if centre.hidden:
            plurals = ", ".join(sorted(SERVED[kind].plural for kind in centre.hidden))
            raise Problem(f"It needs the right to list {plurals}, which you do not have. Ask the centre's admin.")
        return centre, [await _workspace(kube, centre, name) for name in dict.fromkeys(wanted.namespaces)]


async def _workspace(kube: Kube, centre: Listed, name: str) -> Workspace:
    """A namespace that may be adopted. Raises Problem."""
    _adoptable(centre, name)
    found = await listed(kube, KINDS, name)
    if found.hidden:
        plurals = ", ".join(sorted(SERVED[kind].plural for kind in found.hidden))
        raise Problem(
            f"You may not list the {plurals} of {name}, so what is there is not known. Ask the centre's admin."
        )
    nodes = {node["metadata"]["name"]: node for node in centre.all("Node")}
    everywhere = {kind: centre.all(kind) for kind in ("Namespace", "PriorityClass")}
    return Workspace(name, Listed({**found.objects, **everywhere}), nodes)


def _adoptable(centre: Listed, name: str) -> None:
    there = next((one for one in centre.all("Namespace") if one["metadata"]["name"] == name), None)
    if there is None:
        raise Problem(f"There is no namespace {name}. Check the name and the context: kubectl config current-context")
    if objection := unfit(name):
        raise Problem(objection)
    if there["metadata"].get("labels", {}).get(MANAGED) == "true":
        again = "where that is gone, apply it and its Allocation again"
        raise Problem(f"The namespace {name} is managed by Tenure already. See kubectl get project {name}; {again}.")


def _named(found: Sequence[R], kind: str, name: str) -> R:
    for one in found:
        if one.name == name:
            return one
    there = ", ".join(one.name for one in found) or "none; give the files with --catalogue"
    raise Problem(f"There is no {kind} {name}. There are: {there}.", BAD_USAGE)


def _term(start: date, until: date, programme: Programme) -> Term:
    """From today. Raises Problem where the programme does not allow it (R13)."""
    rules = programme.spec.term
    if until < start:
        raise Problem(f"--until {until} is over. Today is {start}.", BAD_USAGE)
    term = Term(start=start, end=until)
    if not end_allowed(term, rules):
        ends = ", ".join(day.isoformat() for day in next_ends(rules, start))
        raise Problem(f"In programme {programme.name} a term may end on {ends} (R13), not on {until}.", BAD_USAGE)
    if inclusive_months(term) < rules.minimum_months:
        raise Problem(
            f"In programme {programme.name} a term has at least {rules.minimum_months} months (R13); {start} to {until} has "
            f"{inclusive_months(term)}.",
            BAD_USAGE,
        )
    return term
