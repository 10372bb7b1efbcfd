"""R17: what a review comes to, as an ordered chain of small checks. The first that has something to say decides.

A silent committee costs the tenant nothing, no data is never zero, and a cut needs both bounds to agree on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tenure.api.decision import DecisionKind
from tenure.api.programme import Outcome
from tenure.api.review import Dates
from tenure.rules import bundles
from tenure.rules.case import Case, PlanFacts
from tenure.rules.verdict import band, is_cut, outcome


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
        return f"utilization {self.case.counts.measured.text()} of {self.case.held.devices} devices in {self.case.window.review}"


def _measuring(m: Matter) -> Finding | None:
    if m.case.today > m.case.window.end and not m.case.counts.unread:
        return None
    return Finding("Measuring", f"The window runs until {m.case.window.end}; so far {m.lead}.")


def _override(m: Matter) -> Finding | None:
    verdict = m.case.spec.verdict
    if verdict is None or verdict.override is None:
        return None
    return _outcome(m, verdict.override, f"{m.lead}, decided by the committee: {verdict.reason}")


def _exempt(m: Matter) -> Finding | None:
    if not m.case.exempt:
        return None
    months = m.case.programme.review.short_term_months
    return Finding(
        "Exempt",
        f"{m.lead}; terms of {months} months or fewer are exempt from adjustment (R17).",
        outcome="Exempt",
    )


def _no_term_left(m: Matter) -> Finding | None:
    if m.dates.effective <= m.case.term.end:
        return None
    text = f"{m.lead}; the term ends on {m.case.term.end}, before an outcome could take effect on {m.dates.effective}."
    return Finding("NoTermLeft", text, final=True)


def _appeal_upheld(m: Matter) -> Finding | None:
    verdict = m.case.spec.verdict
    if m.case.spec.appeal is None or verdict is None or verdict.appeal != "Upheld":
        return None
    return _outcome(m, "Continue", f"{m.lead}; the committee upheld the appeal")


def _too_few_days(m: Matter) -> Finding | None:
    least = m.case.programme.measurement.minimum_counted_days
    if m.case.counts.eligible >= least:
        return None
    text = (
        f"{m.lead}: only {m.case.counts.eligible} days could count, {least} are needed. Nothing changes in this review."
    )
    return Finding("CarriedForward", text, outcome="CarriedForward")


def _too_little_known(m: Matter) -> Finding | None:
    rules, counts = m.case.programme.measurement, m.case.counts
    enough = counts.coverage_percent >= rules.minimum_review_coverage_percent and counts.measured.base > 0
    if enough and counts.counted >= rules.minimum_counted_days:
        return None
    text = (
        f"{m.lead}: {counts.unknown} days are Unknown and {counts.coverage_percent} % of the device time counts, "
        f"{rules.minimum_review_coverage_percent} % and {rules.minimum_counted_days} days are needed. Nothing is taken; "
        "a person decides by spec.verdict.override."
    )
    return Finding("Inconclusive", text)


def _unjudged(m: Matter) -> Finding | None:
    """The plan is not judged: wait for it only where it matters, and never to the tenant's cost."""
    if m.plan.adequate is not None:
        return None
    bands = m.case.programme.review.bands
    row = band(bands, m.case.counts.measured)
    if row.adequate == row.inadequate:
        return _judged(m, adequate=False)
    floor_holds = not is_cut(row.inadequate)
    if m.plan.state == "Awaited":
        text = f"{m.lead}: {row.adequate} with an adequate plan, {row.inadequate} without. The plan is due on {m.dates.plan_due}."
        return Finding("AwaitingPlan", text, recommendation=row.inadequate if floor_holds else None)
    if floor_holds and m.case.today > m.dates.verdict_due:
        return _outcome(m, row.inadequate, f"{m.lead}, no verdict on the plan by {m.dates.verdict_due}")
    text = (
        f"{m.lead}: {row.adequate} with an adequate plan, {row.inadequate} otherwise. The plan is in and waits for the "
        f"committee, whose verdict is due on {m.dates.verdict_due}. Until it comes nothing changes."
    )
    return Finding("AwaitingVerdict", text, recommendation=row.adequate)


