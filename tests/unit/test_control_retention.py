"""R3: every way in which a grant ends keeps its data, and no request to delete a volume is ever sent but the announced one."""

from __future__ import annotations

from typing import Any

import pytest
from tenure.api import names
from tenure.control.kube import Manifest
from unit.build import DEFAULT, allocation_body, programme
from unit.world import World, body_of

CLAIM = ("PersistentVolumeClaim", "vision", "vision-2026-data")
MAY = "delete persistentvolumeclaims"
AWARD = allocation_body(storage="20T")


def rules(**storage: Any) -> Manifest:
    """The default programme with other rules of storage."""
    return body_of(programme(DEFAULT, storage={"retentionDays": 30, "finalNoticeDays": 7, **storage}))


def begun(*rights: str, **storage: Any) -> World:
    """An award that runs in August, with 20 TB."""
    world = World("2026-08-15", rules(**storage), AWARD)
    world.server.rights |= set(rights)
    world.settle()
    assert CLAIM in world.server.objects
    world.server.log.clear()
    return world


def on(world: World, day: str) -> str:
    """What is said of the data on a day, by an operator that has just been started."""
    world.turn_to(day)
    world.start()
    world.settle()
    return reason(world)


def reason(world: World) -> str:
    said = world.live("Allocation", "vision-2026")["status"]["conditions"]
    return next((one["reason"] for one in said if one["type"] == "DataKept"), "")


def deleted(world: World) -> list[str]:
    return [entry for entry in world.server.log if entry.startswith("delete ") and "RoleBinding" not in entry]


def announced(world: World) -> str | None:
    found: str | None = world.server.objects[CLAIM]["metadata"].get("annotations", {}).get(names.DELETION)
    return found


def test_a_running_grant_says_nothing_of_it() -> None:
    assert reason(begun(MAY, afterRetention="Delete")) == ""


def test_keep_is_the_default_and_keeps_for_ever() -> None:
    world = begun(MAY)
    looks = {day: on(world, day) for day in ("2027-01-01", "2027-01-30", "2027-01-31", "2037-01-01")}
    assert list(looks.values()) == ["Kept", "Kept", "RetentionOver", "RetentionOver"]
    assert deleted(world) == []
    assert CLAIM in world.server.objects


def test_after_the_notice_it_is_deleted_and_not_before() -> None:
    world = begun(MAY, afterRetention="Delete")
    days = ("2027-01-01", "2027-01-23", "2027-01-24", "2027-01-27", "2027-01-30")
    assert [on(world, day) for day in days] == ["Kept", "Kept", *["DeletionAnnounced"] * 3]
    assert announced(world) == "2027-01-31"
    assert deleted(world) == []
    assert on(world, "2027-01-31") == "Deleted"
    assert deleted(world) == ["delete PersistentVolumeClaim vision-2026-data"]
    assert on(world, "2027-02-01") == "Deleted"
    assert CLAIM not in world.server.objects
    assert world.live("ResourceQuota", names.QUOTA, "vision")["spec"]["hard"]["requests.storage"] == "0"


def test_a_notice_that_could_not_be_given_in_time_is_given_its_days() -> None:
    world = begun(MAY, afterRetention="Delete")
    assert on(world, "2027-06-01") == "DeletionAnnounced"
    assert announced(world) == "2027-06-08"
    assert on(world, "2027-06-07") == "DeletionAnnounced"
    assert on(world, "2027-06-08") == "Deleted"


def test_the_tenant_is_told_before_the_notice_is_noted() -> None:
    """Who dies between the two tells it again; nobody counts days of which no one was told."""
    world = begun(MAY, afterRetention="Delete")
    on(world, "2027-01-24")
    told = world.server.log.index("create Event")
    assert told < world.server.log.index("merge PersistentVolumeClaim")
    [event] = [
        one
        for place, one in world.server.objects.items()
        if place[0] == "Event" and one["reason"] == "DeletionAnnounced"
    ]
    assert "deleted on 2027-01-31" in event["message"]


