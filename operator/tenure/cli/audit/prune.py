"""`tenure audit prune`: deletes Decisions that were exported and that nothing is worked out from any more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console

from tenure.api import Allocation, Decision, Organization, Programme
from tenure.cli.audit.cluster import decisions, identity
from tenure.cli.audit.verify import checked
from tenure.cli.cluster import connection
from tenure.cli.output import Value, say, write
from tenure.cli.problem import BAD_USAGE, DIFFERENCE, Problem
from tenure.cli.reading import R, every, now, parsed
from tenure.cli.writing import refusal
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import SERVED
from tenure.rules.audit.check import Checked
from tenure.rules.audit.prune import Asked, Cluster, Pruning, prunable
from tenure.rules.memory import without_audit
from tenure.rules.record import digest

MAY_NOT = "You may not delete Decisions. It takes the verbs delete and prune on decisions (docs/audit.md); the admin gives them."


def run(file: Path, before: date, output: str, *, dry_run: bool) -> int:
    """Delete what may go and say what stays. Raises Problem."""
    if before > now().date():
        raise Problem(f"--before {before} is in the future.", BAD_USAGE)
    found = checked(file)
    if found.damaged:
        text = f"{file} was damaged or altered, so nothing is deleted: {found.damaged[0].text}"
        raise Problem(f"{text} See all of it: tenure audit verify {file}", DIFFERENCE)
    pruned = Pruned(file, asyncio.run(_prune(file, found, before, dry_run=dry_run)), dry_run)
    write(pruned, output, show, values)
    return 0


@dataclass(frozen=True)
class Pruned:
    """What was deleted, or would be."""

    file: Path
    pruning: Pruning
    dry_run: bool


def show(pruned: Pruned, console: Console) -> None:
    """How many, and why the others stay."""
    done = "would be" if pruned.dry_run else "were"
    say(console, f"{len(pruned.pruning.gone)} Decisions {done} deleted; {pruned.file} has them.")
    if pruned.pruning.kept:
        say(console, _stays(pruned.pruning))


def values(pruned: Pruned) -> Value:
    """For programs."""
    names = [one.name for one in pruned.pruning.gone]
    return {"deleted": names, "dryRun": pruned.dry_run, "kept": dict(sorted(pruned.pruning.kept.items()))}


@dataclass(frozen=True)
class Found:
    """A Decision of the cluster, without the evidence that pruning does not ask for: a centre may have very many."""

    decision: Decision
    version: Manifest
    """uid and resourceVersion, so that no other object of the name is deleted."""
    hash: str
    """Worked out from all that the cluster has of it."""

    @classmethod
    def of(cls, body: Manifest) -> Found:
        """From what the API server sent. Raises Problem."""
        meta, spec = body["metadata"], body["spec"]
        bare = without_audit(spec)
        award = {"award": spec.get("evidence", {}).get("award", {})}
        slim = {**body, "spec": {**bare, "evidence": {**bare.get("evidence", {}), **award}}}
        version = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"]}
        return cls(parsed(Decision, slim), version, digest(spec))


async def _prune(file: Path, found: Checked, before: date, *, dry_run: bool) -> Pruning:
    async with connection() as (kube, _):
        await _same(kube, file, found)
        there = {body["metadata"]["name"]: Found.of(body) async for body in decisions(kube)}
        pruning = await _look(kube, there, found, before)
        if not pruning.gone:
            raise Problem(f"None of {len(there)} Decisions may be deleted. {_stays(pruning)}")
        for done, one in enumerate(() if dry_run else pruning.gone):
            await _delete(kube, there[one.name], done)
    return pruning


async def _same(kube: Kube, file: Path, found: Checked) -> None:
    here, there = await identity(kube), found.header.get("cluster")
    if not here or here != there:
        raise Problem(
            f"{file} was exported from the cluster {there or 'unknown'}, and this is {here or 'unknown'}. Both must be known "
            "and the same: check the context, and export as somebody who may read the namespace kube-system."
        )


async def _look(kube: Kube, there: Mapping[str, Found], found: Checked, before: date) -> Pruning:
    cluster = Cluster(
        decisions=[one.decision for one in there.values()],
        allocations=await _named(kube, Allocation),
        organizations=await _named(kube, Organization),
        programmes=await _named(kube, Programme),
    )
    same = {name: hash_ for name, hash_ in found.hashes.items() if name in there and there[name].hash == hash_}
    return prunable(cluster, Asked(same, before, now().date()))


async def _named(kube: Kube, model: type[R]) -> dict[str, R]:
    plural = SERVED[model.KIND.kind].plural
    may_not = f"You may not list the {plural} of the centre, and without them nobody knows which Decisions are needed."
    return {one.name: one for one in await every(kube, model, may_not=may_not)}


async def _delete(kube: Kube, one: Found, done: int) -> None:
    """This very object and no other of the name. Raises Problem."""
    options: Manifest = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": one.version}
    try:
        await kube.delete(SERVED["Decision"], "", one.decision.name, options)
    except ApiError as error:
        raise Problem(f"{refusal(error, MAY_NOT)} {done} Decisions were deleted before that.") from error


def _stays(pruning: Pruning) -> str:
    """How many stay, and why."""
    return " ".join(f"{count} {why}." for why, count in sorted(pruning.kept.items()))
