"""What the checks look at: a cluster as listed, and the catalogue that is installed or to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tenure.api import Accelerator, Programme, TelemetryProfile
from tenure.api.names import MANAGED
from tenure.cli.adopt.workspace import unfit
from tenure.cli.listed import Listed
from tenure.control.kube import Manifest
from tenure.rules.fit import finished, needs, selects


@dataclass(frozen=True)
class There:
    """A centre before Tenure, or with it. Nothing in it changes any more."""

    version: str
    """gitVersion of the API server, for example v1.36.3."""
    admission: Mapping[str, frozenset[str]]
    """Version of admissionregistration.k8s.io -> plurals that are served there."""
    listed: Listed
    accelerators: tuple[Accelerator, ...] = ()
    programmes: tuple[Programme, ...] = ()
    profiles: tuple[TelemetryProfile, ...] = ()

    @property
    def nodes(self) -> tuple[Manifest, ...]:
        """All nodes."""
        return self.listed.all("Node")

    @cached_property
    def nodes_by_name(self) -> Mapping[str, Manifest]:
        """All nodes by their names."""
        return {node["metadata"]["name"]: node for node in self.nodes}

    @cached_property
    def pods(self) -> tuple[Manifest, ...]:
        """The pods that are not over."""
        return tuple(pod for pod in self.listed.all("Pod") if not finished(pod))

    def nodes_of(self, accelerator: Accelerator) -> tuple[Manifest, ...]:
        """The nodes with the accelerator's label."""
        return tuple(node for node in self.nodes if selects({"nodeSelector": accelerator.spec.node_selector}, node))

    @cached_property
    def managed(self) -> frozenset[str]:
        """Namespaces that Tenure keeps."""
        return frozenset(
            one["metadata"]["name"]
            for one in self.listed.all("Namespace")
            if one["metadata"].get("labels", {}).get(MANAGED) == "true"
        )

    @cached_property
    def to_adopt(self) -> tuple[str, ...]:
        """Namespaces with work on the catalogue's devices that Tenure does not keep and could."""
        resources = {one.spec.resource_name for one in self.accelerators}
        holding = {pod["metadata"]["namespace"] for pod in self.pods if any(asks(pod, name) for name in resources)}
        limited = {
            quota["metadata"]["namespace"]
            for quota in self.listed.all("ResourceQuota")
            if any(f"requests.{name}" in quota.get("spec", {}).get("hard", {}) for name in resources)
        }
        return tuple(sorted(name for name in (holding | limited) - self.managed if not unfit(name)))


def asks(pod: Manifest, resource: str) -> int:
    """Devices that a pod requests."""
    return int(needs(pod["spec"]).get(resource, 0))


def ready(node: Manifest) -> bool:
    """Whether the kubelet says so."""
    said = node.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in said)


def named(objects: Iterable[Manifest]) -> list[str]:
    """The names of objects."""
    return [one["metadata"]["name"] for one in objects]