def _table(m: Matter) -> Finding | None:
    return None if m.plan.adequate is None else _judged(m, adequate=m.plan.adequate)


def _judged(m: Matter, *, adequate: bool) -> Finding:
    bands, counts = m.case.programme.review.bands, m.case.counts
    cell = outcome(bands, counts.measured, adequate=adequate)
    if cell == "Increase":
        return _increase(m)
    if is_cut(cell):
        return _bounded_cut(m, cell, adequate=adequate)
    return _outcome(m, cell, f"{m.lead}, {m.plan.words}")


def _bounded_cut(m: Matter, cell: Outcome, *, adequate: bool) -> Finding:
    bands, counts = m.case.programme.review.bands, m.case.counts
    if any(outcome(bands, ratio, adequate=adequate) != cell for ratio in (counts.lowest, counts.highest)):
        text = (
            f"{m.lead}: with the missing time idle it is {counts.lowest.text()}, with it fully busy "
            f"{counts.highest.text()}, and the two do not give the same outcome. Nothing is taken; "
            "a person decides by spec.verdict.override."
        )
        return Finding("Inconclusive", text)
    verdict = m.case.spec.verdict
    confirmed = verdict is not None and (verdict.plan is not None or verdict.confirmed)
    if m.case.programme.review.confirmation == "Committee" and not confirmed:
        text = f"{m.lead}, {m.plan.words}: {cell} is recommended and waits for the committee since {m.dates.plan_due}."
        return Finding("AwaitingConfirmation", text, recommendation=cell)
    return _outcome(m, cell, f"{m.lead}, {m.plan.words}")


def _increase(m: Matter) -> Finding:
    verdict = m.case.spec.verdict
    if verdict is None or verdict.increase_to is None:
        if m.case.today > m.dates.verdict_due:
            return _outcome(m, "Continue", f"{m.lead}, {m.plan.words}, no increase approved by {m.dates.verdict_due}")
        text = (
            f"{m.lead}, {m.plan.words}: an increase is offered. The committee approves it by spec.verdict.increaseTo."
        )
        return Finding("AwaitingApproval", text, recommendation="Increase")
    held = m.case.held.devices
    target = bundles.largest_up_to(m.case.accelerator, held, min(verdict.increase_to, m.case.cap))
    if target - held > m.case.free:
        text = f"{m.lead}: the increase to {target} devices is approved and waits; {m.case.free} devices are free."
        return Finding("AwaitingCapacity", text, recommendation="Increase")
    kind: Outcome = "Increase" if target > held else "Continue"
    return Finding("Recommended", f"{m.lead}, {m.plan.words}", kind, target, "Increase")


def _outcome(m: Matter, kind: Outcome, message: str) -> Finding:
    """The outcome with the devices it leaves (R17: reduce is one rung down the ladder)."""
    held = m.case.held.devices
    verdict = m.case.spec.verdict
    if kind == "Increase":
        most = min(verdict.increase_to or 0, m.case.cap) if verdict is not None else 0
        target = bundles.largest_up_to(m.case.accelerator, held, most)
    else:
        target = {"Continue": held, "Revoke": 0}.get(kind, bundles.one_down(m.case.accelerator, held))
    return Finding("Recommended", message, kind, target, kind)


CHECKS: tuple[Callable[[Matter], Finding | None], ...] = (
    _measuring,
    _override,
    _exempt,
    _no_term_left,
    _appeal_upheld,
    _too_few_days,
    _too_little_known,
    _unjudged,
    _table,
)


def find(matter: Matter) -> Finding:
    """What the review comes to now."""
    return next(found for check in CHECKS if (found := check(matter)) is not None)
