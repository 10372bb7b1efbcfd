"""Days as real exporters leave them, one function per story. Each gets the first second of its day."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from harness.exposition import (
    DCGM,
    GPU_UTIL,
    KUBE_STATE_METRICS,
    REQUESTS,
    Device,
    Pod,
    Series,
    constant,
    load,
    pod_requests,
    system_pod,
    up,
)

HOUR = 3600
DAY = 24 * HOUR
ONE, TWO, THREE = (Device(f"GPU-{number}", index=number) for number in range(3))
A, A2, B = Pod("team-a", "train-0"), Pod("team-a", "train-1"), Pod("team-b", "train-0")
HONOURED = replace(DCGM, honor_labels=True)


def span(start: int, first: float = 0, last: float = 24, step: int = 60) -> range:
    """Sample times from hour `first` up to but without hour `last`."""
    return range(start + round(first * HOUR), start + round(last * HOUR), step)


def alive(start: int, step: int = 60) -> list[Series]:
    """Exporter and kube-state-metrics answer all day."""
    return [up("node-0", span(start, step=step)), *system_pod(span(start))]


def normal(start: int) -> list[Series]:
    """A: half load for 24 h. B: full load for 6 h. One device idle and free."""
    return [
        *alive(start),
        load(ONE, constant(0.5, span(start)), A),
        load(TWO, constant(0, span(start, 0, 6))),
        load(TWO, constant(1, span(start, 6, 12)), B),
        load(TWO, constant(0, span(start, 12))),
        load(THREE, constant(0, span(start))),
        *pod_requests(A, 1, span(start)),
        *pod_requests(B, 1, span(start, 6, 12)),
    ]


def honoured(start: int) -> list[Series]:
    """As normal, but scraped with honorLabels; and kube-state-metrics without."""
    renamed = replace(KUBE_STATE_METRICS, honor_labels=False)
    return [
        up("node-0", span(start), HONOURED),
        *system_pod(span(start), renamed),
        load(ONE, constant(0.5, span(start)), A, job=HONOURED),
        load(TWO, constant(0, span(start, 0, 6)), job=HONOURED),
        load(TWO, constant(1, span(start, 6, 12)), B, job=HONOURED),
        load(TWO, constant(0, span(start, 12)), job=HONOURED),
        load(THREE, constant(0, span(start)), job=HONOURED),
        *pod_requests(A, 1, span(start), job=renamed),
        *pod_requests(B, 1, span(start, 6, 12), job=renamed),
    ]


def moved(start: int) -> list[Series]:
    """One device, always busy, goes from pod to pod and then to another namespace."""
    return [
        *alive(start),
        load(ONE, constant(1, span(start, 0, 12)), A),
        load(ONE, constant(1, span(start, 12, 18)), A2),
        load(ONE, constant(1, span(start, 18)), B),
        *pod_requests(A, 1, span(start, 0, 12)),
        *pod_requests(A2, 1, span(start, 12, 18)),
        *pod_requests(B, 1, span(start, 18)),
    ]


def moved_within_a_minute(start: int) -> list[Series]:
    """As moved, sampled each 15 s, and A gives way to B at half past a minute."""
    noon = 12 + 30 / HOUR
    return [
        *alive(start),
        load(ONE, constant(1, span(start, 0, noon, 15)), A),
        load(ONE, constant(1, span(start, noon, 24, 15)), B),
    ]


def replicas(start: int) -> list[Series]:
    """Two exporters report the same device, and two kube-state-metrics the same pod."""
    second = replace(DCGM, replica="-b")
    return [
        *alive(start),
        up("node-0", span(start), second),
        load(ONE, constant(0.5, span(start)), A),
        load(ONE, constant(0.5, span(start)), A, job=second),
        *pod_requests(A, 1, span(start)),
        *pod_requests(A, 1, span(start), job=replace(KUBE_STATE_METRICS, replica="-b", honor_labels=False)),
    ]


def gap(start: int, hours: float) -> list[Series]:
    """A's exporter is silent from 10:00 on for some hours."""
    return [
        *alive(start),
        load(ONE, constant(1, span(start, 0, 10)), A),
        load(ONE, constant(1, span(start, 10 + hours)), A),
        *pod_requests(A, 1, span(start)),
    ]


def dead_on_one_node(start: int) -> list[Series]:
    """A's node says nothing all day; other nodes do."""
    idle = [load(device, constant(0, span(start))) for device in (TWO, THREE)]
    return [*alive(start), *idle, *pod_requests(A, 4, span(start))]


def dead(start: int) -> list[Series]:
    """Only another accelerator's exporters are there."""
    other = replace(THREE, model="Tesla T4")
    return [*alive(start), load(other, constant(0, span(start))), *pod_requests(A, 1, span(start))]


def own_namespace(start: int, up_known: bool = True) -> list[Series]:
    """Devices are busy, but series carry the exporter's own namespace only."""
    series = [load(device, constant(1, span(start))) for device in (ONE, TWO)]
    known = alive(start) if up_known else system_pod(span(start))
    return [*known, *series, *pod_requests(A, 2, span(start))]


