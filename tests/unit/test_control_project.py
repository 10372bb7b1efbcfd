"""One project's namespace: what is refused or cannot be read keeps what it has, and holds up nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, cast

from tenure.api import Allocation, names
from tenure.api.allocation import Grant
from tenure.api.conditions import Said
from tenure.api.programme import Convergence
from tenure.control.converge import Converged, converge
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import Served
from tenure.rules.grant import digest
from unit.build import allocation_body, at, decision, decision_body, grant
from unit.world import GPU, World, rival

TODAY = "2026-08-15"


def test_a_refused_award_does_not_stop_the_revocation_of_another_in_its_namespace() -> None:
    world = World(TODAY, allocation_body("one", devices=4), allocation_body("two", devices=4, created=1))
    world.settle()
    assert world.quota() == 8
    world.put(allocation_body("two", devices=3, created=1))
    world.decided("2026-Q2", "Revoke", 0, "2026-08-01", of="one", before=4)
    world.settle()
    assert world.refusals() == {"two": "NoSuchBundle"}
    assert world.quota() == 4


def test_the_end_of_the_term_ends_also_what_is_not_accepted_any_more() -> None:
    world = World(TODAY, allocation_body(term="2026-07-01 2026-09-30"))
    world.settle()
    world.remove("Organization", "hanbit")
    world.settle()
    assert (world.refusals(), world.quota()) == ({"vision-2026": "UnknownOrganization"}, 8)
    world.turn_to("2026-10-05")
    world.settle()
    assert world.quota() == 0


def test_an_allocation_that_cannot_be_read_keeps_what_it_was_given() -> None:
    world = World(TODAY, allocation_body())
    world.settle()
    world.put(allocation_body(usagePlan=[{"month": "2026-7"}]))
    world.settle()
    entry = world.services.cache.entry("Allocation", "", "vision-2026")
    assert entry is not None
    assert entry.problem.startswith("spec.usagePlan.0.month: ")
    assert world.quota() == 8


def gave_back(storage: str) -> World:
    """Of eight devices and 20 TB all devices are given back, and so much storage is left. Its quarter is over."""
    world = World(TODAY, allocation_body(storage="20T"))
    world.settle()
    left = Grant(cpu="4", memory="16G", storage=storage)
    award = Allocation.parse(world.live("Allocation", "vision-2026")).spec
    back = decision("return-1", "Return", 0, TODAY, digest=digest(award))
    before = grant(8, storage="20T")
    world.put(decision_body(back.model_copy(update={"before": before, "after": left}), "vision-2026-return-1"))
    world.settle()
    world.turn_to("2026-11-02")
    world.settle()
    return world


def test_what_is_left_of_a_grant_without_devices_is_one_of_storage() -> None:
    world = gave_back("10T")
    hard = world.live("ResourceQuota", names.QUOTA, "vision")["status"]["hard"]
    assert (hard["requests.cpu"], hard["requests.storage"], "pods" in hard, world.quota()) == ("4", "10T", False, 0)
    assert world.condition("Admitted")["message"] == "10T of storage are granted until 2026-12-31."
    assert world.condition("HistoryMissing")["status"] == "False"
    assert ("RoleBinding", "vision", names.LEAVERS) not in world.server.objects


def test_it_keeps_its_storage_also_when_it_is_not_accepted_any_more() -> None:
    world = gave_back("10T")
    before = world.live("ResourceQuota", names.QUOTA, "vision")["status"]["hard"]
    world.remove("Organization", "hanbit")
    world.settle()
    assert world.refusals() == {"vision-2026": "UnknownOrganization"}
    assert world.live("ResourceQuota", names.QUOTA, "vision")["status"]["hard"] == before


def test_the_devices_that_were_given_back_are_anothers() -> None:
    world = gave_back("10T")
    world.put(*rival())
    world.settle()
    assert world.quota("speech") == 8


class HeldPods:
    """Two pods that the API server refuses to evict, since each is selected by several PodDisruptionBudgets."""

    async def list(self, served: Served, namespace: str = "", selector: str = "") -> AsyncIterator[Manifest]:
        container = {"resources": {"requests": {"nvidia.com/gpu": "1"}}}
        for name in ("a", "b"):
            meta = {"name": name, "uid": name, "creationTimestamp": "2026-07-01T00:00:00Z"}
            yield {"metadata": meta, "spec": {"containers": [container]}, "status": {"phase": "Running"}}

    async def request(self, verb: str, path: str, body: Manifest | None = None, **_: Any) -> Manifest:
        words = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        raise ApiError(500, words, path)


def test_several_budgets_on_one_pod_hold_it_until_the_deadline() -> None:
    quota = {"metadata": {"namespace": "vision"}, "status": {"hard": {GPU: "0"}, "used": {GPU: "2"}}}
    rules = Convergence(grace_seconds=0, deadline_seconds=60)
    told: list[str] = []

    async def tell(said: Said) -> None:
        told.append(said.message)

    def look(since: datetime | None) -> Converged:
        return asyncio.run(converge(cast("Kube", HeldPods()), quota, rules, since, now=at(TODAY), tell=tell))

    first = look(None)
    assert (first.said.reason, first.over_since, first.again, told) == ("GracePeriod", at(TODAY), 0, [])
    found = look(first.over_since)
    assert found.said.reason == "HeldByDisruptionBudget"
    assert told == [
        "Pods exceed the quota since 2026-08-15T12:00:00+09:00. They are evicted: lowest priority and newest first, "
        "until the rest fits."
    ]
    assert "they are deleted at 2026-08-15T12:01:00+09:00" in found.said.message
    assert found.over_since == at(TODAY)
