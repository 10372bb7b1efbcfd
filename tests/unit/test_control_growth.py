"""R3: storage that grows: the quota first, then the claim, where its class lets volumes grow. No volume ever shrinks."""

from __future__ import annotations

from tenure.api import names
from tenure.control.kube import ApiError, Manifest
from unit.build import allocation_body
from unit.world import World


def storage_class(expands: bool) -> Manifest:
    return {"kind": "StorageClass", "metadata": {"name": "fast"}, "allowVolumeExpansion": expands}


def begun(expands: bool = True, storage: str = "10T") -> World:
    """An award whose claim is bound to a volume of its size."""
    world = World("2026-08-15", storage_class(expands), allocation_body(storage=storage))
    world.settle()
    bind(world, storage)
    world.server.log.clear()
    return world


def bind(world: World, capacity: str) -> None:
    """The volume has so much now."""
    claim = world.live("PersistentVolumeClaim", "vision-2026-data", "vision")
    claim["spec"]["storageClassName"] = "fast"
    world.put({**claim, "status": {"phase": "Bound", "capacity": {"storage": capacity}}})
    world.settle()


def award(world: World, storage: str) -> None:
    world.put(allocation_body(storage=storage))
    world.settle()


def asked(world: World) -> str:
    spec = world.live("PersistentVolumeClaim", "vision-2026-data", "vision")["spec"]
    return str(spec["resources"]["requests"]["storage"])


def quota(world: World) -> str:
    return str(world.live("ResourceQuota", names.QUOTA, "vision")["status"]["hard"]["requests.storage"])


def said(world: World) -> str:
    return str(world.condition("StorageProvided")["reason"])


def test_the_quota_grows_first_then_the_claim_then_the_volume() -> None:
    world = begun()
    assert said(world) == "Provided"
    award(world, "30T")
    written = [entry for entry in world.server.log if "Quota" in entry or "Claim" in entry]
    assert written == ["merge ResourceQuota", "merge status ResourceQuota", "merge PersistentVolumeClaim"]
    assert (quota(world), asked(world), said(world)) == ("30T", "30T", "Growing")
    bind(world, "30T")
    assert said(world) == "Provided"


def test_growth_takes_no_device_and_gives_none_back() -> None:
    world = begun()
    world.decided("2026-Q2", "Reduce", 4, "2026-08-01", of="vision-2026")
    world.settle()
    award(world, "30T")
    assert (world.quota(), asked(world)) == (4, "30T")


def test_where_the_class_cannot_expand_the_quota_grows_alone() -> None:
    world = begun(expands=False)
    award(world, "30T")
    assert (quota(world), asked(world), said(world)) == ("30T", "10T", "ClassCannotExpand")


def test_a_class_that_may_expand_from_now_on_lets_the_claim_grow() -> None:
    world = begun(expands=False)
    award(world, "30T")
    world.put(storage_class(True))
    world.settle()
    assert (asked(world), said(world)) == ("30T", "Growing")


def test_less_storage_lowers_the_quota_and_leaves_the_volume() -> None:
    world = begun(storage="30T")
    award(world, "10T")
    assert (quota(world), asked(world), said(world)) == ("10T", "30T", "Provided")
    assert "merge PersistentVolumeClaim" not in world.server.log


def test_a_claim_without_a_volume_waits_for_it() -> None:
    world = World("2026-08-15", storage_class(True), allocation_body(storage="10T"))
    world.settle()
    award(world, "30T")
    assert (quota(world), asked(world), said(world)) == ("30T", "10T", "Pending")
    bind(world, "10T")
    assert (asked(world), said(world)) == ("30T", "Growing")


def test_a_claim_that_is_refused_holds_up_nothing_else() -> None:
    """Another quota in the namespace lets nobody make a volume claim."""
    world = World("2026-08-15", allocation_body(storage="10T"))
    world.server.refuses["create PersistentVolumeClaim"] = ApiError(403, "exceeded quota: disk", "/")
    world.settle()
    assert said(world) == "Pending"
    assert "exceeded quota: disk" in world.condition("StorageProvided")["message"]
    assert (world.condition("Ready")["status"], world.quota()) == ("True", 8)
    assert ("NetworkPolicy", "vision", names.NETWORK) in world.server.objects
    world.server.refuses.clear()
    world.start()
    world.settle()
    assert asked(world) == "10T"


def test_growth_that_is_refused_holds_up_nothing_else() -> None:
    """The tenant has used the larger quota for a claim of its own."""
    world = begun()
    world.server.refuses["merge PersistentVolumeClaim"] = ApiError(403, "exceeded quota: tenure", "/")
    award(world, "30T")
    assert (quota(world), asked(world), said(world)) == ("30T", "10T", "Pending")
    assert "exceeded quota: tenure" in world.condition("StorageProvided")["message"]
    assert world.condition("Ready")["status"] == "True"
