"""What is in a tenant's namespace, and that it is put back whatever somebody does to it by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from harness.centre import Centre
from tenure.tenancy.quota import ALWAYS

from .awards import GPU, PRODUCT, Tenant, accelerator, core, tenant
from .client import Manifest, eventually
from .conftest import Operators
from .desk import Desk

RBAC = "rbac.authorization.k8s.io"
POD_SECURITY = "pod-security.kubernetes.io/enforce"
Kept = dict[str, Manifest]


@pytest.fixture(scope="module")
def home(centre: Centre, operators: Operators) -> Iterator[tuple[Desk, Tenant]]:
    """One tenant with 2 devices and 10 TB, for all tests of this module."""
    operators.now()
    desk = Desk.at(centre.plane)
    name = desk.name("home")
    made = tenant(name, accelerator=name, devices=2)
    desk.apply(accelerator(name, capacity=8), *made.all)
    desk.await_ready(made)
    yield desk, made
    desk.clear()


def objects(made: Tenant) -> Kept:
    """The addresses of everything that Tenure keeps for a tenant."""
    name = made.name
    return {
        "namespace": made.namespace(),
        "quota": made.quota(),
        "claim": made.claim(),
        "limits": core("LimitRange", "tenure", name),
        "network": core("NetworkPolicy", "tenure-isolation", name, api_version="networking.k8s.io/v1"),
        "members": core("RoleBinding", "tenure-members", name, api_version=f"{RBAC}/v1"),
        "viewers": core("RoleBinding", "tenure-viewers", name, api_version=f"{RBAC}/v1"),
    }


def test_the_namespace(home: tuple[Desk, Tenant]) -> None:
    desk, made = home
    meta = desk.admin.read(made.namespace())["metadata"]
    labels = {"tenure.dev/managed": "true", "tenure.dev/project": made.name, POD_SECURITY: "baseline"}
    assert labels.items() <= meta["labels"].items()
    placement = {"tenure.dev/node-label": PRODUCT, "tenure.dev/node-value": made.name, "tenure.dev/resources": GPU}
    assert placement.items() <= meta["annotations"].items()


def test_the_quota(home: tuple[Desk, Tenant]) -> None:
    desk, made = home
    live = desk.admin.read(made.quota())
    computing = {"requests.cpu": "8", "limits.cpu": "8", "requests.memory": "20G", "limits.memory": "20G"}
    others = {"requests.storage": "10T", **ALWAYS}
    assert live["spec"]["hard"] == live["status"]["hard"] == {f"requests.{GPU}": "2", **computing, **others}
    notes = live["metadata"]["annotations"]
    assert json.loads(notes["tenure.dev/grants"]) == {made.name: 2}
    assert notes["tenure.dev/until"] == made.allocation["spec"]["term"]["end"]
    assert "measures" in notes["tenure.dev/next-review"]


def test_the_volume_claim(home: tuple[Desk, Tenant]) -> None:
    desk, made = home
    live = desk.admin.read(made.claim())
    assert live["spec"]["resources"]["requests"] == {"storage": "10T"}
    assert live["spec"]["accessModes"] == ["ReadWriteMany"]
    assert "ownerReferences" not in live["metadata"]


def test_defaults_for_containers(home: tuple[Desk, Tenant]) -> None:
    """A container that says nothing gets half of one device's share of CPU and memory."""
    desk, made = home
    limits = desk.admin.read(objects(made)["limits"])["spec"]["limits"][0]
    assert limits["default"] == {"cpu": "2", "memory": "5G"}
    bare = desk.person(made.member).create(made.pod("bare", 1), dry_run=True)
    assert bare["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "2", "memory": "5G", GPU: "1"}


def test_the_network_policy(home: tuple[Desk, Tenant]) -> None:
    desk, made = home
    spec = desk.admin.read(objects(made)["network"])["spec"]
    assert spec == {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [{"podSelector": {}}]}]}


@pytest.mark.parametrize(("binding", "role"), [("members", "member"), ("viewers", "viewer")])
def test_access(home: tuple[Desk, Tenant], binding: str, role: str) -> None:
    desk, made = home
    live = desk.admin.read(objects(made)[binding])
    assert live["roleRef"]["name"] == f"tenure-tenant-{role}"
    assert [subject["name"] for subject in live["subjects"]] == [f"{role}@{made.name}"]