def test_without_the_right_nothing_is_announced_and_a_condition_says_so() -> None:
    world = begun(afterRetention="Delete")
    assert [on(world, day) for day in ("2027-01-24", "2027-03-01")] == ["NoRight", "NoRight"]
    assert announced(world) is None
    world.server.rights.add(MAY)
    assert on(world, "2027-03-02") == "DeletionAnnounced"
    world.server.rights.clear()
    assert on(world, "2027-03-20") == "NoRight"
    assert deleted(world) == []


KEPT_BY = {
    "a longer term": {"term": "2026-07-01 2027-03-31"},
    "a new award of the same name": {"term": "2027-02-01 2027-06-30", "devices": 4},
}


@pytest.mark.parametrize("edit", KEPT_BY.values(), ids=KEPT_BY.keys())
def test_an_award_that_is_renewed_before_the_day_keeps_its_data(edit: dict[str, Any]) -> None:
    world = begun(MAY, afterRetention="Delete")
    on(world, "2027-01-24")
    world.put(allocation_body(**{"storage": "20T", **edit}))
    assert on(world, "2027-01-31") == ""
    assert announced(world) is None
    assert on(world, "2027-02-10") == ""
    assert deleted(world) == []


def test_a_programme_that_keeps_after_all_takes_the_notice_back() -> None:
    world = begun(MAY, afterRetention="Delete")
    on(world, "2027-01-24")
    world.put(rules(afterRetention="Keep"))
    assert on(world, "2027-01-31") == "RetentionOver"
    assert announced(world) is None
    world.put(rules(afterRetention="Delete"))
    assert on(world, "2027-02-10") == "DeletionAnnounced"
    assert announced(world) == "2027-02-17"
    assert deleted(world) == []


@pytest.mark.parametrize(
    "edit", [pytest.param({"generation": 99}, id="edited"), pytest.param({"uid": "another"}, id="made anew")]
)
@pytest.mark.parametrize("what", ["Allocation", "Project", "Programme"])
def test_what_was_edited_a_moment_ago_is_looked_at_before_anything_is_deleted(what: str, edit: dict[str, Any]) -> None:
    """The watch is late: only the API server knows of the edit."""
    world = begun(MAY, afterRetention="Delete")
    on(world, "2027-01-24")
    world.turn_to("2027-01-31")
    key = next(place for place in world.server.objects if place[0] == what)
    world.server.objects[key]["metadata"].update(edit)
    world.settle()
    assert deleted(world) == []
    assert CLAIM in world.server.objects


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        pytest.param("Revoke", "2026-10-01", id="R17"),
        pytest.param("OffPurpose", "2026-10-01", id="R20"),
        pytest.param("PromiseUnproven", "2026-10-01", id="R21 no evidence"),
        pytest.param("PromiseBroken", "2026-10-01", id="R21 not kept"),
        pytest.param("Return", "2026-10-01", id="R22"),
    ],
)
def test_every_end_by_a_decision_keeps_the_data_as_long(kind: str, kept: str) -> None:
    world = begun(MAY, afterRetention="Delete")
    world.decided("occasion", kind, 0, "2026-09-01", of="vision-2026")
    assert on(world, "2026-09-01") == "Kept"
    notes = world.live("ResourceQuota", names.QUOTA, "vision")["metadata"]["annotations"]
    assert notes[names.DATA_KEPT] == kept
    assert on(world, "2026-09-24") == "Kept"
    assert on(world, "2026-09-25") == "DeletionAnnounced"
    assert on(world, "2026-10-01") == "DeletionAnnounced"
    assert deleted(world) == []
    assert on(world, "2026-10-02") == "Deleted"


def test_the_data_of_a_deleted_award_is_the_admins() -> None:
    world = begun(MAY, afterRetention="Delete")
    world.remove("Allocation", "vision-2026")
    for day in ("2026-09-01", "2027-06-01", "2037-01-01"):
        world.turn_to(day)
        world.start()
        world.settle()
    assert deleted(world) == []
    assert CLAIM in world.server.objects


def test_mode_observe_deletes_nothing() -> None:
    world = begun(MAY, afterRetention="Delete")
    on(world, "2027-01-24")
    observing = rules(afterRetention="Delete")
    observing["spec"]["mode"] = "Observe"
    world.put(observing)
    assert on(world, "2027-06-01") == ""
    assert deleted(world) == []
