"""The book of admission: devices granted out of each accelerator's capacity, never more than there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tenure.api import Accelerator, Allocation
from tenure.api.names import NODE_VALUE
from tenure.api.quantity import parse
from tenure.control.assess import Assessment, Assessor
from tenure.control.cache import Cache
from tenure.control.kube import Manifest
from tenure.control.live import grants_in
from tenure.rules.capacity import Admission, Claim, admit


@dataclass
class Book:
    """Grants as last worked out. Every project reads its own here; only the accelerator's run writes them."""

    cache: Cache
    assessor: Assessor
    _granted: dict[tuple[str, str], int] = field(default_factory=dict)
    _admission: dict[str, Admission] = field(default_factory=dict)

    def granted(self, allocation: Allocation) -> int | None:
        """Devices granted; None while its accelerator's run is still to come."""
        return self._granted.get((allocation.spec.accelerator, allocation.name))

    def free(self, accelerator: str) -> int:
        """Devices that nobody holds or waits for."""
        known = self._admission.get(accelerator)
        return max(0, known.free - known.waiting) if known is not None else 0

    def renew(self, accelerator: Accelerator) -> tuple[Admission, list[str]]:
        """Work an accelerator out anew. Returns the admission and the allocations whose grant has changed."""
        assessments = [a for a in self.assessor.everyone() if a.allocation.spec.accelerator == accelerator.name]
        live, others = self._live(accelerator, {a.allocation.name: a.entitlement.grant.devices for a in assessments})
        claims = [self._claim(a, live.get(a.allocation.name, 0)) for a in assessments]
        admission = admit(claims, capacity(self.cache, accelerator), others)
        grants = {(accelerator.name, name): devices for name, devices in admission.granted.items()}
        changed = [key[1] for key, devices in grants.items() if self._granted.get(key) != devices]
        others_grants = {key: devices for key, devices in self._granted.items() if key[0] != accelerator.name}
        self._granted = others_grants | grants
        self._admission[accelerator.name] = admission
        return admission, changed

    def _claim(self, assessment: Assessment, live: int) -> Claim:
        """What was granted and is on its way into a quota counts as held, so that nothing is granted twice.

        What would be granted in mode Observe takes no capacity; what a live quota there gives does.
        """
        allocation = assessment.allocation
        created = allocation.metadata.creation_timestamp
        assert created is not None
        observed = assessment.programme is not None and assessment.programme.spec.mode == "Observe"
        entitled = 0 if observed else assessment.entitlement.grant.devices
        promised = min(self.granted(allocation) or 0, entitled)
        return Claim(allocation.name, entitled, max(live, promised), allocation.spec.priority_class, created)

    def _live(self, accelerator: Accelerator, mine: dict[str, int]) -> tuple[dict[str, int], int]:
        """Devices in the live quotas of namespaces pinned to the accelerator: by allocation, and of those that are gone."""
        live: dict[str, int] = {}
        others = 0
        for quota in self.cache.bodies("ResourceQuota"):
            if not pinned(self.cache, quota["metadata"]["namespace"], accelerator):
                continue
            found = held(quota, accelerator.spec.resource_name)
            for name, devices in self._explained(quota["metadata"]["namespace"], found, mine).items():
                if name in mine:
                    live[name] = live.get(name, 0) + devices
                else:
                    others += devices
        return live, others

    def _explained(self, namespace: str, found: Mapping[str, int], mine: Mapping[str, int]) -> dict[str, int]:
        """Devices without a record are the namespace's own allocations', as far as these are entitled to them."""
        left, shares = found.get("", 0), {name: devices for name, devices in found.items() if name}
        for allocation in sorted(self.cache.group(Allocation, namespace), key=lambda a: a.name) if left else ():
            share = min(left, max(0, mine.get(allocation.name, 0) - shares.get(allocation.name, 0)))
            shares[allocation.name] = shares.get(allocation.name, 0) + share
            left -= share
        return {**shares, **({"": left} if left else {})}


def held(quota: Manifest, resource: str) -> Mapping[str, int]:
    """Devices that a quota gives to each allocation: the larger of what is written and what is still enforced.

    What its record does not explain counts for the largest, or for nobody (the empty name) where there is no record.
    """
    grants = grants_in(quota)
    key = f"requests.{resource}"
    written = parse(quota.get("spec", {}).get("hard", {}).get(key, "0"))
    bound = parse(quota.get("status", {}).get("hard", {}).get(key, "0"))
    extra = int(max(written, bound)) - sum(grants.values())
    if extra <= 0:
        return grants
    first = max(grants, key=lambda name: (grants[name], name), default="")
    return {**grants, first: grants.get(first, 0) + extra}


def pinned(cache: Cache, namespace: str, accelerator: Accelerator) -> bool:
    """Whether the namespace's pods run on this accelerator's nodes."""
    body = cache.body("Namespace", "", namespace) or {"metadata": {}}
    return body["metadata"].get("annotations", {}).get(NODE_VALUE) in accelerator.spec.node_selector.values()


def capacity(cache: Cache, accelerator: Accelerator) -> int:
    """Devices of the centre: given, or allocatable on ready nodes with the accelerator's label."""
    if accelerator.spec.capacity is not None:
        return accelerator.spec.capacity
    return sum(_devices(node, accelerator) for node in cache.bodies("Node"))


def _devices(node: Manifest, accelerator: Accelerator) -> int:
    labels = node["metadata"].get("labels", {})
    if any(labels.get(key) != value for key, value in accelerator.spec.node_selector.items()):
        return 0
    ready = any(c.get("status") == "True" for c in node["status"]["conditions"])
    return int(node["status"]["allocatable"].get(accelerator.spec.resource_name, 0)) if ready else 0
