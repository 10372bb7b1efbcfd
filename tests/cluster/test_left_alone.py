"""manage: false leaves a namespace with running pods exactly as it is; true takes it up again without touching one of them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from harness.centre import Centre

from .awards import Tenant, accelerator, core, node, programme, tenant, today
from .client import Manifest, eventually
from .conftest import Operators
from .desk import Desk
from .untouched import LONG_ENOUGH, versions

NOTE = "tenure.dev/left-alone"


@pytest.fixture(scope="module")
def house(centre: Centre) -> Iterator[str]:
    """An accelerator with 8 devices and a node, and a programme of the same name without grace. Yields the name."""
    desk = Desk.at(centre.plane)
    name = desk.name("alone")
    desk.create_nodes(node(name, name))
    rules = {"graceSeconds": 1, "deadlineSeconds": 1}
    desk.apply(accelerator(name, capacity=8), programme(name, convergence=rules))
    yield name
    desk.clear()


@pytest.fixture
def made(desk: Desk, operators: Operators, house: str) -> Tenant:
    """A tenant with 4 devices that all work, and whose project is left alone by now."""
    operators.now()
    found = tenant(desk.name("left"), accelerator=house, devices=4, programme=house)
    desk.apply(*found.all)
    desk.await_ready(found)
    desk.run(found, *(found.pod(f"train-{n}") for n in range(4)))
    leave(desk, found, manage=False)
    return found


def leave(desk: Desk, made: Tenant, *, manage: bool) -> None:
    project: Manifest = {**made.project, "spec": {**made.project["spec"], "manage": manage}}
    desk.apply(project)
    desk.await_reason(project, "NamespaceReady", "Ready" if manage else "LeftAlone")


def identities(desk: Desk, made: Tenant) -> dict[str, str]:
    return {name: pod["metadata"]["uid"] for name, pod in desk.pods(made).items()}


def test_nothing_is_written_whatever_is_decided(desk: Desk, operators: Operators, made: Tenant) -> None:
    desk.await_reason(made.allocation, "Ready", "LeftAlone")
    eventually(lambda: NOTE in desk.admin.read(made.quota())["metadata"]["annotations"], "it is noted")
    before, pods = versions(desk, made.name), identities(desk, made)
    desk.decide(made.allocation, "Revoke", 0, today().isoformat())
    eventually(lambda: desk.admin.read(made.allocation)["status"]["entitled"]["devices"] == 0, "it is revoked")
    desk.admin.delete(made.role_binding())
    operators.stop()
    operators.now()
    time.sleep(LONG_ENOUGH)
    del before["RoleBinding tenure-members"]
    assert versions(desk, made.name) == before
    assert identities(desk, made) == pods
    assert (desk.devices(made), desk.grants(made)) == (4, {made.name: 4})
    assert desk.admin.read(made.allocation)["status"]["grant"]["devices"] == 4


def test_its_devices_go_on_counting(desk: Desk, operators: Operators, made: Tenant, house: str) -> None:
    heir = tenant(f"{made.name}-heir", accelerator=house, devices=8, programme=house)
    desk.apply(*heir.all)
    said = desk.await_reason(heir.allocation, "Admitted", "WaitingForCapacity")
    assert "4 are free" in said["message"] or "0 are free" in said["message"]
    desk.decide(made.allocation, "Revoke", 0, today().isoformat())
    operators.stop()
    operators.now()
    time.sleep(LONG_ENOUGH)
    assert (desk.devices(made), desk.devices(heir)) == (4, 0)
    small = {**heir.allocation, "spec": {**heir.allocation["spec"], "devices": 4}}
    desk.apply(small)
    desk.await_reason(small, "Ready", "Ready")
    assert desk.devices(made) + desk.devices(heir) == 8


def test_taken_up_again_nothing_restarts_and_nothing_is_resized(desk: Desk, made: Tenant) -> None:
    eventually(lambda: NOTE in desk.admin.read(made.quota())["metadata"]["annotations"], "it is noted")
    before, pods, hard = versions(desk, made.name), identities(desk, made), desk.hard(made)
    leave(desk, made, manage=True)
    desk.await_ready(made)
    eventually(lambda: NOTE not in desk.admin.read(made.quota())["metadata"]["annotations"], "the note is gone")
    time.sleep(LONG_ENOUGH)
    after = versions(desk, made.name)
    assert {name for name in after if after[name] != before.get(name)} == {"ResourceQuota tenure"}
    assert (identities(desk, made), desk.hard(made)) == (pods, hard)


def test_a_centre_can_leave_for_good(desk: Desk, operators: Operators, made: Tenant) -> None:
    """Project and award are deleted: the namespace is the admin's, with all that runs in it."""
    eventually(lambda: NOTE in desk.admin.read(made.quota())["metadata"]["annotations"], "it is noted")
    before, pods = versions(desk, made.name), identities(desk, made)
    desk.admin.delete(made.project)
    desk.admin.delete(made.allocation)
    time.sleep(LONG_ENOUGH)
    operators.stop()
    operators.now()
    time.sleep(LONG_ENOUGH)
    assert versions(desk, made.name) == before
    assert identities(desk, made) == pods
    assert not desk.refused(desk.person(made.member), core("ConfigMap", "mine", made.name))
