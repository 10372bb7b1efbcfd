"""Days as every vendor's exporter leaves them, with what has to come out of each. One table, `CASES`.

Samples lie in the first `HOURS` hours of the day; amounts are in hours of granted devices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from harness import exporters
from harness.exporters import Card, Gaudi, Gpu, Instinct, Rbln, RngdCore, X330Core, mig, reading
from harness.exposition import DCGM, Device, Job, Pod, Series, constant, up
from harness.families import (
    AMD_LOAD,
    AMD_PREFIXED,
    GAUDI_LOAD,
    GPU_UTIL,
    PROF,
    RBLN_NEW,
    RBLN_OLD,
    RNGD_LOAD,
    X330_LOAD,
)
from tenure.telemetry.readings import NOBODY

from .days import A2, ONE, TWO, A, B, span

HOURS = 4
HONOURED = replace(DCGM, honor_labels=True)
OLD_POD = Pod("", "", "")
"""Old versions of dcgm-exporter write empty labels where there is no pod."""
A100, A30, H200 = Device("GPU-a100"), Device("GPU-a30", model="NVIDIA A30"), Device("GPU-h200", model="NVIDIA H200")
RTX6000 = Device("GPU-rtx6", model="NVIDIA RTX PRO 6000 Blackwell Server Edition")
RTX5000 = Device("GPU-rtx5", model="NVIDIA RTX PRO 5000 Blackwell")

Amounts = Mapping[str, float]
Build = Callable[[int], Iterable[Series]]


@dataclass(frozen=True)
class Case:
    """A day, how it is read, and what comes out."""

    name: str
    profile: str
    cards: float
    """Physical cards that any sample speaks of."""
    build: Build
    busy: Amounts
    measured: Amounts
    match: Mapping[str, str] = field(default_factory=dict)
    card_share: Fraction = Fraction(1)
    estimated: Amounts = field(default_factory=dict)


def held(
    start: int,
    metric: str,
    card: Card,
    value: float,
    pod: Pod | None = None,
    job: Job = DCGM,
    hours: tuple[float, float] = (0, HOURS),
) -> Series:
    """One value for some hours."""
    return reading(metric, card, constant(value, span(start, *hours)), pod, job)


def twice(job: Job) -> tuple[Job, Job]:
    """Two exporters of the same devices."""
    return job, replace(job, replica="-b")


def dcgm(start: int, job: Job, nobody: Pod | None = None) -> list[Series]:
    """A, half busy, is seen by two exporters, of which one is updated at 1:00 and the other at 2:00, when A's pod restarts.

    TWO is idle. A third card is cut into MIG instances, which are none of this profile's.
    """
    before, after = Gpu(ONE), Gpu(ONE, renamed=True)
    first, second = twice(job)
    both = [
        held(start, PROF, before, 0.5, A, first, (0, 2)),
        held(start, PROF, before, 0.5, A, second, (0, 1)),
        held(start, PROF, after, 0.5, A, second, (1, 2)),
        *(held(start, PROF, after, 0.5, A2, one, (2, 4)) for one in (first, second)),
    ]
    instance = Gpu(mig(A100, "3g.20gb", 1))
    others = [held(start, PROF, Gpu(TWO), 0, nobody, job), held(start, PROF, instance, 1, B, job)]
    return [up("node-0", span(start, 0, HOURS), job), *both, *others]


def by_process(start: int) -> list[Series]:
    """The device's own series, 40 %, beside that of the one pod, which used 25 %."""
    return [
        held(start, GPU_UTIL, Gpu(ONE), 40),
        held(start, GPU_UTIL, Gpu(ONE), 25, A),
        held(start, GPU_UTIL, Gpu(TWO), 0),
    ]


def instances(start: int) -> list[Series]:
    """Instances of five models, some with suffixes, one seen by two exporters; and whole cards, which are none."""
    parts = [
        (mig(A100, "3g.20gb", 1), 1, A),
        (mig(A100, "2g.10gb", 3), 0.5, B),
        (mig(A100, "1g.5gb+me", 9), 0, None),
        (mig(A30, "2g.12gb", 1), 1, B),
        (mig(A30, "1g.6gb+me", 5), 0.2, A),
        (mig(H200, "1g.18gb", 7), 1, A),
        (mig(H200, "1g.18gb", 8), 0, A),
        (mig(RTX6000, "1g.24gb+me.all", 3), 1, B),
        (mig(RTX6000, "2g.48gb-me", 1), 0.5, A),
        (mig(RTX5000, "1g.24gb+gfx", 1), 1, A),
    ]
    told = [held(start, PROF, Gpu(part), value, pod, job) for part, value, pod in parts for job in twice(DCGM)]
    return [*told, held(start, PROF, Gpu(A100), 0.6), held(start, PROF, Gpu(ONE), 1, A)]


