"""A centre that runs without Tenure: nodes, pods and what else a namespace has, as the API server sends it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenure.api import Programme
from tenure.cli.adopt.workspace import Workspace
from tenure.cli.check.there import There
from tenure.cli.listed import KINDS, Listed
from unit.build import A100, DEFAULT, Body

GPU = "nvidia.com/gpu"
((LABEL, PRODUCT),) = A100.spec.node_selector.items()
MINE = "lab"
SERVED = {"v1": frozenset({"validatingadmissionpolicies", "mutatingadmissionpolicies"})}


def thing(kind: str, name: str, /, namespace: str = MINE, labels: Body | None = None, **fields: Any) -> Body:
    """An object of a kind that is looked at."""
    where = {"namespace": namespace} if KINDS[kind].namespaced else {}
    return {"kind": kind, "metadata": {"name": name, "labels": labels or {}, **where}, **fields}


def node(name: str = "gpu-1", product: str = PRODUCT, devices: int = 8, **more: Any) -> Body:
    """A ready node with its taint."""
    amounts = {GPU: str(devices)}
    return thing(
        "Node",
        name,
        labels={LABEL: product},
        spec={"taints": more.pop("taints", [{"key": GPU, "effect": "NoSchedule"}]), **more},
        status={
            "allocatable": amounts,
            "capacity": amounts,
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    )


def pod(name: str = "train-0", devices: int = 1, on: str = "gpu-1", namespace: str = MINE, **more: Any) -> Body:
    """A running pod that tolerates the devices' taint. `requests` and `limits` are further amounts."""
    own = {GPU: str(devices)} if devices else {}
    resources = {"requests": own | more.pop("requests", {}), "limits": own | more.pop("limits", {})}
    container = {"name": "main", "resources": resources, **more.pop("container", {})}
    tolerations = [{"key": GPU, "operator": "Exists"}] if devices else []
    meta = {"uid": name, "creationTimestamp": "2026-09-01T00:00:00Z", **more.pop("metadata", {})}
    spec = {"containers": [container], "nodeName": on, "tolerations": tolerations + more.pop("tolerate", []), **more}
    body = thing("Pod", name, namespace, labels=meta.pop("labels", {}), spec=spec, status={"phase": "Running"})
    return body | {"metadata": body["metadata"] | meta}


def quota(name: str = "gpu", namespace: str = MINE, **hard: str) -> Body:
    """A ResourceQuota of somebody else; devices is the number of GPUs."""
    amounts = {f"requests.{GPU}" if key == "devices" else key.replace("_", "."): text for key, text in hard.items()}
    return thing("ResourceQuota", name, namespace, spec={"hard": amounts})


def claim(name: str, size: str) -> Body:
    """A bound volume claim."""
    return thing("PersistentVolumeClaim", name, spec={"resources": {"requests": {"storage": size}}})


def binding(name: str, role: str, *users: str, kind: str = "User", **subject: str) -> Body:
    """A RoleBinding to one of Kubernetes' own roles."""
    subjects = [{"kind": kind, "name": user, **subject} for user in users]
    return thing("RoleBinding", name, roleRef={"kind": "ClusterRole", "name": role}, subjects=subjects)


def listed(objects: Iterable[Body], *, hidden: Iterable[str] = (), unserved: Iterable[str] = ()) -> Listed:
    """As the cluster answers."""
    found: dict[str, tuple[Body, ...]] = {}
    for one in objects:
        found[one["kind"]] = (*found.get(one["kind"], ()), one)
    return Listed(found, frozenset(hidden), frozenset(unserved))


def workspace(*objects: Body, name: str = MINE) -> Workspace:
    """A namespace with these objects, and one node."""
    every = [thing("Namespace", name), *objects]
    return Workspace(name, listed(every), {"gpu-1": node(), "t4-1": node("t4-1", "Tesla-T4")})


def there(*objects: Body, version: str = "v1.36.3", programme: Programme | None = DEFAULT, **more: Any) -> There:
    """A centre with these objects and the A100 in its catalogue."""
    seen = listed(objects, hidden=more.pop("hidden", ()), unserved=more.pop("unserved", ()))
    given = {"accelerators": (A100,), "programmes": (programme,) if programme is not None else (), **more}
    return There(version=version, admission=given.pop("admission", SERVED), listed=seen, **given)
