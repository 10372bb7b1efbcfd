"""Measuring one device: readings of every second, kept for a window, for as long as the same pods hold it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tenure.agent import metrics, readings
from tenure.agent.device import Device
from tenure.agent.holding import Holding
from tenure.agent.podresources import Holder
from tenure.agent.processes import Not, Processes
from tenure.agent.readings import Kind
from tenure.agent.window import Reading, Window

BUSY_PERCENT = 5
"""A device that is busier than this has a process to show for it."""


class Moment(NamedTuple):
    """Now, in seconds: by a clock that only goes forward, and by the calendar's since 1970 (the driver's stamps)."""

    steady: float
    unix: float


@dataclass(frozen=True)
class DeviceReading:
    """What is told of a device. Values are by metric, in DCGM's units."""

    device: Device
    holding: Holding
    values: Mapping[str, float]
    own: Mapping[Holder, Mapping[str, float]] | None = None
    """What each pod has of a shared device; None where the device does not tell processes apart."""


class Meter:
    """All that is kept of one device between two seconds."""

    def __init__(self, device: Device, window_seconds: float) -> None:
        self.device = device
        self.engine = readings.EngineSampler(device)
        self._length = window_seconds
        self._since = dict.fromkeys(Kind, 0)
        self._last = 0.0
        self._holding: Holding | None = None
        self._memory: dict[str, float] = {}
        self._own_memory: dict[Holder, float] = {}
        self._tells_processes = False
        self._forget()

    def _forget(self) -> None:
        self._windows = defaultdict[str, Window](lambda: Window(self._length))
        self._own = defaultdict[Holder, Window](lambda: Window(self._length))
        self._explained = Window(self._length)
        self._processes_since = 0

    def tick(self, now: Moment, holding: Holding | None, processes: Processes) -> None:
        """Take this second's readings. Without `holding` nothing is kept: nobody could say whose it was."""
        if holding != self._holding:
            # What was read before belongs to those who held the device then, and they must not be charged or
            # credited for one another's load.
            self._forget()
            self._holding = holding
        seconds, self._last = now.steady - self._last if self._last else 1.0, now.steady
        for name, value in self._read().items():
            if holding is not None:
                self._windows[name].add(Reading(now.steady, seconds, value))
        if holding is not None and holding.shared and not self.device.instance:
            self._tick_processes(now, seconds, holding, processes)

    def _read(self) -> dict[str, float]:
        """Every quantity that the device offers. All are asked each time, so that the driver's samples are used once."""
        found: dict[str, float | None] = {
            metrics.POWER: readings.power(self.device) if not self.device.instance else None
        }
        if not self.device.divided:
            if activity := self.engine.read():
                found |= {metrics.ENGINE: activity.graphics / 100, metrics.DRAM: activity.dram / 100}
            if not self.device.instance:
                found |= {metrics.UTIL: self._utilization(Kind.GPU), metrics.COPY: self._utilization(Kind.MEMORY)}
            memory = readings.memory(self.device)
            self._memory = {metrics.FB_USED: memory[0], metrics.FB_FREE: memory[1]} if memory else {}
        return {name: value for name, value in found.items() if value is not None}

    def _utilization(self, kind: Kind) -> float | None:
        """Mean of the driver's samples since the last second; None if there is none."""
        since = self._since[kind]
        samples = readings.utilization(self.device, kind, since)
        if samples is None:
            return None
        self._since[kind] = samples.newest
        # The driver's buffer reaches back to before the device's holders were known.
        known = samples.percent if since or not samples.newest else samples.percent[-1:]
        return sum(known) / len(known) if known else None

    def _tick_processes(self, now: Moment, seconds: float, holding: Holding, processes: Processes) -> None:
        until = round(now.unix * 1e6)
        second_ago = until - 1_000_000
        since = self._processes_since or second_ago
        load = readings.process_load(self.device, since, until)
        memory = readings.running(self.device)
        self._tells_processes = load is not None and memory is not None
        if load is None or memory is None:
            return
        # The driver samples at least once a second: what is not there by now for the time until a second ago never comes.
        self._processes_since = max(load.newest, second_ago)
        self._explained.add(Reading(now.steady, seconds, sum(load.percent.values())))
        held = _by_pod(memory, memory, processes)
        used = _by_pod(load.percent, memory, processes)
        if held is None or used is None:
            return
        # The driver's percentages are means since `since`, which is more than this second after an idle one.
        stretch = max(load.newest - since, 0) / 1e6 / seconds
        for holder in holding.pods:
            self._own[holder].add(Reading(now.steady, seconds, min(used[holder[:2]] * stretch, 100)))
        self._own_memory = {holder: held[holder[:2]] for holder in holding.pods}

    def reading(self, now: float) -> DeviceReading | None:
        """What to tell; None while nobody can say whose it would be."""
        if self._holding is None or not self._holding.clear:
            return None
        means = {name: window.mean(now) for name, window in self._windows.items()}
        values = {name: mean for name, mean in means.items() if mean is not None} | self._memory
        own = self._shares(now, values) if self._holding.shared and self._tells_processes else None
        return DeviceReading(self.device, self._holding, values, own)

    def _shares(self, now: float, values: Mapping[str, float]) -> Mapping[Holder, Mapping[str, float]]:
        if values.get(metrics.UTIL, 0) > BUSY_PERCENT and not self._explained.mean(now):
            return {}  # The device is busy and no process is: the process readings are broken, not zero.
        means = {holder: window.mean(now) for holder, window in self._own.items()}
        return {
            holder: {metrics.UTIL: mean, metrics.FB_USED: self._own_memory[holder]}
            for holder, mean in means.items()
            if mean is not None
        }


def _by_pod(
    amounts: Mapping[int, float], running: Collection[int], processes: Processes
) -> Mapping[tuple[str, ...], float] | None:
    """The sums by namespace and pod. None if a process runs and nobody can say whose: then no pod's sum is known."""
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for pid, amount in amounts.items():
        pod = processes.pod(pid)
        if pod is Not.KNOWN or (pod is Not.THERE and pid in running):
            return None
        if not isinstance(pod, Not):
            sums[pod] += amount
    return sums
