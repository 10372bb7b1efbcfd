"""A tenant's namespace as `tenancy.desired` says, made without the operator, and the people around it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from tenure.api import Accelerator, Programme, Project, names
from tenure.api.allocation import Grant
from tenure.api.project import Member
from tenure.tenancy import Contents, Holding, desired
from tenure.tenancy.access import role_binding

from .client import ADMINS, Client, Manifest, RefusedError, eventually, folder_of

ROOT = Path(__file__).parents[2]
RETURNS = "count/returns.tenure.dev"
"""Of kinds that are new to it the controller manager counts nothing for minutes, so the operator writes the first 0."""
OPERATOR = f"system:serviceaccount:{names.OPERATOR_NAMESPACE}:{names.OPERATOR_ACCOUNT}"
GPU = "nvidia.com/gpu"
PRODUCT = "nvidia.com/gpu.product"
T4, A100 = "Tesla-T4", "NVIDIA-A100-SXM4-40GB"
TAINT = {"key": GPU, "value": "present", "effect": "NoSchedule"}
DECISION = {"apiVersion": "tenure.dev/v1alpha1", "kind": "Decision"}
RBAC = "rbac.authorization.k8s.io"
USERS = ("member", "viewer", "leaver", "stranger", "committee", "guest", "chair", "keeper")
ACCOUNTS = {"robot": "robot", "account": "default"}
"""Who is a ServiceAccount of the namespace, with a token of its own -> its name."""
_number = count()


@dataclass(frozen=True)
class Scene:
    """One project with eight T4 and 10 TB, nodes of two types and one without devices, and the people around it.

    member and viewer have these roles in the project, and leaver that of members whose grants are over; stranger is a member
    of none. robot is a ServiceAccount with the role Member, account one with no role. committee and chair have the shipped
    roles, guest that of the committee in another namespace; keeper may delete Decisions and write Sanctions, without the verbs
    prune and sanction; admin is the kubeconfig's own user, with all rights.
    """

    namespace: str
    contents: Contents
    people: dict[str, Client]

    def person(self, who: str) -> Client:
        """The API server as that person sees it."""
        return self.people[who]

    def user(self, who: str) -> str:
        """The name by which the API server knows that person."""
        account = ACCOUNTS.get(who)
        return f"system:serviceaccount:{self.namespace}:{account}" if account else f"{who}@{self.namespace}"

    @property
    def admin(self) -> Client:
        return self.people["admin"]

    @property
    def operator(self) -> Client:
        return self.people["operator"]

    @property
    def member(self) -> Client:
        return self.people["member"]

    def object(self, kind: str, api_version: str = "v1", name: str = "", **body: Any) -> Manifest:
        """An object in the tenant's namespace with a name of its own."""
        metadata = {"name": name or f"try-{next(_number)}", "namespace": self.namespace}
        return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **body}

    def pod(self, devices: int = 0, *, container: Manifest | None = None, **spec: Any) -> Manifest:
        """A pod with one container that requests so many devices and says nothing of CPU and memory."""
        resources = {"limits": {GPU: str(devices)}} if devices else {}
        first = {"name": "main", "image": "busybox", "resources": resources, **(container or {})}
        return self.object("Pod", spec={"containers": [first], **spec})

    def review(self, spec: Manifest | None = None, **conditions: str) -> Manifest:
        """A new Review, opened by the operator. Conditions are given as type="Status Reason"."""
        name = f"review-{next(_number)}"
        body = {"allocation": self.namespace, "review": "2026-Q3", **(spec or {})}
        made = self.operator.create(self.object("Review", "tenure.dev/v1alpha1", name, spec=body))
        status = {
            "conditions": [_condition(type_, *value.split()) for type_, value in conditions.items()],
            "outcome": "Continue" if "Decided" in conditions else "",
            "dates": {
                "windowStart": "2026-07-01",
                "windowEnd": "2026-09-30",
                "planDue": "2026-10-08",
                "verdictDue": "2026-10-15",
                "effective": "2026-10-22",
            },
        }
        return self.operator.merge(made, {"status": status}, "status")

    def decision(self) -> Manifest:
        """A Decision, not written yet."""
        grant = Grant(devices=8).wire()
        spec = {
            "allocation": self.namespace,
            "project": self.namespace,
            "review": "2026-Q3",
            "awardDigest": "0" * 64,
            "kind": "Continue",
            "before": grant,
            "after": grant,
            "effective": "2026-10-22",
            "decidedAt": "2026-10-15T00:00:00Z",
        }
        return {**DECISION, "metadata": {"name": f"{self.namespace}-{next(_number)}"}, "spec": spec}

    def node_of(self, pod: Manifest) -> Manifest:
        """The node that the scheduler chose, within some seconds."""
        name = eventually(lambda: self.admin.read(pod)["spec"].get("nodeName"), "the pod has a node")
        return self.admin.read({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}})

    def clear(self) -> None:
        """Deletes what tenants run, and returns once the quota counts no device any more."""
        for kind, version in (("DaemonSet", "apps/v1"), ("Deployment", "apps/v1"), ("Job", "batch/v1"), ("Pod", "v1")):
            folder = folder_of(self.object(kind, version))
            self.operator.call("DELETE", folder, query="gracePeriodSeconds=0&propagationPolicy=Background")
        eventually(self._idle, "the quota counts no pods")

    def _idle(self) -> bool:
        used = self.admin.read(self.contents.quota)["status"]["used"]
        return bool(used[f"requests.{GPU}"] == "0" and used["limits.cpu"] == "0")


