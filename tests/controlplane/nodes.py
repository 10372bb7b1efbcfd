"""Fake accelerator nodes: kwok keeps them ready and lets the pods that land on them run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from . import ControlPlaneError
from .paths import MADE_BY
from .processes import wait_until
from .target import ControlPlane

READY_SECONDS = 60

Manifest = dict[str, Any]


def accelerator_node(
    name: str,
    resource: str,
    devices: int,
    *,
    labels: Mapping[str, str] | None = None,
    taints: Sequence[Mapping[str, str]] = (),
    cpu: str = "96",
    memory: str = "1Ti",
    pods: int = 110,
) -> Manifest:
    """Return the manifest of a fake node with `devices` of the extended resource `resource`."""
    amounts = {"cpu": cpu, "memory": memory, "pods": str(pods), resource: str(devices)}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {"kwok.x-k8s.io/node": "fake"},
            "labels": {"kubernetes.io/hostname": name, **(labels or {})},
        },
        "spec": {"taints": [dict(taint) for taint in taints]},
        "status": {"capacity": amounts, "allocatable": amounts},
    }


def create(plane: ControlPlane, manifests: Sequence[Manifest]) -> None:
    """Create the nodes and return once all are Ready.

    Where nobody plays their kubelet they never become so: then they are deleted again, and the
    ControlPlaneError says what is missing.
    """
    for manifest in manifests:
        manifest["metadata"]["labels"][MADE_BY] = plane.name
    listing = {"apiVersion": "v1", "kind": "List", "items": list(manifests)}
    plane.kubectl("create", "--filename=-", stdin=json.dumps(listing))
    names = {str(manifest["metadata"]["name"]) for manifest in manifests}
    if not wait_until(lambda: names <= _ready(plane), READY_SECONDS):
        delete_all(plane)
        raise ControlPlaneError(
            f"The fake nodes did not become Ready within {READY_SECONDS} s and were deleted. Is kwok running in "
            f"the cluster '{plane.context}'?"
        )


def delete_all(plane: ControlPlane) -> None:
    """Delete every node that was made through this control plane."""
    plane.kubectl("delete", "node", f"--selector={MADE_BY}={plane.name}", "--wait=false")


def _ready(plane: ControlPlane) -> set[str]:
    listing = plane.kubectl("get", "node", f"--selector={MADE_BY}={plane.name}", "--output=json")
    return {
        node["metadata"]["name"]
        for node in json.loads(listing)["items"]
        for condition in node["status"].get("conditions", [])
        if condition["type"] == "Ready" and condition["status"] == "True"
    }
