"""What runs beside Tenure, or would be taken over by it: devices in other hands, and the limits that others have set."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tenure.api import Accelerator
from tenure.api.names import LIMITS, QUOTA
from tenure.cli.adopt.changes import Case, changes, never_yields
from tenure.cli.adopt.workspace import Workspace
from tenure.cli.check.finding import Finding, counted, listing, note, ok
from tenure.cli.check.there import There, asks, named
from tenure.rules.fit import offered

NAMED = 3
"""How many namespaces are named that may be adopted."""


def devices(there: There) -> Iterator[Finding]:
    """Devices of pods in namespaces that Tenure does not manage. They count against the capacity, adopted or not."""
    for accelerator in there.accelerators:
        held = _held(there, accelerator)
        about, resource = f"devices of {accelerator.name}", accelerator.spec.resource_name
        total = sum(int(offered(node, resource)) for node in there.nodes_of(accelerator))
        others, capacity = sum(held.values()), accelerator.spec.capacity
        if not others:
            if total:
                yield ok(about, f"No pod outside of Tenure's namespaces holds one of the {total}.")
            continue
        listed = listing(f"{name} {count}" for name, count in held.items())
        text = (
            f"{others} of {total} are held by pods of {counted(len(held), 'namespace')} outside of Tenure ({listed})."
        )
        if capacity is not None and capacity <= total - others:
            yield ok(about, f"{text} spec.capacity is {capacity}, which leaves them out.")
            continue
        adoptable = [name for name in sorted(held) if name in there.to_adopt]
        named_ones = " ".join([*adoptable[:3], *(("...",) if len(adoptable) > 3 else ())])
        adopting = f"To have them under an award, adopt the namespaces: tenure adopt {named_ones}"
        way = adopting if adoptable else "Their namespaces cannot become projects."
        counts = f"They count against the capacity: {max(0, total - others)} can be granted as long as these pods run."
        yield note(about, f"{text} {counts} {way}")


def _held(there: There, accelerator: Accelerator) -> Counter[str]:
    nodes, resource = set(named(there.nodes_of(accelerator))), accelerator.spec.resource_name
    held: Counter[str] = Counter()
    for pod in there.pods:
        if pod["metadata"]["namespace"] not in there.managed and pod["spec"].get("nodeName") in nodes:
            held[pod["metadata"]["namespace"]] += asks(pod, resource)
    return +held


def limits(there: There) -> Iterator[Finding]:
    """Quotas and LimitRanges of others in namespaces that may be adopted: they stay, beside Tenure's."""
    for kind, own, then in (
        ("ResourceQuota", QUOTA, "They stay beside Tenure's quota, and the tighter of both binds"),
        ("LimitRange", LIMITS, "They stay beside Tenure's, and which default counts is not fixed"),
    ):
        where = defaultdict(list)
        for one in there.listed.all(kind):
            if one["metadata"]["namespace"] in there.to_adopt and one["metadata"]["name"] != own:
                where[one["metadata"]["namespace"]].append(one["metadata"]["name"])
        if where:
            shown = listing(f"{namespace}: {', '.join(sorted(names))}" for namespace, names in where.items())
            text = f"{counted(sum(map(len, where.values())), kind)} of others ({shown}). {then}."
            yield note("limits of others", f"{text} tenure adopt compares them with the award.")


def budgets(there: There) -> Iterator[Finding]:
    """PodDisruptionBudgets that never yield, where Tenure evicts or would."""
    watched = {*there.managed, *there.to_adopt}
    unyielding = [
        f"{one['metadata']['namespace']}/{one['metadata']['name']}"
        for one in there.listed.all("PodDisruptionBudget")
        if one["metadata"]["namespace"] in watched and never_yields(one)
    ]
    if unyielding:
        hours = sorted({one.spec.convergence.deadline_seconds / 3600 for one in there.programmes} or {24.0})
        yield note(
            "disruption budgets",
            f"{counted(len(unyielding), 'PodDisruptionBudget')} ({listing(unyielding)}) let no pod go even "
            "when all are well. After a "
            f"cut they hold for {' or '.join(f'{one:g}' for one in hours)} hours, then the pods are deleted. Tell their owners.",
        )


def taking_over(there: There) -> Iterator[Finding]:
    """What would stop in the namespaces that may be adopted, by kind; `tenure adopt` has the details."""
    if not there.to_adopt:
        return
    if not there.programmes:
        text = f"{counted(len(there.to_adopt), 'namespace')} may be adopted: {listing(there.to_adopt)}."
        yield note("adoption", f"{text} What that would change depends on the Programme: give it with --catalogue.")
        return
    harmed: dict[str, set[str]] = defaultdict(set)
    for name in there.to_adopt:
        for change in changes(_case(there, name)):
            if change.harm:
                harmed[change.about].add(name)
    text = f"{counted(len(there.to_adopt), 'namespace')} hold devices and may be adopted: {listing(there.to_adopt)}."
    if not harmed:
        yield ok("adoption", f"{text} Nothing that runs there would stop, as far as their awards are large enough.")
    for about, names in sorted(harmed.items()):
        yield note("adoption", f"{HARMS[about]} in {listing(names)}. See tenure adopt {sorted(names)[0]}.")


HARMS = {
    "network": "Isolation would cut Services or Ingresses that are reached from outside",
    "pods": "Pods run that could not be started again as they are, by Tenure's policies or Pod Security,",
    "names": "Objects have the names of Tenure's own and would be overwritten",
}
"""What a Change is about -> the same for several namespaces."""


def _case(there: There, name: str) -> Case:
    workspace = Workspace(name, there.listed, there.nodes_by_name)
    held = [
        (sum(n for _, n, other in workspace.holders(one) if not other), one.name, one) for one in there.accelerators
    ]
    accelerator = max(held, default=(0, "", None), key=lambda found: found[:2])[2]
    return Case(workspace, there.programmes[0], accelerator)
