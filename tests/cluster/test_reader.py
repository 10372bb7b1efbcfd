"""R3: after the end members read their data in a pod that Tenure keeps, and nobody can start another one."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from controlplane import nodes
from harness.centre import ROOT

from .awards import GPU, Tenant, accelerator, core, programme, storage_class, tenant, volume
from .client import Client, Manifest, RefusedError, eventually, gone
from .conftest import Operators
from .desk import Desk
from .test_ends import ended

RIGHT = list(yaml.safe_load_all((ROOT / "manifests/optional/read-after-end.yaml").read_text()))
RESTRICTED = {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}}
NOTHING: dict[str, Any] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
OVER = "Every grant of this project is over, so no pod starts any more. Read the data in the pod tenure-reader."


@pytest.fixture
def made(desk: Desk, operators: Operators) -> Tenant:
    """A tenant with 2 devices and a bound volume, and a Deployment of one pod, under the standard `restricted`."""
    operators.now()
    name = desk.name("read")
    rules = {"className": name, "reader": {"image": "busybox:1.37"}}
    convergence = {"graceSeconds": 3, "terminationGraceSeconds": 1}
    made = tenant(name, accelerator=name, devices=2, programme=name)
    desk.apply(storage_class(name), volume(name, name))
    desk.apply(programme(name, storage=rules, convergence=convergence, tenancy={"podSecurity": "restricted"}))
    desk.create_nodes(nodes.accelerator_node(name, GPU, 0))
    desk.apply(accelerator(name, capacity=8), *made.all)
    desk.await_ready(made)
    desk.await_reason(made.allocation, "StorageProvided", "Provided")
    member, work = desk.person(made.member), deployment(made)
    eventually(lambda: not desk.refused(member, work), "the member works")
    member.create(work)
    eventually(lambda: desk.pods(made), "a pod runs")
    return made


def deployment(made: Tenant) -> Manifest:
    """A pod that is made again whenever it goes, and uses the volume."""
    container = {"name": "main", "image": "busybox", "securityContext": NOTHING}
    data = {"name": "data", "persistentVolumeClaim": {"claimName": f"{made.name}-data"}}
    pod = {"securityContext": RESTRICTED, "containers": [container], "volumes": [data]}
    labels = {"app": "train"}
    spec = {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}
    return core("Deployment", "train", made.name, api_version="apps/v1", spec=spec)


def reader(made: Tenant) -> Manifest:
    """The address of the pod."""
    return core("Pod", "tenure-reader", made.name)


def may(person: Client, verb: str, resource: str, name: str, namespace: str) -> bool:
    """Whether RBAC lets somebody do it."""
    kind, _, part = resource.partition("/")
    asked = {"verb": verb, "resource": kind, "subresource": part, "name": name, "namespace": namespace}
    review = core(
        "SelfSubjectAccessReview", "", api_version="authorization.k8s.io/v1", spec={"resourceAttributes": asked}
    )
    return bool(person.create(review)["status"]["allowed"])


def end(desk: Desk, operators: Operators, made: Tenant) -> None:
    """The grant is revoked, and the operator dies over it."""
    ended(desk, made, "Revoke")
    operators.killed()


def kept(desk: Desk, made: Tenant) -> str:
    return str(desk.says(made.allocation, "DataKept").get("message", ""))


def _uid(desk: Desk, made: Tenant, nobody: str) -> str:
    live = desk.live(reader(made))
    return str(live["metadata"]["uid"]) if live is not None else nobody


def test_members_read_their_data_and_nobody_starts_another_pod(desk: Desk, operators: Operators, made: Tenant) -> None:
    member = desk.person(made.member)
    desk.apply(*RIGHT)
    end(desk, operators, made)
    found = eventually(lambda: desk.live(reader(made)), "the reader is there", 60)
    assert found is not None
    assert [v["persistentVolumeClaim"]["claimName"] for v in found["spec"]["volumes"]] == [f"{made.name}-data"]
    assert [m["readOnly"] for m in found["spec"]["containers"][0]["volumeMounts"]] == [True]
    eventually(lambda: desk.admin.read(reader(made))["status"].get("phase") == "Running", "it runs", 30)
    eventually(lambda: "kubectl cp -n" in kept(desk, made), "it is said how to copy")
    [told] = desk.events(made.name, "Readable")
    assert told["message"].startswith("The data here can be taken away.")
    time.sleep(6)  # the Deployment tries again, and convergence has looked again
    assert set(desk.pods(made)) == {"tenure-reader"}
    assert desk.says(made.allocation, "Converged")["reason"] == "WithinQuota"
    desk.await_ready(made)

    assert [may(member, "create", "pods/exec", name, made.name) for name in ("tenure-reader", "train")] == [True, False]
    assert not any(may(member, verb, "pods", "tenure-reader", made.name) for verb in ("create", "patch", "delete"))
    for client in (desk.admin, desk.person("system:serviceaccount:kube-system:replicaset-controller")):
        late = core("Pod", "late", made.name, spec=deployment(made)["spec"]["template"]["spec"])
        assert OVER in desk.refused(client, late)
    for part in (reader(made), made.claim()):
        with pytest.raises(RefusedError, match="cannot"):
            member.delete(part)

    uid = desk.admin.read(reader(made))["metadata"]["uid"]
    operators.killed()
    desk.await_ready(made)
    assert desk.admin.read(reader(made))["metadata"]["uid"] == uid
    desk.admin.delete(reader(made), "gracePeriodSeconds=0")
    eventually(lambda: uid != _uid(desk, made, uid), "it is made anew, although the watch may not have told", 60)

    renewed = {**made.allocation, "spec": {**made.allocation["spec"], "devices": 4}}
    desk.apply(renewed)
    desk.await_reason(renewed, "Ready", "Ready")
    eventually(lambda: gone(desk.admin, reader(made)), "a new award ends it")
    eventually(lambda: "train" in "".join(desk.pods(made)), "and the Deployment runs again", 60)


def test_without_the_right_it_is_said_what_is_missing(desk: Desk, operators: Operators, made: Tenant) -> None:
    end(desk, operators, made)
    eventually(lambda: 'cannot create resource "pods"' in kept(desk, made), "the API server says why", 60)
    assert desk.says(made.allocation, "DataKept")["reason"] == "Kept"
    assert desk.live(made.claim())
