"""R16: whose fault it is that a pod waits, and how long it waited on which day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.project import Waiting
from tenure.rules.fit import needs, room
from tenure.rules.waiting import Cause, Wait, account, by_day, cause, choosy

GPU = "nvidia.com/gpu"
SEOUL = "Asia/Seoul"
FULL = (
    "0/3 nodes are available: 3 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available: 3 No victims found."
)
SPREAD = "0/3 nodes are available: 2 node(s) didn't match pod anti-affinity rules, 1 node(s) didn't match Pod's node affinity."
Body = dict[str, Any]


def node(name: str = "gpu-1", devices: int = 8, taints: list[Body] | None = None, **more: Any) -> Body:
    """A node of the accelerator, ready, with the taint of its devices unless others are given."""
    labels = {"gpu": "a100", "kubernetes.io/hostname": name, **more.pop("labels", {})}
    amounts = {"cpu": "96", "memory": "1Ti", "pods": "110", GPU: str(devices), **more.pop("amounts", {})}
    status = {"allocatable": amounts, "capacity": amounts, "conditions": [{"type": "Ready", "status": "True"}]}
    own = [{"key": GPU, "value": "present", "effect": "NoSchedule"}]
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {"unschedulable": False, "taints": own if taints is None else taints},
        "status": {**status, **more},
    }


def pod(devices: int = 1, message: str = FULL, reason: str = "Unschedulable", **spec: Any) -> Body:
    """A pod that the scheduler could not place, with the toleration that placement gives to it."""
    requests = {GPU: str(devices), **spec.pop("requests", {})}
    toleration = {"key": GPU, "operator": "Exists", "effect": "NoSchedule"}
    said = {"type": "PodScheduled", "status": "False", "reason": reason, "message": message}
    containers = [{"name": "main", "resources": {"requests": requests}}]
    return {
        "spec": {"containers": containers, "nodeSelector": {"gpu": "a100"}, "tolerations": [toleration], **spec},
        "status": {"conditions": [{"type": "Initialized", "status": "True"}, said]},
    }


def affinity(*expressions: Body, **fields: Any) -> Body:
    terms = [{"matchExpressions": list(expressions), **fields}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"affinity": {"nodeAffinity": required}}


def expression(operator: str, *values: str, key: str = "zone") -> Body:
    return {"key": key, "operator": operator, **({"values": list(values)} if values else {})}


CORDONED = {**node(), "spec": {"unschedulable": True, "taints": []}}
NOT_READY = node(conditions=[{"type": "Ready", "status": "Unknown"}])
ILL = node(allocatable={"cpu": "96", "memory": "1Ti", "pods": "110", GPU: "6"})
UPGRADE = [{"key": "upgrade", "value": "", "effect": "NoExecute"}]
NO_DEVICES = node("gpu-2", 0)

CENTRE = [
    pytest.param(pod(), [node()], id="full: the node would do if it were empty"),
    pytest.param(pod(8), [node(), node("gpu-2")], id="fragmented: eight on one node, if it were empty"),
    pytest.param(pod(), [CORDONED], id="cordoned"),
    pytest.param(pod(), [NOT_READY], id="not ready"),
    pytest.param(pod(), [node(taints=UPGRADE)], id="a taint that tenants may not tolerate"),
    pytest.param(pod(8), [ILL], id="two of the node's devices are ill"),
    pytest.param(pod(9), [], id="no node of the accelerator is left"),
    pytest.param(pod(9), [NO_DEVICES], id="no node shows a device"),
    pytest.param(pod(8), [node(devices=4), node("big"), NO_DEVICES], id="the largest node would do"),
    pytest.param(
        pod(8, nodeSelector={"kubernetes.io/hostname": "gpu-2"}), [node(), NO_DEVICES], id="its plugin is down"
    ),
    pytest.param(pod(requests={"cpu": "96"}), [node()], id="all cores of the node"),
    pytest.param(
        pod(**affinity(expression("In", "a", "b"))), [node(labels={"zone": "b"})], id="affinity to a full zone"
    ),
    pytest.param(pod(message="0/1 nodes are available: 1 Too many pods."), [node()], id="too many pods"),
]

TENANT = [
    pytest.param(pod(9), [node(), node("gpu-2")], id="more devices than any node has"),
    pytest.param(pod(9), [node(), NO_DEVICES], id="a node without devices is taken to have no more than the largest"),
    pytest.param(pod(requests={"cpu": "97"}), [node()], id="more cores than any node has"),
    pytest.param(pod(requests={"example.com/fpga": "1"}), [node()], id="a device that no such node has"),
    pytest.param(pod(nodeSelector={"gpu": "a100", "disk": "ssd"}), [node()], id="a selector that no node has"),
    pytest.param(
        pod(**affinity(expression("In", "b"))), [node(labels={"zone": "a"})], id="affinity that no node meets"
    ),
    pytest.param(pod(tolerations=[]), [node()], id="no toleration for its own devices' taint"),
    pytest.param(pod(message=SPREAD), [node()], id="anti-affinity, on nodes that have room"),
    pytest.param(pod(message=f"{SPREAD} {FULL}"), [node(), CORDONED], id="anti-affinity, though other nodes have none"),
    pytest.param(
        pod(message='0/1 nodes are available: persistentvolumeclaim "x" not found.'), [node()], id="a missing claim"
    ),
    pytest.param(
        pod(message="0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims."),
        [node()],
        id="unbound",
    ),
]


def judged(waiting: Body, nodes: list[Body], **more: Any) -> Cause | None:
    """Whose fault it is, where pods take all there is on every node unless said otherwise."""
    full = {one["metadata"]["name"]: {GPU: Decimal(room(one, GPU)), "pods": Decimal(1)} for one in nodes}
    return cause(waiting, nodes, GPU, **{"used": full, "ours": {}, **more})


@pytest.mark.parametrize(("waiting", "nodes"), CENTRE)
def test_the_centres_fault(waiting: Body, nodes: list[Body]) -> None:
    assert judged(waiting, nodes) is Cause.CENTRE


@pytest.mark.parametrize(("waiting", "nodes"), TENANT)
def test_the_tenants_own_mistake(waiting: Body, nodes: list[Body]) -> None:
    assert judged(waiting, nodes) is Cause.TENANT


PINNED = pod(4, nodeSelector={"kubernetes.io/hostname": "gpu-1"})
ELSEWHERE = [
    pytest.param(node("gpu-2"), {GPU: 4}, Cause.TENANT, id="it has room: the tenant's own choice"),
    pytest.param(node("gpu-2"), {GPU: 5}, Cause.CENTRE, id="it has not: the centre is full"),
    pytest.param(node("gpu-2"), {"pods": 110}, Cause.CENTRE, id="no room for one more pod"),
    pytest.param(node("gpu-2", taints=UPGRADE), {}, Cause.CENTRE, id="closed by a taint"),
    pytest.param({**CORDONED, "metadata": node("gpu-2")["metadata"]}, {}, Cause.CENTRE, id="cordoned"),
    pytest.param(node("gpu-2", conditions=[]), {}, Cause.CENTRE, id="not ready"),
    pytest.param(node("gpu-2", 2), {}, Cause.CENTRE, id="too small"),
    pytest.param(node("gpu-2", allocatable={GPU: "3", "pods": "110"}), {}, Cause.CENTRE, id="its devices are ill"),
]


@pytest.mark.parametrize(("other", "taken", "expected"), ELSEWHERE)
def test_a_pod_pinned_to_a_full_node_waits_for_the_centre_only_if_other_nodes_have_no_room(
    other: Body, taken: dict[str, int], expected: Cause
) -> None:
    """Else whoever wants to wait could choose to."""
    used = {"gpu-1": {GPU: Decimal(8)}, "gpu-2": {name: Decimal(amount) for name, amount in taken.items()}}
    assert judged(PINNED, [node("gpu-1"), other], used=used) is expected


def test_only_a_pod_that_leaves_nodes_out_is_choosy() -> None:
    assert choosy(PINNED, [node("gpu-1"), node("gpu-2")])
    assert not choosy(PINNED, [node("gpu-1")])
    assert not choosy(pod(), [node("gpu-1"), node("gpu-2")])


def test_what_is_said_of_preemption_is_not_said_of_nodes_as_they_are() -> None:
    """Nobody else's pod may be put out for this one, and the rules of its own would come after that."""
    preemption = "preemption: 0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules."
    assert judged(pod(message=f"0/1 nodes are available: 1 Insufficient {GPU}. {preemption}"), [node()]) is Cause.CENTRE


