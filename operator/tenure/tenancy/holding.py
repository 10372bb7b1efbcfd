"""Holding: what one Allocation puts into its Project's namespace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tenure.api.accelerator import Accelerator
from tenure.api.allocation import Grant


@dataclass(frozen=True)
class Holding:
    """The grant of one Allocation as it counts today.

    A stopped holding (its term is over, it was revoked or given back) gives neither devices nor CPU nor memory,
    but it keeps its storage: nothing that holds data goes away with a grant.
    """

    allocation: str
    accelerator: Accelerator | None
    """None for a storage-only award (R3)."""
    grant: Grant
    until: date
    """Last day of the term."""
    stopped: bool
    kept_until: date | None = None
    """Last day on which the data of a stopped holding is there for certain."""

    @property
    def devices(self) -> int:
        """Devices that count today."""
        return 0 if self.stopped or self.accelerator is None else self.grant.devices


def running(holdings: Iterable[Holding]) -> tuple[Holding, ...]:
    """The holdings that still give computing power."""
    return tuple(holding for holding in holdings if not holding.stopped)
