"""R5, R16: the record of what an allocation held, through an end and a new award."""

from __future__ import annotations

from datetime import date

import pytest
from tenure.api import Allocation
from unit.build import allocation_body, at
from unit.world import World

YEAR = "2026-07-01 2026-12-31"


def record(world: World) -> list[tuple[date, int]]:
    held = Allocation.parse(world.live("Allocation", "vision-2026")).status.held
    return [(entry.since.astimezone(at("2026-07-01").tzinfo).date(), entry.devices) for entry in held]


@pytest.mark.parametrize("kind", ["Revoke", "OffPurpose", "Return"])
def test_the_time_between_an_end_and_a_new_award_is_in_the_record(kind: str) -> None:
    """Else the new award of as many devices would look as if they had been held all along, and be paid for."""
    world = World("2026-08-15", allocation_body(term=YEAR, inUseSince="2026-07-01"))
    world.settle()
    world.decided("2026-Q3", kind, 0, "2026-08-20", of="vision-2026")
    world.turn_to("2026-08-20")
    world.settle()
    assert world.quota() == 0
    world.put(allocation_body(term="2026-07-01 2027-06-30", inUseSince="2026-07-01"))
    world.turn_to("2026-10-10")
    world.settle()
    assert world.quota() == 8
    assert record(world) == [(date(2026, 8, 15), 8), (date(2026, 8, 20), 0), (date(2026, 10, 10), 8)]


def test_what_is_refused_or_left_alone_leaves_the_record_as_it_is() -> None:
    world = World("2026-08-15", allocation_body(term=YEAR))
    world.settle()
    world.remove("Organization", "hanbit")
    world.turn_to("2027-01-02")
    world.settle()
    assert record(world) == [(date(2026, 8, 15), 8)]
