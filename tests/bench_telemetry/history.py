"""What Prometheus has stored: every tenant's devices all day long, as dcgm-exporter and kube-state-metrics tell it.

Each tenant has one pod, which holds all of its devices and never restarts. Three signals of each device are sampled at
each step: the engine's activity (a random day, shifted and scaled for each device), GPU_UTIL and DRAM activity (both
follow it; DRAM more coarsely). On every 50th device the engine's activity reads 0 for the first hour of each day while
GPU_UTIL does not.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from controlplane.paths import cache_root, say
from controlplane.prometheus import Prometheus
from harness.exposition import (
    DRAM,
    GPU_UTIL,
    PHASE,
    PROF,
    REQUESTS,
    Device,
    Pod,
    Samples,
    Series,
    load,
    pod_requests,
    stream,
    system_pod,
    up,
)
from tenure.telemetry.window import Window, day_bounds

ZONE = "Asia/Seoul"
MODEL = "NVIDIA A100-SXM4-40GB"
MINUTES = 1440
DEVICES_PER_NODE = 8
SIGNALS = (PROF, GPU_UTIL, DRAM)
STUCK_DEVICE, STUCK_MINUTES = 50, 60
_dice = random.Random(1)
_DRAWN = tuple(_dice.random() for _ in range(MINUTES))
"""Engine activity by minute of a random day."""


@dataclass(frozen=True)
class History:
    """Tenants with so many devices each, for so many days from `first`, with a sample each `step` seconds."""

    tenants: int
    devices: int
    first: date
    days: int
    step: int = 60

    def namespaces(self) -> list[str]:
        """The tenants."""
        return [f"team-{number:05}" for number in range(self.tenants)]

    def windows(self) -> list[Window]:
        """Its days."""
        return [Window(*day_bounds(self.first + timedelta(days=n), ZONE)) for n in range(self.days)]

    @property
    def samples(self) -> int:
        """How many samples are stored."""
        nodes = -(-self.tenants * self.devices // DEVICES_PER_NODE)
        series = self.tenants * (self.devices * len(SIGNALS) + 3) + nodes + 2
        return series * len(self._times())

    @property
    def told(self) -> str:
        """What is in it, for people."""
        return (
            f"{self.tenants} tenants with one pod each, which holds {self.devices} device(s) all day long, for {self.days} "
            f"day(s); a sample each {self.step} s of engine activity (one random day, shifted and scaled for each device), of "
            "GPU_UTIL and DRAM activity (which follow it), and of what kube-state-metrics tells of each pod."
        )

    def blocks(self, programs: Path) -> Path:
        """A folder with Prometheus blocks of it, from the cache. Only the latest of each sampling is kept there."""
        kept = cache_root() / "bench" / f"every-{self.step}s"
        folder = kept / f"{self.tenants}x{self.devices}-{self.first}-{self.days}d"
        if not (folder / "complete").exists():
            say(f"Writing {self.samples / 1e6:.1f} million samples; they are kept in {folder}.")
            shutil.rmtree(kept, ignore_errors=True)
            folder.mkdir(parents=True)
            text = stream(folder / "history.om", self.series())
            Prometheus(folder, programs).create_blocks(text, folder)
            text.unlink()
            (folder / "complete").touch()
        return folder

    def series(self) -> Iterator[Series]:
        """Family by family, their samples made as they are written."""
        times = self._times()
        count = self.tenants * self.devices
        yield from (up(f"node-{number}", times) for number in range(-(-count // DEVICES_PER_NODE)))
        pods = [Pod(namespace, "train-0") for namespace in self.namespaces()]
        for metric in SIGNALS:
            for number in range(count):
                pod = pods[number // self.devices]
                yield load(_device(number), _samples(metric, number, times), pod, metric)
        for metric in (REQUESTS, PHASE):
            yield from (one for one in system_pod(times) if one.metric == metric)
            for pod in pods:
                yield from (one for one in pod_requests(pod, self.devices, times) if one.metric == metric)

    def _times(self) -> range:
        windows = self.windows()
        return range(round(windows[0].start.timestamp()), round(windows[-1].end.timestamp()), self.step)


def _device(number: int) -> Device:
    node, index = divmod(number, DEVICES_PER_NODE)
    return Device(f"GPU-{number:08x}-6f1c-4b5e-9d3a-2c7e51f0a8b4", node=f"node-{node}", index=index, model=MODEL)


def _samples(metric: str, number: int, times: range) -> Samples:
    """A day's values, day after day."""
    values = _day(metric, number)
    midnight = times.start // 60
    return ((second, values[(second // 60 - midnight) % MINUTES]) for second in times)


def _day(metric: str, number: int) -> list[float]:
    shift, scale = 7 * number % MINUTES, (number % 100 + 1) / 100
    active = [round(scale * level, 6) for level in _DRAWN[shift:] + _DRAWN[:shift]]
    if metric == DRAM:
        return [round(0.4 * level, 3) for level in active]
    if metric == GPU_UTIL:
        return [100 * level // 1 for level in active]
    stuck = STUCK_MINUTES if number % STUCK_DEVICE == 0 else 0
    return [0.0] * stuck + active[stuck:]
