"""One project's namespace: what is refused or cannot be read keeps what it has, and holds up nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

from tenure.api.programme import Convergence
from tenure.control.converge import converge
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import Served
from unit.build import allocation_body, at
from unit.world import GPU, World

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
    found = asyncio.run(converge(cast("Kube", HeldPods()), quota, rules, None, at(TODAY)))
    assert found.said.reason == "HeldByDisruptionBudget"
    assert "they are deleted at 2026-08-15T12:01:00+09:00" in found.said.message
    assert found.over_since == at(TODAY)
