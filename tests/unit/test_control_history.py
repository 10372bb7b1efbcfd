"""Past quarters without a record: who has lost one, and who never had one to lose."""

from __future__ import annotations

from unit.build import Body, allocation_body
from unit.world import World

GIVEN: Body = {"status": {"accessSince": "2026-07-02T00:00:00Z"}}


def lose_the_status(world: World) -> None:
    """A restore brings the objects back as they were applied; the day of access is not among it."""
    world.put(allocation_body() | {"status": {}})
    world.start()


def test_an_award_that_has_run_for_a_quarter_without_review_misses_it() -> None:
    world = World("2026-08-15", allocation_body())
    world.settle()
    lose_the_status(world)
    world.turn_to("2026-11-01")
    world.settle()
    assert world.assessed().missing == ("2026-Q3",)
    assert world.condition("HistoryMissing")["status"] == "True"


def test_an_award_that_was_applied_late_misses_nothing_also_without_its_status() -> None:
    """The quota that it was given in October is no proof that it was in use in the quarter before."""
    world = World("2026-10-05", allocation_body())
    world.settle()
    lose_the_status(world)
    world.settle()
    assert world.quota() == 8
    assert world.assessed().missing == ()
    assert world.condition("HistoryMissing")["status"] == "False"


def test_a_storage_only_award_has_no_review_and_misses_none() -> None:
    world = World("2026-11-01", allocation_body("store", accelerator="", devices=0, storage="10T") | GIVEN)
    assert world.assessed("store").missing == ()


def test_a_revoked_award_misses_no_review_of_the_quarters_after_its_revocation() -> None:
    world = World("2027-04-05", allocation_body(term="2026-07-01 2027-12-31") | GIVEN)
    world.decided("2026-Q3", "Revoke", 0, "2026-10-22", of="vision-2026")
    world.decided("2026-Q4", "CarriedForward", 0, "2027-01-02", of="vision-2026", before=0)
    assert world.assessed().entitlement.state == "Revoked"
    assert world.assessed().missing == ()