@pytest.mark.parametrize("reason", ["SchedulingGated", "SchedulerError"])
def test_a_pod_that_waits_for_no_node_is_nobodys_fault(reason: str) -> None:
    assert judged(pod(reason=reason), [node()]) is None


def test_a_pod_that_nobody_has_looked_at_yet_is_nobodys_fault() -> None:
    assert judged({**pod(), "status": {}}, [node()]) is None


def test_a_claim_that_the_centre_made_and_has_not_bound_is_its_fault() -> None:
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "vision-data"}}, {"name": "tmp", "emptyDir": {}}]
    waiting = pod(message="pod has unbound immediate PersistentVolumeClaims.", volumes=volumes)
    assert judged(waiting, [node()], ours={"vision-data": False}) is Cause.CENTRE
    assert judged(waiting, [node()], ours={"speech-data": False}) is Cause.TENANT


def test_a_claim_that_is_not_there_is_no_fault_of_the_centre_beside_one_that_it_has_not_bound() -> None:
    volumes = [{"name": one, "persistentVolumeClaim": {"claimName": one}} for one in ("vision-data", "nonsense")]
    waiting = pod(message='0/1 nodes are available: persistentvolumeclaim "nonsense" not found.', volumes=volumes)
    assert judged(waiting, [node()], ours={"vision-data": False}) is Cause.TENANT


