"""Outages: how many devices each takes away, and whose reviews it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tenure.api import Accelerator, Allocation, Outage
from tenure.api.conditions import Said, conditions
from tenure.api.outage import OutageSpec, OutageStatus
from tenure.control.cache import Cache
from tenure.control.services import Services
from tenure.control.statuses import write_status
from tenure.rules.fit import room, selects

Found = Mapping[str, Mapping[str, int]]
"""node -> accelerator -> devices"""


class OutageReconciler:
    """Counts the devices on the named nodes, and says what the Outage takes away."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def reconcile(self, name: str) -> None:
        """Bring the status of an Outage up to date, and let the reviews that it concerns run. Raises ApiError."""
        outage, cache = self._s.cache.one(Outage, name), self._s.cache
        if outage is None:
            return
        catalogue = {one.name: one for one in sorted(cache.all(Accelerator), key=lambda one: one.name)}
        nodes = {node: _devices(cache, outage, node, catalogue) for node in outage.spec.nodes}
        status = OutageStatus(
            devices={one: count for one in catalogue if (count := sum(found.get(one, 0) for found in nodes.values()))},
            nodes={node: found for node, found in nodes.items() if found},
            conditions=conditions(
                outage.status.conditions,
                [self._ready(outage.spec, nodes, catalogue)],
                generation=outage.metadata.generation,
                now=self._s.clock.now(),
            ),
        )
        if await write_status(self._s.kube, cache, outage, outage.status, status):
            for project in concerned(cache, outage) | concerned(cache, outage.model_copy(update={"status": status})):
                self._s.review(project)

    def _ready(self, spec: OutageSpec, nodes: Found, catalogue: Mapping[str, Accelerator]) -> Said:
        missing = [one for one in spec.accelerators if one not in catalogue]
        lost = [n for n in spec.nodes if not nodes[n] and self._s.cache.body("Node", "", n) is None]
        taken = _taken(spec, nodes, catalogue)
        meanwhile = f"Meanwhile it takes away {taken}." if taken else "So far it takes nothing away."
        if missing:
            text = (
                f"The catalogue has no accelerator {' and no '.join(missing)}. Correct spec.accelerators. {meanwhile}"
            )
            return Said("Ready", False, "UnknownAccelerator", text)
        if lost:
            text = f"The cluster has no node {' and no '.join(lost)}, and none was seen since. Correct spec.nodes. {meanwhile}"
            return Said("Ready", False, "UnknownNode", text)
        if not taken:
            text = "The named nodes have no devices of any accelerator, so nothing is taken away. Correct spec.nodes."
            return Said("Ready", False, "NoDevices", text)
        whose = f" On the nodes were pods of {' and '.join(spec.projects)} alone." if spec.projects else ""
        return Said("Ready", True, "Ready", f"It takes away {taken}.{whose} That time counts against nobody (R16).")


def _taken(spec: OutageSpec, nodes: Found, catalogue: Iterable[str]) -> str:
    """What it takes away and for how long, in words; empty where that is nothing."""
    parts = []
    for name in catalogue:
        found = [counts[name] for counts in nodes.values() if name in counts]
        if name in spec.accelerators:
            parts.append(f"all devices of {name}")
        elif found:
            parts.append(f"{sum(found)} devices of {name} on {len(found)} node{'s' * (len(found) > 1)}")
    return f"{' and '.join(parts)} {_time(spec)}" if parts else ""


def _devices(cache: Cache, outage: Outage, name: str, catalogue: Mapping[str, Accelerator]) -> dict[str, int]:
    """Devices of a node by accelerator, ready or not. What was once seen stays: a broken node may show fewer, or be gone."""
    seen = outage.status.nodes.get(name, {})
    node = cache.body("Node", "", name)
    here = {
        one.name: int(room(node, one.spec.resource_name))
        for one in catalogue.values()
        if node is not None and selects({"nodeSelector": one.spec.node_selector}, node)
    }
    most = {one: max(here.get(one, 0), seen.get(one, 0)) for one in here | seen}
    return {one: count for one, count in sorted(most.items()) if count}


def concerned(cache: Cache, outage: Outage) -> set[str]:
    """Projects with an allocation of an accelerator of which the Outage takes devices."""
    whole, nodes, named = outage.spec.accelerators, outage.status.devices, outage.spec.projects
    return {
        spec.project
        for spec in (one.spec for one in cache.all(Allocation))
        if spec.accelerator in whole or (spec.accelerator in nodes and (not named or spec.project in named))
    }


def _time(spec: OutageSpec) -> str:
    if spec.to is None:
        return f"from {_instant(spec.from_)} on, until spec.to says that it is over"
    minutes = round((spec.to - spec.from_).total_seconds() / 60)
    return f"from {_instant(spec.from_)} to {_instant(spec.to)} ({minutes // 60} h {minutes % 60:02} min)"


def _instant(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M %Z")
