"""One tenant's day: four amounts that are never mixed up, and whether the day counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class State(StrEnum):
    """What a day is worth in a review (R16)."""

    COUNTED = "Counted"
    SETUP = "Setup"
    UNAVAILABLE = "Unavailable"
    UNKNOWN = "Unknown"


class Reason(StrEnum):
    """Why a day has its state. A counted day has its own reason where something about it should be known."""

    COUNTED = "Counted"
    SETUP = "Setup"
    QUERY_FAILED = "QueryFailed"
    PARTIAL_ANSWER = "PartialAnswer"
    NO_EXPORTER_DATA = "NoExporterData"
    LABELS_MISMATCH = "LabelsMismatch"
    ATTRIBUTION_LOST = "AttributionLost"
    COVERAGE_GAP = "CoverageGap"
    SIGNAL_STUCK_AT_ZERO = "SignalStuckAtZero"
    ESTIMATED = "Estimated"
    OUTAGE = "Outage"
    NO_CAPACITY = "NoCapacity"


RETRIABLE = frozenset({Reason.QUERY_FAILED, Reason.PARTIAL_ANSWER, Reason.NO_EXPORTER_DATA, Reason.LABELS_MISMATCH})
"""Reasons that may go away when a server is back or a setting is mended; a gap in the past does not."""


@dataclass(frozen=True)
class DayFacts:
    """Device-seconds of one tenant or allocation on one day. A day is as long as it was: 23 to 25 hours."""

    busy: int
    """Integral of the load."""
    measured: int
    """Time with a sample that names the tenant."""
    requested: int | None
    """Time for which running pods had requested devices; None if nobody can say."""
    granted: int
    """Granted devices times the day."""
    state: State
    reason: str
    message: str = ""
    """For people. It is not kept in the ledger."""
    outage: int = 0
    """Time that declared outages took; it leaves numerator and base."""
    no_capacity: int = 0
    """Time for which pods waited because the centre had no room; it leaves the base."""
    estimated: int = 0
    """By how much busy may be more or less, because devices were shared and no process was read."""
    second: int | None = None
    """Integral of the second signal; None without one."""
    answer: str = ""
    """Digest of what Prometheus answered; empty if it did not."""


def split(facts: DayFacts, numerator: int, denominator: int, before: int = 0) -> DayFacts:
    """The part of an allocation that has `numerator` of the `denominator` devices its namespace is granted.

    With `before` (the devices of the allocations already served) the parts add up to the whole exactly;
    without, they are rounded down. What is no amount is the same for all.
    """

    def part(whole: int) -> int:
        return whole * (before + numerator) // denominator - whole * before // denominator

    return replace(
        facts,
        busy=part(facts.busy),
        measured=part(facts.measured),
        requested=None if facts.requested is None else part(facts.requested),
        granted=part(facts.granted),
        outage=part(facts.outage),
        no_capacity=part(facts.no_capacity),
        estimated=part(facts.estimated),
        second=None if facts.second is None else part(facts.second),
    )
