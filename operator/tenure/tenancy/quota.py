"""The ResourceQuota: what all holdings of a Project add up to, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from tenure.api import names, quantity
from tenure.api.accelerator import Accelerator
from tenure.api.project import Project
from tenure.tenancy.holding import Holding, running
from tenure.tenancy.manifest import Manifest, manifest
from tenure.tenancy.reader import amounts

ALWAYS = {"services.loadbalancers": "0", "services.nodeports": "0", "count/returns.tenure.dev": "100"}
"""What does not depend on holdings. LoadBalancers and NodePorts would reach past the tenants' isolation. Whoever writes a Return
cannot delete it, so there is an end to them."""
OVER = {"pods": "0", "services": "0"}
"""What there is none of any more, once no holding gives computing power."""


def resource_quota(
    project: Project,
    holdings: Sequence[Holding],
    catalogue: Sequence[Accelerator],
    notes: Mapping[str, str],
    reader: Manifest | None = None,
) -> Manifest:
    """The ResourceQuota, with what a tenant without cluster rights wants to know as annotations."""
    annotations = {**notes, names.GRANTS: grants(holdings), names.UNTIL: until(holdings)}
    kept = {holding.allocation: holding.kept_until for holding in holdings if holding.kept_until is not None}
    if kept:
        annotations[names.DATA_KEPT] = days(kept, alone=len(holdings) == 1)
    body = {"spec": {"hard": hard(holdings, catalogue, reader)}}
    return manifest(project, "ResourceQuota", names.QUOTA, body, annotations=annotations)


def hard(
    holdings: Sequence[Holding], catalogue: Sequence[Accelerator], reader: Manifest | None = None
) -> dict[str, str]:
    """spec.hard. CPU and memory come with the devices (R1); storage stays when a holding is stopped (R3).

    Where every holding is stopped no new pod starts and no Service is made, but for the pod in which the data is read; what is
    there already is not touched by a quota.
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
        **ALWAYS,
        **({} if active else OVER),
        **(amounts(reader) if reader is not None and not active else {}),
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
    return days({holding.allocation: holding.until for holding in holdings}, alone=len(holdings) == 1)


def days(by_allocation: Mapping[str, date], *, alone: bool) -> str:
    """A day of each allocation, in order of their names, which are left out where there is but one."""
    shown = sorted(by_allocation.items())
    return ", ".join(day.isoformat() if alone else f"{name}: {day.isoformat()}" for name, day in shown)
