"""What a review comes to, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.api.review import Edge, Forecast, Planned, Review, Utilization
from tenure.report.sentences import utilization


def sentences(review: Review) -> Iterator[str]:
    """Of the whole review, whichever of its days are shown."""
    status = review.status
    yield _utilization(status.utilization)
    yield _days(status.utilization)
    if status.planned is not None and status.planned.percent:
        yield _planned(status.planned)
    if status.forecast is not None and status.forecast.days_left:
        paced = status.utilization.counted_days > 0
        yield _forecast(status.forecast, paced=paced)
        yield from (_edge(edge, paced=paced) for edge in status.forecast.edges)
    if status.outcome:
        yield f"Decided: {status.outcome} (Decision {status.decision}). The days do not change any more."
    if status.ledger is not None and status.ledger.profile:
        yield f"The load is the {status.ledger.load or 'load'} (TelemetryProfile {status.ledger.profile})."


def _utilization(found: Utilization) -> str:
    known = found.counted_days and found.second_percent
    second = f" The second signal is {found.second_percent} of the load." if known else ""
    return f"{utilization(found)}{second}"


def _days(found: Utilization) -> str:
    text = (
        f"Days: {found.counted_days} counted, {found.set_up_days} set-up, {found.unknown_days} unknown, "
        f"{found.unavailable_days} unavailable"
    )
    shared = f"; on {found.estimated_days} of the counted ones the share of a shared device is estimated"
    return f"{text}{shared if found.estimated_days else ''}."


def _planned(found: Planned) -> str:
    hours = found.planned_seconds / 3600
    return f"Against the usage plan {found.percent} of {hours:,.1f} device-hours on these days (R27); nothing follows from it."


def _forecast(found: Forecast, *, paced: bool) -> str:
    if not paced:
        return f"{found.days_left} days are left, and without a counted day there is no pace to go by yet."
    return f"{found.days_left} days are left. At the present pace ({found.pace_percent}) the review ends at {found.percent}."


def _edge(found: Edge, *, paced: bool) -> str:
    if not found.busy_seconds_needed:
        return f"{found.percent} % of the whole window is reached already."
    hours = f"{found.busy_seconds_needed / 3600:,.1f} more busy device-hours"
    if found.within_reach and not paced:
        return f"To end at {found.percent} % or above takes {hours}."
    way = "the present pace gets there" if found.on_course else "the present pace does not get there"
    reach = way if found.within_reach else "more than all granted devices can still do"
    return f"To end at {found.percent} % or above takes {hours}: {reach}."
