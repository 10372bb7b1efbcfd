"""Pods that wait: what is recorded of them, when it is written, and that nothing counts twice or is lost at a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tenure.control.kube import ApiError, Manifest
from tenure.control.paths import Served
from tenure.control.queue import Key
from tenure.control.waiting import EVERY, LOOK, WaitingPods
from unit.build import A100, ZONE, allocation_body, programme, project
from unit.world import World, body_of

GPU = "nvidia.com/gpu"
HOST = "kubernetes.io/hostname"
NOON = datetime(2026, 8, 15, 12, tzinfo=ZONE)
SELECTOR = A100.spec.node_selector
REVIEWS = Key("reviews", "vision")
FULL = "0/1 nodes are available: 1 Insufficient nvidia.com/gpu."


def node(name: str = "gpu-1", devices: int = 8) -> Manifest:
    amounts = {GPU: str(devices), "pods": "110"}
    status = {"allocatable": amounts, "capacity": amounts, "conditions": [{"type": "Ready", "status": "True"}]}
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": {**SELECTOR, HOST: name}},
        "spec": {},
        "status": status,
    }


class Centre:
    """A world with one node, where vision holds eight A100, and a replica that looks at waiting pods."""

    def __init__(self, mode: str = "Enforce") -> None:
        self.world = World("2026-08-15", allocation_body(), node())
        self.world.put(body_of(programme(mode=mode)))
        self.world.settle()
        self.restart()

    def restart(self) -> None:
        """Another replica begins to lead; it knows what the API server knows."""
        self.world.start()
        self.world.settle()
        self.waiting = WaitingPods(self.world.services)

    def look(self, minutes: float) -> None:
        """A look, so many minutes after noon."""
        self.world.clock.instant = NOON + timedelta(minutes=minutes)
        asyncio.run(self.waiting.look("pods"))

    def wait(self, name: str, since: float, devices: int = 1, reason: str = "Unschedulable", **spec: Any) -> None:
        """A pod that the scheduler could not place, so many minutes after noon."""
        said = {"status": "False", "reason": reason, "message": FULL}
        self._put(name, devices, since, since, "Pending", said, spec)

    def place(
        self, name: str, made: float, placed: float, devices: int = 1, phase: str = "Running", **spec: Any
    ) -> None:
        """A pod that found its node."""
        self._put(name, devices, made, placed, phase, {"status": "True"}, spec)

    def _put(
        self, name: str, devices: int, made: float, since: float, phase: str, said: dict[str, str], more: Manifest
    ) -> None:
        instants = [(NOON + timedelta(minutes=m)).isoformat() for m in (made, since)]
        container = {"name": "main", "resources": {"requests": {GPU: str(devices)}}}
        meta = {"name": name, "namespace": "vision", "uid": name, "creationTimestamp": instants[0]}
        condition = {"type": "PodScheduled", "lastTransitionTime": instants[1], **said}
        spec = {"containers": [container], "nodeSelector": SELECTOR, **more}
        self.world.server.put(
            {"kind": "Pod", "metadata": meta, "spec": spec, "status": {"phase": phase, "conditions": [condition]}}
        )

    def end(self, name: str) -> None:
        """The pod is deleted."""
        del self.world.server.objects["Pod", "vision", name]

    @property
    def status(self) -> dict[str, Any]:
        """What is written of waiting; empty where nothing is."""
        status: dict[str, Any] = self.world.live("Project", "vision")["status"]
        return dict(status.get("waiting", {}))

    @property
    def minutes(self) -> dict[str, float]:
        """Day -> device-minutes that are written."""
        return {day: seconds / 60 for day, seconds in self.status.get("deviceSeconds", {}).items()}

    @property
    def until(self) -> float:
        """Up to when it is written, in minutes after noon."""
        return (datetime.fromisoformat(self.status["until"]) - NOON) / timedelta(minutes=1)


@pytest.fixture
def centre() -> Centre:
    return Centre()


def test_device_minutes_of_a_pod_that_waits(centre: Centre) -> None:
    centre.wait("train", since=0, devices=4)
    centre.look(2)
    assert (centre.minutes, centre.until) == ({"2026-08-15": 8}, 2)


def test_where_nothing_waits_nothing_is_written(centre: Centre) -> None:
    centre.place("train", made=-60, placed=-60 + 1 / 60)
    centre.look(0)
    assert centre.status == {}


def test_it_is_looked_at_again(centre: Centre) -> None:
    assert EVERY == 60
    added = []
    centre.world.services.queue.add = lambda key, after=0.0: added.append((key, after))  # type: ignore[method-assign]
    centre.look(0)
    assert added == [(LOOK, EVERY)]


def test_the_pods_of_the_whole_centre_are_listed_once_and_later_those_that_wait(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, listing = [], centre.world.server.list

    def note(served: Served, namespace: str = "", selector: str = "", fields: str = "") -> AsyncIterator[Manifest]:
        listed.append(f"{namespace or '*'} {fields}".strip())
        return listing(served, namespace, selector, fields)

    monkeypatch.setattr(centre.world.server, "list", note)
    centre.wait("train", since=0)
    for minute in (1, 2):
        centre.look(minute)
    centre.place("train", made=0, placed=2.5)
    for minute in (3, 4):
        centre.look(minute)
    every = "* status.phase=Pending"
    assert listed == [every, "*", every, every, "vision", every]


def test_the_record_is_written_every_five_minutes_and_at_the_end(centre: Centre) -> None:
    centre.wait("train", since=0)
    written = []
    for minute in range(1, 9):
        centre.look(minute)
        written.append(centre.until)
    assert written == [1, 1, 1, 1, 1, 6, 6, 6]
    centre.end("train")
    centre.look(9)
    assert (centre.until, centre.minutes) == (9, {"2026-08-15": 8})
    centre.look(10)
    assert centre.until == 9


def test_a_pod_that_found_a_node_waited_until_then(centre: Centre) -> None:
    centre.wait("train", since=0)
    centre.look(1)
    centre.place("train", made=0, placed=1.5)
    centre.look(2)
    assert centre.minutes == {"2026-08-15": 1.5}


def test_a_pod_that_found_a_node_and_loads_its_image_does_not_wait_any_more(centre: Centre) -> None:
    centre.wait("train", since=0)
    centre.look(1)
    centre.place("train", made=0, placed=1.5, phase="Pending")
    for minute in (2, 3, 4):
        centre.look(minute)
    assert centre.minutes == {"2026-08-15": 1.5}


def test_midnight_in_the_programmes_zone_is_written_at_once(centre: Centre) -> None:
    centre.wait("train", since=0)
    for minute in (718, 719, 721):
        centre.look(minute)
    assert centre.minutes == {"2026-08-15": 720, "2026-08-16": 1}


def test_reviews_look_again_at_a_day_that_is_over_and_has_more_in_it(centre: Centre) -> None:
    centre.wait("train", since=0)
    requeued = []
    for minute in (700, 719, 721, 730):
        centre.world.reviews.keys.clear()
        centre.look(minute)
        requeued.append(REVIEWS in centre.world.reviews.keys)
    assert requeued == [False, False, True, False]


def test_a_mistake_of_the_tenants_takes_no_time_and_keeps_the_record_going(centre: Centre) -> None:
    """Should the mistake end, what went before it is not counted by a replica that knows no better."""
    centre.wait("greedy", since=0, devices=9)
    centre.look(30)
    assert (centre.minutes, centre.until) == ({}, 30)
    centre.world.put(node("larger", devices=16))
    centre.restart()
    centre.look(31)
    assert centre.minutes == {"2026-08-15": 9}


def test_a_pod_pinned_to_a_full_node_beside_one_with_room(centre: Centre) -> None:
    """Once the other node is taken as well, it is the centre that has no room."""
    centre.world.put(node("gpu-2"))
    centre.wait("pinned", since=0, nodeSelector={HOST: "gpu-1"})
    centre.place("here", made=-60, placed=-60, devices=8, nodeName="gpu-1")
    centre.place("ended", made=-60, placed=-60, devices=8, nodeName="gpu-2", phase="Succeeded")
    centre.look(30)
    assert centre.minutes == {}
    centre.place("there", made=30, placed=30, devices=8, nodeName="gpu-2")
    for minute in range(31, 36):
        centre.look(minute)
    assert centre.minutes == {"2026-08-15": 5}


def test_a_gate_is_no_waiting(centre: Centre) -> None:
    centre.wait("gated", since=0, reason="SchedulingGated")
    centre.look(30)
    centre.wait("gated", since=0)
    centre.look(31)
    centre.end("gated")
    centre.look(32)
    assert centre.minutes == {"2026-08-15": 1}


@pytest.mark.parametrize("crash", range(1, 9))
def test_another_replica_goes_on_from_what_is_written(centre: Centre, crash: int) -> None:
    centre.wait("train", since=0, devices=2)
    for minute in range(1, 9):
        if minute == crash:
            centre.restart()
        centre.look(minute)
    centre.end("train")
    centre.look(9)
    assert centre.minutes == {"2026-08-15": 16}


def test_what_waited_while_nobody_looked_counts_as_far_as_the_pods_tell(centre: Centre) -> None:
    centre.wait("train", since=0)
    centre.look(1)
    centre.place("train", made=0, placed=40)
    centre.place("later", made=10, placed=20, devices=2)
    centre.place("prompt", made=30, placed=30)
    centre.restart()
    centre.look(60)
    assert centre.minutes == {"2026-08-15": 40 + 20}
    centre.restart()
    centre.look(70)
    assert centre.minutes == {"2026-08-15": 40 + 20}


def test_reconciling_the_project_leaves_the_record_as_it_is(centre: Centre) -> None:
    centre.wait("train", since=0)
    centre.look(3)
    edited = centre.world.live("Project", "vision")
    edited["spec"]["title"] = "Another title"
    edited["status"]["conditions"] = []
    centre.world.put(edited)
    centre.world.settle()
    assert (centre.minutes, centre.until) == ({"2026-08-15": 3}, 3)
    assert centre.world.live("Project", "vision")["status"]["conditions"]


def test_a_record_that_cannot_be_written_is_written_with_the_next_look(centre: Centre) -> None:
    centre.wait("train", since=0)
    centre.world.server.refuses["merge"] = ApiError(0, "no answer", "/")
    centre.look(1)
    centre.world.server.refuses.clear()
    assert centre.status == {}
    centre.look(2)
    assert centre.minutes == {"2026-08-15": 2}


def test_a_programme_that_only_observes_is_told_as_well() -> None:
    centre = Centre("Observe")
    assert centre.world.quota() == 0
    centre.wait("train", since=0)
    centre.look(2)
    assert centre.minutes == {"2026-08-15": 2}


def test_a_project_of_the_same_name_begins_anew(centre: Centre) -> None:
    centre.wait("train", since=0)
    centre.look(1)
    other = body_of(project())
    centre.world.remove("Project", "vision")
    centre.world.put({**other, "metadata": {**other["metadata"], "uid": "another"}})
    centre.wait("train", since=2)
    centre.look(3)
    centre.look(4)
    assert centre.minutes == {"2026-08-15": 2}
