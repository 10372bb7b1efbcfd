"""What a review comes to, in sentences for the committee."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tenure.api.review import Utilization
from tenure.report.item import Item
from tenure.rules.words import sentence


def summary(item: Item) -> str:
    """What its plot shows, for those who do not see it."""
    status = item.review.status
    ledger, found = status.ledger, status.utilization
    assert ledger is not None
    last = ledger.from_ + timedelta(days=len(ledger.states) - 1)
    return (
        f"Busy device-hours per day from {ledger.from_} to {last}: {found.percent or 'unknown'} of base time. "
        f"{found.counted_days} days count, {found.unknown_days} are unknown, {found.unavailable_days} unavailable, "
        f"{found.set_up_days} set-up."
    )


def figures(item: Item) -> Iterator[str]:
    """How it stands, what it waits for, and the figures with their bounds."""
    status = item.review.status
    found = status.utilization
    if (said := item.said("Recommended")) is not None and said.message:
        yield sentence(said.message)
    yield utilization(found)
    if found.estimated_days:
        yield f"On {found.estimated_days} of the counted days the share of a shared device is estimated."
    yield _planned(item)
    if (said := item.said("Corroborated")) is not None and said.message:
        yield sentence(said.message)
    yield from _dates(item)


def utilization(found: Utilization) -> str:
    """R16: the measured figure, its bounds, and how much is known."""
    if not found.counted_days:
        return "Utilization is unknown: no day counts yet."
    return (
        f"Utilization {found.percent} of base time (R16): {found.lowest_percent} if all that is missing was idle, "
        f"{found.highest_percent} if it was fully busy. {found.coverage_percent} % of the time is known."
    )


def _planned(item: Item) -> str:
    planned = item.review.status.planned
    if planned is None or not planned.planned_seconds:
        return "The application has no usage plan for this window, so use cannot be compared with it (R27)."
    return (
        f"Use against the plan of the application (R27): {planned.busy_seconds // 3600:,} of "
        f"{planned.planned_seconds // 3600:,} planned device-hours so far, {planned.percent}."
    )


def _dates(item: Item) -> Iterator[str]:
    dates = item.review.status.dates
    if dates is not None:
        yield (
            f"The window is {dates.window_start} to {dates.window_end}; the plan is due on {dates.plan_due}, the verdict on "
            f"{dates.verdict_due}; the outcome takes effect on {dates.effective} at the earliest."
        )