MATCHES = [
    (expression("In", "a"), {"zone": "a"}, True),
    (expression("NotIn", "a"), {"zone": "a"}, False),
    (expression("NotIn", "a"), {}, True),
    (expression("Exists"), {}, False),
    (expression("Exists"), {"zone": ""}, True),
    (expression("DoesNotExist"), {}, True),
    (expression("DoesNotExist"), {"zone": "a"}, False),
    (expression("Gt", "2"), {"zone": "3"}, True),
    (expression("Gt", "2"), {"zone": "2"}, False),
    (expression("Lt", "2"), {"zone": "1"}, True),
    (expression("Lt", "2"), {"zone": "many"}, False),
    (expression("Lt", "2"), {}, False),
]


@pytest.mark.parametrize(("one", "labels", "fits"), MATCHES)
def test_node_affinity(one: Body, labels: dict[str, str], fits: bool) -> None:
    assert judged(pod(**affinity(one)), [node(labels=labels)]) is (Cause.CENTRE if fits else Cause.TENANT)


def test_terms_are_alternatives_and_an_empty_one_lets_nothing_in() -> None:
    named = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["gpu-1"]}]}
    assert judged(pod(**affinity(**named)), [node("gpu-1")]) is Cause.CENTRE
    assert judged(pod(**affinity(**named)), [node("gpu-2")]) is Cause.TENANT
    assert judged(pod(**affinity()), [node()]) is Cause.TENANT


TOLERATED = [
    ({"key": GPU, "operator": "Exists"}, True),
    ({"operator": "Exists"}, True),
    ({"key": GPU, "operator": "Equal", "value": "present", "effect": "NoSchedule"}, True),
    ({"key": GPU, "value": "absent"}, False),
    ({"key": GPU, "operator": "Exists", "effect": "NoExecute"}, False),
    ({"key": "node.kubernetes.io/not-ready", "operator": "Exists"}, False),
]


@pytest.mark.parametrize(("toleration", "fits"), TOLERATED)
def test_tolerations(toleration: Body, fits: bool) -> None:
    assert judged(pod(tolerations=[toleration]), [node()]) is (Cause.CENTRE if fits else Cause.TENANT)


def container(cpu: str, **more: Any) -> Body:
    return {"resources": {"requests": {"cpu": cpu}}, **more}


REQUESTS = [
    pytest.param({"containers": [container("1"), container("500m")]}, "1.5", id="containers together"),
    pytest.param(
        {"containers": [container("1")], "initContainers": [container("3"), container("2")]}, "3", id="a step"
    ),
    pytest.param(
        {"containers": [container("1")], "initContainers": [container("2", restartPolicy="Always"), container("2")]},
        "4",
        id="a sidecar runs beside the steps after it",
    ),
    pytest.param(
        {"containers": [container("3")], "initContainers": [container("2"), container("2", restartPolicy="Always")]},
        "5",
        id="and beside the containers",
    ),
    pytest.param({"containers": [container("1")], "resources": {"requests": {"cpu": "4"}}}, "4", id="the pod's own"),
    pytest.param({"containers": [container("1")], "overhead": {"cpu": "250m"}}, "1.25", id="overhead"),
]


