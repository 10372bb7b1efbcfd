"""What people try with the namespace itself: its storage, network, access and limits."""

from __future__ import annotations

from typing import Any

from tenure.api import names

from .attempt import Act, Who
from .client import Manifest
from .scene import Scene

OURS = {"apiVersion": "tenure.dev/v1alpha1"}
RBAC = "rbac.authorization.k8s.io"


def volume(size: str, **metadata: Any) -> Act:
    """The member creates a volume claim of its own."""

    def act(scene: Scene) -> Manifest:
        spec = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": size}}}
        manifest = scene.object("PersistentVolumeClaim", spec=spec)
        manifest["metadata"].update(metadata)
        return scene.member.create(manifest)

    return act


def service(who: Who = "member", **spec: Any) -> Act:
    """Creates a Service."""
    body = {"ports": [{"port": 80}], "selector": {"app": "web"}, **spec}
    return lambda scene: scene.person(who).create(scene.object("Service", spec=body))


def delete_data(who: Who) -> Act:
    """Deletes the volume claim that Tenure keeps."""
    return lambda scene: scene.person(who).delete(scene.contents.claims[0])


def delete_all_data(scene: Scene) -> Manifest:
    """Deletes all volume claims of the namespace at once."""
    path = f"/api/v1/namespaces/{scene.namespace}/persistentvolumeclaims"
    return scene.member.call("DELETE", path)


def mark_data(**metadata: Any) -> Act:
    """The member patches the metadata of the volume claim that Tenure keeps."""
    return lambda scene: scene.member.merge(scene.contents.claims[0], {"metadata": metadata})


def change_data(**spec: Any) -> Act:
    """The member patches the spec of the volume claim that Tenure keeps."""
    return lambda scene: scene.member.merge(scene.contents.claims[0], {"spec": spec})


def grow_in_status(scene: Scene) -> Manifest:
    """The member writes into the status of the volume claim that Tenure keeps."""
    return scene.member.merge(scene.contents.claims[0], {"status": {"capacity": {"storage": "20T"}}}, "status")


def widen(kind: str) -> Act:
    """The member changes an object that Tenure keeps."""
    changes: dict[str, Manifest] = {
        "ResourceQuota": {"spec": {"hard": {"requests.nvidia.com/gpu": "16"}}},
        "LimitRange": {"spec": {"limits": []}},
        "NetworkPolicy": {"spec": {"ingress": [{}]}},
        "RoleBinding": {"subjects": []},
        "Namespace": {"metadata": {"annotations": {names.RESOURCES: "furiosa.ai/npu"}}},
    }

    return lambda scene: scene.member.merge(_kept(scene, kind), changes[kind])


def remove(kind: str) -> Act:
    """The member deletes an object that Tenure keeps."""
    return lambda scene: scene.member.delete(_kept(scene, kind))


def _kept(scene: Scene, kind: str) -> Manifest:
    return next(manifest for manifest in scene.contents.in_order() if manifest["kind"] == kind)


def create(kind: str, api_version: str = "v1", **body: Any) -> Act:
    """The member creates any other object in the namespace."""
    return lambda scene: scene.member.create(scene.object(kind, api_version, **body))


def admit_myself(scene: Scene) -> Manifest:
    """The member binds its own user to the ClusterRole admin."""
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "admin"}
    subject = {"apiGroup": RBAC, "kind": "User", "name": f"member@{scene.namespace}"}
    return scene.member.create(scene.object("RoleBinding", f"{RBAC}/v1", roleRef=role, subjects=[subject]))


def award_myself(scene: Scene) -> Manifest:
    """The member writes an Allocation."""
    term = {"start": "2026-07-01", "end": "2026-12-31"}
    spec = {"project": scene.namespace, "accelerator": "a100-40gb", "devices": 8, "term": term}
    metadata = {"name": f"{scene.namespace}-more"}
    return scene.member.create({**OURS, "kind": "Allocation", "metadata": metadata, "spec": spec})


def excuse_myself(scene: Scene) -> Manifest:
    """The member declares an Outage of the accelerator that it holds."""
    spec = {"accelerators": ["t4-16gb"], "from": "2026-07-01T00:00:00Z", "reason": "Nothing worked for us."}
    metadata = {"name": f"{scene.namespace}-excuse"}
    return scene.member.create({**OURS, "kind": "Outage", "metadata": metadata, "spec": spec})


def pretend_to_wait(scene: Scene) -> Manifest:
    """The member writes into the status of its Project that its pods waited."""
    waited = {"until": "2026-07-02T00:00:00Z", "deviceSeconds": {"2026-07-01": 691200}}
    project = {**OURS, "kind": "Project", "metadata": {"name": scene.namespace}}
    return scene.member.merge(project, {"status": {"waiting": waited}}, "status")


def look_unschedulable(scene: Scene) -> Manifest:
    """The member writes into the status of its pod that no node has room for it."""
    said = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    made = scene.member.create(scene.pod(1))
    return scene.member.merge(made, {"status": {"conditions": [said]}}, "status")


def token(scene: Scene) -> Manifest:
    """The member asks for a token of a service account."""
    account = scene.object("ServiceAccount", name="default")
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    path = f"/api/v1/namespaces/{scene.namespace}/serviceaccounts/{account['metadata']['name']}/token"
    return scene.member.call("POST", path, request)


def token_for_ever(scene: Scene) -> Manifest:
    """The member makes a Secret that the cluster fills with a token of a service account."""
    made = scene.object("Secret", type="kubernetes.io/service-account-token")
    made["metadata"]["annotations"] = {"kubernetes.io/service-account.name": "default"}
    return scene.member.create(made)


def read(who: Who, kind: str, api_version: str = "v1") -> Act:
    """Lists objects of the namespace."""

    def act(scene: Scene) -> Manifest:
        return scene.person(who).list(scene.object(kind, api_version))

    return act


def read_decisions(scene: Scene) -> Manifest:
    """The member lists all Decisions."""
    return scene.member.list({"apiVersion": "tenure.dev/v1alpha1", "kind": "Decision", "metadata": {}})


def found(scene: Scene, made: Manifest) -> None:
    assert made["items"]


def in_cluster(scene: Scene, made: Manifest) -> None:
    assert made["spec"]["type"] == "ClusterIP"
