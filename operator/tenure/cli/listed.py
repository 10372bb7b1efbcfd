"""What a cluster has, as far as the person with the kubeconfig may see it. Hidden and absent are kept apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tenure.cli.cluster import refused
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import SERVED, Served

RBAC = "rbac.authorization.k8s.io"
KINDS: Mapping[str, Served] = SERVED | {
    one.kind: one
    for one in (
        Served("", "v1", "services", "Service"),
        Served("networking.k8s.io", "v1", "ingresses", "Ingress"),
        Served("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"),
        Served("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", namespaced=False),
        Served(RBAC, "v1", "clusterroles", "ClusterRole", namespaced=False),
        Served(RBAC, "v1", "clusterrolebindings", "ClusterRoleBinding", namespaced=False),
    )
}
"""Kinds that are looked at: those of the operator, and what else a running centre may have."""


@dataclass(frozen=True)
class Listed:
    """Objects by kind."""

    objects: Mapping[str, tuple[Manifest, ...]]
    hidden: frozenset[str] = field(default_factory=frozenset)
    """Kinds that this person may not list."""
    unserved: frozenset[str] = field(default_factory=frozenset)
    """Kinds that this cluster does not know."""

    def all(self, kind: str, namespace: str = "") -> tuple[Manifest, ...]:
        """The objects of a kind, of one namespace or of all; none where they are hidden."""
        return self._in.get((kind, namespace), ()) if namespace else self.objects.get(kind, ())

    @cached_property
    def _in(self) -> Mapping[tuple[str, str], tuple[Manifest, ...]]:
        """Objects by kind and namespace, so that going through thousands of namespaces looks at each once."""
        found: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
        for kind, every in self.objects.items():
            for one in every:
                found[kind, one["metadata"].get("namespace", "")].append(one)
        return {where: tuple(some) for where, some in found.items()}


async def listed(kube: Kube, kinds: Iterable[str], namespace: str = "") -> Listed:
    """Everything of these kinds, in a namespace or in all. Raises Problem where the cluster does not answer at all."""
    objects: dict[str, tuple[Manifest, ...]] = {}
    hidden: set[str] = set()
    unserved: set[str] = set()
    for kind in kinds:
        try:
            objects[kind] = tuple([{**body, "kind": kind} async for body in kube.list(KINDS[kind], namespace)])
        except ApiError as error:
            if error.code not in (403, 404):
                raise refused(error, "") from error
            there = error.code == 403 and await _is_served(kube, KINDS[kind])
            (hidden if there else unserved).add(kind)
    return Listed(objects, frozenset(hidden), frozenset(unserved))


async def _is_served(kube: Kube, kind: Served) -> bool:
    """Whether the API group is there at all: who may not list a kind is told so also where there is no such kind."""
    if not kind.group:
        return True
    try:
        await kube.request("GET", f"/apis/{kind.group}/{kind.version}")
    except ApiError as error:
        return error.code != 404
    return True