@pytest.mark.parametrize(("spec", "cpu"), REQUESTS)
def test_what_a_pod_needs_of_a_node(spec: Body, cpu: str) -> None:
    assert needs(spec) == {"cpu": Decimal(cpu), "pods": 1}


# Keeping account.


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_midnights_of_the_programmes_zone_part_the_days() -> None:
    """15:00 in Greenwich is midnight in Seoul."""
    found = dict(by_day(utc("2026-07-01T14:30:00"), utc("2026-07-03T15:00:10"), SEOUL))
    assert found == {"2026-07-01": 1800, "2026-07-02": 86400, "2026-07-03": 86400, "2026-07-04": 10}


def test_a_day_may_have_23_hours() -> None:
    found = dict(by_day(utc("2026-03-28T00:00:00"), utc("2026-03-31T00:00:00"), "Europe/Berlin"))
    assert found["2026-03-29"] == 23 * 3600
    assert sum(found.values()) == 3 * 86400


def test_only_what_is_new_since_the_last_account_counts() -> None:
    wait = Wait(4, utc("2026-07-01T00:00:00"), utc("2026-07-01T03:00:00"))
    first = account(None, [wait], utc("2026-07-01T01:00:00"), SEOUL)
    assert first == Waiting(until=utc("2026-07-01T01:00:00"), device_seconds={"2026-07-01": 4 * 3600})
    again = account(first, [wait], utc("2026-07-01T01:00:00"), SEOUL)
    assert again == first
    assert account(first, [wait], utc("2026-07-01T02:00:00"), SEOUL).device_seconds == {"2026-07-01": 4 * 7200}


def test_another_clock_that_is_behind_takes_nothing_back() -> None:
    first = Waiting(until=utc("2026-07-01T01:00:00"), device_seconds={"2026-07-01": 60})
    wait = Wait(4, utc("2026-07-01T00:00:00"), utc("2026-07-01T03:00:00"))
    assert account(first, [wait], utc("2026-07-01T00:59:58"), SEOUL) == first


def test_days_older_than_any_review_are_forgotten() -> None:
    old = Waiting(until=utc("2026-07-01T00:00:00"), device_seconds={"2025-05-27": 1, "2025-05-28": 1, "2026-07-01": 1})
    assert account(old, [], utc("2026-07-01T12:00:00"), SEOUL).device_seconds == {"2025-05-28": 1, "2026-07-01": 1}


instants = st.integers(0, 5 * 86400).map(lambda number: utc("2026-07-01T00:00:00") + timedelta(seconds=number))


@st.composite
def waits(draw: st.DrawFn) -> Wait:
    since, until = sorted(draw(st.tuples(instants, instants)))
    return Wait(draw(st.integers(1, 8)), since, until)


@given(st.lists(waits(), max_size=4), st.lists(instants, min_size=1, max_size=6))
def test_however_often_one_looks_the_account_is_the_same(found: list[Wait], looks: list[datetime]) -> None:
    record = None
    for now in sorted(looks):
        seen = [Wait(wait.devices, wait.since, min(wait.until, now)) for wait in found]
        record = account(record, seen, now, SEOUL)
    once = account(None, found, max(looks), SEOUL)
    assert record == once
    length = sum(
        (max(timedelta(), min(w.until, max(looks)) - w.since) * w.devices for w in found), timedelta()
    ) / timedelta(seconds=1)
    assert sum(once.device_seconds.values()) == length


@pytest.mark.parametrize(
    "said",
    [
        "0/1 nodes are available: 1 node(s) had volume node affinity conflict.",
        "0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity.",
        "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.",
        "0/1 nodes are available: 1 node(s) exceed max volume count.",
    ],
)
def test_a_volume_that_keeps_a_pod_away_is_the_centres_fault_only_if_it_is_the_centres(said: str) -> None:
    def waits(*claims: str) -> Cause | None:
        volumes = [{"name": one, "persistentVolumeClaim": {"claimName": one}} for one in claims]
        return judged(pod(message=said, volumes=volumes), [node()], ours={"vision-data": True})

    assert waits("vision-data") is Cause.CENTRE
    assert waits("vision-data", "own") is Cause.TENANT
    assert waits("own") is Cause.TENANT
