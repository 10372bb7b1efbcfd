"""Pods and workloads as a member tries them, and where they land."""

from __future__ import annotations

from typing import Any

from .attempt import Act
from .client import MERGE, Manifest, eventually, gone, path_of
from .scene import PRODUCT, T4, Scene


def pod(devices: int = 0, *, container: Manifest | None = None, metadata: Manifest | None = None, **spec: Any) -> Act:
    """The member creates a pod."""

    def act(scene: Scene) -> Manifest:
        manifest = scene.pod(devices, container=container, **spec)
        manifest["metadata"].update(metadata or {})
        return scene.member.create(manifest)

    return act


def changed(devices: int, change: Manifest, **spec: Any) -> Act:
    """The member creates a pod and then patches it."""
    return lambda scene: scene.member.merge(scene.member.create(scene.pod(devices, **spec)), change)


def tolerating_more(toleration: Manifest) -> Act:
    """The member creates a pod with one device and then adds a toleration to those it has."""

    def act(scene: Scene) -> Manifest:
        made = scene.member.create(scene.pod(1))
        more = [*made["spec"]["tolerations"], toleration]
        return scene.member.merge(made, {"spec": {"tolerations": more}})

    return act


def subresource(kind: str, name: str, verb: str = "POST", **body: Any) -> Act:
    """The member creates a pod and then writes one of its subresources."""

    def act(scene: Scene) -> Manifest:
        made = scene.member.create(scene.pod())
        path = f"/api/v1/namespaces/{scene.namespace}/pods/{made['metadata']['name']}/{name}"
        content = MERGE if verb == "PATCH" else "application/json"
        return scene.member.call(verb, path, scene.object(kind, name=made["metadata"]["name"], **body), content=content)

    return act


def workload(kind: str, version: str, **spec: Any) -> Act:
    """The member creates a Deployment, Job or DaemonSet of pods with one device."""

    def act(scene: Scene) -> Manifest:
        template = {"metadata": {"labels": {"app": kind}}, "spec": {**scene.pod(1)["spec"], **spec}}
        selector = {} if kind == "Job" else {"selector": {"matchLabels": {"app": kind}}}
        return scene.member.create(scene.object(kind, version, spec={**selector, "template": template}))

    return act


def scaled(replicas: int) -> Act:
    """The member creates a Deployment of one pod with one device and then scales it."""

    def act(scene: Scene) -> Manifest:
        made = workload("Deployment", "apps/v1")(scene)
        scene.member.merge(made, {"spec": {"replicas": replicas}}, "scale")
        return made

    return act


def evict(scene: Scene) -> Manifest:
    """The member evicts a pod of its own."""
    made = scene.member.create(scene.pod())
    metadata = {key: made["metadata"][key] for key in ("name", "namespace")}
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    scene.member.call("POST", f"{path_of(made)}/eviction", body)
    return made


def eight_and_one(scene: Scene) -> Manifest:
    """A pod with all eight devices, then one with a ninth."""
    scene.clear()
    scene.member.create(scene.pod(8))
    return scene.member.create(scene.pod(1))


def affinity_to(product: str) -> Manifest:
    """A required node affinity to nodes of that product."""
    term = {"matchExpressions": [{"key": PRODUCT, "operator": "In", "values": [product]}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}


def eight_of_them(scene: Scene, made: Manifest) -> None:
    """The quota holds the ninth back: the ReplicaSet says so."""
    replica_sets = scene.object("ReplicaSet", "apps/v1")

    def held_back() -> bool:
        said = [c for one in scene.admin.list(replica_sets)["items"] for c in one["status"].get("conditions", [])]
        return any("exceeded quota: tenure" in c["message"] for c in said)

    eventually(held_back, "the ReplicaSet says that the quota is exceeded")
    assert len(_pods_of(scene, made)) == 8


def ends(scene: Scene, made: Manifest) -> None:
    eventually(lambda: gone(scene.admin, made), "the pod is gone", 60)


def on_t4(scene: Scene, made: Manifest) -> None:
    assert scene.node_of(made)["metadata"]["labels"].get(PRODUCT) == T4


def beside_devices(scene: Scene, made: Manifest) -> None:
    assert PRODUCT not in scene.node_of(made)["metadata"]["labels"]


def with_defaults(scene: Scene, made: Manifest) -> None:
    resources = made["spec"]["containers"][0]["resources"]
    assert resources["limits"] == {"cpu": "3", "memory": "43750M"}
    assert resources["requests"] == {"cpu": "375m", "memory": "5468M"}
    beside_devices(scene, made)
    eventually(lambda: scene.admin.read(made)["status"].get("phase") == "Running", "the pod runs")


def pending(scene: Scene, made: Manifest) -> None:
    def unschedulable() -> bool:
        conditions = scene.admin.read(made).get("status", {}).get("conditions", [])
        return any(condition.get("reason") == "Unschedulable" for condition in conditions)

    eventually(unschedulable, "the scheduler finds no node")


def gated(scene: Scene, made: Manifest) -> None:
    assert made["spec"]["nodeSelector"] == {PRODUCT: T4}


def pod_on_t4(scene: Scene, made: Manifest) -> None:
    """The workload's first pod."""
    on_t4(scene, eventually(lambda: _pods_of(scene, made), "the controller has made a pod")[0])


def one_per_t4_node(scene: Scene, made: Manifest) -> None:
    """A DaemonSet knows no selector of its pods: it makes one for every node that would do without it."""

    def settled() -> bool:
        pods = _pods_of(scene, made)
        placed = [pod for pod in pods if pod["spec"].get("nodeName")]
        return bool(placed) and len(pods) > len(placed)

    eventually(settled, "the pod of the T4 node runs, those of other nodes wait")
    assert all(pod["spec"]["nodeSelector"] == {PRODUCT: T4} for pod in _pods_of(scene, made))


def _pods_of(scene: Scene, made: Manifest) -> list[Manifest]:
    query = f"labelSelector=app%3D{made['kind']}"
    found = scene.admin.call("GET", f"/api/v1/namespaces/{scene.namespace}/pods", query=query)
    return [{"apiVersion": "v1", "kind": "Pod", **item} for item in found["items"]]