def _hard(amounts: dict[str, str]) -> Manifest:
    return {"spec": {"hard": amounts}}


def _notes(**notes: str) -> Manifest:
    return {"metadata": {"annotations": {f"tenure.dev/{key.replace('_', '-')}": value for key, value in notes.items()}}}


def _labels(**labels: str | None) -> Manifest:
    return {"metadata": {"labels": {f"tenure.dev/{key}": value for key, value in labels.items()}}}


EDITS: dict[str, tuple[str, Manifest]] = {
    "more devices in the quota": ("quota", _hard({f"requests.{GPU}": "8"})),
    "fewer devices in the quota": ("quota", _hard({f"requests.{GPU}": "0"})),
    "one more amount in the quota": ("quota", _hard({"count/secrets": "0"})),
    "one amount less in the quota": ("quota", {"spec": {"hard": {"services.nodeports": None}}}),
    "the record of grants raised": ("quota", _notes(grants='{"somebody": 8}')),
    "the record of grants made unreadable": ("quota", _notes(grants="{")),
    "the quota disowned": ("quota", _labels(managed=None)),
    "the namespace opened to privileged pods": ("namespace", {"metadata": {"labels": {POD_SECURITY: "privileged"}}}),
    "the namespace pinned to other nodes": ("namespace", _notes(node_value="other")),
    "more resources in the namespace's annotation": ("namespace", _notes(resources=f"{GPU},example.com/npu")),
    "the namespace given to another project": ("namespace", _labels(project="other")),
    "the namespace disowned": ("namespace", _labels(managed=None)),
    "larger defaults for containers": ("limits", {"spec": {"limits": []}}),
    "the network opened": ("network", {"spec": {"ingress": [{}]}}),
    "one more member in the RoleBinding": (
        "members",
        {"subjects": [{"kind": "User", "apiGroup": RBAC, "name": "stranger"}]},
    ),
    "the RoleBinding disowned": ("members", _labels(managed=None)),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_by_hand_is_put_back(home: tuple[Desk, Tenant], what: str) -> None:
    desk, made = home
    kind, change = EDITS[what]
    address = objects(made)[kind]
    before = settled(desk, address)
    desk.admin.merge(address, change)
    eventually(lambda: settled(desk, address) == before, f"{what}: it is put back", 10)
    desk.await_ready(made)
    assert desk.grants(made) == {made.name: 2}


@pytest.mark.parametrize("kind", ["quota", "limits", "network", "members", "viewers", "claim"])
def test_what_is_deleted_by_hand_comes_back(home: tuple[Desk, Tenant], kind: str) -> None:
    desk, made = home
    address = objects(made)[kind]
    before, uid = settled(desk, address), desk.admin.read(address)["metadata"]["uid"]
    desk.admin.delete(address)
    eventually(lambda: uid_of(desk, address) not in ("", uid), f"a new {kind} is there", 40)  # a claim needs free quota
    eventually(lambda: settled(desk, address) == before, f"the {kind} is as it was", 10)
    desk.await_ready(made)


def test_a_namespace_that_is_deleted_by_hand_comes_back(home: tuple[Desk, Tenant]) -> None:
    desk, made = home
    kept = objects(made).values()
    before = [settled(desk, address) for address in kept]
    uid = uid_of(desk, made.namespace())
    desk.admin.delete(made.namespace())
    eventually(lambda: uid_of(desk, made.namespace()) not in ("", uid), "there is a new namespace", 60)
    eventually(lambda: [settled(desk, address) for address in kept] == before, "all is as it was", 30)
    desk.await_ready(made)


def uid_of(desk: Desk, address: Manifest) -> str:
    """Which object of that name it is; empty where there is none."""
    live = desk.live(address)
    return str(live["metadata"]["uid"]) if live else ""


def settled(desk: Desk, address: Manifest) -> Manifest:
    """All of an object that Tenure decides; for a quota also what the API server enforces."""
    live = desk.live(address)
    if live is None:
        return {}
    meta = live["metadata"]
    notes = {key: value for key, value in meta.get("annotations", {}).items() if key.startswith("tenure.dev/")}
    kept = {"labels": meta.get("labels"), "notes": notes, "enforced": live.get("status", {}).get("hard")}
    spec = {key: live.get(key) for key in ("spec", "subjects", "roleRef")} if address["kind"] != "Namespace" else {}
    return {**kept, **spec}
