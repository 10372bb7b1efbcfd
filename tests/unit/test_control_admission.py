"""Admission over the days: no device is given twice, and what is freed is given on."""

from __future__ import annotations

from tenure.api import Accelerator, Allocation
from unit.build import allocation_body
from unit.world import World, rival

TODAY = "2026-08-15"


def test_devices_of_a_quota_whose_record_is_gone_are_not_given_to_anybody_else() -> None:
    world = World(TODAY, allocation_body())
    world.settle()
    world.write_quota(8, grants=None)
    world.put(*rival())
    world.start()
    accelerator = world.services.cache.one(Accelerator, "a100-40gb")
    assert accelerator is not None
    admission, _ = world.services.book.renew(accelerator)
    assert (admission.granted["speech-2026"], admission.used) == (0, 8)


def test_devices_of_a_deleted_allocation_are_given_on_although_the_watch_is_late() -> None:
    """The watch says nothing of the lowered quota that the answer to our own write has not said before."""
    world = World(TODAY, allocation_body())
    world.settle()
    world.put(*rival())
    world.settle()
    world.remove("Allocation", "vision-2026")
    world.settle()
    assert (world.quota("vision"), world.quota("speech")) == (0, 8)


def test_devices_of_a_deleted_allocation_are_given_on_where_somebody_else_lowers_its_quota() -> None:
    world = World(TODAY, allocation_body())
    world.settle()
    world.put(*rival())
    world.settle()
    assert (world.quota("vision"), world.quota("speech")) == (8, 0)
    world.remove("Allocation", "vision-2026")
    world.queue.keys.clear()
    world.write_quota(0, grants={})
    world.settle()
    assert (world.quota("vision"), world.quota("speech")) == (0, 8)


def test_an_allocation_that_is_gone_is_not_in_the_book_any_more() -> None:
    world = World(TODAY, allocation_body())
    world.settle()
    award = Allocation.parse(world.live("Allocation", "vision-2026"))
    assert world.services.book.granted(award) == 8
    world.remove("Allocation", "vision-2026")
    world.settle()
    assert world.services.book.granted(award) is None


def test_an_older_award_that_becomes_complete_does_not_displace_a_running_one() -> None:
    world = World(TODAY, allocation_body("old", devices=3, created=-10), allocation_body("running"))
    world.settle()
    assert world.refusals() == {"old": "NoSuchBundle"}
    world.put(allocation_body("old", devices=8, created=-10))
    world.settle()
    assert world.refusals() == {"old": "OverOrganizationCap"}
    assert world.quota() == 8


def test_what_an_increase_gave_counts_for_the_cap_of_a_later_award() -> None:
    world = World(TODAY, allocation_body("one", devices=4))
    world.settle()
    world.decided("2026-Q2", "Increase", 8, "2026-08-01", of="one", before=4)
    world.put(allocation_body("two", devices=4, created=5))
    world.settle()
    assert world.refusals() == {"two": "OverOrganizationCap"}
    assert world.quota() == 8


def test_a_tenant_whose_record_of_grants_is_gone_keeps_its_devices_over_a_restart() -> None:
    world = World("2026-08-15", allocation_body())
    world.settle()
    world.write_quota(8, None)
    world.put(*rival())
    world.start()
    world.settle()
    assert (world.quota("vision"), world.quota("speech")) == (8, 0)
