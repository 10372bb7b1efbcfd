"""manage: false leaves a namespace as it stands, and its devices go on counting; true takes it up again as it is."""

from __future__ import annotations

import pytest
from tenure.api import names
from tenure.control.kube import Manifest
from tenure.control.withdrawn import last_programme
from unit.build import DEFAULT, allocation_body, programme, project
from unit.world import World, body_of, rival

TODAY = "2026-08-15"
OURS = ("ResourceQuota", "vision", names.QUOTA)


def vision(*, manage: bool, **spec: str) -> Manifest:
    return body_of(project(manage=manage, members=[{"name": "ada"}], **spec))


def left() -> World:
    """A project that held eight devices when it was left alone."""
    world = World(TODAY, vision(manage=True), allocation_body(storage="10T"))
    world.settle()
    world.put(vision(manage=False))
    world.settle()
    world.server.log.clear()
    return world


def inside(world: World) -> dict[tuple[str, str, str], str]:
    """The version of everything in the namespace, and of the namespace."""
    found = world.server.objects.items()
    return {
        place: one["metadata"]["resourceVersion"]
        for place, one in found
        if "vision" in (place[1], place[2]) and place[0] != "Project"
    }


EDITS = {
    "a cut": lambda world: world.decided("2026-Q2", "Reduce", 4, "2026-08-01", of="vision-2026"),
    "a revocation": lambda world: world.decided("2026-Q2", "Revoke", 0, "2026-08-01", of="vision-2026"),
    "a larger award": lambda world: world.put(allocation_body(storage="30T")),
    "the end of the term": lambda world: world.turn_to("2027-06-01"),
    "access removed by hand": lambda world: world.remove("RoleBinding", names.MEMBERS, "vision"),
    "an award that is deleted": lambda world: world.remove("Allocation", "vision-2026"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_nothing_in_the_namespace_is_written(edit: object) -> None:
    world = left()
    assert callable(edit)
    edit(world)
    before = inside(world)
    world.hold_reviews()
    world.start()
    world.hold_reviews()
    assert inside(world) == before
    assert world.quota() == 8


def test_the_project_and_its_award_say_so() -> None:
    world = left()
    said = {one["type"]: one["reason"] for one in world.live("Project", "vision")["status"]["conditions"]}
    assert said == {"Accepted": "Accepted", "NamespaceReady": "LeftAlone", "Ready": "LeftAlone"}
    assert world.condition("Admitted")["reason"] == world.condition("Ready")["reason"] == "LeftAlone"
    assert world.live("Allocation", "vision-2026")["status"]["grant"]["devices"] == 8


def test_its_devices_are_not_given_to_anybody_else() -> None:
    world = left()
    world.put(*rival())
    world.settle()
    world.decided("2026-Q2", "Revoke", 0, "2026-08-01", of="vision-2026")
    world.settle()
    assert (world.quota("vision"), world.quota("speech")) == (8, 0)


def test_what_it_would_be_granted_beyond_its_quota_is_given_to_others() -> None:
    world = World(TODAY, vision(manage=False), allocation_body(created=-9))
    world.put(*rival())
    world.settle()
    assert (world.quota("vision"), world.quota("speech")) == (0, 8)


@pytest.mark.parametrize("first", ["Project", "Allocation"])
def test_it_stays_as_it_is_when_it_leaves_altogether(first: str) -> None:
    world = left()
    doomed = [("Project", "vision"), ("Allocation", "vision-2026")]
    for kind, name in doomed if first == "Project" else doomed[::-1]:
        world.remove(kind, name)
        world.settle()
    assert last_programme(world.services.cache, "vision") is not None
    world.start()
    world.settle()
    assert world.quota() == 8
    world.put(*rival())
    world.settle()
    assert world.quota("speech") == 0


def test_a_project_that_is_left_alone_takes_no_namespace_with_it() -> None:
    world = World(TODAY, vision(manage=False, deletionPolicy="Delete"), allocation_body())
    world.settle()
    world.remove("Allocation", "vision-2026")
    world.remove("Project", "vision")
    world.turn_to("2036-08-15")
    world.settle()
    assert "delete Namespace vision" not in world.server.log


def test_one_that_is_left_alone_while_its_programme_observes_loses_nothing_later() -> None:
    world = World(TODAY, vision(manage=True), allocation_body(storage="10T"))
    world.settle()
    world.put(body_of(programme(DEFAULT, mode="Observe")))
    world.settle()
    world.put(vision(manage=False))
    world.settle()
    world.remove("Project", "vision")
    world.remove("Allocation", "vision-2026")
    world.put(body_of(programme(DEFAULT)))
    world.settle()
    assert world.quota() == 8


def test_taken_up_again_it_is_as_it_was() -> None:
    world = World(TODAY, vision(manage=True), allocation_body(storage="10T"))
    world.settle()
    before = {kept: world.server.objects[kept] for kept in inside(world)}
    world.put(vision(manage=False))
    world.settle()
    world.put(vision(manage=True))
    world.settle()
    assert inside(world).keys() >= before.keys()
    for place, body in before.items():
        now = world.server.objects[place]
        assert now.get("spec") == body.get("spec"), place
        assert now["metadata"].get("annotations") == body["metadata"].get("annotations"), place
    assert names.LEFT_ALONE not in world.server.objects[OURS]["metadata"]["annotations"]


def test_what_changed_meanwhile_is_made_real_then() -> None:
    world = left()
    world.decided("2026-Q2", "Reduce", 4, "2026-08-01", of="vision-2026")
    world.settle()
    assert world.quota() == 8
    world.put(vision(manage=True))
    world.settle()
    assert world.quota() == 4


def test_who_was_a_member_only_reads_once_project_and_award_are_deleted() -> None:
    world = World(TODAY, vision(manage=True), allocation_body(storage="10T"))
    world.settle()
    world.remove("Project", "vision")
    world.remove("Allocation", "vision-2026")
    world.settle()
    hard = world.live("ResourceQuota", names.QUOTA, "vision")["status"]["hard"]
    assert (hard["pods"], hard["requests.storage"]) == ("0", "10T")
    bound = {place[2]: one for place, one in world.server.objects.items() if place[0] == "RoleBinding"}
    assert list(bound) == [names.LEAVERS]
    assert bound[names.LEAVERS]["roleRef"]["name"] == names.LEAVER_ROLE
    assert [one["name"] for one in bound[names.LEAVERS]["subjects"]] == ["ada"]
    world.start()
    world.settle()
    world.put(vision(manage=True), allocation_body(storage="10T"))
    world.settle()
    assert [place[2] for place in world.server.objects if place[0] == "RoleBinding"] == [names.MEMBERS]
