"""Whether a namespace was left as it is: the version of everything in it, and how long to look."""

from __future__ import annotations

from .awards import core
from .desk import Desk

KINDS = {
    "Namespace": "v1",
    "ResourceQuota": "v1",
    "LimitRange": "v1",
    "PersistentVolumeClaim": "v1",
    "Pod": "v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "RoleBinding": "rbac.authorization.k8s.io/v1",
}
LONG_ENOUGH = 3
"""Seconds in which an operator that meant to do something would have done it."""


def versions(desk: Desk, namespace: str) -> dict[str, str]:
    """The version of everything that there is in a namespace, and of the namespace."""
    found = {"": (desk.live(core("Namespace", namespace)) or {"metadata": {"resourceVersion": ""}})}
    for kind, version in KINDS.items():
        if kind != "Namespace":
            listed = desk.admin.list(core(kind, "", namespace, api_version=version))["items"]
            found |= {f"{kind} {one['metadata']['name']}": one for one in listed}
    return {name: one["metadata"]["resourceVersion"] for name, one in found.items()}
