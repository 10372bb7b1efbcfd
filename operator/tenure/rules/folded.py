"""Why a grant is what it is: the fold over its Decisions, step by step, by the very function that makes the grant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tenure.api.allocation import Grant, Term
from tenure.api.decision import DecisionSpec
from tenure.rules.grant import Entitlement, entitled

NOT_YET = "It takes effect on its day, not before."
OTHER_AWARD = "It was made for an award that was edited since, so it does not count for this one."
AFTER_END = "A Decision before it has ended the grant, so it changes nothing."
TWICE = "The same was decided before it, and counts once."


@dataclass(frozen=True)
class Step:
    """A Decision, and the grant with it folded in. `left_out` says why one does not count."""

    decision: DecisionSpec
    grant: Grant | None
    left_out: str = ""


@dataclass(frozen=True)
class Folded:
    """The award, each Decision in the order in which they take effect, and what it comes to on the day."""

    award: Grant
    steps: tuple[Step, ...]
    entitlement: Entitlement


def folded(award: Grant, term: Term, decisions: Sequence[DecisionSpec], award_digest: str, today: date) -> Folded:
    """The fold of `grant.entitled`, with the grant after each Decision that counts."""
    end = entitled(award, term, decisions, award_digest, today)
    running = max(term.start, min(today, term.end))
    steps = [
        Step(decision, entitled(award, term, end.history[: place + 1], award_digest, running).grant)
        for place, decision in enumerate(end.history)
    ]
    others = [Step(d, None, _why(d, end, award_digest, today)) for d in decisions if d not in end.history]
    ordered = sorted([*steps, *others], key=lambda step: (step.decision.effective, step.decision.decided_at))
    return Folded(award, tuple(ordered), end)


def _why(decision: DecisionSpec, end: Entitlement, award_digest: str, today: date) -> str:
    if decision.award_digest != award_digest:
        return OTHER_AWARD
    if decision.effective > today:
        return NOT_YET
    return TWICE if any((d.review, d.kind) == (decision.review, decision.kind) for d in end.history) else AFTER_END
