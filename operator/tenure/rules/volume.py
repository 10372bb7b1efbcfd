"""R3: storage grows in steps. What a volume claim asks for follows the grant upwards, and never down."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tenure.api.conditions import Said
from tenure.api.quantity import write


@dataclass(frozen=True)
class Volume:
    """A volume claim beside what is granted, in bytes."""

    granted: Decimal
    asked: Decimal
    """What the claim asks for."""
    there: Decimal
    """What its volume has; 0 while none is bound."""
    storage_class: str
    expands: bool
    """The class allows volumes to grow."""

    @property
    def grows(self) -> bool:
        """Whether the claim is to ask for more now. One that is not bound cannot be changed."""
        return self.there > 0 and self.asked < self.granted and self.expands


def provided(volume: Volume | None, refused: str = "") -> Said:
    """Whether the volume has what is granted. `refused` is what the API server said against the claim or its growth."""
    if volume is None and refused:
        text = f"There is no volume: the API server refuses the claim, which is tried again. {refused}"
        return Said("StorageProvided", False, "Pending", text)
    if volume is None:
        text = "The namespace has volume claims of its own. They count, and Tenure makes none beside them."
        return Said("StorageProvided", True, "OwnClaims", text)
    granted, there = write(volume.granted), write(volume.there)
    if not volume.there:
        text = f"{granted} are granted. The claim has no volume yet; its StorageClass may make it with the first pod."
        return Said("StorageProvided", False, "Pending", text)
    if volume.there >= volume.granted:
        return Said("StorageProvided", True, "Provided", f"{granted} are granted, and the volume has {there}.")
    if refused:
        text = f"The volume has {there} of {granted}. The API server does not let it grow: {refused}"
        return Said("StorageProvided", False, "Pending", text)
    if volume.asked < volume.granted and not volume.expands:
        text = (
            f"The quota allows {granted}, and the volume stays at {there}: StorageClass "
            f"{volume.storage_class or '(none)'} lets no volume grow. Make another claim for the rest."
        )
        return Said("StorageProvided", False, "ClassCannotExpand", text)
    return Said("StorageProvided", False, "Growing", f"The volume has {there} and is to grow to {granted}.")
