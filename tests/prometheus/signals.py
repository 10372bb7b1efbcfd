"""Days for the second signal, the witness, counters that start again, readings that cannot be, and exporters whose labels are
not those of the profile. One function each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

from harness import exporters
from harness.exporters import Card, Gaudi, Gpu, Instinct, Rbln, RngdCore, X330Core, reading
from harness.exposition import Job, Pod, Samples, Series, constant, pod_requests, system_pod, up
from harness.families import (
    AMD_LOAD,
    DRAM,
    GAUDI_LOAD,
    GPU_UTIL,
    PROF,
    RBLN_OLD,
    RNGD_CYCLES,
    RNGD_LOAD,
    RNGD_TASK_CYCLES,
    X330_LOAD,
    X330_MEMORY,
)

from .days import ONE, TWO, A, B, span
from .vendors import HOURS, held

Story = Callable[[int], Iterable[Series]]

STEP = 15
GIGAHERTZ = 1_000_000_000


def counter(start: int, per_second: float, again: tuple[float, ...] = (), first: float = 0) -> Samples:
    """A counter, sampled each 15 s, that starts from zero again at these hours."""
    value = first
    for second in span(start, 0, HOURS, STEP):
        value = 0.0 if (second - start) / 3600 in again else value + per_second * STEP
        yield second, value


def keep_alive(start: int) -> list[Series]:
    """A's kernel spins in registers, B computes for half of the time."""
    return [
        held(start, PROF, Gpu(ONE), 1, A),
        held(start, DRAM, Gpu(ONE), 0.01, A),
        held(start, PROF, Gpu(TWO), 0.5, B),
        held(start, DRAM, Gpu(TWO), 0.3, B),
    ]


def stuck_engine(start: int) -> list[Series]:
    """DCGM's profiling reads zero on A's device, and the driver says 90 %. B's device is fine."""
    return [
        held(start, PROF, Gpu(ONE), 0, A),
        held(start, GPU_UTIL, Gpu(ONE), 90, A),
        held(start, PROF, Gpu(TWO), 0.5, B),
        held(start, GPU_UTIL, Gpu(TWO), 100, B),
    ]


def stuck_now_and_then(start: int) -> list[Series]:
    """The same for 50 minutes of each hour; in the other ten the load reads what the driver says."""
    minutes = [number for number in range(HOURS * 60) if number % 60 >= 50]
    right = {start + minute * 60 + second for minute in minutes for second in range(0, 60, STEP)}
    load = [(second, 1.0 if second in right else 0.0) for second in span(start, 0, HOURS, STEP)]
    return [reading(PROF, Gpu(ONE), load, A), held(start, GPU_UTIL, Gpu(ONE), 100, A)]


def memory_read_more_often(start: int) -> list[Series]:
    """The load each minute, the memory each half of one."""
    minutes, halves = (span(start, 0, HOURS, step) for step in (60, 30))
    return [reading(PROF, Gpu(ONE), constant(0.5, minutes), A), reading(DRAM, Gpu(ONE), constant(0.4, halves), A)]


def stuck_core(start: int) -> list[Series]:
    """Two cores read zero while half of their cycles go to tasks; the exporter restarts at 1:00 and 3:00."""
    job, again = exporters.FURIOSA, (1.0, 3.0)
    series = []
    for core in (RngdCore("0951", number) for number in (0, 1)):
        series.append(held(start, RNGD_LOAD, core, 0, A, job))
        series.append(reading(RNGD_TASK_CYCLES, core, counter(start, GIGAHERTZ / 2, again), A, job))
        series.append(reading(RNGD_CYCLES, core, counter(start, GIGAHERTZ, again, first=1e15), A, job))
    return series


def restarted_counter(start: int) -> list[Series]:
    """All cores work, memory is used half of the time, and the counter of it starts again three times."""
    cores, job = [X330Core("X330-00417", number) for number in range(4)], exporters.X330
    load = [held(start, X330_LOAD, core, 100, A, job) for core in cores]
    return [*load, *(reading(X330_MEMORY, core, counter(start, 0.5, (0.5, 1.5, 3.0)), A, job) for core in cores)]


def impossible(start: int) -> list[Series]:
    """A reads 255 % for an hour; B reads -100 %, and then no number."""
    return [
        held(start, PROF, Gpu(ONE), 2.55, A, hours=(0, 1)),
        held(start, PROF, Gpu(TWO), -1, B, hours=(0, 1)),
        held(start, PROF, Gpu(TWO), math.nan, B, hours=(1, 2)),
    ]


def unlike(
    card: Card, metric: str, value: float, resource: str, devices: int, job: Job, pod: Pod | None = None
) -> Story:
    """A's pod requests devices all day; of them there is this line, day and night."""

    def build(start: int) -> list[Series]:
        seen = [up(card.node, span(start), job), reading(metric, card, constant(value, span(start)), pod, job)]
        return [*seen, *system_pod(span(start)), *pod_requests(A, devices, span(start), resource=resource)]

    return build


SIGNALS: Mapping[str, Story] = {
    "keep-alive": keep_alive,
    "the engine's reading is stuck": stuck_engine,
    "the engine's reading is stuck now and then": stuck_now_and_then,
    "memory is read more often": memory_read_more_often,
    "the core's reading is stuck": stuck_core,
    "a counter starts again": restarted_counter,
    "impossible readings": impossible,
    "furiosa, before it named pods": unlike(RngdCore("09", 0), RNGD_LOAD, 90, "furiosa_ai_rngd", 1, exporters.FURIOSA),
    "rebellions, before it named pods": unlike(Rbln("55"), RBLN_OLD, 90, "rebellions_ai_npu", 1, exporters.RBLN),
    "amd, one partition for all": unlike(
        Instinct("69", partitioning="cpx"), AMD_LOAD, 90, "amd_com_gpu", 1, exporters.AMD, B
    ),
    "gaudi, pods not named": unlike(Gaudi("01"), GAUDI_LOAD, 90, "habana_ai_gaudi", 1, exporters.GAUDI),
    "gaudi, cards not named": unlike(Gaudi(""), GAUDI_LOAD, 90, "habana_ai_gaudi", 2, exporters.GAUDI, A),
}
