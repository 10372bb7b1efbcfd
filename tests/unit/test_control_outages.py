"""An Outage counts the devices that it takes away, remembers those of nodes that go, and has the reviews look again."""

from __future__ import annotations

from typing import Any

import pytest
from tenure.control.kube import Manifest
from tenure.control.queue import Key
from unit.build import A100, allocation_body
from unit.world import World

GPU = "nvidia.com/gpu"
REVIEWS = Key("reviews", "vision")


def node(name: str, devices: int, ready: str = "True", labels: dict[str, str] | None = None) -> Manifest:
    amounts = {GPU: str(devices)}
    status = {"allocatable": amounts, "capacity": amounts, "conditions": [{"type": "Ready", "status": ready}]}
    labels = A100.spec.node_selector if labels is None else labels
    return {"kind": "Node", "metadata": {"name": name, "labels": labels}, "spec": {}, "status": status}


def outage(**spec: Any) -> Manifest:
    wanted = {"from": "2026-08-10T09:00:00+09:00", "to": "2026-08-10T12:30:00+09:00", "reason": "Cooling.", **spec}
    return {"kind": "Outage", "metadata": {"name": "cooling"}, "spec": wanted}


def settled(*bodies: Manifest) -> World:
    world = World("2026-08-15", allocation_body(), *bodies)
    world.settle()
    world.reviews.keys.clear()
    return world


def status(world: World) -> Manifest:
    world.settle()
    found: Manifest = world.live("Outage", "cooling")["status"]
    return found


def ready(world: World) -> tuple[str, str, str]:
    [said] = status(world)["conditions"]
    return said["status"], said["reason"], said["message"]


def test_the_devices_of_its_nodes_ready_or_not() -> None:
    world = settled(node("gpu-1", 8), node("gpu-2", 4, ready="Unknown"), outage(nodes=["gpu-1", "gpu-2"]))
    assert status(world)["devices"] == {"a100-40gb": 12}
    assert status(world)["nodes"] == {"gpu-1": {"a100-40gb": 8}, "gpu-2": {"a100-40gb": 4}}
    assert ready(world) == (
        "True",
        "Ready",
        "It takes away 12 devices of a100-40gb on 2 nodes from 2026-08-10 09:00 +09:00 to 2026-08-10 12:30 +09:00 "
        "(3 h 30 min). That time counts against nobody (R16).",
    )


def test_a_node_that_is_gone_keeps_its_count() -> None:
    world = settled(node("gpu-1", 8), outage(nodes=["gpu-1"]))
    world.remove("Node", "gpu-1")
    assert status(world)["devices"] == {"a100-40gb": 8}
    assert ready(world)[:2] == ("True", "Ready")


def test_a_node_that_shows_fewer_devices_than_before_keeps_its_count() -> None:
    """That is how a broken node looks."""
    world = settled(node("gpu-1", 8), outage(nodes=["gpu-1"]))
    world.put(node("gpu-1", 0))
    assert status(world)["devices"] == {"a100-40gb": 8}


def test_a_node_that_is_taken_out_of_the_spec_is_forgotten() -> None:
    world = settled(node("gpu-1", 8), node("gpu-2", 8), outage(nodes=["gpu-1", "gpu-2"]))
    world.put(outage(nodes=["gpu-2"]))
    assert status(world)["nodes"] == {"gpu-2": {"a100-40gb": 8}}


def test_a_whole_accelerator_that_is_still_out() -> None:
    world = settled()
    lasting = outage(accelerators=["a100-40gb"])
    del lasting["spec"]["to"]
    world.put(lasting)
    text = "It takes away all devices of a100-40gb from 2026-08-10 09:00 +09:00 on, until spec.to says that it is over."
    assert ready(world) == ("True", "Ready", f"{text} That time counts against nobody (R16).")


def test_a_node_that_was_never_there_until_it_comes() -> None:
    world = settled(node("gpu-1", 8), outage(nodes=["gpu-1", "gpu-9"]))
    assert ready(world)[:2] == ("False", "UnknownNode")
    assert "The cluster has no node gpu-9" in ready(world)[2]
    assert "Meanwhile it takes away 8 devices of a100-40gb on 1 node from" in ready(world)[2]
    world.put(node("gpu-9", 8))
    assert ready(world)[:2] == ("True", "Ready")


def test_an_accelerator_that_is_not_in_the_catalogue_until_it_comes() -> None:
    world = settled(outage(accelerators=["a100-80gb"]))
    assert ready(world)[:2] == ("False", "UnknownAccelerator")
    assert ready(world)[2].endswith("So far it takes nothing away.")
    larger = {"kind": "Accelerator", **A100.wire(), "metadata": {"name": "a100-80gb"}}
    world.put(larger)
    assert ready(world)[:2] == ("True", "Ready")


def test_nodes_without_devices_take_nothing_away() -> None:
    world = settled(node("cpu-1", 0, labels={}), outage(nodes=["cpu-1"]))
    assert ready(world)[:2] == ("False", "NoDevices")


@pytest.mark.parametrize("spec", [{"accelerators": ["a100-40gb"]}, {"nodes": ["gpu-1"]}])
def test_reviews_look_again_when_it_is_written_corrected_or_deleted(spec: dict[str, Any]) -> None:
    world = settled(node("gpu-1", 8))
    world.put(outage(**spec))
    world.settle()
    assert REVIEWS in world.reviews.keys
    world.reviews.keys.clear()
    world.put(outage(**spec, to="2026-08-10T13:00:00+09:00"))
    assert REVIEWS in world.reviews.keys
    world.settle()
    world.reviews.keys.clear()
    world.remove("Outage", "cooling")
    assert REVIEWS in world.reviews.keys
    world.settle()


def test_reviews_of_other_accelerators_are_not_concerned() -> None:
    world = settled(node("gpu-1", 8))
    world.put(outage(accelerators=["t4-16gb"]))
    world.settle()
    assert REVIEWS not in world.reviews.keys


def test_a_second_run_writes_nothing() -> None:
    world = settled(node("gpu-1", 8), outage(nodes=["gpu-1"]))
    world.server.log.clear()
    world.queue.add(Key("outage", "cooling"))
    world.settle()
    assert world.server.log == []
