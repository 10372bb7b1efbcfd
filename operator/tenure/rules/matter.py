"""A case with its dates and plan, and what can be said of it."""

from __future__ import annotations

from dataclasses import dataclass

from tenure.api.decision import DecisionKind
from tenure.api.programme import Outcome
from tenure.api.review import Dates
from tenure.rules import bundles
from tenure.rules.case import Case, PlanFacts
from tenure.rules.words import many


@dataclass(frozen=True)
class Finding:
    """What can be said now: a reason of the condition Recommended, a sentence, and the outcome once there is one."""

    reason: str
    message: str
    outcome: DecisionKind | None = None
    devices: int | None = None
    """Devices after the outcome; None leaves them as they are."""
    recommendation: Outcome | None = None
    final: bool = False
    """Concluded without anything to decide."""


@dataclass(frozen=True)
class Matter:
    """A case with its dates and plan."""

    case: Case
    dates: Dates
    plan: PlanFacts

    @property
    def lead(self) -> str:
        """The measured figure in the words every sentence begins with."""
        case = self.case
        return (
            f"utilization {case.counts.measured.text()} of {many(case.held.devices, 'device')} in {case.window.review}"
        )


def outcome_of(m: Matter, kind: Outcome, message: str) -> Finding:
    """The outcome with the devices it leaves (R17, R22: reduce is one step down the ladder)."""
    held = m.case.held.devices
    reduced = bundles.reduced(m.case.accelerator, held, m.case.before_returns)
    target = {"Continue": held, "Revoke": 0}.get(kind, reduced)
    return Finding("Recommended", message, kind, target, kind)
