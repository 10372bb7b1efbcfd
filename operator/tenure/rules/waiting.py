"""R16: pods that wait for devices their tenant was granted. Whose fault it is, and for how many device-seconds.

It is the centre's where the pod would fit on a node of its accelerator if that were empty, uncordoned and ready: the
centre is full, fragmented, cordoned or drained. It is the tenant's where it would not, and where the centre has room for
the pod on a node that only the pod's own rules keep it from. What cannot be told is decided in favour of the tenant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from tenure.api.project import Waiting
from tenure.rules.calendar import midnight, today
from tenure.rules.fit import NONE, Amounts, Manifest, closed, needs, offered, room, selects, tolerates

KEPT = timedelta(days=400)
"""Days are forgotten after this time; no review looks back so far."""
CLAIMS = "persistentvolumeclaim"
"""What the scheduler names, in any case, where a volume claim is missing or not bound."""
VOLUMES = (
    "volume node affinity conflict",
    "PersistentVolume's node affinity",
    "available persistent volumes to bind",
    "exceed max volume count",
)
"""What it says where a volume keeps a pod from a node: the centre's fault only if the pod has no claims but the centre's."""
OWN_RULES = (
    "didn't match pod affinity rules",
    "didn't match pod anti-affinity rules",
    "didn't match pod topology spread constraints",
)
"""What it says of a node only once it has found room there: these are the last rules that it looks at."""


class Cause(StrEnum):
    """Whose fault it is that a pod waits."""

    CENTRE = "Centre"
    TENANT = "Tenant"


@dataclass(frozen=True)
class Wait:
    """So many devices were waited for, from one instant to another."""

    devices: int
    since: datetime
    until: datetime


def scheduled(pod: Manifest) -> Mapping[str, Any]:
    """The pod's condition PodScheduled; empty where the scheduler has not looked at it."""
    conditions = pod.get("status", {}).get("conditions", ())
    return next((one for one in conditions if one["type"] == "PodScheduled"), {})


def devices(pod: Manifest, resource: str) -> int:
    """Devices that a pod requests of an extended resource."""
    return int(needs(pod["spec"]).get(resource, NONE))


def choosy(pod: Manifest, nodes: Iterable[Manifest]) -> bool:
    """Whether the pod's own choice leaves out nodes of its accelerator. Then it matters whether these have room."""
    return not all(selects(pod["spec"], node) for node in nodes)


def cause(
    pod: Manifest, nodes: Sequence[Manifest], resource: str, used: Mapping[str, Amounts], ours: Mapping[str, bool]
) -> Cause | None:
    """Whose fault it is that the pod is not scheduled; None where it waits for something else than a node.

    `nodes` are those of the accelerator, `used` what pods take on each of them (for a pod that is not choosy it may be
    left empty), `ours` the volume claims that the centre made in the namespace, and whether they are bound.
    """
    said = scheduled(pod)
    if said.get("status") != "False" or said.get("reason") != "Unschedulable":
        return None
    message = said.get("message", "").partition(" preemption:")[0]
    if CLAIMS in message.lower():
        unbound = {name for name, bound in ours.items() if not bound}
        return Cause.CENTRE if _held_up_by(unbound, message, pod) else Cause.TENANT
    if any(words in message for words in VOLUMES) and not _claims(pod) <= ours.keys():
        return Cause.TENANT
    largest = max((room(node, resource) for node in nodes), default=NONE)
    if largest == NONE:
        return Cause.CENTRE  # with no device in sight there is nothing that it could have asked for rightly
    wanted = needs(pod["spec"])
    if not any(_fits(pod["spec"], node, wanted, {resource: largest}) for node in nodes):
        return Cause.TENANT
    refused = any(words in message for words in OWN_RULES)
    elsewhere = any(_has_room(node, wanted, resource, used) for node in nodes if not selects(pod["spec"], node))
    return Cause.TENANT if refused or elsewhere else Cause.CENTRE


def _fits(spec: Manifest, node: Manifest, wanted: Amounts, largest: Amounts) -> bool:
    """Whether an empty node would do. One that shows no device at all is taken to have as many as the largest.

    Tenants may tolerate the taint of their devices and no other, so another one is none of their mistakes.
    """
    if not selects(spec, node) or not all(tolerates(spec, node, key) for key in largest):
        return False
    return all(amount <= (room(node, name) or largest.get(name, NONE)) for name, amount in wanted.items())


def _has_room(node: Manifest, wanted: Amounts, resource: str, used: Mapping[str, Amounts]) -> bool:
    """Whether a node would take a pod now, as it stands."""
    taken = used.get(node["metadata"]["name"], {})
    free = all(amount <= offered(node, name) - taken.get(name, NONE) for name, amount in wanted.items())
    return free and not closed(node, resource)


def _held_up_by(unbound: Collection[str], message: str, pod: Manifest) -> bool:
    """Whether it is a claim of the centre that the scheduler misses: the one that it names, else one of the pod's.

    A pod that also names a claim that is not there waits for that one, and that is its own mistake.
    """
    named = re.search(r'persistentvolumeclaim "([^"]+)"', message)
    return named[1] in unbound if named else bool(_claims(pod) & set(unbound))


def _claims(pod: Manifest) -> set[str]:
    volumes = (volume.get("persistentVolumeClaim") for volume in pod["spec"].get("volumes", ()))
    return {claim["claimName"] for claim in volumes if claim}


def account(before: Waiting | None, waits: Iterable[Wait], now: datetime, zone: str) -> Waiting:
    """The record with what was waited since it was last brought up to date. Nothing is counted twice.

    Instants are whole seconds; days are those of the zone.
    """
    days = dict(before.device_seconds) if before is not None else {}
    for wait in waits:
        since = max(wait.since, before.until) if before is not None else wait.since
        for day, seconds in by_day(since, min(wait.until, now), zone):
            days[day] = days.get(day, 0) + wait.devices * seconds
    oldest = (today(now, zone) - KEPT).isoformat()
    recent = {day: seconds for day, seconds in sorted(days.items()) if day > oldest}
    return Waiting(until=max(now, before.until) if before is not None else now, device_seconds=recent)


def by_day(since: datetime, until: datetime, zone: str) -> Iterator[tuple[str, int]]:
    """The seconds from one instant to another, by day of the zone; nothing where they are the wrong way round."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    while since < until:
        day = today(since, zone)
        end = min(until, midnight(day + timedelta(days=1), zone).astimezone(UTC))
        yield day.isoformat(), (end - since) // timedelta(seconds=1)
        since = end
