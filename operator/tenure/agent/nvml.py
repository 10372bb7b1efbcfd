"""The NVIDIA driver, by nvidia-ml-py over libnvidia-ml.so.1: connecting, its errors, its devices.

Only this module and `readings` import pynvml. What a device does not offer is None. What is gone is an exception:
DeviceLost for one card, DriverGone for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pynvml as nvml

from tenure.agent.device import Device


class DriverGone(Exception):
    """No device can be asked. `reason` is one word for a label."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class DeviceLost(Exception):
    """This card does not answer any more, for example because it fell off the bus."""


_GONE = {
    nvml.NVML_ERROR_UNINITIALIZED: ("NoDriver", "NVML is not initialized."),
    nvml.NVML_ERROR_LIBRARY_NOT_FOUND: (
        "NoDriver",
        "libnvidia-ml.so.1 is not here. Either the node has no NVIDIA driver, or this container was started without"
        " the NVIDIA runtime.",
    ),
    nvml.NVML_ERROR_DRIVER_NOT_LOADED: ("NoDriver", "The NVIDIA kernel module is not loaded."),
    nvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH: (
        "DriverMismatch",
        "The NVIDIA library and kernel module have different versions. Restart this pod; if that does not help, the node.",
    ),
}
_LOST = {nvml.NVML_ERROR_GPU_IS_LOST, nvml.NVML_ERROR_GPU_NOT_FOUND, nvml.NVML_ERROR_RESET_REQUIRED}


@contextmanager
def told() -> Iterator[None]:
    """Turns what is fatal into DriverGone or DeviceLost; the rest stays NVMLError."""
    try:
        yield
    except nvml.NVMLError as error:
        if error.value in _GONE:
            raise DriverGone(*_GONE[error.value]) from error
        if error.value in _LOST:
            raise DeviceLost(str(error)) from error
        raise


def optional(ask: Callable[..., Any], *arguments: Any) -> Any:
    """The answer, or None where the device has none: not supported, no permission, unknown to this driver."""
    with suppress(nvml.NVMLError), told():
        return ask(*arguments)
    return None


def open_driver() -> str:
    """Connect, and say which version the driver has. Raises DriverGone."""
    try:
        with told():
            nvml.nvmlInit()
            return str(nvml.nvmlSystemGetDriverVersion())
    except (nvml.NVMLError, DeviceLost) as error:
        raise DriverGone("NvmlError", f"NVML cannot be initialized: {error}.") from error


def close_driver() -> None:
    """Disconnect; never fails."""
    with suppress(nvml.NVMLError):
        nvml.nvmlShutdown()


def cards() -> Iterator[tuple[int, list[Device]]]:
    """Every card's index and devices; no device if the card does not answer. Raises DriverGone."""
    try:
        with told():
            count = nvml.nvmlDeviceGetCount()
    except (nvml.NVMLError, DeviceLost) as error:
        raise DriverGone("NvmlError", f"NVML cannot count the devices: {error}.") from error
    for index in range(count):
        try:
            with told():
                yield index, list(_devices(index))
        except (nvml.NVMLError, DeviceLost):
            yield index, []


def _devices(index: int) -> Iterator[Device]:
    card = nvml.nvmlDeviceGetHandleByIndex(index)
    name = f"nvidia{nvml.nvmlDeviceGetMinorNumber(card)}"
    uuid = str(nvml.nvmlDeviceGetUUID(card))
    bus = str(nvml.nvmlDeviceGetPciInfo(card).busId)
    model = str(nvml.nvmlDeviceGetName(card))
    mig = optional(nvml.nvmlDeviceGetMigMode, card)
    divided = mig is not None and mig[0] == nvml.NVML_DEVICE_MIG_ENABLE
    yield Device(index, uuid, bus, model, frozenset({uuid, name}), divided=divided, card=card, handle=card)
    for place in range(nvml.nvmlDeviceGetMaxMigDeviceCount(card) if divided else 0):
        handle = optional(nvml.nvmlDeviceGetMigDeviceHandleByIndex, card, place)
        if handle is None:
            continue
        instance = str(nvml.nvmlDeviceGetGpuInstanceId(handle))
        # The driver calls it "NVIDIA H100 80GB HBM3 MIG 1g.10gb".
        profile = str(nvml.nvmlDeviceGetName(handle)).rpartition("MIG ")[2]
        names = frozenset({str(nvml.nvmlDeviceGetUUID(handle)), f"{name}/gi{instance}"})
        yield Device(index, uuid, bus, model, names, profile, instance, card=card, handle=handle)
