"""A namespace that exists, with all that matters when Tenure is to take it over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from tenure.api import Accelerator
from tenure.api.project import RESERVED
from tenure.api.quantity import parse
from tenure.cli.listed import Listed
from tenure.control.converge import counts
from tenure.control.kube import Manifest
from tenure.rules.fit import needs, selects

KINDS = (
    "Pod",
    "ResourceQuota",
    "LimitRange",
    "PersistentVolumeClaim",
    "RoleBinding",
    "NetworkPolicy",
    "Service",
    "Ingress",
    "PodDisruptionBudget",
)
"""What is read of it."""
LONGEST_NAME = 50
"""Letters in the name of a Project, and of an Allocation."""


@dataclass(frozen=True)
class Workspace:
    """A namespace as it stands. `listed` may have other namespaces' objects as well."""

    name: str
    listed: Listed
    nodes: Mapping[str, Manifest] = field(default_factory=dict)
    """Every node by its name."""

    def all(self, kind: str) -> tuple[Manifest, ...]:
        """Its objects of a kind, in order of their names."""
        return tuple(sorted(self.listed.all(kind, self.name), key=lambda one: str(one["metadata"]["name"])))

    @cached_property
    def pods(self) -> tuple[Manifest, ...]:
        """The pods that count against a quota."""
        return tuple(pod for pod in self.all("Pod") if counts(pod))

    def holders(self, accelerator: Accelerator) -> Iterator[tuple[Manifest, int, bool]]:
        """Pods that request the accelerator's resource, how many devices, and whether they run on nodes of another type."""
        for pod in self.pods:
            devices = int(needs(pod["spec"]).get(accelerator.spec.resource_name, 0))
            if devices:
                node = self.nodes.get(pod["spec"].get("nodeName", ""))
                fits = node is None or selects({"nodeSelector": accelerator.spec.node_selector}, node)
                yield pod, devices, not fits

    def limit(self, resource: str) -> tuple[str, int] | None:
        """The quota that allows the fewest devices, and how many; None where none counts the devices of all pods."""
        key = f"requests.{resource}"
        whole = [quota for quota in self.all("ResourceQuota") if not scoped(quota)]
        found = [(quota["metadata"]["name"], quota.get("spec", {}).get("hard", {})) for quota in whole]
        allowed = [(int(parse(hard[key])), name) for name, hard in found if key in hard]
        return (min(allowed)[1], min(allowed)[0]) if allowed else None

    @property
    def namespace(self) -> Manifest:
        """The Namespace itself; an empty one where it went away meanwhile."""
        every = self.listed.all("Namespace")
        return next((one for one in every if one["metadata"]["name"] == self.name), {"metadata": {}})

    @cached_property
    def default_priority(self) -> str:
        """The PriorityClass of pods that name none; empty where there is none."""
        classes = self.listed.all("PriorityClass")
        return next((str(one["metadata"]["name"]) for one in classes if one.get("globalDefault")), "")

    @cached_property
    def stored(self) -> Decimal:
        """Bytes that all claims ask for, or have where that is more."""
        return sum((claimed(claim) for claim in self.all("PersistentVolumeClaim")), Decimal(0))


def unfit(name: str) -> str:
    """Why a namespace of that name cannot become a project; empty where it can."""
    if re.fullmatch(RESERVED, name):
        return f"The namespace {name} cannot become a project: it has a name of the cluster's own."
    if len(name) > LONGEST_NAME:
        return f"The namespace {name} cannot become a project: its name has {len(name)} letters, and {LONGEST_NAME} are allowed."
    return ""


def scoped(quota: Manifest) -> bool:
    """Whether a quota counts some pods only, for example those of a PriorityClass."""
    return bool(quota.get("spec", {}).get("scopes") or quota.get("spec", {}).get("scopeSelector"))


def claimed(claim: Manifest) -> Decimal:
    """Bytes that a claim asks for, or has where that is more."""
    asked = claim["spec"].get("resources", {}).get("requests", {}).get("storage", "0")
    there = claim.get("status", {}).get("capacity", {}).get("storage", "0")
    return max(parse(asked), parse(there))


def owner(pod: Manifest) -> str:
    """What makes a pod anew, for people: ReplicaSet web-7c9, or the pod itself."""
    for reference in pod["metadata"].get("ownerReferences", ()):
        if reference.get("controller"):
            return f"{reference['kind']} {reference['name']}"
    return f"Pod {pod['metadata']['name']}"