def replicas(start: int, metric: str, whole: float, parts: tuple[float, float, float], twin: bool) -> list[Series]:
    """A card in four replicas: A's pods hold one and one, B's pod holds one until 2:00, the last is free."""
    first, second, third = parts
    series = [
        held(start, metric, Gpu(ONE, vgpu="0"), first, A),
        held(start, metric, Gpu(ONE, vgpu="1"), second, A2),
        held(start, metric, Gpu(ONE, vgpu="2"), third, B, hours=(0, 2)),
    ]
    return [*series, *([held(start, metric, Gpu(ONE), whole)] if twin else [])]


def two_replicas_of_one_pod(start: int) -> list[Series]:
    """A's pod holds two replicas of a card, B's holds one; two exporters see it."""
    held_by = [("0", A), ("1", A), ("2", B)]
    return [held(start, PROF, Gpu(ONE, vgpu=vgpu), 0.6, pod, job) for vgpu, pod in held_by for job in twice(DCGM)]


def rngd(start: int, job: Job) -> list[Series]:
    """Of eight cores A has four, at 80 %, and B two, at 50 %, whose pod restarts under another name at 2:00."""
    holders = {
        **dict.fromkeys(range(4), (80, A, A)),
        4: (50, B, Pod("team-b", "new")),
        5: (50, B, Pod("team-b", "new")),
    }
    series = []
    for core in range(8):
        value, before, after = holders.get(core, (0, None, None))
        for one in twice(job):
            series.append(held(start, RNGD_LOAD, RngdCore("0951", core), value, before, one, (0, 2)))
            series.append(held(start, RNGD_LOAD, RngdCore("0951", core), value, after, one, (2, 4)))
    return [up("furiosa-0", span(start, 0, HOURS), job), *series]


def rbln(start: int, job: Job) -> list[Series]:
    """Both namings: one node is updated at 2:00, and for an hour before both exporters run. Idle labels are empty."""
    one, idle = Rbln("5566"), Rbln("7788", 1)
    return [
        up("rbln-0", span(start, 0, HOURS), job),
        held(start, RBLN_OLD, one, 71, A, job, (0, 2)),
        held(start, RBLN_NEW, one, 71, A, replace(job, replica="-new"), (1, 4)),
        held(start, RBLN_OLD, idle, 0, None, job, (0, 2)),
        held(start, RBLN_NEW, idle, 0, None, job, (2, 3)),
        held(start, RBLN_NEW, idle, 50, B, job, (3, 4)),
    ]


def amd(start: int, job: Job) -> list[Series]:
    """The prefix comes at 2:00. A card in CPX mode speaks through one partition and is left out."""
    busy, idle = Instinct("69240"), Instinct("69241", 1, partitioning="SPX")
    cut = Instinct("69242", 16, partitioning="cpx")
    return [
        up("amd-0", span(start, 0, HOURS), job),
        held(start, AMD_LOAD, busy, 100, A, job, (0, 2)),
        held(start, AMD_PREFIXED, busy, 60, A2, job, (2, 4)),
        held(start, AMD_LOAD, idle, 0, None, job, (0, 2)),
        held(start, AMD_PREFIXED, idle, 0, None, job, (2, 4)),
        held(start, AMD_LOAD, cut, 90, B, job),
    ]


def gaudi(start: int) -> list[Series]:
    """A card that A keeps a quarter busy, and an idle one."""
    job = exporters.GAUDI
    return [held(start, GAUDI_LOAD, Gaudi("01P0"), 25, A, job), held(start, GAUDI_LOAD, Gaudi("01P1"), 0, None, job)]


def x330(start: int) -> list[Series]:
    """A has the card; two of its four cores work. Another card is idle."""
    job, cores = exporters.X330, range(4)
    mine = [held(start, X330_LOAD, X330Core("X330-00417", core), 100 * (core < 2), A, job) for core in cores]
    return [*mine, *(held(start, X330_LOAD, X330Core("X330-00418", core), 0, None, job) for core in cores)]


WHOLE = {"team-a": 2.0}, {"team-a": 4.0, NOBODY: 4.0}
RNGD = {"team-a": 4 * 0.5 * 0.8, "team-b": 4 * 0.25 * 0.5}, {"team-a": 2.0, "team-b": 1.0, NOBODY: 1.0}
RBLN = {"team-a": 4 * 0.71, "team-b": 0.5}, {"team-a": 4.0, "team-b": 1.0, NOBODY: 3.0}
AMD = {"team-a": 2 + 2 * 0.6}, {"team-a": 4.0, NOBODY: 4.0}
QUARTERS = Fraction(1, 4)
DIVIDED = {"team-a": 4 * (2 * 0.6 * 2 / 3 + 2 * 0.6), "team-b": 4 * 2 * 0.6 / 3}
HELD_QUARTERS = {"team-a": 4 * (2 * 2 / 3 + 2), "team-b": 4 * 2 / 3}
DISPUTED = {"team-a": 4 * 2 * 0.6 / 3, "team-b": 4 * 2 * 0.6 * 2 / 3}

