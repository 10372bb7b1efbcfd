"""What an admin writes in these tests: a programme, an accelerator, a tenant with its award. Plain manifests."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from controlplane.nodes import accelerator_node
from harness.centre import ROOT
from tenure.api.model import API_VERSION

from .client import Manifest

ZONE = ZoneInfo("Asia/Seoul")
GPU = "nvidia.com/gpu"
PRODUCT = "nvidia.com/gpu.product"
TOLERATION = {"key": GPU, "operator": "Exists", "effect": "NoSchedule"}


def body(kind: str, name: str, /, **spec: Any) -> Manifest:
    """An object of Tenure's group."""
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}, "spec": spec}


def core(kind: str, name: str, namespace: str = "", /, api_version: str = "v1", **fields: Any) -> Manifest:
    """An object of Kubernetes itself."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def today() -> date:
    """The day it is in the programmes' zone."""
    return datetime.now(ZONE).date()


def running_term() -> Manifest:
    """A term of the default programme that began a month ago and does not end soon."""
    return {"start": (today() - timedelta(days=30)).isoformat(), "end": f"{today().year + 1}-12-31"}


def programme(name: str, **changes: Any) -> Manifest:
    """The shipped default programme under another name, with some parts of its spec changed."""
    shipped: Manifest = yaml.safe_load((ROOT / "manifests" / "programme-default.yaml").read_text())
    return body("Programme", name, **_merged(shipped["spec"], changes))


def _merged(old: Manifest, new: Manifest) -> Manifest:
    both = {key: _merged(old[key], new[key]) for key in old.keys() & new.keys() if isinstance(new[key], dict)}
    return deepcopy({**old, **new, **both})


def accelerator(name: str, *, capacity: int | None = None, most: int = 1000, **spec: Any) -> Manifest:
    """An accelerator in bundles of 8, 4, 2 and, by reduction only, 1: 4 cores and 10G for each device.

    Its nodes carry its own name as label. Capacity is given, or counted from them.
    """
    ladder = [{"devices": n, "cpu": str(4 * n), "memory": f"{10 * n}G", "offered": n > 1} for n in (8, 4, 2, 1)]
    given = {} if capacity is None else {"capacity": capacity}
    wanted = {"resourceName": GPU, "nodeSelector": {PRODUCT: name}, "maxDevicesPerOrganization": most, "ladder": ladder}
    return body("Accelerator", name, **wanted, **given, **spec)


def node(name: str, product: str, devices: int = 8) -> Manifest:
    """A fake node with devices of an accelerator, tainted as accelerator nodes are."""
    taint = {"key": GPU, "value": "present", "effect": "NoSchedule"}
    return accelerator_node(name, GPU, devices, labels={PRODUCT: product}, taints=[taint])


@dataclass(frozen=True)
class Tenant:
    """An organization with one project and one award, all of the same name."""

    organization: Manifest
    project: Manifest
    allocation: Manifest

    @property
    def name(self) -> str:
        """Of all three, and of the namespace."""
        return str(self.project["metadata"]["name"])

    @property
    def member(self) -> str:
        """The user who works in the namespace."""
        return f"member@{self.name}"

    @property
    def all(self) -> tuple[Manifest, Manifest, Manifest]:
        """In the order in which a person thinks of them."""
        return self.organization, self.project, self.allocation

    def quota(self) -> Manifest:
        """The address of its ResourceQuota."""
        return core("ResourceQuota", "tenure", self.name)

    def claim(self) -> Manifest:
        """The address of its volume claim."""
        return core("PersistentVolumeClaim", f"{self.name}-data", self.name)

    def namespace(self) -> Manifest:
        """The address of its namespace."""
        return core("Namespace", self.name)

    def role_binding(self) -> Manifest:
        """The address of its members' RoleBinding."""
        return core("RoleBinding", "tenure-members", self.name, api_version="rbac.authorization.k8s.io/v1")

    def pod(self, name: str, devices: int = 1, **spec: Any) -> Manifest:
        """A pod with so many devices."""
        return core("Pod", name, self.name, spec=pod_spec(devices, **spec))


def pod_spec(devices: int = 1, **spec: Any) -> Manifest:
    """One container that asks for devices and tolerates their nodes' taint."""
    limits = {GPU: str(devices)} if devices else {}
    container = {"name": "main", "image": "busybox", "resources": {"limits": limits}}
    return {"containers": [container], "tolerations": [TOLERATION] if devices else [], **spec}


def tenant(name: str, *, accelerator: str = "", devices: int = 0, **award: Any) -> Tenant:
    """A tenant with an award that is running; 10 TB of storage unless said otherwise."""
    wanted = {"accelerator": accelerator, "devices": devices} if devices else {}
    members = [{"name": f"member@{name}"}, {"name": f"viewer@{name}", "role": "Viewer"}]
    spec = {"project": name, **wanted, "storage": "10T", "term": running_term(), **award}
    return Tenant(
        body("Organization", name, registration=f"000-{name}"),
        body("Project", name, organization=name, members=members),
        body("Allocation", name, **spec),
    )


def storage_class(name: str, *, expands: bool = True) -> Manifest:
    """A class without provisioner: volumes are bound to claims, and made by hand."""
    no = "kubernetes.io/no-provisioner"
    return core("StorageClass", name, api_version="storage.k8s.io/v1", provisioner=no, allowVolumeExpansion=expands)


def volume(name: str, of_class: str, size: str = "10T") -> Manifest:
    """A volume that is kept when its claim goes."""
    spec = {
        "storageClassName": of_class,
        "capacity": {"storage": size},
        "accessModes": ["ReadWriteMany"],
        "persistentVolumeReclaimPolicy": "Retain",
        "hostPath": {"path": f"/{name}"},
    }
    return core("PersistentVolume", name, spec=spec)
