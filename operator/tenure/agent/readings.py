"""What one device is asked every second. Like `nvml`, it turns the binding's untyped answers into typed ones."""

from __future__ import annotations

from contextlib import suppress
from enum import IntEnum
from typing import Any, NamedTuple

import pynvml as nvml

from tenure.agent.device import Device
from tenure.agent.nvml import DeviceLost, DriverGone, optional, told

MIB = 1024 * 1024
_NOTHING = {nvml.NVML_ERROR_NOT_FOUND, nvml.NVML_SUCCESS}
"""No sample since then. The binding raises success as an error if the driver counts none."""


class Kind(IntEnum):
    """What the driver's buffer of samples is asked for."""

    GPU = nvml.NVML_GPU_UTILIZATION_SAMPLES
    MEMORY = nvml.NVML_MEMORY_UTILIZATION_SAMPLES


class Samples(NamedTuple):
    """Percentages, and the time of the newest in the driver's microseconds, to ask on from."""

    percent: list[float]
    newest: int


class ProcessLoad(NamedTuple):
    """Percent of the device by process, of those that had any; and the time of the newest sample, 0 for none."""

    percent: dict[int, float]
    newest: int


class Engine(NamedTuple):
    """Percent of the time between two samples."""

    graphics: float
    dram: float


def utilization(device: Device, kind: Kind, since: int) -> Samples | None:
    """The driver's samples after `since` (its microseconds; 0 asks for all it has). None if it takes none."""
    try:
        with told():
            _, samples = nvml.nvmlDeviceGetSamples(device.handle, kind, since)
    except nvml.NVMLError as error:
        return Samples([], since) if since and error.value in _NOTHING else _rates(device, kind)
    fresh = [sample for sample in samples if sample.timeStamp > since]
    return Samples(
        [float(sample.sampleValue.uiVal) for sample in fresh],
        max((sample.timeStamp for sample in fresh), default=since),
    )


def _rates(device: Device, kind: Kind) -> Samples | None:
    """Where the driver keeps no samples: its reading of the last sixth of a second to a second."""
    rates = optional(nvml.nvmlDeviceGetUtilizationRates, device.handle)
    return rates and Samples([float(rates.gpu if kind is Kind.GPU else rates.memory)], 0)


def power(device: Device) -> float | None:
    """Watts of the whole card."""
    milliwatts = optional(nvml.nvmlDeviceGetPowerUsage, device.card)
    return None if milliwatts is None else milliwatts / 1000


def memory(device: Device) -> tuple[float, float] | None:
    """MiB used and free. What the driver keeps for itself is neither."""
    info = optional(nvml.nvmlDeviceGetMemoryInfo, device.handle, nvml.nvmlMemory_v2)
    return info and (info.used / MIB, info.free / MIB)


def running(device: Device) -> dict[int, float] | None:
    """Process -> MiB that it holds. None if the device does not tell, or tells of MPS's server and not of its clients."""
    if optional(nvml.nvmlDeviceGetMPSComputeRunningProcesses_v3, device.handle):
        return None
    processes = optional(nvml.nvmlDeviceGetComputeRunningProcesses_v3, device.handle)
    return None if processes is None else {one.pid: (one.usedGpuMemory or 0) / MIB for one in processes}


def process_load(device: Device, since: int, until: int) -> ProcessLoad | None:
    """What each process used of the device from `since` to now, `until` (Unix microseconds). None if the device does not tell."""
    try:
        with told():
            samples = nvml.nvmlDeviceGetProcessUtilization(device.handle, since)
    except nvml.NVMLError as error:
        return ProcessLoad({}, 0) if error.value in _NOTHING else None
    # Drivers were seen to leave entries of the buffer unwritten: no process, 37100 %, a time far away.
    fresh = [one for one in samples if one.pid and since < one.timeStamp <= until and one.smUtil <= 100]
    return ProcessLoad({one.pid: float(one.smUtil) for one in fresh}, max((one.timeStamp for one in fresh), default=0))


class EngineSampler:
    """Engine activity of a device by GPM, from Hopper on: hardware counters, so nothing is left out between two reads."""

    def __init__(self, device: Device) -> None:
        self._device = device
        support = None if device.divided else optional(nvml.nvmlGpmQueryDeviceSupport, device.card)
        rooms = [optional(nvml.nvmlGpmSampleAlloc) for _ in range(2)] if support and support.isSupportedDevice else []
        self._rooms = [room for room in rooms if room is not None]
        """Where the last sample is, and where the next one goes."""
        self.offered = len(self._rooms) == 2
        self._begun = False

    def read(self) -> Engine | None:
        """Activity since the last call; None on the first, and where there is no GPM. Calls are 100 ms apart or more."""
        if not self.offered:
            return None
        last, following = self._rooms
        begun, self._begun = self._begun, optional(self._sample, following) is not None
        if not self._begun:
            return None
        self._rooms = [following, last]
        return _between(last, following) if begun else None

    def _sample(self, room: Any) -> Any:
        if self._device.instance:
            return nvml.nvmlGpmMigSampleGet(self._device.card, int(self._device.instance), room)
        return nvml.nvmlGpmSampleGet(self._device.card, room)

    def close(self) -> None:
        """Give the driver its memory back, if it is still there."""
        with suppress(DriverGone, DeviceLost):
            for room in self._rooms:
                optional(nvml.nvmlGpmSampleFree, room)


def _between(first: Any, second: Any) -> Engine | None:
    question = nvml.c_nvmlGpmMetricsGet_t()
    question.version = nvml.NVML_GPM_METRICS_GET_VERSION
    question.numMetrics = 2
    question.sample1, question.sample2 = first, second
    question.metrics[0].metricId = nvml.NVML_GPM_METRIC_GRAPHICS_UTIL
    question.metrics[1].metricId = nvml.NVML_GPM_METRIC_DRAM_BW_UTIL
    if optional(nvml.nvmlGpmMetricsGet, question) is None:
        return None
    graphics, dram = question.metrics[0], question.metrics[1]
    return None if graphics.nvmlReturn or dram.nvmlReturn else Engine(graphics.value, dram.value)
