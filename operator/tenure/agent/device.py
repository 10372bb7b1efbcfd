"""What is measured: a card, or a MIG instance of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Device:
    """Equal if it is the same piece of hardware in the same shape."""

    index: int
    """NVML's index of the card."""
    uuid: str
    """The card's, for a MIG instance as well: that is how DCGM names it."""
    pci_bus_id: str
    model: str
    names: frozenset[str]
    """What device plugins call it, without the suffix of a replica: GPU-..., MIG-..., nvidia0, nvidia0/gi3."""
    profile: str = ""
    """MIG profile of an instance, for example 1g.5gb."""
    instance: str = ""
    """Id of the MIG GPU instance. Two cards may have the same ones, so it names a device only with the UUID."""
    divided: bool = False
    """A card in MIG mode. Its instances carry the load; the card itself has nothing but its power."""
    card: Any = field(default=None, compare=False, repr=False)
    """NVML's handle of the card."""
    handle: Any = field(default=None, compare=False, repr=False)
    """NVML's handle of the device itself: the card's, or the MIG instance's."""

    def place(self) -> tuple[int, int]:
        """Where it stands in a list."""
        return self.index, int(self.instance or -1)

    def labels(self) -> Mapping[str, str]:
        """DCGM's labels of a device, in its order. Those of MIG are absent on a whole card."""
        mig = {"GPU_I_PROFILE": self.profile, "GPU_I_ID": self.instance} if self.instance else {}
        return {
            "gpu": str(self.index),
            "UUID": self.uuid,
            "pci_bus_id": self.pci_bus_id,
            "device": f"nvidia{self.index}",
            "modelName": self.model,
            **mig,
        }

    def __str__(self) -> str:
        part = f", MIG instance {self.instance} ({self.profile})" if self.instance else ""
        return f"GPU {self.index} ({self.model}, {self.uuid}{part})"
