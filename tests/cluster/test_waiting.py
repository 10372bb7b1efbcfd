"""R16: pods that wait on the real scheduler. The centre's fault is counted to the second, the tenant's mistake is not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from harness.centre import condition

from .awards import PRODUCT, Tenant, accelerator, body, node, running_term, tenant
from .client import Manifest, eventually
from .conftest import Operators
from .desk import Desk

HOST = "kubernetes.io/hostname"


@dataclass
class Waiting:
    """A centre in which pods wait for different reasons. The operator looks at them whenever it begins to lead."""

    desk: Desk
    operators: Operators
    name: str
    pods: dict[str, tuple[Tenant, Manifest, int]] = field(default_factory=dict)
    """case -> tenant, the pod that waits, its devices."""

    def case(self, case: str, devices: int, holds: int, taken: tuple[int, ...] = (0,), **spec: object) -> Tenant:
        """A tenant whose pod is to wait. `taken` are the devices that another one's pods have on each of the nodes."""
        name = f"{self.name}-{case}"
        self.desk.apply(accelerator(name, capacity=100))
        self.desk.create_nodes(*(node(f"{name}-{n}", name) for n in range(len(taken))))
        made = tenant(name, accelerator=name, devices=holds)
        self.desk.apply(*made.all)
        self.desk.await_ready(made)
        self._occupy(name, taken)
        self.pods[case] = (made, made.pod("train", devices, **spec), devices)
        return made

    def _occupy(self, name: str, taken: tuple[int, ...]) -> None:
        """Another tenant's pods take so many devices of each node."""
        if not any(taken):
            return
        other = tenant(f"{name}-other", accelerator=name, devices=8)
        second = body("Allocation", f"{other.name}-more", **other.allocation["spec"])
        self.desk.apply(*other.all, second)
        self.desk.await_ready(other)
        self.desk.await_reason(second, "Ready", "Ready")
        pods = [other.pod(f"busy-{n}", devices, nodeSelector={HOST: f"{name}-{n}"}) for n, devices in enumerate(taken)]
        self.desk.run(other, *(pod for pod, devices in zip(pods, taken, strict=True) if devices))

    def start(self) -> None:
        """All the pods, once the scheduler has said that it cannot place them."""
        for made, pod, _ in self.pods.values():
            self.desk.start(made, pod)
        for case in self.pods:
            eventually(lambda case=case: self.since(case), f"{case} is unschedulable")  # type: ignore[misc]

    def since(self, case: str) -> datetime | None:
        """Since when the pod could not be scheduled."""
        said = condition(self.desk.live(self.pods[case][1]), "PodScheduled")
        return datetime.fromisoformat(said["lastTransitionTime"]) if said.get("reason") == "Unschedulable" else None

    def look(self) -> None:
        """Another replica begins to lead and looks at once at the pods that wait."""
        before = {case: self.record(case).get("until", "") for case in self.pods if self.since(case)}
        self.operators.stop()
        time.sleep(1)  # the record is kept in whole seconds
        self.operators.now()
        for case, until in before.items():
            eventually(lambda c=case, u=until: self.record(c).get("until", "") > u, f"{case} is looked at")  # type: ignore[misc]

    def record(self, case: str) -> Manifest:
        """What the status of the Project says of waiting."""
        live = self.desk.admin.read(self.pods[case][0].project)
        return dict(live.get("status", {}).get("waiting", {}))

    def counted(self, case: str) -> int:
        """Device-seconds, all days together."""
        return sum(self.record(case)["deviceSeconds"].values())

    def expected(self, case: str) -> int:
        """Device-seconds from when the pod could not be scheduled up to when it was last looked at."""
        since, until = self.since(case), datetime.fromisoformat(self.record(case)["until"])
        assert since is not None
        return int((until - since).total_seconds()) * self.pods[case][2]


@pytest.fixture(scope="module")
def waiting(operators: Operators) -> Iterator[Waiting]:
    """One pod that waits for each reason, seen by one replica."""
    operators.now()
    desk = Desk.at(operators.plane)
    found = Waiting(desk, operators, desk.name("wait"))
    try:
        _at_the_centres_fault(found)
        _by_mistake(found)
        found.start()
        found.look()
        yield found
    finally:
        desk.clear()


