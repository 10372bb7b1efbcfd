"""Approved increases in a small centre: nobody decides by being entered first, and what is promised is kept."""

from __future__ import annotations

from typing import Any

import pytest
from tenure.api import Accelerator, Review
from tenure.api.conditions import find
from unit.build import Body, allocation_body, organization, project, review_body, used
from unit.world import World, body_of

DAY = "2026-10-12"
"""Plans were due on the 8th, verdicts are due on the 15th."""
JUDGED: Body = {"plan": "Adequate", "reason": "In use.", "by": "chair@committee.example"}


def tenant(name: str, devices: int = 2, minutes: int = 0, **award: Any) -> list[Body]:
    """A company with one project and one award that runs for a year and a half."""
    made = {"project": name, "devices": devices, "inUseSince": "2026-07-01", **award}
    body = allocation_body(name, "2026-07-01 2027-12-31", minutes, **made)
    return [body_of(organization(name, registration=name)), body_of(project(name, name)), body]


def q3(name: str, percent: float, to: int | None = None, devices: int = 2, **more: Any) -> Body:
    """A tenant's review of the third quarter with its plan; with the committee's verdict where it says how far."""
    given = {**JUDGED, "increaseTo": to} if to else None
    body = review_body(
        name, "2026-Q3", used(percent, devices=devices), given, planSubmittedAt="2026-09-01T00:00:00Z", **more
    )
    body["metadata"]["namespace"] = name
    body["spec"]["plan"] = {"summary": "More of it."}
    return body


def centre(capacity: int, *tenants: list[Body], reserved: int = 0) -> World:
    """Everybody holds what was awarded; it is October and the reviews are measured."""
    world = World(DAY)
    world.put(accelerator(world, capacity=capacity, reserved=reserved), *(body for one in tenants for body in one))
    world.settle()
    return world


def accelerator(world: World, **spec: Any) -> Body:
    """The A100 with another capacity or reservation, and with every bundle offered."""
    body = world.live("Accelerator", "a100-40gb")
    ladder = [{**bundle, "offered": True} for bundle in body["spec"]["ladder"]]
    return {**body, "spec": {**body["spec"], "ladder": ladder, **spec}}


def write(world: World, *names: str, verdict: Body) -> None:
    """The committee writes the same verdict into the reviews of tenants."""
    bodies = [world.live("Review", f"{name}-2026-q3", name) for name in names]
    for body in bodies:
        body["spec"]["verdict"] = verdict
    world.put(*bodies)
    world.hold_reviews()


def says(world: World, name: str) -> tuple[str, str]:
    """Reason and message of Recommended."""
    found = Review.parse(world.live("Review", f"{name}-2026-q3", name))
    said = find(found.status.conditions, "Recommended")
    assert said is not None
    return said.reason, said.message


def test_an_increase_for_which_there_is_room_is_decided_at_once() -> None:
    world = centre(10, tenant("a"))
    world.put(q3("a", 62))
    world.hold_reviews()
    assert says(world, "a")[0] == "AwaitingVerdict"
    write(world, "a", verdict=JUDGED)
    assert says(world, "a")[0] == "AwaitingApproval"
    write(world, "a", verdict={**JUDGED, "increaseTo": 8})
    assert (world.decisions["2026-Q3"].kind, world.quota("a")) == ("Increase", 8)


@pytest.mark.parametrize("first", ["a", "b"])
def test_whose_verdict_is_entered_first_makes_no_difference(first: str) -> None:
    """Ten devices, four are held: six more are wanted twice. The higher utilization has them, whenever it is entered."""
    second = "b" if first == "a" else "a"
    world = centre(10, tenant("a"), tenant("b", minutes=1))
    world.put(q3("a", 55), q3("b", 62))
    world.hold_reviews()
    for name in (first, second):
        write(world, name, verdict={**JUDGED, "increaseTo": 8})
    assert (world.quota("a"), world.quota("b")) == (2, 8)
    reason, message = says(world, "a")
    assert reason == "AwaitingCapacity"
    assert f"waits since {DAY} as number 1 of 1 that wait for devices; 0 are free and not reserved." in message


def test_what_was_kept_for_a_better_one_is_given_on_when_the_committee_had_its_time() -> None:
    world = centre(10, tenant("a"), tenant("b", minutes=1))
    world.put(q3("a", 55), q3("b", 62))
    world.hold_reviews()
    write(world, "a", verdict={**JUDGED, "increaseTo": 8})
    assert says(world, "a")[0] == "AwaitingCapacity"
    world.turn_to("2026-10-20")  # the reviews were first looked at on the 12th, so the committee had until the 19th
    world.hold_reviews()
    assert (world.quota("a"), world.quota("b")) == (8, 2)


