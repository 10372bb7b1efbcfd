"""R17: the decision table."""

from __future__ import annotations

from tenure.api.programme import Band, Outcome
from tenure.rules.utilization import Ratio

ORDER: tuple[Outcome, ...] = ("Increase", "Continue", "Reduce", "Revoke")
"""From the best for the tenant to the worst."""


def is_cut(outcome: Outcome) -> bool:
    """Whether the outcome takes something."""
    return ORDER.index(outcome) > ORDER.index("Continue")


def band(bands: tuple[Band, ...], ratio: Ratio) -> Band:
    """The row of the table for a utilization: the first whose lower edge is reached, edges belong to the row above."""
    return next((row for row in bands if ratio.at_least(row.from_percent)), bands[-1])


def outcome(bands: tuple[Band, ...], ratio: Ratio, *, adequate: bool) -> Outcome:
    """The cell of the table."""
    row = band(bands, ratio)
    return row.adequate if adequate else row.inadequate
