"""Running pods are brought under a lowered quota: after grace, in order, only as many as needed, and budgets hold a while."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from harness.centre import Centre

from .awards import Tenant, accelerator, core, node, pod_spec, programme, tenant, today
from .client import Manifest, eventually
from .conftest import Operators
from .desk import Desk

FIRST = "tenure-tests-first"
GRACE = 2


@pytest.fixture(scope="module")
def house(centre: Centre) -> Iterator[str]:
    """An accelerator with a node, and a programme of the same name that does not wait long. Yields the name."""
    desk = Desk.at(centre.plane)
    name = desk.name("converge")
    rules = {"graceSeconds": GRACE, "deadlineSeconds": 4, "terminationGraceSeconds": 1}
    desk.create_nodes(node(name, name, devices=100))
    desk.apply(accelerator(name, capacity=1000), programme(name, convergence=rules))
    desk.apply(core("PriorityClass", FIRST, api_version="scheduling.k8s.io/v1", value=1000))
    yield name
    desk.clear()


@pytest.fixture
def made(desk: Desk, operators: Operators, house: str) -> Tenant:
    """A tenant that holds 8 devices."""
    operators.now()
    found = tenant(desk.name("cut"), accelerator=house, devices=8, programme=house)
    desk.apply(*found.all)
    desk.await_ready(found)
    return found


def award(made: Tenant, devices: int) -> Manifest:
    """The award, edited."""
    return {**made.allocation, "spec": {**made.allocation["spec"], "devices": devices}}


def deployment(made: Tenant, replicas: int) -> Manifest:
    """Pods with one device each that are made again whenever they go."""
    template = {"metadata": {"labels": {"app": "train"}}, "spec": pod_spec()}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "train"}}, "template": template}
    return core("Deployment", "train", made.name, api_version="apps/v1", spec=spec)


def running(desk: Desk, made: Tenant, count: int, seconds: float = 20) -> None:
    eventually(lambda: len(desk.pods(made)) == count, f"{count} pods run", seconds)


def test_lowest_priority_first_then_the_newest_and_no_more_than_needed(desk: Desk, made: Tenant) -> None:
    desk.run(made, made.pod("old", 2))
    time.sleep(1.1)
    desk.run(made, made.pod("new", 1), made.pod("first", 2, priorityClassName=FIRST))
    desk.apply(award(made, 4))
    desk.await_reason(made.allocation, "Converged", "GracePeriod")
    assert desk.devices(made) == 4
    assert set(desk.pods(made)) == {"old", "new", "first"}
    eventually(lambda: set(desk.pods(made)) == {"old", "first"}, "the newest of the lowest priority goes")
    desk.await_reason(made.allocation, "Converged", "WithinQuota")
    desk.apply(award(made, 2))
    eventually(lambda: set(desk.pods(made)) == {"first"}, "then the other one")
    desk.await_ready(made)


def test_pods_are_left_alone_until_grace_is_over(desk: Desk, made: Tenant) -> None:
    desk.run(made, *(made.pod(f"train-{n}", 2) for n in range(4)))
    desk.apply(award(made, 2))
    said = desk.await_reason(made.allocation, "Converged", "GracePeriod")
    assert "requests.nvidia.com/gpu: 8 used of 2" in said["message"]
    desk.apply(award(made, 8))
    desk.await_reason(made.allocation, "Converged", "WithinQuota")
    time.sleep(GRACE + 0.5)
    assert len(desk.pods(made)) == 4
    assert "overQuotaSince" not in desk.admin.read(made.allocation)["status"]


def test_owners_that_make_pods_again_meet_the_quota(desk: Desk, made: Tenant) -> None:
    member = desk.person(made.member)
    eventually(lambda: not desk.refused(member, made.pod("look")), "the member is let in")
    work = deployment(made, 8)
    member.create(work)
    running(desk, made, 8)
    desk.decide(made.allocation, "Reduce", 4, today().isoformat())
    running(desk, made, 4)
    time.sleep(1.5)
    assert len(desk.pods(made)) == 4
    quota = desk.admin.read(made.quota())
    assert quota["status"]["used"]["requests.nvidia.com/gpu"] == "4"
    desk.await_ready(made)


def budget(made: Tenant) -> Manifest:
    """A disruption budget that never yields, as a tenant may write it."""
    spec: dict[str, Any] = {"maxUnavailable": 0, "selector": {"matchLabels": {"app": "train"}}}
    return core("PodDisruptionBudget", "never", made.name, api_version="policy/v1", spec=spec)


def test_a_budget_that_never_yields_holds_until_the_deadline(desk: Desk, made: Tenant) -> None:
    member = desk.person(made.member)
    eventually(lambda: not desk.refused(member, made.pod("look")), "the member is let in")
    for manifest in (budget(made), deployment(made, 3)):
        member.create(manifest)
    running(desk, made, 3)
    eventually(lambda: desk.admin.read(budget(made))["status"].get("currentHealthy") == 3, "the budget counts them")
    before = set(desk.pods(made))
    desk.apply(award(made, 2))
    said = desk.await_reason(made.allocation, "Converged", "HeldByDisruptionBudget")
    assert "A PodDisruptionBudget holds train-" in said["message"]
    assert set(desk.pods(made)) == before
    eventually(lambda: len(set(desk.pods(made)) & before) == 2, "after the deadline one is deleted", 15)
    told = eventually(lambda: [e["message"] for e in desk.events(made.name, "Evicting")], "an Event tells of it")
    assert "They are deleted, since disruption budgets hold no longer" in told[-1]
    desk.await_ready(made)


def test_a_revoked_award_keeps_its_data(desk: Desk, made: Tenant) -> None:
    desk.run(made, made.pod("train", 2))
    desk.start(made, made.pod("look", 0))
    desk.decide(made.allocation, "Revoke", 0, today().isoformat())
    said = desk.await_reason(made.allocation, "Admitted", "Revoked")
    assert "data is kept" in said["message"]
    running(desk, made, 0)
    assert "exceeded quota" in desk.refused(desk.admin, made.pod("late", 0))
    assert "deletionTimestamp" not in desk.admin.read(made.claim())["metadata"]
    assert desk.hard(made)["requests.storage"] == "10T"
    desk.await_ready(made)


def test_evicted_pods_end_within_the_time_that_the_programme_gives(desk: Desk, made: Tenant) -> None:
    desk.run(made, made.pod("slow", 8, terminationGracePeriodSeconds=3000))
    pods = core("Pod", "", made.name)
    since = desk.admin.list(pods)["metadata"]["resourceVersion"]
    desk.apply(award(made, 4))
    running(desk, made, 0)
    graces = [
        change["object"]["metadata"].get("deletionGracePeriodSeconds") for change in desk.admin.changes(pods, since)
    ]
    assert set(graces) <= {None, 1, 0}
    assert 1 in graces
