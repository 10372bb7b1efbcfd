"""`tenure relocation`: hands in evidence of a promised relocation or founding (R21), or shows what is there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from rich.console import Console

from tenure.api import Relocation
from tenure.cli.cluster import connection
from tenure.cli.output import Value, say, write
from tenure.cli.reading import MEMBERS, every, named, parsed
from tenure.cli.tenant import choose
from tenure.cli.tenant.duties import said
from tenure.cli.writing import change


@dataclass(frozen=True)
class Wanted:
    """What is handed in. Evidence is added to what is there, the text replaces the one that is there."""

    project: str
    allocation: str
    text: str
    evidence: tuple[str, ...]


def run(wanted: Wanted, output: str) -> int:
    """Write the evidence, print how it stands and return the exit code. Raises Problem."""
    write(asyncio.run(_prove(wanted)), output, partial(show, new=bool(wanted.text or wanted.evidence)), plain)
    return 0


async def _prove(wanted: Wanted) -> Relocation:
    async with connection() as (kube, namespace):
        project = named(wanted.project or namespace, "relocation")
        may_not = f"You may not read the relocations of {project}. {MEMBERS}"
        found = await every(kube, Relocation, project, may_not=may_not)
        nothing = (
            f"No allocation of {project} has promised a relocation or founding, so there is nothing to prove (R21)."
        )
        one = choose.opened(found, project, wanted.allocation, nothing)
        spec = added(one, wanted)
        if not spec:
            return one
        may_not = f"You may look at the relocations of {project}, but not hand evidence in. {MEMBERS}"
        return parsed(Relocation, await change(kube, one, spec, may_not=may_not))


def added(one: Relocation, wanted: Wanted) -> dict[str, str | list[str]]:
    """The fields that change; empty where nothing does."""
    links = [*dict.fromkeys((*one.spec.evidence, *wanted.evidence))]
    evidence = {"evidence": links} if wanted.evidence else {}
    return evidence | ({"text": wanted.text} if wanted.text else {})


def show(one: Relocation, console: Console, *, new: bool) -> None:
    """What is there, and what becomes of it."""
    for text in sentences(one, new=new):
        say(console, text, whole=text.startswith("Evidence"))


def sentences(one: Relocation, *, new: bool) -> Iterator[str]:
    """How it stands in Tenure's words, and what was handed in. What is new Tenure has not looked at yet."""
    due = f"; it is due on {one.status.due}" if one.status.due is not None else ""
    yield f"{one.spec.allocation}: evidence of the promised relocation or founding (R21){due}."
    yield from _stands(one, new=new)
    if one.spec.text:
        yield one.spec.text
    for link in one.spec.evidence:
        yield f"Evidence: {link}"
    if one.spec.finding is not None and one.spec.finding.reason:
        yield f"The committee says: {one.spec.finding.reason}"


def _stands(one: Relocation, *, new: bool) -> Iterator[str]:
    """What becomes of it. Words alone are no evidence, and nothing waits for the committee because of them."""
    given, notice = said(one.status.conditions, "Noticed")
    if new and one.spec.evidence:
        yield "It is in, and the committee judges it."
    elif told := said(one.status.conditions, "Proven")[1]:
        yield told
    if not one.spec.evidence:
        yield f"A link or a reference has to be handed in: tenure relocation {one.metadata.namespace} --evidence LINK"
    if given == "Given":
        yield notice


def plain(one: Relocation) -> Value:
    """For programs."""
    due = one.status.due
    return {"name": one.name, "due": due.isoformat() if due else None, **one.spec.wire()}
