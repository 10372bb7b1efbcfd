"""The way in: a namespace that is there already is observed without being taken over, which takes a word of the admin's."""

from __future__ import annotations

from tenure.control.kube import Manifest
from unit.build import allocation_body, programme, project
from unit.world import World, body_of

TODAY = "2026-08-15"
NAMESPACE: Manifest = {"kind": "Namespace", "metadata": {"name": "vision", "labels": {"team": "lab"}, "uid": "theirs"}}


def observed(*, adopt: bool = False) -> World:
    """A namespace of somebody's with a project of its name, under a programme that only observes."""
    rules = body_of(programme(mode="Observe"))
    project_body = body_of(project(adoptNamespace=adopt))
    world = World(TODAY, NAMESPACE, rules, project_body, allocation_body(inUseSince="2026-07-01"))
    world.hold_reviews()
    return world


def enforce(world: World) -> None:
    world.put(body_of(programme(mode="Enforce")))
    world.hold_reviews()


def conditions(world: World) -> dict[str, str]:
    found: list[Manifest] = world.live("Project", "vision")["status"]["conditions"]
    return {one["type"]: one["reason"] for one in found}


def inside(world: World) -> set[str]:
    """The kinds of what was made in the namespace."""
    return {kind for kind, namespace, _ in world.server.objects if namespace == "vision"}


def test_it_is_observed_and_reviewed_without_being_taken_over() -> None:
    world = observed()
    assert world.refusals() == {}
    assert conditions(world) == {"Accepted": "Accepted", "NamespaceReady": "Observed", "Ready": "Observed"}
    assert world.condition("Ready")["reason"] == "Observed"
    assert world.live("Namespace", "vision")["metadata"]["labels"] == {"team": "lab"}
    assert inside(world) <= {"Review", "Event"}
    assert "Review" in inside(world)


def test_what_becomes_of_it_then_is_told_before() -> None:
    (said,) = (
        one for one in observed().live("Project", "vision")["status"]["conditions"] if one["type"] == "NamespaceReady"
    )
    assert said["message"].startswith(
        "The programme is in mode Observe: nothing is written. Once it enforces: A namespace vision"
    )
    assert "set spec.adoptNamespace to take it over" in said["message"]
    adopted = observed(adopt=True).live("Project", "vision")["status"]["conditions"]
    assert "Once it enforces" not in str(adopted)


def test_once_the_programme_enforces_it_is_left_alone() -> None:
    world = observed()
    before = inside(world)
    enforce(world)
    assert world.refusals() == {"vision-2026": "ProjectNotAccepted"}
    assert conditions(world)["NamespaceReady"] == "NotOurs"
    assert inside(world) == before
    assert world.live("Namespace", "vision")["metadata"]["labels"] == {"team": "lab"}


def test_with_the_word_it_is_taken_over_then() -> None:
    world = observed(adopt=True)
    assert inside(world) <= {"Review", "Event"}
    enforce(world)
    assert (world.refusals(), world.quota()) == ({}, 8)
