"""The agent of one node: looks for driver, devices and holders, reads once a second, and has a state to show."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from tenure.agent import nvml, podresources
from tenure.agent.device import Device
from tenure.agent.holding import holding
from tenure.agent.meter import DeviceReading, Meter, Moment
from tenure.agent.nvml import DeviceLost, DriverGone
from tenure.agent.podresources import Claim, NotTold
from tenure.agent.processes import Processes
from tenure.agent.settings import Settings

LOG = logging.getLogger("tenure.agent")
LOOK_SECONDS = 10
"""How often devices and their holders are looked up. The kubelet answers 100 lists per second, for everybody."""

AGAIN_SECONDS = 2
"""How soon after a driver or a kubelet that did not answer."""


@dataclass(frozen=True)
class State:
    """What a scrape is told. Nothing is read while it is served, so a driver that hangs does not hang the scrape."""

    at: float = 0
    """By the clock that only goes forward."""
    reason: str = "Starting"
    """Why no device can be asked; empty if they can."""
    driver: str = ""
    pod_resources_up: bool = False
    devices: tuple[tuple[Device, bool], ...] = ()
    """Every device that was found, and whether it answered last."""
    readings: tuple[DeviceReading, ...] = ()


class Node:
    """Not for several threads: one calls `tick`, others may look at `state`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.state = State()
        self._processes = Processes(settings.proc, settings.pod_logs)
        self._driver = ""
        self._reason = State.reason
        self._meters: dict[Device, Meter] = {}
        self._lost: set[Device] = set()
        self._claims: list[Claim] | None = None
        self._next_look = 0.0
        self._said: dict[str, str] = {}

    def tick(self, now: Moment) -> None:
        """Read everything once. Never raises for what the driver, a device or the kubelet does."""
        try:
            if now.steady >= self._next_look:
                self._look(now.steady)
            for device in self._meters.keys() - self._lost:
                self._read(self._meters[device], now)
        except DriverGone as gone:
            self._reason = gone.reason
            self._say("driver", f"{gone} No device is measured until the driver answers; it is tried again and again.")
            self._close()
            self._next_look = now.steady + AGAIN_SECONDS
        self.state = self._show(now.steady)

    def _look(self, now: float) -> None:
        # Looked up first: whether the kubelet answers does not depend on the driver.
        try:
            self._claims = podresources.claims(self.settings.pod_resources, self.settings.resource_names)
            self._say("holders", "The kubelet says who holds which device.")
        except NotTold as error:
            # The devices' series are left out. A gap makes a day Unknown; a series of nobody's would take the load from
            # the tenant whose it is.
            self._claims = None
            self._say("holders", str(error))
        self._next_look = now + (AGAIN_SECONDS if self._claims is None else LOOK_SECONDS)
        if not self._driver:
            self._driver = nvml.open_driver()
            self._say("driver", f"The NVIDIA driver {self._driver} answers.")
        self._find()
        self._reason = ""

    def _find(self) -> None:
        by_index = dict(nvml.cards())
        alive = {device for devices in by_index.values() for device in devices}
        silent = {index for index, devices in by_index.items() if not devices}
        # A card that does not answer keeps what it was known as, so that its silence has a name.
        self._lost = {device for device in self._meters if device.index in silent or device in self._lost & alive}
        for index in silent:
            self._say(f"card {index}", f"GPU {index} does not answer. Its series end; the other devices go on.")
        for device in self._meters.keys() - alive - self._lost:
            self._meters.pop(device).engine.close()
        # One that was lost and answers again has new handles.
        for device in sorted(alive - (self._meters.keys() - self._lost), key=Device.place):
            self._begin(device)

    def _begin(self, device: Device) -> None:
        try:
            meter = Meter(device, self.settings.window_seconds)
        except DeviceLost:
            return  # It is looked for again.
        if earlier := self._meters.pop(device, None):
            earlier.engine.close()
        self._meters[device] = meter
        self._lost.discard(device)
        if f"card {device.index}" in self._said:
            self._say(f"card {device.index}", f"GPU {device.index} answers again.")
        self._say(str(device), f"Found {device}." + ("" if meter.engine.offered or device.divided else _NO_ENGINE))

    def _read(self, meter: Meter, now: Moment) -> None:
        device = meter.device
        who = None if self._claims is None else holding(device, self._claims)
        if who and not who.clear:
            pods = " and ".join(f"{pod.namespace}/{pod.pod}" for pod in who.pods)
            self._say(f"holder of {device}", f"{device} is held whole by {pods}, so nobody can say whose its load is.")
        try:
            meter.tick(now, who, self._processes)
        except DeviceLost:
            self._lost.add(device)
            self._say(
                f"card {device.index}", f"GPU {device.index} does not answer. Its series end; the other devices go on."
            )

    def _show(self, now: float) -> State:
        devices = sorted(self._meters, key=Device.place)
        answers = [(self._meters[device], device not in self._lost) for device in devices]
        told = [meter.reading(now) for meter, alive in answers if alive]
        return State(
            at=now,
            reason=self._reason,
            driver=self._driver,
            pod_resources_up=self._claims is not None,
            devices=tuple((meter.device, alive) for meter, alive in answers),
            readings=tuple(reading for reading in told if reading),
        )

    def _close(self) -> None:
        self._meters, self._lost, self._driver = {}, set(), ""
        nvml.close_driver()

    def _say(self, about: str, sentence: str) -> None:
        """Log a sentence once, and again only when something else was said of the same thing in between."""
        if self._said.get(about) != sentence:
            self._said[about] = sentence
            LOG.info(sentence)


_NO_ENGINE = (
    " It has no engine activity to read without DCGM (GPM is there from Hopper on), so its accelerator needs the profile"
    " dcgm-gpu-util."
)
