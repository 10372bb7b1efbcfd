"""The ResourceQuota: what all holdings of a Project add up to, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tenure.api import names, quantity
from tenure.api.accelerator import Accelerator
from tenure.api.project import Project
from tenure.tenancy.holding import Holding, running
from tenure.tenancy.manifest import Manifest, manifest


def resource_quota(
    project: Project, holdings: Sequence[Holding], catalogue: Sequence[Accelerator], notes: Mapping[str, str]
) -> Manifest:
    """The ResourceQuota, with what a tenant without cluster rights wants to know as annotations."""
    annotations = {**notes, names.GRANTS: grants(holdings), names.UNTIL: until(holdings)}
    body = {"spec": {"hard": hard(holdings, catalogue)}}
    return manifest(project, "ResourceQuota", names.QUOTA, body, annotations=annotations)


def hard(holdings: Sequence[Holding], catalogue: Sequence[Accelerator]) -> dict[str, str]:
    """spec.hard. CPU and memory come with the devices (R1); storage stays when a holding is stopped (R3).

    LoadBalancers and NodePorts would reach past the tenants' isolation. Where every holding is stopped no new pod
    starts; pods that run already are not touched by a quota.
    """
    active = running(holdings)
    cpu = quantity.total([holding.grant.cpu for holding in active])
    memory = quantity.total([holding.grant.memory for holding in active])
    return {
        **devices(holdings, catalogue),
        "requests.cpu": cpu,
        "limits.cpu": cpu,
        "requests.memory": memory,
        "limits.memory": memory,
        "requests.storage": quantity.total([holding.grant.storage for holding in holdings]),
        "services.loadbalancers": "0",
        "services.nodeports": "0",
        **({} if active else {"pods": "0"}),
    }


def devices(holdings: Sequence[Holding], catalogue: Sequence[Accelerator]) -> dict[str, str]:
    """requests.<resource> for every device in the catalogue or held: what is not granted is 0."""
    counts = {accelerator.spec.resource_name: 0 for accelerator in catalogue}
    for holding in holdings:
        if holding.accelerator is not None:
            resource = holding.accelerator.spec.resource_name
            counts[resource] = counts.get(resource, 0) + holding.devices
    return {f"requests.{resource}": str(count) for resource, count in sorted(counts.items())}


def grants(holdings: Sequence[Holding]) -> str:
    """Devices per allocation as compact JSON, 0 where the holding is stopped: the durable record of admission."""
    return json.dumps(
        {holding.allocation: holding.devices for holding in holdings}, sort_keys=True, separators=(",", ":")
    )


def until(holdings: Sequence[Holding]) -> str:
    """The last day of the term; with each allocation's name where there are several."""
    if len(holdings) == 1:
        return holdings[0].until.isoformat()
    by_name = sorted(holdings, key=lambda holding: holding.allocation)
    return ", ".join(f"{holding.allocation}: {holding.until.isoformat()}" for holding in by_name)