@contextmanager
def scene(kubeconfig: Path, context: str | None = None) -> Iterator[Scene]:
    """A namespace of its own, ready to be tried; deleted afterwards, without waiting for it."""
    namespace = f"attempts-{uuid.uuid4().hex[:6]}"
    people = {
        "admin": Client(kubeconfig, context),
        "operator": Client(kubeconfig, context, OPERATOR, ADMINS),
        **{name: Client(kubeconfig, context, f"{name}@{namespace}") for name in USERS},
    }
    project, holdings, programme, catalogue = _wishes(namespace)
    made = Scene(namespace, desired(project, holdings, programme, catalogue, {}), people)
    beside = (*_nodes(namespace), *_rights(namespace), *_storage(namespace))
    try:
        for manifest in (*beside, *made.contents.in_order()):
            made.operator.create(manifest)
        eventually(lambda: _ready(made), "the quota is enforced, the volume bound, the service account there", 60)
        made.operator.merge(made.contents.quota, {"status": {"used": {RETURNS: "0"}}}, "status")
        for manifest in _more_people(made, project):
            made.operator.create(manifest)
        people |= {who: Client(kubeconfig, context, token=_token(made, name)) for who, name in ACCOUNTS.items()}
        yield made
    finally:
        _remove(made, beside)


def _remove(made: Scene, beside: tuple[Manifest, ...]) -> None:
    """Pods first: those of a node that is gone would hold their namespace for a minute."""
    with suppress(RefusedError):
        made.clear()
    decisions = made.admin.list({**DECISION, "metadata": {}})["items"]
    mine = [{**DECISION, **item} for item in decisions if item["spec"]["allocation"] == made.namespace]
    for manifest in (made.contents.namespace, *beside, *mine):
        with suppress(RefusedError):
            made.operator.delete(manifest)


def _wishes(name: str) -> tuple[Project, list[Holding], Programme, list[Accelerator]]:
    catalogue = [Accelerator.parse(body) for body in _read("accelerators.yaml")]
    (programme,) = _read("programme-default.yaml")
    programme["spec"]["storage"] = {"className": name}
    people = [{"name": f"{role}@{name}", "role": role.capitalize()} for role in ("member", "viewer")]
    people.append({"name": ACCOUNTS["robot"], "kind": "ServiceAccount", "role": "Member"})
    project = {"metadata": {"name": name}, "spec": {"organization": "acme", "members": people}}
    t4 = next(accelerator for accelerator in catalogue if accelerator.name == "t4-16gb")
    grant = Grant(devices=8, cpu="48", memory="700G", storage="10T")
    holding = Holding(name, t4, grant, date(2026, 12, 31), stopped=False)
    return Project.parse(project), [holding], Programme.parse(programme), catalogue


