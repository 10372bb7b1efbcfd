"""The checks of the cluster, in the order of the page. Each is a pure function of what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tenure.cli.check import neighbours, nodes, programmes, rights, storage, versions
from tenure.cli.check.finding import Finding, unseen
from tenure.cli.check.there import There
from tenure.cli.listed import KINDS

PODS = ("Namespace", "Pod", "ResourceQuota")
CATALOGUE = ("Accelerator", "Programme", "TelemetryProfile")


@dataclass(frozen=True)
class Check:
    """What is looked at, and the kinds that it takes to see it."""

    about: str
    needs: tuple[str, ...]
    look: Callable[[There], Iterator[Finding]]


CHECKS = (
    Check("Kubernetes", (), versions.version),
    Check("admission policies", (), versions.admission),
    Check("Tenure", (), programmes.installed),
    Check("operator's rights", ("ClusterRole", "ClusterRoleBinding"), rights.rights),
    Check("accelerators", ("Node",), nodes.labels),
    Check("taints", ("Node", "Pod"), nodes.taints),
    Check("devices", ("Node",), nodes.unnamed),
    Check("devices in other hands", ("Node", *PODS), neighbours.devices),
    Check("storage", ("StorageClass",), storage.classes),
    Check("limits of others", (*PODS, "LimitRange"), neighbours.limits),
    Check("disruption budgets", (*PODS, "PodDisruptionBudget"), neighbours.budgets),
    Check(
        "adoption",
        (*PODS, "Service", "Ingress", "NetworkPolicy", "RoleBinding", "PriorityClass"),
        neighbours.taking_over,
    ),
)
READ = tuple(dict.fromkeys((*CATALOGUE, *(kind for check in CHECKS for kind in check.needs))))
"""Kinds that are listed."""


def findings(there: There) -> Iterator[Finding]:
    """All of them. What may not be seen is said, and never taken for not being there."""
    for check in CHECKS:
        hidden = [KINDS[kind].plural for kind in check.needs if kind in there.listed.hidden]
        if hidden:
            text = f"You may not list {' and '.join(hidden)}, so this was not looked at. Ask for the right to."
            yield unseen(check.about, text)
        else:
            yield from check.look(there)
