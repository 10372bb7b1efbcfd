"""R17, R22: one step down the ladder. What the tenant gave back since the window began counts as the step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tenure.api.decision import DecisionSpec


def held_before_returns(held: int, decisions: Sequence[DecisionSpec], window_start: date) -> int:
    """Devices held before those Returns that count: in or after the window, with no review's step after them.

    `decisions` are those of the award, oldest first. A Return that a review has counted already does not count for the
    next one, and what an increase gave again is held.
    """
    before = held
    for decision in reversed(decisions):
        if decision.kind in ("Increase", "Reduce"):
            break
        if decision.kind == "Return":
            if decision.effective < window_start:
                break
            before = max(before, decision.before.devices)
    return before