CASES = (
    Case("dcgm", "dcgm", 2, lambda start: dcgm(start, DCGM), *WHOLE),
    Case("dcgm, honorLabels", "dcgm", 2, lambda start: dcgm(start, HONOURED), *WHOLE),
    Case("dcgm, old, empty labels", "dcgm", 2, lambda start: dcgm(start, DCGM, OLD_POD), *WHOLE),
    Case("dcgm, old, empty labels, honorLabels", "dcgm", 2, lambda start: dcgm(start, HONOURED, OLD_POD), *WHOLE),
    Case("dcgm, by process", "dcgm-gpu-util", 2, by_process, {"team-a": 1.0}, {"team-a": 4.0, NOBODY: 4.0}),
    Case(
        "dcgm, MIG",
        "dcgm-mig",
        5,
        instances,
        {"team-a": 4 * (3 / 7 + 0.2 / 4 + 1 / 7 + 0.5 * 2 / 4 + 1 / 2), "team-b": 4 * (0.5 * 2 / 7 + 2 / 4 + 1 / 4)},
        {
            "team-a": 4 * (3 / 7 + 1 / 4 + 2 / 7 + 2 / 4 + 1 / 2),
            "team-b": 4 * (2 / 7 + 2 / 4 + 1 / 4),
            NOBODY: 4 * 1 / 7,
        },
    ),
    Case(
        "dcgm, MIG, granted by instance",
        "dcgm-mig",
        1,
        instances,
        {"team-a": 4.0},
        {"team-a": 4.0},
        {"modelName": "NVIDIA A100.*40GB", "GPU_I_PROFILE": r"3g\.20gb"},
        Fraction(3, 7),
    ),
    Case(
        "dcgm, time-sliced",
        "dcgm-shared",
        1,
        lambda start: replicas(start, PROF, 0, (0.6, 0.6, 0.6), twin=False),
        DIVIDED,
        HELD_QUARTERS,
        card_share=QUARTERS,
        estimated=DISPUTED,
    ),
    Case(
        "dcgm, time-sliced, one pod with two replicas",
        "dcgm-shared",
        1,
        two_replicas_of_one_pod,
        {"team-a": 16 * 0.6 * 2 / 3, "team-b": 16 * 0.6 / 3},
        {"team-a": 16 * 2 / 3, "team-b": 16 / 3},
        card_share=QUARTERS,
        estimated={"team-a": 16 * 0.6 / 3, "team-b": 16 * 0.6 * 2 / 3},
    ),
    Case(
        "dcgm, time-sliced, by process",
        "dcgm-gpu-util-shared",
        1,
        lambda start: replicas(start, GPU_UTIL, 70, (30, 20, 10), twin=True),
        {"team-a": 4 * 4 * 0.5, "team-b": 4 * 2 * 0.1},
        HELD_QUARTERS,
        card_share=QUARTERS,
    ),
    Case(
        "dcgm, time-sliced, by process, together more than the card",
        "dcgm-gpu-util-shared",
        1,
        lambda start: replicas(start, GPU_UTIL, 60, (50, 50, 20), twin=True),
        {"team-a": 4 * (2 * 0.6 * 100 / 120 + 2 * 0.6), "team-b": 4 * 2 * 0.6 * 20 / 120},
        HELD_QUARTERS,
        card_share=QUARTERS,
    ),
    Case(
        "dcgm, time-sliced, utilization of the whole card for each pod",
        "dcgm-gpu-util-shared",
        1,
        lambda start: replicas(start, GPU_UTIL, 60, (60, 60, 60), twin=False),
        DIVIDED,
        HELD_QUARTERS,
        card_share=QUARTERS,
        estimated=DISPUTED,
    ),
    Case("furiosa", "furiosa-rngd", 1, lambda start: rngd(start, exporters.FURIOSA), *RNGD),
    Case(
        "furiosa, honorLabels",
        "furiosa-rngd",
        1,
        lambda start: rngd(start, replace(exporters.FURIOSA, honor_labels=True)),
        *RNGD,
    ),
    Case(
        "furiosa, two cores are a device",
        "furiosa-rngd",
        1,
        lambda start: rngd(start, exporters.FURIOSA),
        {name: 4 * hours for name, hours in RNGD[0].items()},
        {name: 4 * hours for name, hours in RNGD[1].items()},
        {"job": "furiosa-metrics-exporter"},
        QUARTERS,
    ),
    Case("rebellions", "rebellions", 2, lambda start: rbln(start, exporters.RBLN), *RBLN, {"card": "RBLN-CA25"}),
    Case(
        "rebellions, honorLabels",
        "rebellions",
        2,
        lambda start: rbln(start, replace(exporters.RBLN, honor_labels=True)),
        *RBLN,
    ),
    Case("amd", "amd", 2, lambda start: amd(start, exporters.AMD), *AMD),
    Case("amd, honorLabels off", "amd", 2, lambda start: amd(start, replace(exporters.AMD, honor_labels=False)), *AMD),
    Case("gaudi", "gaudi", 2, gaudi, {"team-a": 1.0}, {"team-a": 4.0, NOBODY: 4.0}),
    Case("an exporter nobody knew", "sapeon-x330", 2, x330, {"team-a": 2.0}, {"team-a": 4.0, NOBODY: 4.0}),
)
