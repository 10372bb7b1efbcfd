"""What an Organization remembers, written by the operator: it outlives projects, allocations, namespaces and Decisions."""

from __future__ import annotations

import asyncio

from tenure.control.kube import Manifest
from unit.build import DEFAULT, Body, allocation_body
from unit.world import World, body_of

YEAR = allocation_body(term="2026-07-01 2027-06-30", storage="20T")
ALL_OF_IT = {"allocation": "vision-2026", "devices": 8, "storage": "20T", "reason": "Done.", "by": "kim@hanbit"}
RETURN: Body = {"kind": "Return", "metadata": {"name": "early", "namespace": "vision", "uid": "r"}, "spec": ALL_OF_IT}


def memory(world: World) -> list[tuple[str, str]]:
    found: list[Manifest] = world.live("Organization", "hanbit")["status"].get("memory", [])
    return [(entry["kind"], entry["day"]) for entry in found]


def returned() -> World:
    """Everything was given back in August; the report that was due two weeks later is missing."""
    world = World("2026-08-15", YEAR)
    world.hold_reviews()
    world.put(RETURN)
    world.hold_reviews()
    return world


RETURNED, MISSING = ("EarlyReturn", "2026-08-15"), ("ReportMissing", "2026-08-29")


def test_an_early_return_and_a_missing_report_are_remembered() -> None:
    world = returned()
    assert memory(world) == [RETURNED]
    world.turn_to("2026-08-29")
    world.hold_reviews()
    assert memory(world) == [RETURNED]
    world.turn_to("2026-08-30")
    world.hold_reviews()
    assert memory(world) == [RETURNED, MISSING]


def test_it_outlives_the_namespace_the_allocation_the_project_and_the_decisions() -> None:
    world = returned()
    world.turn_to("2026-08-30")
    world.hold_reviews()
    world.remove("Report", "vision-2026-report", "vision")
    world.remove("Return", "early", "vision")
    world.remove("Namespace", "vision")
    world.remove("Allocation", "vision-2026")
    world.remove("Project", "vision")
    world.hold_reviews()
    assert memory(world) == [RETURNED, MISSING]
    for name in [name for kind, _, name in world.server.objects if kind == "Decision"]:
        world.remove("Decision", name)
    world.start()
    world.hold_reviews()
    assert memory(world) == [RETURNED, MISSING]


def test_a_restore_without_status_brings_back_what_the_decisions_say() -> None:
    world = returned()
    world.remove("Allocation", "vision-2026")
    world.remove("Project", "vision")
    restored = world.live("Organization", "hanbit")
    world.put({**restored, "status": {}})
    world.start()
    world.hold_reviews()
    assert memory(world) == [RETURNED]


def test_an_accepted_report_makes_the_missing_one_good() -> None:
    world = returned()
    world.turn_to("2026-09-10")
    world.hold_reviews()
    assert MISSING in memory(world)
    live = world.live("Report", "vision-2026-report", "vision")
    found = {"accepted": True, "excellent": True, "by": "chair@x"}
    world.put({**live, "spec": {**live["spec"], "submitted": True, "assessment": found}})
    world.hold_reviews()
    assert memory(world) == [RETURNED, ("Excellent", "2026-08-15")], "of the day on which the use ended"


def test_what_is_written_once_is_not_written_again() -> None:
    world = returned()
    version = world.live("Organization", "hanbit")["metadata"]["resourceVersion"]
    world.turn_to("2026-08-16")
    world.hold_reviews()
    assert world.live("Organization", "hanbit")["metadata"]["resourceVersion"] == version


def remembered(world: World) -> tuple[str, str]:
    said = world.live("Organization", "hanbit")["status"]["conditions"]
    (one,) = (one for one in said if one["type"] == "Remembered")
    return one["reason"], one["message"]


def test_the_organization_says_what_weighs_in_the_next_calls() -> None:
    world = returned()
    reason, message = remembered(world)
    assert reason == "ClassUp"
    assert "One priority class up in the calls of 2027 (R25) for the early return (R22) of vision-2026" in message


def test_with_the_new_year_other_calls_begin() -> None:
    """Nothing else has to happen for it: the organization is looked at again."""
    world = returned()
    waits = []
    world.services.reviews.add = lambda key, after=0.0: waits.append((key.work, after))  # type: ignore[method-assign]
    world.services.organization("hanbit")
    asyncio.run(world._catalogue.organization("hanbit"))
    assert ("organization", 139 * 86400) in waits, "from noon of 15 August to noon of 1 January"


def test_a_report_is_missing_in_its_own_programmes_zone() -> None:
    """Another programme's day begins later. The report says itself that its day is over."""
    world = returned()
    later = DEFAULT.model_copy(update={"spec": DEFAULT.spec.model_copy(update={"time_zone": "Pacific/Honolulu"})})
    elsewhere = later.model_copy(update={"metadata": later.metadata.model_copy(update={"name": "elsewhere"})})
    world.put(body_of(elsewhere))
    world.turn_to("2026-08-30")
    world.hold_reviews()
    assert memory(world) == [RETURNED, MISSING]
