"""R7, R10, R17: increases that wait for devices. Which there are, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tenure.api.review import Review
from tenure.rules.utilization import Ratio


@dataclass(frozen=True)
class Wish:
    """An increase of an allocation: approved by the committee, or offered and still open."""

    name: str
    """Of the allocation."""
    organization: str
    priority_class: int
    utilization: Ratio
    held: int
    rungs: tuple[int, ...]
    """Sizes of the accelerator's bundles."""
    counted: int
    """Devices that the allocation counts for in its organization's cap (R1)."""
    room: int
    """Devices that the organization may still get under its cap, beside what is counted."""
    approved: int | None
    """Up to how many devices the committee has approved; None where it has not said so yet."""
    promised: int = 0
    """Devices that were granted already, while the Decision is being written."""

    def target(self, given: int = 0) -> int:
        """Devices it may come to, after its organization was given so many more; `held` where no bundle fits."""
        most = self.counted + self.room - given
        if self.approved is not None:
            most = min(most, self.approved)
        return max((size for size in self.rungs if self.held < size <= most), default=self.held)


@dataclass(frozen=True)
class Answer:
    """What became of an approved increase."""

    approved: int
    """Up to how many devices it was approved when it was answered."""
    devices: int
    """Devices it comes to."""
    granted: bool = True
    place: int = 0
    """Its place among all that wait, from 1."""
    waiting: int = 0
    """How many awards and increases wait."""
    open: int = 0
    """Free devices that no round has reserved."""


def approved(review: Review) -> int | None:
    """Up to how many devices the committee has approved an increase that is still to be decided; else None."""
    verdict, status = review.spec.verdict, review.status
    if verdict is None or status.outcome:
        return None
    by_override = verdict.override == "Increase"
    by_table = verdict.override is None and verdict.plan == "Adequate" and status.recommendation == "Increase"
    return verdict.increase_to if by_override or by_table else None


def offered(review: Review, today: date) -> bool:
    """Whether an increase is offered that the committee may still approve in time."""
    verdict, status = review.spec.verdict, review.status
    open_ = not status.outcome and status.dates is not None and today <= status.dates.verdict_due
    silent = verdict is None or (
        verdict.override is None and verdict.increase_to is None and verdict.plan != "Inadequate"
    )
    return open_ and silent and status.recommendation == "Increase"
