"""Nodes: the labels of the catalogue, the devices behind them, and the taints that keep others off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tenure.api import Accelerator
from tenure.cli.check.finding import Finding, counted, listing, missing, note, ok
from tenure.cli.check.there import There, named, ready
from tenure.control.kube import Manifest
from tenure.rules.fit import CLOSING, offered, room, tolerates


def labels(there: There) -> Iterator[Finding]:
    """Whether nodes carry each accelerator's label, and what they offer."""
    if not there.accelerators and "Accelerator" not in there.listed.hidden:
        yield missing(
            "catalogue",
            "There is no Accelerator. Give the catalogue that is to be installed: --catalogue manifests/accelerators.yaml",
        )
    for accelerator in there.accelerators:
        found = there.nodes_of(accelerator)
        yield from _devices(accelerator, found) if found else _nowhere(there, accelerator)


def _nowhere(there: There, accelerator: Accelerator) -> Iterator[Finding]:
    about, spec = f"accelerator {accelerator.name}", accelerator.spec
    ((key, value),) = spec.node_selector.items()
    offering = [node for node in there.nodes if room(node, spec.resource_name)]
    named_by_others = {
        n
        for one in there.accelerators
        if one.spec.resource_name == spec.resource_name
        for n in named(there.nodes_of(one))
    }
    if offering and named_by_others >= set(named(offering)):
        text = f"No node has the label {key}: {value}, and others name all nodes with {spec.resource_name}."
        yield note(about, f"{text} If the centre has none of these, leave the Accelerator out.")
        return
    seen = Counter(node["metadata"].get("labels", {}).get(key, "no such label") for node in offering)
    others = ", ".join(f"{word} on {count}" for word, count in sorted(seen.items()))
    have = f"{counted(len(offering), 'node')} with {spec.resource_name} have: {others}." if offering else ""
    none = "" if offering else f"No node offers {spec.resource_name} either; is its device plugin installed?"
    yield missing(
        about,
        f"No node has the label {key}: {value}. {have}{none} Correct spec.nodeSelector, or leave the Accelerator out.",
    )


def _devices(accelerator: Accelerator, nodes: Sequence[Manifest]) -> Iterator[Finding]:
    about, spec = f"accelerator {accelerator.name}", accelerator.spec
    ((key, value),) = spec.node_selector.items()
    there = f"{counted(len(nodes), 'node')} with {key}: {value}"
    usable = sum(int(offered(node, spec.resource_name)) for node in nodes if ready(node))
    if not usable:
        yield missing(
            about,
            f"{there}, and no {spec.resource_name} is allocatable on ready ones. Install its device plugin, or check its log.",
        )
    elif spec.capacity is None:
        yield ok(about, f"{there}, with {usable} allocatable {spec.resource_name}: that is the capacity.")
    elif spec.capacity > usable:
        yield note(
            about,
            f"{there}, with {usable} allocatable {spec.resource_name}. spec.capacity says {spec.capacity}, so "
            f"{spec.capacity - usable} more could be granted than can run. Lower it, or leave it out to count nodes.",
        )
    else:
        yield ok(about, f"{there}, with {usable} allocatable {spec.resource_name}; spec.capacity is {spec.capacity}.")
    whole = sum(int(room(node, spec.resource_name)) for node in nodes)
    if usable and whole > usable:
        away = [
            node
            for node in nodes
            if not ready(node) or room(node, spec.resource_name) > _allocatable(node, spec.resource_name)
        ]
        yield note(
            about,
            f"{whole - usable} of {whole} devices are not allocatable, on {listing(named(away))}. See the device plugin's log "
            "and the nodes' conditions.",
        )


def _allocatable(node: Manifest, resource: str) -> int:
    return int(offered(node, resource))


def taints(there: There) -> Iterator[Finding]:
    """Whether the nodes of accelerators are closed to pods without devices, and open to those with."""
    for accelerator in there.accelerators:
        nodes, resource = there.nodes_of(accelerator), accelerator.spec.resource_name
        about = f"taint of {accelerator.name}"
        bare = [node for node in nodes if resource not in _taints(node)]
        if bare:
            yield missing(about, _bare(there, bare, resource))
        elif nodes:
            yield ok(about, f"The taint {resource} is on {len(nodes)} of {counted(len(nodes), 'node')}.")
        strange = {
            key
            for node in nodes
            for key in _taints(node)
            if key != resource and not key.startswith("node.kubernetes.io/")
        }
        if strange:
            shut = [node for node in nodes if strange & _taints(node)]
            yield missing(
                about,
                f"{counted(len(shut), 'node')} ({listing(named(shut))}) also carry the taint {listing(strange)}. Tenants' "
                f"pods may tolerate {resource} only, so none would run there, and the devices would count as "
                "capacity. Take it off.",
            )
        cordoned = [node for node in nodes if node.get("spec", {}).get("unschedulable")]
        if cordoned:
            yield note(
                about,
                f"{counted(len(cordoned), 'node')} ({listing(named(cordoned))}) are cordoned; they count as capacity.",
            )


def _taints(node: Manifest) -> set[str]:
    return {taint["key"] for taint in node.get("spec", {}).get("taints", ()) if taint["effect"] in CLOSING}


def _bare(there: There, nodes: Sequence[Manifest], resource: str) -> str:
    """What has to be done, and what it means for the pods that run there."""
    tainted = {"metadata": {}, "spec": {"taints": [{"key": resource, "value": "present", "effect": "NoSchedule"}]}}
    names = set(named(nodes))
    staying = [
        pod
        for pod in there.pods
        if pod["spec"].get("nodeName") in names and not tolerates(pod["spec"], tainted, resource)
    ]
    text = (
        f"{counted(len(nodes), 'node')} ({listing(names)}) lack the taint {resource}, so pods without a device request can run "
        f"there and reach the devices. Taint each: kubectl taint node {sorted(names)[0]} {resource}=present:NoSchedule."
    )
    if not staying:
        return text
    where = listing({pod["metadata"]["namespace"] for pod in staying})
    return (
        f"{text} {counted(len(staying), 'running pod')} there (in {where}) do not tolerate it: they go on, and could not be "
        "started there again. Give those that belong there a toleration first."
    )


def unnamed(there: There) -> Iterator[Finding]:
    """Devices that no Accelerator of the catalogue names."""
    covered = {
        (node["metadata"]["name"], one.spec.resource_name) for one in there.accelerators for node in there.nodes_of(one)
    }
    left: Counter[str] = Counter()
    for node in there.nodes:
        for resource in node.get("status", {}).get("allocatable", {}):
            if "/" in resource and (node["metadata"]["name"], resource) not in covered:
                left[resource] += int(offered(node, resource))
    for resource, count in sorted(left.items()):
        if count and there.accelerators:
            text = (
                f"{count} allocatable {resource} are on nodes that no Accelerator names. Tenure grants none of them; "
            )
            yield note("devices", f"{text}if they are to be lent, write an Accelerator.")
