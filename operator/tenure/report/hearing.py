"""A review as it would stand with another verdict, worked out where nobody knows who else waits for devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tenure.api.programme import Outcome
from tenure.api.review import Verdict
from tenure.report.item import Item
from tenure.rules import calendar
from tenure.rules.case import Case
from tenure.rules.increases import Answer
from tenure.rules.review import progress
from tenure.rules.utilization import counts
from tenure.rules.words import sentence


def case(item: Item, verdict: Verdict | None, now: datetime) -> Case | None:
    """The review with a verdict at an instant; None where an object is missing, or Tenure has not looked at it yet."""
    review, dates = item.review, item.review.status.dates
    if item.allocation is None or item.programme is None or item.accelerator is None or dates is None:
        return None
    programme = item.programme.spec
    window = calendar.Window(
        review=review.spec.review,
        start=dates.window_start,
        end=dates.window_end,
        plan_due=dates.plan_due,
        verdict_due=dates.verdict_due,
        effective=dates.effective,
    )
    digest = item.allocation.status.award_digest
    return Case(
        programme=programme,
        accelerator=item.accelerator.spec,
        term=item.allocation.spec.term,
        window=window,
        held=item.held,
        spec=review.spec.model_copy(update={"verdict": verdict}),
        status=review.status,
        counts=counts(review.status.ledger, programme.measurement),
        now=now,
        decisions=tuple(one for one in item.history if one.award_digest == digest),
        increase=_no_increase(item, verdict),
    )


def _no_increase(item: Item, verdict: Verdict | None) -> Answer | None:
    """An increase up to what is held is none, whoever else waits. Of others nothing is known here."""
    to, held = verdict.increase_to if verdict else None, item.held.devices
    return Answer(approved=to, devices=held) if to is not None and to <= held else None


@dataclass(frozen=True)
class Told:
    """What the review would say then."""

    reason: str
    """Of the condition Recommended."""
    recommendation: Outcome | None
    plan: str
    """Reason of the condition PlanSubmitted."""
    message: str
    """What follows, in sentences."""


def told(item: Item, verdict: Verdict | None, now: datetime) -> Told | None:
    """What the review would say with a verdict; None where that cannot be told."""
    heard = case(item, verdict, now)
    if heard is None:
        return None
    found = progress(heard)
    said = {one.type: one for one in found.said}
    recommended = said["Recommended"]
    message = sentence(recommended.message)
    if found.decide is not None:
        message = found.decide.message
    elif found.notice and recommended.reason != "Appealed":
        message = f"{message} {found.notice} takes effect on {found.dates.effective}{_appeal(heard)}."
    return Told(recommended.reason, found.recommendation, said["PlanSubmitted"].reason, message)


def _appeal(heard: Case) -> str:
    """What an appeal may still change: one that was answered is closed."""
    verdict = heard.spec.verdict
    dismissed = heard.spec.appeal is not None and verdict is not None and verdict.appeal == "Dismissed"
    return "; the appeal is dismissed" if dismissed else ", unless the tenant appeals"