def _at_the_centres_fault(centre: Waiting) -> None:
    centre.case("full", 2, 4, (8,))
    centre.case("pieces", 8, 8, (1, 1))
    centre.case("corner", 1, 2, (8, 8), nodeSelector={HOST: f"{centre.name}-corner-0"})
    cordoned = centre.case("cordoned", 1, 2)
    centre.desk.admin.merge(node(f"{cordoned.name}-0", ""), {"spec": {"unschedulable": True}})
    closed = centre.case("upgrade", 1, 2)
    taint = {"key": "centre.example/upgrade", "value": "driver", "effect": "NoSchedule"}
    centre.desk.admin.merge(node(f"{closed.name}-0", ""), {"spec": {"taints": [taint]}})
    gone = centre.case("gone", 1, 2)
    centre.desk.admin.delete(node(f"{gone.name}-0", ""))
    centre.case("storage", 1, 2, **_mounts(f"{centre.name}-storage-data"))


def _by_mistake(centre: Waiting) -> None:
    greedy = centre.case("nine", 9, 8, (0, 0))
    more = {"project": greedy.name, "accelerator": greedy.name, "devices": 2, "storage": "10T", "term": running_term()}
    second = body("Allocation", f"{greedy.name}-more", **more)
    centre.desk.apply(second)
    centre.desk.await_reason(second, "Ready", "Ready")
    centre.case("pinned", 1, 2, (8, 0), nodeSelector={HOST: f"{centre.name}-pinned-0"})
    centre.case("selector", 1, 2, nodeSelector={"disk": "ssd"})
    centre.case("affinity", 1, 2, affinity={"nodeAffinity": _required({"key": PRODUCT, "operator": "NotIn"}, centre)})
    centre.case("claim", 1, 2, **_mounts("nothing"))
    terms = [{"labelSelector": {"matchLabels": {"app": "train"}}, "topologyKey": HOST}]
    affinity = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    centre.case("company", 1, 2, affinity=affinity)


def _mounts(claim: str) -> Manifest:
    return {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": claim}}]}


def _required(expression: Manifest, centre: Waiting) -> Manifest:
    term = {"matchExpressions": [{**expression, "values": [f"{centre.name}-affinity"]}]}
    return {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}


CENTRE = ["full", "pieces", "corner", "cordoned", "upgrade", "gone", "storage"]
TENANT = ["nine", "pinned", "selector", "affinity", "claim", "company"]


@pytest.mark.parametrize("case", CENTRE)
def test_the_centres_fault_is_counted_to_the_second(waiting: Waiting, case: str) -> None:
    assert waiting.counted(case) == waiting.expected(case) > 0, waiting.desk.live(waiting.pods[case][1])


@pytest.mark.parametrize("case", TENANT)
def test_the_tenants_own_mistake_is_not_counted(waiting: Waiting, case: str) -> None:
    assert waiting.record(case)["deviceSeconds"] == {}, waiting.desk.live(waiting.pods[case][1])
    assert waiting.expected(case) > 0


def test_every_case_is_one_or_the_other(waiting: Waiting) -> None:
    assert sorted(waiting.pods) == sorted(CENTRE + TENANT)


def test_another_replica_counts_nothing_twice(waiting: Waiting) -> None:
    before = {case: waiting.counted(case) for case in CENTRE}
    waiting.look()
    for case in CENTRE:
        assert waiting.counted(case) == waiting.expected(case) > before[case]


def test_reconciling_the_project_leaves_the_record_as_it_is(waiting: Waiting) -> None:
    made = waiting.pods["full"][0]
    before = waiting.record("full")
    waiting.desk.apply({**made.project, "spec": {**made.project["spec"], "title": "Another title"}})
    waiting.desk.await_reason(made.project, "Ready", "Ready")
    assert waiting.record("full") == before


def test_a_pod_that_found_its_node_while_no_replica_ran_waited_until_then(waiting: Waiting) -> None:
    """Killed as when the node dies, in the middle of the waiting."""
    made, pod, devices = waiting.pods["full"]
    since = waiting.since("full")
    assert since is not None
    assert waiting.operators.running is not None
    waiting.operators.running.kill()
    other = made.name + "-other"
    waiting.desk.admin.delete({**made.pod("busy-0"), "metadata": {"name": "busy-0", "namespace": other}})
    eventually(lambda: condition(waiting.desk.live(pod), "PodScheduled")["status"] == "True", "it is placed")
    until = datetime.fromisoformat(condition(waiting.desk.live(pod), "PodScheduled")["lastTransitionTime"])
    for _ in range(2):
        waiting.look()
        assert waiting.counted("full") == int((until - since).total_seconds()) * devices
