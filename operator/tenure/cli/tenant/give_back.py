"""`tenure return`: gives devices or storage back before the term ends (R22). It shows what that means and asks first."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console

from tenure.api import Return
from tenure.api.giving_back import ReturnSpec
from tenure.cli.cluster import connection, login
from tenure.cli.output import Value, say, write
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.reading import MEMBERS, chosen, named, one, parsed
from tenure.cli.tenant.duties import said
from tenure.cli.tenant.stays import Stays, amount, sentences, stays
from tenure.cli.tenant.workspace import Workspace, workspace
from tenure.cli.writing import create
from tenure.control.kube import Kube

PATIENCE_SECONDS = 15.0
"""How long Tenure is waited for: it answers at once where its operator runs."""
PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Wanted:
    """What is given back, and why. `everything` stands for all that is held."""

    project: str
    allocation: str
    devices: int
    storage: str
    everything: bool
    reason: str
    change_of_plan: str
    yes: bool


def run(wanted: Wanted, output: str) -> int:
    """Ask, write the Return, print what became of it and return the exit code. Raises Problem."""
    write(asyncio.run(_give_back(wanted, _ask)), output, show, report)
    return 0


async def _give_back(wanted: Wanted, agrees: Callable[[Stays], bool]) -> Return:
    async with connection() as (kube, namespace):
        found = await workspace(kube, named(wanted.project or namespace, "return"))
        left = _left(found, wanted)
        if not wanted.yes and not agrees(left):
            raise Problem("Nothing was given back.")
        spec = _spec(left, wanted, await login(kube))
        may_not = f"You may look at {found.project}, but give nothing back. {MEMBERS}"
        prefix = f"{left.allocation}-return"
        made = parsed(Return, await create(kube, Return, found.project, prefix, spec, may_not=may_not))
        return await _answered(kube, made)


def _left(found: Workspace, wanted: Wanted) -> Stays:
    """What would stay. Raises Problem."""
    rules = found.summary
    if rules is None or not rules.allocations:
        raise Problem(f"{found.project} holds nothing that could be given back. See tenure status {found.project}.")
    name = chosen(rules.allocations, wanted.allocation, found.project)
    held = rules.allocations[name]
    if wanted.everything:
        return stays(name, rules, held.devices, held.storage, found.today)
    if not wanted.devices and not amount(wanted.storage):
        raise Problem("Say what is given back: --devices N, --storage 10T, or --all.", BAD_USAGE)
    return stays(name, rules, wanted.devices, wanted.storage, found.today)


def _spec(left: Stays, wanted: Wanted, by: str) -> ReturnSpec:
    storage = left.held.storage if wanted.everything else wanted.storage
    return ReturnSpec.model_construct(
        allocation=left.allocation,
        devices=left.held.devices - left.devices,
        storage=storage,
        reason=wanted.reason,
        change_of_plan=wanted.change_of_plan,
        by=by,  # stamped with the same name, where the cluster stamps
    )


def _ask(left: Stays) -> bool:
    """Show what it means, and ask. Raises Problem where nobody can answer."""
    console = Console(stderr=True, highlight=False, markup=False)
    for text in sentences(left):
        say(console, text)
    if not sys.stdin.isatty():
        raise Problem("This needs an answer, and nobody can give one here. Add --yes to give it back.", BAD_USAGE)
    return console.input("Give it back? Type yes: ").strip().lower() == "yes"


async def _answered(kube: Kube, made: Return) -> Return:
    """The Return once Tenure has said what becomes of it, or as it is when patience ends."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not said(made.status.conditions, "Accepted")[0] and time.monotonic() < until:
        await asyncio.sleep(PAUSE_SECONDS)
        seen = await one(
            kube, Return, made.name, made.metadata.namespace, may_not="You may not see the Return any more."
        )
        made = seen or made
    reason, text = said(made.status.conditions, "Accepted")
    if reason not in ("", "Accepted"):
        raise Problem(f"Tenure did not accept the return {made.name}: {text}")
    return made


def show(made: Return, console: Console) -> None:
    """What became of it."""
    told = said(made.status.conditions, "Accepted")[1]
    waits = f"Tenure has not answered yet. See tenure status {made.metadata.namespace}."
    say(console, f"{made.name}: {told or waits}")


def report(made: Return) -> Value:
    """For programs."""
    return {"name": made.name, **made.spec.wire(), "accepted": said(made.status.conditions, "Accepted")[0]}
