"""R3: the pod in which the data of a grant that is over is read: when it starts, what it reads, and that it goes in time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tenure.api import names
from tenure.control.kube import ApiError, Manifest
from tenure.control.paths import Served
from unit.build import DEFAULT, allocation_body, programme
from unit.world import World, body_of

POD = ("Pod", "vision", names.READER)
CLAIM = ("PersistentVolumeClaim", "vision", "vision-2026-data")
HOW = "Copy it out of the pod tenure-reader: kubectl cp -n vision tenure-reader:/data ./data"
END, LAST = "2027-01-01", "2027-01-30"
"""First day after the term, and the last one on which the data is kept for certain."""


def rules(**storage: Any) -> Manifest:
    return body_of(programme(DEFAULT, storage={"retentionDays": 30, **storage}))


def begun(**reader: Any) -> World:
    """An award that runs in August, with a volume, and a programme that names an image."""
    world = World("2026-08-15", rules(reader={"image": "busybox:1.37", **reader}), allocation_body(storage="20T"))
    world.settle()
    world.server.put({**world.server.objects[CLAIM], "status": {"phase": "Bound"}})
    return world


def on(world: World, day: str) -> bool:
    """Whether the reader is there after an operator that was just started has looked twice."""
    for _ in range(2):
        world.turn_to(day)
        world.start()
        world.settle()
    return POD in world.server.objects


def hard(world: World) -> dict[str, str]:
    found: dict[str, str] = world.live("ResourceQuota", names.QUOTA, "vision")["status"]["hard"]
    return found


def closed(world: World) -> str:
    """Whether the policy lets nobody but Tenure start a pod."""
    found: str = world.live("Namespace", "vision")["metadata"]["annotations"][names.READER_ONLY]
    return found


def other(name: str, **more: Any) -> Manifest:
    spec = {"containers": [{"name": "main", "resources": {}}]}
    made = {"name": name, "namespace": "vision", **more}
    return {"kind": "Pod", "metadata": made, "spec": spec, "status": {"phase": "Running"}}


def runs(world: World) -> None:
    """The kubelet has started it."""
    world.server.put({**world.live("Pod", names.READER, "vision"), "status": {"phase": "Running"}})


def told(world: World) -> list[str]:
    events = [body for (kind, _, _), body in world.server.objects.items() if kind == "Event"]
    return [event["message"] for event in events if event["reason"] == "Readable"]


def mounted(world: World) -> list[str]:
    return [
        volume["persistentVolumeClaim"]["claimName"]
        for volume in world.live("Pod", names.READER, "vision")["spec"]["volumes"]
    ]


def test_without_an_image_no_pod_starts() -> None:
    world = World("2026-08-15", rules(), allocation_body(storage="20T"))
    world.settle()
    assert on(world, END) is False
    assert (closed(world), hard(world)["pods"]) == ("false", "0")


def test_it_is_there_until_the_retention_is_over() -> None:
    world = begun(cpu="250m")
    assert on(world, "2026-12-31") is False
    assert "pods" not in hard(world)
    assert on(world, END) is True
    amounts = {
        name: hard(world)[name]
        for name in ("pods", "requests.cpu", "limits.cpu", "requests.nvidia.com/gpu", "services")
    }
    assert amounts == {
        "pods": "1",
        "requests.cpu": "250m",
        "limits.cpu": "250m",
        "requests.nvidia.com/gpu": "0",
        "services": "0",
    }
    assert (closed(world), mounted(world)) == ("true", ["vision-2026-data"])
    assert "is starting" in world.condition("DataKept")["message"]
    assert told(world) == []
    runs(world)
    assert on(world, LAST) is True
    assert world.condition("DataKept")["message"].endswith(HOW)
    assert told(world) == [f"The data here can be taken away. {HOW}"]
    assert on(world, "2027-01-31") is False
    assert (closed(world), hard(world)["pods"]) == ("false", "0")
    assert CLAIM in world.server.objects


def test_it_is_counted_until_it_has_gone() -> None:
    """Else its namespace would exceed the quota for a moment, and its tenant be told to end work."""
    world = begun()
    on(world, END)
    world.server.log.clear()
    on(world, "2027-01-31")
    log = world.server.log
    assert log.index("delete Pod tenure-reader") < log.index("merge ResourceQuota")


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(other("train"), id="it runs in its grace"),
        pytest.param(other("train", deletionTimestamp="2027-01-01T00:00:00Z"), id="it was told to end"),
        pytest.param(other(names.READER), id="it has the reader's name"),
    ],
)
def test_it_waits_for_the_tenants_own_pods(left: Manifest) -> None:
    """A volume may be one that a single node can have."""
    world = begun()
    world.server.put(left)
    on(world, END)
    assert hard(world)["pods"] == "0"
    assert closed(world) == "true"
    del world.server.objects["Pod", "vision", left["metadata"]["name"]]
    assert on(world, END) is True


def test_while_the_quota_is_exceeded_nobody_is_asked() -> None:
    """That may be for days, in many namespaces; the quota's own watch tells when it is over."""
    world = begun()
    on(world, END)
    quota = world.live("ResourceQuota", names.QUOTA, "vision")
    quota["status"]["used"]["pods"] = "2"
    world.server.put(quota)

    everywhere = world.server.list

    def listed(served: Served, namespace: str = "", *more: str) -> AsyncIterator[Manifest]:
        assert not namespace, "nothing has to be listed there"
        return everywhere(served, namespace, *more)

    world.turn_to(END)
    world.start()
    world.server.list = listed  # type: ignore[method-assign,assignment]
    world.settle()
    assert hard(world)["pods"] == "0"


