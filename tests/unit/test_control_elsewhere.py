"""Devices that pods hold beside Tenure are granted to nobody, and are given on once they are free."""

from __future__ import annotations

import pytest
from tenure.api import Accelerator
from tenure.api.accelerator import AcceleratorStatus
from tenure.api.conditions import find
from tenure.control.elsewhere import LOOK
from tenure.control.kube import ApiError
from unit.build import Body, allocation_body, programme, project
from unit.running import GPU, node
from unit.world import World, body_of, rival

TODAY = "2026-08-15"


def pod(devices: int, namespace: str = "lab", on: str = "gpu-1", phase: str = "Running") -> Body:
    """A pod on a node; on none where `on` is empty."""
    container = {"name": "main", "resources": {"requests": {GPU: str(devices), "cpu": "4"}}}
    return {
        "kind": "Pod",
        "metadata": {"name": f"train-{devices}", "namespace": namespace},
        "spec": {"containers": [container], **({"nodeName": on} if on else {})},
        "status": {"phase": phase},
    }


def centre(*bodies: Body, capacity: int | None = None) -> World:
    """Eight devices on a node and sixteen on another that is not ready, and whatever else there is."""
    world = World(TODAY)
    asleep = node("gpu-2", devices=16)
    asleep["status"]["conditions"][0]["status"] = "False"
    accelerator = world.live("Accelerator", "a100-40gb")
    accelerator["spec"]["capacity"] = capacity
    world.put(accelerator, node(), asleep, *bodies)
    world.settle()
    return world


def look(world: World) -> None:
    """The next look at all pods."""
    world.services.queue.add(LOOK)
    world.settle()


def status(world: World) -> AcceleratorStatus:
    return Accelerator.parse(world.live("Accelerator", "a100-40gb")).status


def test_who_asks_for_all_waits_for_those_that_others_hold() -> None:
    world = centre(pod(2), pod(1, "web"), allocation_body())
    assert world.quota() == 0
    found = status(world)
    assert (found.capacity, found.granted, found.elsewhere, found.free, found.waiting) == (8, 0, 3, 5, 8)
    ready = find(found.conditions, "Ready")
    assert ready is not None
    assert ready.message == (
        "0 of 8 devices are granted, 5 are free, 8 are waited for. Pods in other hands hold 3 (lab, web)."
    )


def test_what_is_left_is_granted_and_the_rest_once_the_pods_are_gone() -> None:
    world = centre(pod(4), allocation_body(devices=4))
    assert world.quota() == 4
    world.put(*rival())
    world.settle()
    assert world.quota("speech") == 0
    world.remove("Allocation", "vision-2026")
    world.settle()
    del world.server.objects["Pod", "lab", "train-4"]
    look(world)
    assert world.quota("speech") == 8


def test_what_is_granted_stays_granted_when_others_come() -> None:
    world = centre(allocation_body())
    world.put(pod(8))
    look(world)
    assert (world.quota(), status(world).granted, status(world).elsewhere, status(world).free) == (8, 8, 8, 0)


@pytest.mark.parametrize(
    "there",
    [
        pytest.param(pod(2, phase="Succeeded"), id="over"),
        pytest.param(pod(2, on=""), id="on no node"),
        pytest.param(pod(2, on="gpu-2"), id="on a node whose devices do not count"),
        pytest.param(pod(2, on="web-1"), id="on a node of another kind"),
    ],
)
def test_pods_that_hold_nothing_of_the_capacity(there: Body) -> None:
    assert centre(there, allocation_body()).quota() == 8


def test_pods_in_a_namespace_with_a_quota_of_tenure_are_counted_by_it() -> None:
    world = centre(allocation_body(devices=4))
    world.put(pod(4, "vision"))
    look(world)
    assert (status(world).granted, status(world).elsewhere, status(world).free) == (4, 0, 4)


@pytest.mark.parametrize("devices", [4, 8])
def test_a_namespace_that_is_taken_over_does_not_wait_for_its_own_pods(devices: int) -> None:
    """Until its quota is there its award stands for what its pods hold, and no more than that is counted."""
    lab = [
        {"kind": "Namespace", "metadata": {"name": "lab"}},
        pod(4),
        body_of(project("lab", adoptNamespace=True)),
        allocation_body("lab", project="lab", devices=devices),
    ]
    world = centre(*lab)
    assert world.quota("lab") == devices
    assert status(world).free == 8 - devices
    world = centre(*lab[:3])
    assert (status(world).elsewhere, status(world).free) == (4, 4)


def test_a_namespace_that_is_only_observed_holds_what_its_pods_hold() -> None:
    watching = body_of(programme(mode="Observe"))
    watching["metadata"]["name"] = "watching"
    lab = [
        {"kind": "Namespace", "metadata": {"name": "lab"}},
        pod(4),
        body_of(project("lab", adoptNamespace=True)),
        allocation_body("lab", project="lab", devices=4, programme="watching"),
    ]
    world = centre(watching, *lab, *rival())
    assert world.quota("speech") == 0
    assert status(world).elsewhere == 4


@pytest.mark.parametrize(
    ("capacity", "away", "free"),
    [
        pytest.param(6, 0, 6, id="it leaves them out"),
        pytest.param(7, 1, 6, id="it leaves out one of them"),
        pytest.param(8, 2, 6, id="it leaves out none"),
        pytest.param(20, 2, 18, id="more is promised than there is"),
    ],
)
def test_a_given_capacity_leaves_out_devices_of_others_first(capacity: int, away: int, free: int) -> None:
    found = status(centre(pod(2), capacity=capacity))
    assert (found.capacity, found.elsewhere, found.free) == (capacity, away, free)


def test_nothing_is_granted_before_the_pods_were_counted() -> None:
    world = World(TODAY, allocation_body(devices=4), node(), pod(2))
    world.server.refuses["list Pod"] = ApiError(503, "busy", "/")
    with pytest.raises(ApiError):
        world.settle()
    world.settle()
    assert world.quota() == 0
    world.server.refuses.clear()
    look(world)
    assert world.quota() == 4


@pytest.mark.parametrize(
    "ready", [[], [{"type": "Ready", "status": "False"}, {"type": "DiskPressure", "status": "True"}]]
)
def test_a_node_that_is_not_ready_is_no_capacity(ready: list[Body]) -> None:
    """It may have no condition yet, or others that are true just because something is wrong."""
    gone = node("gpu-2")
    gone["status"]["conditions"] = ready
    assert status(centre(gone)).capacity == 8