def attribution_lost(start: int) -> list[Series]:
    """B is named, A's device is busy for nobody."""
    return [
        *alive(start),
        load(ONE, constant(1, span(start))),
        load(TWO, constant(1, span(start)), B),
        *pod_requests(A, 1, span(start)),
        *pod_requests(B, 1, span(start)),
    ]


def idle(start: int) -> list[Series]:
    """Nobody requests anything; all exporters are alive. A's pod waits, and one of its pods has completed."""
    return [
        *alive(start),
        *(load(device, constant(0, span(start))) for device in (ONE, TWO, THREE)),
        *pod_requests(A, 1, span(start), running=False),
        *pod_requests(A2, 1, span(start), running=False),
    ]


def idle_in_a_dead_centre(start: int) -> list[Series]:
    """As idle, but the exporters were there for three hours only."""
    return [*alive(start), *(load(device, constant(0, span(start, 0, 3))) for device in (ONE, TWO, THREE))]


def without_requests(start: int, stray: float = 0) -> list[Series]:
    """No kube-state-metrics; B is named all day, two devices are nobody's, one of these under `stray` load."""
    return [
        up("node-0", span(start)),
        load(ONE, constant(1, span(start)), B),
        load(TWO, constant(stray, span(start))),
        load(THREE, constant(0, span(start))),
    ]


def shared(start: int) -> list[Series]:
    """A time-sliced device: both namespaces report the whole device's load."""
    held = [load(ONE, constant(0.6, span(start)), pod) for pod in (A, A2, B)]
    return [*alive(start), *held, *pod_requests(A, 1, span(start)), *pod_requests(B, 1, span(start))]


def slices(start: int) -> list[Series]:
    """Two MIG instances of one card."""
    first, second = (replace(ONE, mig_profile="3g.20gb", mig_id=number) for number in ("1", "2"))
    held = [load(first, constant(1, span(start)), A), load(second, constant(0.5, span(start)), B)]
    return [*alive(start), *held]


def twins(start: int) -> list[Series]:
    """GPU_UTIL per process: the device's own series beside the pod's."""
    return [
        *alive(start),
        load(ONE, constant(40, span(start)), metric=GPU_UTIL),
        load(ONE, constant(25, span(start)), A, metric=GPU_UTIL),
        *pod_requests(A, 1, span(start)),
    ]


def stray_requests(start: int) -> list[Series]:
    """As normal, and some other target tells requests whose labels are one and the same once its own are renamed."""
    labels = {
        "job": "pods",
        "instance": "10.0.0.9:80",
        "namespace": "team-c",
        "uid": "stray",
        "exported_container": "c",
    }
    told = {**labels, "resource": "nvidia_com_gpu"}
    found = [Series(REQUESTS, {**told, "container": one}, constant(1, span(start))) for one in ("c", "d")]
    return [*normal(start), *found]


def midnight(start: int) -> list[Series]:
    """Three samples: at 00:00:00, at 23:59:59 and at 24:00:00."""
    return [load(ONE, [(start, 1), (start + DAY - 1, 0.5), (start + DAY, 0.25)], A)]


def every(start: int, step: int) -> list[Series]:
    """Half load, sampled each `step` seconds."""
    return [*alive(start), load(ONE, constant(0.5, span(start, step=step)), A), *pod_requests(A, 1, span(start))]


def chaos(start: int) -> list[Series]:
    """Twelve devices, sampled each 15 s, change hands at random; see test_arithmetic."""
    dice = random.Random(7)
    pods = (None, A, A2, B, Pod("team-c", "train-0"))
    jobs = (DCGM, replace(DCGM, replica="-b"))
    series = []
    for number in range(12):
        device = Device(f"GPU-{number:02}", index=number)
        for pod in pods:
            for job in jobs:
                held = [second for second in span(start, step=15) if dice.random() < 0.2]
                series.append(load(device, [(second, round(dice.random(), 6)) for second in held], pod, job=job))
    return [*alive(start), *series]


Story = Callable[[int], Iterable[Series]]

STORIES: Mapping[str, Story] = {
    "normal": normal,
    "honoured": honoured,
    "moved": moved,
    "moved within a minute": moved_within_a_minute,
    "replicas": replicas,
    "gap of 30 minutes": lambda start: gap(start, 0.5),
    "gap of 3 hours": lambda start: gap(start, 3),
    "dead on one node": dead_on_one_node,
    "dead": dead,
    "own namespace": own_namespace,
    "own namespace, no up": lambda start: own_namespace(start, up_known=False),
    "attribution lost": attribution_lost,
    "idle": idle,
    "idle in a dead centre": idle_in_a_dead_centre,
    "without requests": without_requests,
    "without requests, stray load": lambda start: without_requests(start, 0.5),
    "shared": shared,
    "slices": slices,
    "twins": twins,
    "stray requests": stray_requests,
    "midnight": midnight,
    "chaos": chaos,
    "every 57 s": lambda start: every(start, 57),
    "every 300 s": lambda start: every(start, 300),
}