def _read(file: str) -> list[Manifest]:
    return list(yaml.safe_load_all((ROOT / "manifests" / file).read_text()))


def _nodes(prefix: str) -> tuple[Manifest, ...]:
    """Fake nodes that kwok keeps alive: one of each type, tainted as accelerator nodes are, and one without devices."""
    return (
        _node(f"{prefix}-t4", {PRODUCT: T4}, [TAINT], {GPU: "8"}),
        _node(f"{prefix}-a100", {PRODUCT: A100}, [TAINT], {GPU: "8"}),
        _node(f"{prefix}-cpu", {}, [], {}),
    )


def _node(name: str, labels: dict[str, str], taints: list[dict[str, str]], devices: dict[str, str]) -> Manifest:
    amounts = {"cpu": "96", "memory": "1Ti", "pods": "110", **devices}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {"kubernetes.io/hostname": name, **labels},
            "annotations": {"kwok.x-k8s.io/node": "fake"},
        },
        "spec": {"taints": taints},
        "status": {"capacity": amounts, "allocatable": amounts},
    }


def _rights(namespace: str) -> tuple[Manifest, ...]:
    """The shipped roles for the committee, and one that no role is shipped for."""
    keeper = f"{namespace}-keeper"
    rules = [
        {"apiGroups": ["tenure.dev"], "resources": ["decisions"], "verbs": ["get", "delete", "deletecollection"]},
        {"apiGroups": ["tenure.dev"], "resources": ["sanctions"], "verbs": ["get", "create", "delete"]},
    ]
    role = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": keeper}, "rules": rules}
    roles = {"committee": "tenure-committee", "chair": "tenure-committee-chair", "keeper": keeper}
    guest = _binding(namespace, "guest", "tenure-committee")
    elsewhere = {**guest, "kind": "RoleBinding", "metadata": {**guest["metadata"], "namespace": "default"}}
    return (role, elsewhere, *(_binding(namespace, name, cluster_role) for name, cluster_role in roles.items()))


def _binding(namespace: str, name: str, cluster_role: str) -> Manifest:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": f"{namespace}-{name}"},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": cluster_role},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": f"{name}@{namespace}"}],
    }


def _more_people(made: Scene, project: Project) -> tuple[Manifest, ...]:
    """The robot, and a leaver, whose role members have once nothing is held."""
    leaver = Member(name=f"leaver@{made.namespace}", role="Member")
    return (
        made.object("ServiceAccount", name=ACCOUNTS["robot"]),
        role_binding(project, names.LEAVERS, names.LEAVER_ROLE, [leaver]),
    )


def _token(made: Scene, account: str) -> str:
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    path = f"/api/v1/namespaces/{made.namespace}/serviceaccounts/{account}/token"
    return str(made.admin.call("POST", path, request)["status"]["token"])


def _storage(namespace: str) -> tuple[Manifest, ...]:
    """A storage class whose volumes can grow, and one volume of it."""
    storage_class = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": namespace},
        "provisioner": "kubernetes.io/no-provisioner",
        "allowVolumeExpansion": True,
    }
    spec = {
        "storageClassName": namespace,
        "capacity": {"storage": "10T"},
        "accessModes": ["ReadWriteMany"],
        "persistentVolumeReclaimPolicy": "Retain",
        "hostPath": {"path": f"/{namespace}"},
    }
    volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": namespace}, "spec": spec}
    return storage_class, volume


def _ready(made: Scene) -> bool:
    quota = made.admin.read(made.contents.quota)
    try:
        made.admin.read(made.object("ServiceAccount", name="default"))
    except RefusedError:
        return False
    bound = made.admin.read(made.contents.claims[0])["status"].get("phase") == "Bound"
    enforced = quota.get("status", {}).get("hard", {})
    return bool(bound and enforced.keys() == quota["spec"]["hard"].keys())


def _condition(type_: str, status: str, reason: str) -> Manifest:
    since = "2026-10-09T00:00:00Z"
    return {"type": type_, "status": status, "reason": reason, "message": "", "lastTransitionTime": since}
