"""R3: storage grows in steps. There is no provisioner here, so what is seen is what the claim asks for and what quota admission
makes of it; that a volume has become larger is written into the claim's status by hand, as a resizer would."""

from __future__ import annotations

import pytest

from .awards import Tenant, accelerator, core, programme, storage_class, tenant, volume
from .client import Manifest, eventually
from .conftest import Operators
from .desk import Desk


def bound(desk: Desk, operators: Operators, word: str, *, expands: bool) -> Tenant:
    """A tenant with 2 devices and a bound volume of 10 TB."""
    operators.now()
    name = desk.name(word)
    made = tenant(name, accelerator=name, devices=2, programme=name)
    desk.apply(storage_class(name, expands=expands), volume(name, name))
    desk.apply(programme(name, storage={"className": name}), accelerator(name, capacity=8), *made.all)
    desk.await_ready(made)
    desk.await_reason(made.allocation, "StorageProvided", "Provided")
    return made


def awarded(made: Tenant, storage: str) -> Manifest:
    return {**made.allocation, "spec": {**made.allocation["spec"], "storage": storage}}


def asked(desk: Desk, made: Tenant) -> str:
    return str(desk.admin.read(made.claim())["spec"]["resources"]["requests"]["storage"])


def own_claim(made: Tenant, size: str) -> Manifest:
    spec = {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": made.name,
        "resources": {"requests": {"storage": size}},
    }
    return core("PersistentVolumeClaim", "own", made.name, spec=spec)


def test_quota_and_claim_grow_and_nothing_shrinks(desk: Desk, operators: Operators) -> None:
    made = bound(desk, operators, "grows", expands=True)
    digest = desk.admin.read(made.allocation)["status"]["awardDigest"]
    desk.apply(awarded(made, "30T"))
    said = desk.await_reason(awarded(made, "30T"), "StorageProvided", "Growing")
    assert said["message"] == "The volume has 10T and is to grow to 30T."
    assert (desk.hard(made)["requests.storage"], asked(desk, made)) == ("30T", "30T")
    desk.admin.merge(made.claim(), {"status": {"capacity": {"storage": "30T"}}}, "status")
    desk.await_reason(awarded(made, "30T"), "StorageProvided", "Provided")
    desk.apply(awarded(made, "20T"))
    eventually(lambda: desk.hard(made)["requests.storage"] == "20T", "the quota is lowered")
    desk.await_reason(awarded(made, "20T"), "StorageProvided", "Provided")
    assert asked(desk, made) == "30T"
    assert desk.admin.read(made.allocation)["status"]["awardDigest"] == digest


def test_a_cut_is_not_undone_by_growing_storage(desk: Desk, operators: Operators) -> None:
    made = bound(desk, operators, "cut", expands=True)
    desk.decide(made.allocation, "Reduce", 1, made.allocation["spec"]["term"]["start"])
    eventually(lambda: desk.devices(made) == 1, "one device is left")
    desk.apply(awarded(made, "20T"))
    desk.await_reason(awarded(made, "20T"), "StorageProvided", "Growing")
    assert desk.devices(made) == 1


def test_a_class_that_cannot_expand_leaves_the_volume_and_allows_another(desk: Desk, operators: Operators) -> None:
    made = bound(desk, operators, "fixed", expands=False)
    member = desk.person(made.member)
    eventually(lambda: "exceeded quota" in desk.refused(member, own_claim(made, "20T")), "there is no room yet")
    desk.apply(awarded(made, "30T"))
    said = desk.await_reason(awarded(made, "30T"), "StorageProvided", "ClassCannotExpand")
    assert f"StorageClass {made.name} lets no volume grow" in said["message"]
    assert (desk.hard(made)["requests.storage"], asked(desk, made)) == ("30T", "10T")
    eventually(lambda: not desk.refused(member, own_claim(made, "20T")), "the rest is theirs to claim")
    desk.await_reason(awarded(made, "30T"), "Ready", "Ready")
    desk.apply(storage_class(made.name, expands=True))
    eventually(lambda: asked(desk, made) == "30T", "the class lets it grow after all")


def test_growth_waits_while_the_tenants_own_claims_fill_the_quota(desk: Desk, operators: Operators) -> None:
    made = bound(desk, operators, "full", expands=False)
    member = desk.person(made.member)
    desk.apply(awarded(made, "20T"))
    desk.await_reason(awarded(made, "20T"), "StorageProvided", "ClassCannotExpand")
    eventually(lambda: not desk.refused(member, own_claim(made, "10T")), "the rest is theirs to claim")
    member.create(own_claim(made, "10T"))
    desk.apply(storage_class(made.name, expands=True))
    desk.await_reason(awarded(made, "20T"), "StorageProvided", "Pending")
    eventually(
        lambda: "exceeded quota: tenure" in desk.says(awarded(made, "20T"), "StorageProvided")["message"],
        "the API server says why",
    )
    member.delete(own_claim(made, "10T"))
    desk.await_reason(awarded(made, "20T"), "StorageProvided", "Growing", 30)
    assert asked(desk, made) == "20T"


@pytest.mark.parametrize("storage", ["10T", "0"])
def test_storage_alone_may_be_awarded_and_grow(desk: Desk, operators: Operators, storage: str) -> None:
    """R3: also where there was none before."""
    operators.now()
    name = desk.name("alone")
    devices = 0 if storage != "0" else 2
    made = tenant(name, accelerator=name, devices=devices, storage=storage)
    desk.apply(accelerator(name, capacity=8), *made.all)
    desk.await_ready(made)
    assert desk.hard(made)["requests.storage"] == storage
    desk.apply(awarded(made, "20T"))
    eventually(lambda: desk.hard(made)["requests.storage"] == "20T", "the quota grows")
    eventually(lambda: desk.live(made.claim()), "there is a claim")
    desk.await_reason(awarded(made, "20T"), "StorageProvided", "Pending")
    desk.await_reason(awarded(made, "20T"), "Ready", "Ready")