def test_one_that_waited_has_what_another_gives_up() -> None:
    """Twelve devices, all held. What is revoked later goes to the one that waits, and not to a later award."""
    world = centre(12, tenant("a"), tenant("giver", 8, 1), tenant("b", minutes=2))
    world.put(q3("a", 62, 8))
    world.hold_reviews()
    assert says(world, "a")[0] == "AwaitingCapacity"
    world.put(*tenant("new", 4, 9, priorityClass=4))
    world.hold_reviews()
    assert world.quota("new") == 0
    world.decided("2026-Q2", "Revoke", 0, "2026-10-13", of="giver")
    world.turn_to("2026-10-13")
    world.hold_reviews()
    assert (world.quota("giver"), world.quota("a"), world.quota("new")) == (0, 8, 0)
    assert says(world, "a")[0] == "Recommended"


def test_nothing_that_a_round_has_reserved_is_given_to_an_increase_but_to_an_award_it_is() -> None:
    world = centre(10, tenant("a"), reserved=8)
    world.put(q3("a", 62, 4))
    world.hold_reviews()
    assert says(world, "a")[0] == "AwaitingCapacity"
    world.put(*tenant("round", 8, 9, priorityClass=4))
    world.hold_reviews()
    assert (world.quota("a"), world.quota("round")) == (2, 8)


def test_lifting_the_reservation_is_enough() -> None:
    world = centre(10, tenant("a"), reserved=8)
    world.put(q3("a", 62, 4))
    world.hold_reviews()
    world.put(accelerator(world, reserved=6))
    world.hold_reviews()
    assert world.quota("a") == 4


def test_another_replica_grants_what_waited() -> None:
    """Who waits is in the Reviews, not in the memory of a process."""
    world = centre(10, tenant("a"), tenant("full", 8, 1))
    world.put(q3("a", 62, 8))
    world.hold_reviews()
    since = Review.parse(world.live("Review", "a-2026-q3", "a")).status.waits
    world.turn_to("2026-10-20")
    world.start()
    world.hold_reviews()
    waits = Review.parse(world.live("Review", "a-2026-q3", "a")).status.waits
    assert waits == since is not None
    world.remove("Allocation", "full")
    world.hold_reviews()
    assert world.quota("a") == 8


def test_an_approval_that_is_taken_back_or_changed_before_it_is_granted() -> None:
    world = centre(8, tenant("a"), tenant("full", 4, 1))
    world.put(q3("a", 62, 8))
    world.hold_reviews()
    write(world, "a", verdict={**JUDGED})
    assert says(world, "a")[0] == "AwaitingApproval"
    write(world, "a", verdict={**JUDGED, "increaseTo": 4})
    assert world.quota("a") == 4


def test_no_increase_is_an_answer() -> None:
    world = centre(10, tenant("a"))
    world.put(q3("a", 62, 2))
    world.hold_reviews()
    made = world.decisions["2026-Q3"]
    assert (made.kind, made.after.devices) == ("Continue", 2)
    assert "no larger bundle fits into the approved 2 devices" in made.message


def test_two_projects_of_an_organization_do_not_grow_beyond_its_cap_together() -> None:
    other = [body_of(project("b", "a")), tenant("b", minutes=1)[2]]
    world = centre(40, tenant("a"), other)
    world.put(body_of(organization("a", registration="a", maxDevices=6)))
    world.put(q3("a", 55), q3("b", 62))
    world.hold_reviews()
    write(world, "a", "b", verdict={**JUDGED, "increaseTo": 4})
    assert (world.quota("a"), world.quota("b")) == (2, 4)


def test_who_only_observes_takes_nothing_from_others() -> None:
    world = centre(10, tenant("a"), tenant("b", minutes=1, programme="watching"))
    watching = world.live("Programme", "default")
    watching["metadata"] = {"name": "watching"}
    watching["spec"] = {**watching["spec"], "mode": "Observe"}
    world.put(watching)
    world.put({"kind": "Namespace", "metadata": {"name": "b"}})
    world.put(q3("a", 55, 8), q3("b", 62, 8))
    world.hold_reviews()
    assert world.quota("a") == 8
    assert {d.allocation for d in world.decisions.values()} == {"a"}


def test_the_time_of_the_verdict_and_who_took_no_part_are_in_the_decision() -> None:
    world = centre(10, tenant("a"))
    world.put(q3("a", 62))
    world.hold_reviews()
    write(world, "a", verdict={**JUDGED, "increaseTo": 4, "decidedBy": "the board", "recused": ["kim@a.example"]})
    made = world.decisions["2026-Q3"]
    assert (made.decided_by, made.entered_by) == ("the board", JUDGED["by"])
    assert made.entered_at == world.clock.now()
    assert made.evidence.verdict is not None
    assert made.evidence.verdict.recused == ("kim@a.example",)


def test_the_usage_plan_is_shown_beside_the_use() -> None:
    plan = [{"month": "2026-07", "deviceHours": 124}, {"month": "2026-08", "deviceHours": 0}]
    world = centre(10, tenant("a", usagePlan=plan))
    world.put(q3("a", 50))
    world.hold_reviews()
    shown = Review.parse(world.live("Review", "a-2026-q3", "a")).status.planned
    assert shown is not None
    assert (shown.planned_seconds, shown.percent) == (124 * 3600, "400.0 %")
    assert Accelerator.parse(world.live("Accelerator", "a100-40gb")).status.waiting == 0
