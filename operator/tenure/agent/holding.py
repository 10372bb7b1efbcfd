"""Which pods hold a device. Pure: the kubelet's device ids are matched to devices by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from tenure.agent.device import Device
from tenure.agent.podresources import Claim, Holder


class Part(NamedTuple):
    """A device, or one replica of it, in the hands of a container."""

    holder: Holder
    replica: str = ""
    """Number of the replica, DCGM's label vgpu; empty for a device that is held whole."""


@dataclass(frozen=True)
class Holding:
    """Who holds one device."""

    parts: tuple[Part, ...] = ()

    @property
    def shared(self) -> bool:
        """Handed out in replicas: time-slicing or MPS."""
        return any(part.replica for part in self.parts)

    @property
    def pods(self) -> tuple[Holder, ...]:
        """One container of each pod, the first by name: load is told by pod, and two series for it would count it twice."""
        by_pod: dict[tuple[str, str], Holder] = {}
        for holder, _ in sorted(self.parts):
            by_pod.setdefault((holder.namespace, holder.pod), holder)
        return tuple(by_pod.values())

    @property
    def clear(self) -> bool:
        """Whether it is known whose the load is.

        A kubelet before 1.34 also lists pods that have ended. Their devices may be another pod's by now, and nothing
        here tells which of the two is running.
        """
        return self.shared or len(self.pods) < 2


def split_id(device_id: str) -> tuple[str, str]:
    """The device's own name and the number of the replica, empty for a whole device.

    NVIDIA's device plugin writes GPU-...::2 for a replica, that of GKE nvidia0/vgpu1 and nvidia0/gi3/vgpu1.
    """
    for mark in ("::", "/vgpu"):
        name, found, replica = device_id.partition(mark)
        if found:
            return name, replica
    return device_id, ""


def holding(device: Device, claims: Iterable[Claim]) -> Holding:
    """Who holds the device; nobody if no claim names it."""
    named = ((*split_id(claim.device_id), claim.holder) for claim in claims)
    return Holding(tuple(sorted(Part(holder, replica) for name, replica, holder in named if name in device.names)))
