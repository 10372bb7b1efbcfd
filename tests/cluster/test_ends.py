"""Every way in which a grant ends: no new pods at once, what runs ends after grace, access is to read, the data stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.centre import Centre

from .awards import Tenant, accelerator, body, core, node, programme, tenant, today
from .client import Client, Manifest, RefusedError, eventually
from .conftest import Operators
from .desk import Desk

RBAC = "rbac.authorization.k8s.io/v1"
ADMITTED = {
    "Revoke": "Revoked",
    "OffPurpose": "Revoked",
    "PromiseUnproven": "Revoked",
    "PromiseBroken": "Revoked",
    "Return": "Returned",
}
"""What ends a grant, and how its award says it is over."""


@pytest.fixture(scope="module")
def house(centre: Centre) -> Iterator[str]:
    """An accelerator with a node, and a programme of the same name whose grace is short. Yields the name."""
    desk = Desk.at(centre.plane)
    name = desk.name("ends")
    desk.create_nodes(node(name, name, devices=100))
    desk.apply(accelerator(name, capacity=1000), programme(name, convergence={"graceSeconds": 3}))
    yield name
    desk.clear()


@pytest.fixture
def made(desk: Desk, operators: Operators, house: str) -> Tenant:
    """A tenant with 4 devices and 10 TB, and a pod that runs."""
    operators.now()
    found = tenant(desk.name("end"), accelerator=house, devices=4, programme=house)
    desk.apply(*found.all)
    desk.await_ready(found)
    desk.run(found, found.pod("train", 2))
    return found


def ended(desk: Desk, made: Tenant, kind: str) -> None:
    """A Decision that ends the grant, as Tenure writes one."""
    live = desk.admin.read(made.allocation)["status"]
    left = {"devices": 0, "cpu": "0", "memory": "0", "storage": "0" if kind == "Return" else "10T"}
    spec = {
        "allocation": made.name,
        "project": made.name,
        "review": f"{kind.lower()}-0000",
        "awardDigest": live["awardDigest"],
        "kind": kind,
        "before": live["grant"],
        "after": left,
        "effective": today().isoformat(),
        "decidedAt": f"{today()}T00:00:00Z",
        "dataKeptUntil": "2099-01-31",
        "message": f"{kind}. The data is kept until 2099-01-31.",
    }
    desk.record(body("Decision", f"{made.name}-{kind.lower()}-0000", **spec))


def forbidden(client: Client, manifest: Manifest) -> bool:
    """Whether RBAC itself says no to making this."""
    try:
        client.create(manifest, dry_run=True)
    except RefusedError as refusal:
        return refusal.status == 403 and "cannot create resource" in str(refusal)
    return False


@pytest.mark.parametrize("kind", ADMITTED)
def test_an_end_takes_the_computing_and_leaves_the_data(
    desk: Desk, operators: Operators, made: Tenant, kind: str
) -> None:
    uid = desk.admin.read(made.claim())["metadata"]["uid"]
    operators.stop()
    ended(desk, made, kind)
    operators.now()
    said = desk.await_reason(made.allocation, "Admitted", ADMITTED[kind])
    assert said["message"] == f"{kind}. The data is kept until 2099-01-31."
    assert desk.says(made.allocation, "DataKept")["reason"] == "Kept"
    eventually(lambda: desk.hard(made).get("pods") == "0", "no pod starts any more")
    assert desk.hard(made)["services"] == "0"
    assert desk.pods(made), "what runs has its grace"
    operators.killed()
    eventually(lambda: not desk.pods(made), "what ran ends after grace")
    desk.await_ready(made)
    notes = desk.admin.read(made.quota())["metadata"]["annotations"]
    assert notes["tenure.dev/data-kept-until"] == "2099-01-31"
    live = desk.admin.read(made.claim())["metadata"]
    assert (live["uid"], "deletionTimestamp" in live) == (uid, False)


def test_members_read_and_do_nothing_else(desk: Desk, made: Tenant) -> None:
    member = desk.person(made.member)
    mine = core("ConfigMap", "results", made.name, data={"accuracy": "0.9"})
    eventually(lambda: not desk.refused(member, mine), "the member works")
    member.create(mine)
    ended(desk, made, "Revoke")
    later = core("ConfigMap", "later", made.name)
    eventually(lambda: forbidden(member, later), "the member does not work any more")
    for pod in (made.pod("late", 0), core("Service", "late", made.name, spec={"ports": [{"port": 80}]})):
        assert forbidden(member, pod)
        assert "exceeded quota" in desk.refused(desk.admin, pod)
    assert member.read(mine)["data"] == {"accuracy": "0.9"}
    assert member.read(made.claim())["metadata"]["name"] == f"{made.name}-data"
    assert member.list(core("Pod", "", made.name))["kind"] == "PodList"
    for kind in ("Review", "Report", "Return"):
        member.list({"apiVersion": "tenure.dev/v1alpha1", "kind": kind, "metadata": {"namespace": made.name}})
    for manifest in (made.claim(), mine):
        with pytest.raises(RefusedError, match="cannot delete resource"):
            member.delete(manifest)
    with pytest.raises(RefusedError, match="cannot patch resource"):
        member.merge(made.claim(), {"metadata": {"annotations": {"tenure.dev/deletion-announced": "2020-01-01"}}})
    left = desk.admin.list(core("RoleBinding", "", made.name, api_version=RBAC))["items"]
    assert {one["metadata"]["name"]: one["roleRef"]["name"] for one in left} == {
        "tenure-leavers": "tenure-tenant-leaver",
        "tenure-viewers": "tenure-tenant-viewer",
    }


def test_a_new_award_lets_them_work_again_with_their_data(desk: Desk, made: Tenant) -> None:
    member, uid = desk.person(made.member), desk.admin.read(made.claim())["metadata"]["uid"]
    ended(desk, made, "Revoke")
    eventually(lambda: forbidden(member, core("ConfigMap", "later", made.name)), "the member does not work any more")
    renewed = {**made.allocation, "spec": {**made.allocation["spec"], "devices": 2}}
    desk.apply(renewed)
    desk.await_reason(renewed, "Ready", "Ready")
    eventually(lambda: not desk.refused(member, made.pod("again", 0)), "the member works again")
    assert desk.admin.read(made.claim())["metadata"]["uid"] == uid
    assert "tenure.dev/data-kept-until" not in desk.admin.read(made.quota())["metadata"]["annotations"]


def test_one_grant_that_ends_beside_another_takes_only_its_own(desk: Desk, made: Tenant, house: str) -> None:
    other = tenant(f"{made.name}-2", accelerator=house, devices=2, programme=house, project=made.name).allocation
    desk.apply(other)
    desk.await_reason(other, "Ready", "Ready")
    ended(desk, made, "OffPurpose")
    eventually(lambda: desk.grants(made) == {made.name: 0, other["metadata"]["name"]: 2}, "two devices are left")
    assert "pods" not in desk.hard(made)
    assert not desk.refused(desk.person(made.member), made.pod("look", 0))
    assert desk.live(made.role_binding())


def test_devices_that_were_given_back_leave_a_grant_of_storage(desk: Desk, operators: Operators, made: Tenant) -> None:
    """R3, R22: with storage left, its data can still be worked with."""
    uid = desk.admin.read(made.claim())["metadata"]["uid"]
    live = desk.admin.read(made.allocation)["status"]
    spec = {
        "allocation": made.name,
        "project": made.name,
        "review": "return-0000",
        "awardDigest": live["awardDigest"],
        "kind": "Return",
        "before": live["grant"],
        "after": {"devices": 0, "cpu": "4", "memory": "16G", "storage": "10T"},
        "effective": today().isoformat(),
        "decidedAt": f"{today()}T00:00:00Z",
    }
    desk.record(body("Decision", f"{made.name}-return-0000", **spec))
    eventually(lambda: desk.devices(made) == 0, "the devices are taken back")
    operators.killed()
    eventually(lambda: not desk.pods(made), "the pod with devices ends after grace")
    desk.await_ready(made)
    assert desk.admin.read(made.claim())["metadata"]["uid"] == uid
    hard = desk.hard(made)
    assert (hard["requests.cpu"], hard["requests.memory"], hard["requests.storage"]) == ("4", "16G", "10T")
    assert desk.says(made.allocation, "Admitted")["reason"] == "Admitted"
    assert desk.says(made.allocation, "HistoryMissing")["status"] == "False"
    assert not desk.refused(desk.person(made.member), made.pod("look", 0))
