"""What a centre has of an accelerator, and what of it is in other hands: held by pods that no quota of Tenure counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tenure.api import Accelerator
from tenure.api.names import QUOTA
from tenure.control.cache import Cache
from tenure.control.kube import Manifest
from tenure.rules.fit import offered, selects

Held = Mapping[tuple[str, str, str], int]
"""Namespace, node and resource -> devices that pods hold there."""


def capacity(cache: Cache, accelerator: Accelerator) -> int:
    """Devices of the centre: given, or allocatable on ready nodes with the accelerator's label."""
    if accelerator.spec.capacity is not None:
        return accelerator.spec.capacity
    return _allocatable(cache, accelerator)


@dataclass(frozen=True)
class Elsewhere:
    """Devices of the capacity that can be granted to nobody, and the namespaces whose pods hold them."""

    devices: int = 0
    namespaces: tuple[str, ...] = ()


def elsewhere(cache: Cache, accelerator: Accelerator, held: Held, awarded: Mapping[str, int]) -> Elsewhere:
    """What pods hold in namespaces without a quota of Tenure, as far as a given capacity does not leave it out.

    `awarded` are the devices that are entitled to in each namespace. What its pods hold of them is not counted: where a
    namespace is being taken over, the award stands for the devices that its pods have already.
    """
    nodes = {node["metadata"]["name"] for node in _serving(cache, accelerator)}
    found: Counter[str] = Counter()
    for (namespace, node, resource), devices in held.items():
        if resource == accelerator.spec.resource_name and node in nodes:
            found[namespace] += devices
    for namespace in found:
        ours = cache.body("ResourceQuota", namespace, QUOTA) is not None
        found[namespace] = 0 if ours else max(0, found[namespace] - awarded.get(namespace, 0))
    left_out = max(0, _allocatable(cache, accelerator) - capacity(cache, accelerator))
    counted = max(0, found.total() - left_out)
    return Elsewhere(counted, tuple(sorted(+found)) if counted else ())


def _allocatable(cache: Cache, accelerator: Accelerator) -> int:
    return sum(int(offered(node, accelerator.spec.resource_name)) for node in _serving(cache, accelerator))


def _serving(cache: Cache, accelerator: Accelerator) -> Iterator[Manifest]:
    """Ready nodes with the accelerator's label. One that has just joined says nothing of itself yet."""
    label = {"nodeSelector": accelerator.spec.node_selector}
    return (node for node in cache.bodies("Node") if selects(label, node) and _ready(node))


def _ready(node: Manifest) -> bool:
    said = node["status"].get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in said)
