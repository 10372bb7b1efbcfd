"""What the watch has seen: newest wins, looked up by name and by what it belongs to, and kept small."""

from __future__ import annotations

from typing import Any

import pytest
from tenure.api import Allocation, Decision, Project
from tenure.control.cache import Cache
from unit.build import allocation_body, decision, decision_body

Body = dict[str, Any]


def quota(version: int = 1, uid: str = "u", devices: str = "8", namespace: str = "vision") -> Body:
    meta = {"name": "tenure", "namespace": namespace, "uid": uid, "resourceVersion": str(version)}
    return {"kind": "ResourceQuota", "metadata": meta, "spec": {"hard": {"requests.nvidia.com/gpu": devices}}}


def devices(cache: Cache) -> str:
    body = cache.body("ResourceQuota", "vision", "tenure")
    return body["spec"]["hard"]["requests.nvidia.com/gpu"] if body else "none"


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        pytest.param(quota(1), quota(2, devices="4"), "4", id="a newer one"),
        pytest.param(quota(2), quota(1, devices="4"), "8", id="an older one is late"),
        pytest.param(quota(2), quota(2, devices="4"), "4", id="the same one again"),
        pytest.param(quota(9), quota(1, "other", "4"), "4", id="another object of the name"),
        pytest.param(quota(9), quota(10, devices="4"), "4", id="versions are numbers, not words"),
    ],
)
def test_which_is_kept(first: Body, second: Body, kept: str) -> None:
    cache = Cache()
    assert cache.put(first, watched=True) is None
    assert cache.put(second, watched=True) is not None
    assert devices(cache) == kept


def test_the_answer_to_a_write_is_told_from_the_watchs_word() -> None:
    cache = Cache()
    cache.put(quota(2), watched=False)
    cache.put(quota(1), watched=True)
    written = cache.entry("ResourceQuota", "vision", "tenure")
    cache.put(quota(2), watched=True)
    seen = cache.entry("ResourceQuota", "vision", "tenure")
    assert written is not None
    assert seen is not None
    assert (written.version, written.watched, seen.watched) == (2, False, True)


def test_the_watchs_word_is_not_replaced_by_the_late_answer_to_a_write() -> None:
    cache = Cache()
    cache.put(quota(2), watched=True)
    cache.put(quota(2), watched=False)
    entry = cache.entry("ResourceQuota", "vision", "tenure")
    assert entry is not None
    assert entry.watched


@pytest.mark.parametrize(("version", "kept"), [(1, "none"), (3, "none"), (4, "8")])
def test_what_is_gone_does_not_come_back_with_the_late_answer_to_a_write(version: int, kept: str) -> None:
    """It does with a newer version: an object whose label was taken off and put back has been gone for the watch."""
    cache = Cache()
    cache.put(quota(1), watched=True)
    cache.drop("ResourceQuota", "vision", "tenure", 3)
    cache.put(quota(version), watched=False)
    assert devices(cache) == kept


def test_the_late_answer_to_a_write_does_not_replace_another_object_of_the_name() -> None:
    cache = Cache()
    cache.put(quota(5, "new", "2"), watched=True)
    cache.put(quota(4, "old"), watched=False)
    assert devices(cache) == "2"


def test_what_is_dropped_is_gone_everywhere() -> None:
    cache = Cache()
    cache.put(quota(), watched=True)
    cache.put(quota(namespace="speech"), watched=True)
    cache.put(allocation_body("one"), watched=True)
    cache.drop("ResourceQuota", "vision", "tenure")
    cache.drop("Allocation", "", "one")
    cache.drop("Allocation", "", "never there")
    assert cache.body("ResourceQuota", "vision", "tenure") is None
    assert cache.refs("ResourceQuota") == [("speech", "tenure")]
    assert cache.refs_in("ResourceQuota", "vision") == []
    assert cache.refs_in("ResourceQuota", "speech") == [("speech", "tenure")]
    assert cache.group(Allocation, "vision") == []
    assert len(list(cache.bodies("ResourceQuota"))) == 1


def names(found: list[Any]) -> list[str]:
    return sorted(one.name for one in found)


def test_ours_are_found_by_what_they_belong_to() -> None:
    cache = Cache()
    for body in (allocation_body("one"), allocation_body("two"), allocation_body("three", project="speech")):
        cache.put(body, watched=True)
    cache.put(decision_body(decision("2026-Q3", "Reduce", 4, "2026-10-22"), "d"), watched=True)
    assert names(cache.group(Allocation, "vision")) == ["one", "two"]
    assert names(cache.group(Decision, "vision-2026")) == ["d"]
    assert names(list(cache.all(Allocation))) == ["one", "three", "two"]
    assert cache.group(Project, "nobody") == []


def test_an_object_that_moves_leaves_its_old_group() -> None:
    cache = Cache()
    cache.put(allocation_body("one"), watched=True)
    cache.put(allocation_body("one", project="speech"), watched=True)
    assert names(cache.group(Allocation, "vision")) == []
    assert names(cache.group(Allocation, "speech")) == ["one"]


def test_an_object_that_does_not_fit_its_kind_is_known_with_its_problem() -> None:
    cache = Cache()
    cache.put(allocation_body("one"), watched=True)
    cache.put(allocation_body("one", devices="many"), watched=True)
    entry = cache.entry("Allocation", "", "one")
    assert entry is not None
    assert entry.problem.startswith("spec.devices: ")
    assert cache.one(Allocation, "one") is None
    assert cache.group(Allocation, "vision") == []
    assert cache.refs("Allocation") == [("", "one")]


def test_nothing_is_kept_that_nobody_reads() -> None:
    cache = Cache()
    body = quota()
    body["metadata"]["managedFields"] = [{"manager": "kubectl"}]
    body["other"] = "x" * 1000
    cache.put(body, watched=True)
    kept = cache.body("ResourceQuota", "vision", "tenure")
    assert kept is not None
    assert kept.keys() == {"kind", "metadata", "spec"}
    assert kept["metadata"].keys() == {"name", "namespace", "uid"}


def test_a_heartbeat_of_a_node_changes_nothing() -> None:
    def node(beat: str, version: int) -> Body:
        ready = {"type": "Ready", "status": "True", "lastHeartbeatTime": beat}
        status = {"allocatable": {"nvidia.com/gpu": "8"}, "conditions": [ready, {"type": "DiskPressure"}], "images": []}
        return {"kind": "Node", "metadata": {"name": "n", "resourceVersion": str(version)}, "status": status}

    cache = Cache()
    cache.put(node("2026-07-01T00:00:00Z", 1), watched=True)
    before = cache.body("Node", "", "n")
    cache.put(node("2026-07-01T00:05:00Z", 2), watched=True)
    assert cache.body("Node", "", "n") == before