def test_it_reads_every_volume_with_files_and_makes_none() -> None:
    world = begun()
    spec: Manifest = {"resources": {"requests": {"storage": "1T"}}}
    for name, phase, more in (
        ("own", "Bound", {}),
        ("empty", "Pending", {}),
        ("raw", "Bound", {"volumeMode": "Block"}),
    ):
        made = {"name": name, "namespace": "vision"}
        body = {"kind": "PersistentVolumeClaim", "metadata": made, "spec": {**spec, **more}, "status": {"phase": phase}}
        world.server.put(body)
    on(world, END)
    assert mounted(world) == ["own", "vision-2026-data"]


def test_another_image_makes_another_pod() -> None:
    world = begun()
    on(world, END)
    world.put(rules(reader={"image": "busybox:2"}))
    assert on(world, "2027-01-02") is True
    assert world.live("Pod", names.READER, "vision")["spec"]["containers"][0]["image"] == "busybox:2"


def test_one_that_is_there_is_left_alone_whatever_others_have_added_to_it() -> None:
    world = begun()
    on(world, END)
    live = world.live("Pod", names.READER, "vision")
    live["spec"]["containers"][0]["image"] = "mirror.example/busybox:1.37"
    world.server.put({**live, "metadata": {**live["metadata"], "uid": "same"}})
    on(world, "2027-01-02")
    assert world.live("Pod", names.READER, "vision")["metadata"]["uid"] == "same"


def test_one_that_was_lost_with_its_node_is_made_anew() -> None:
    world = begun()
    on(world, END)
    world.server.put({**world.live("Pod", names.READER, "vision"), "status": {"phase": "Failed"}})
    assert on(world, "2027-01-02") is True
    assert "status" not in world.live("Pod", names.READER, "vision")


@pytest.mark.parametrize("edit", [{"term": "2026-07-01 2027-03-31"}, {"term": "2027-01-10 2027-06-30", "devices": 4}])
def test_a_new_award_ends_it(edit: dict[str, Any]) -> None:
    world = begun()
    on(world, END)
    world.put(allocation_body(**{"storage": "20T", **edit}))
    assert on(world, "2027-01-15") is False
    assert closed(world) == "false"
    assert "pods" not in hard(world)


def test_what_the_api_server_says_against_it_holds_up_nothing() -> None:
    world = begun()
    world.server.refuses["create Pod"] = ApiError(403, 'pods is forbidden: cannot create resource "pods"', "/")
    assert on(world, END) is False
    said = world.condition("DataKept")
    assert said["reason"] == "Kept"
    assert 'cannot start: pods is forbidden: cannot create resource "pods"' in said["message"]


def test_a_namespace_that_is_left_alone_keeps_it_as_it_is() -> None:
    world = begun()
    on(world, END)
    spec = {"organization": "hanbit", "manage": False}
    world.put({"kind": "Project", "metadata": {"name": "vision"}, "spec": spec})
    assert on(world, "2027-06-01") is True
    assert hard(world)["pods"] == "1"
