"""A namespace goes only where its Project said so and is gone with all its awards, and its data had its time (R3)."""

from __future__ import annotations

import asyncio

import pytest
from tenure.api import names
from tenure.control.kube import Manifest
from tenure.control.namespaces import delete_namespace
from unit.build import DEFAULT, allocation_body, programme, project
from unit.world import World, body_of

NAMESPACE = ("Namespace", "", "vision")
GONE = ["delete Namespace vision"]
RULES = body_of(programme(DEFAULT, storage={"retentionDays": 30, "finalNoticeDays": 7}))


def vision(policy: str = "Delete") -> Manifest:
    return body_of(project(deletionPolicy=policy))


def withdrawn(policy: str = "Delete", storage: str = "10T") -> World:
    """A project that is deleted with its only award on 15 August."""
    world = World("2026-08-15", RULES, vision(policy), allocation_body(storage=storage))
    world.settle()
    world.remove("Allocation", "vision-2026")
    world.remove("Project", "vision")
    world.settle()
    return world


def deleted(world: World) -> list[str]:
    return [entry for entry in world.server.log if entry in GONE]


def announced(world: World) -> str | None:
    found: str | None = world.live("ResourceQuota", names.QUOTA, "vision")["metadata"]["annotations"].get(
        names.DELETION
    )
    return found


def on(world: World, day: str) -> list[str]:
    """What is deleted by a day, by an operator that has just been started."""
    world.turn_to(day)
    world.start()
    world.settle()
    return deleted(world)


def test_data_is_kept_as_long_as_after_any_other_end() -> None:
    world = withdrawn()
    assert announced(world) == "2026-09-15"
    assert [on(world, day) for day in ("2026-09-14", "2026-09-15")] == [[], GONE]


def test_without_data_there_is_nothing_to_wait_for() -> None:
    assert deleted(withdrawn(storage="0")) == GONE


def test_to_retain_is_for_ever() -> None:
    world = withdrawn("Retain")
    assert announced(world) is None
    assert on(world, "2036-08-15") == []


def test_a_namespace_without_its_project_stays_while_it_has_an_award() -> None:
    world = World("2026-08-15", RULES, vision(), allocation_body())
    world.settle()
    world.remove("Project", "vision")
    world.settle()
    assert on(world, "2026-12-31") == []


def test_what_was_announced_is_not_brought_forward_and_may_be_put_off() -> None:
    world = withdrawn()
    world.put(body_of(programme(DEFAULT, storage={"retentionDays": 10, "finalNoticeDays": 7})))
    assert on(world, "2026-09-14") == []
    world.put(body_of(programme(DEFAULT, storage={"retentionDays": 60, "finalNoticeDays": 7})))
    assert on(world, "2026-09-15") == []
    assert announced(world) == "2026-10-15"
    assert on(world, "2026-10-15") == GONE


def test_a_project_that_is_back_keeps_it_and_begins_anew() -> None:
    world = withdrawn()
    world.put(vision(), allocation_body(storage="10T"))
    world.settle()
    assert announced(world) is None
    assert on(world, "2026-09-15") == []
    world.remove("Allocation", "vision-2026")
    world.remove("Project", "vision")
    world.settle()
    assert announced(world) == "2026-10-16"


@pytest.mark.parametrize(
    ("change", "goes"),
    [
        pytest.param({}, True, id="ours"),
        pytest.param({"labels": {}}, False, id="nobody's"),
        pytest.param({"labels": {names.MANAGED: "true", names.PROJECT: "speech"}}, False, id="another project's"),
        pytest.param({"annotations": {names.DELETION_POLICY: "Retain"}}, False, id="one that is to be retained"),
    ],
)
def test_the_api_server_is_asked_before_it_is_deleted(change: Manifest, goes: bool) -> None:
    world = withdrawn()
    body = world.server.objects[NAMESPACE]
    world.server.put({**body, "metadata": {**body["metadata"], **change}})
    asyncio.run(delete_namespace(world.services, "vision"))
    assert deleted(world) == (GONE if goes else [])


def test_a_project_that_the_watch_has_not_shown_keeps_it() -> None:
    world = withdrawn()
    world.server.put(vision())
    asyncio.run(delete_namespace(world.services, "vision"))
    assert deleted(world) == []
