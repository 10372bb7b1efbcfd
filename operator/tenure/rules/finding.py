"""R17: what a review comes to, as an ordered chain of small checks. The first that has something to say decides.

A silent committee costs the tenant nothing, no data is never zero, and a cut needs both bounds to agree on it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from tenure.api.programme import Outcome
from tenure.rules.case import soonest_effect
from tenure.rules.larger import larger
from tenure.rules.matter import Finding, Matter, outcome_of
from tenure.rules.verdict import band, is_cut, outcome

LONGEST_REASON = 1000
"""Letters of a reason that are repeated in the sentence for the tenant; the verdict itself has all of them."""


def _nothing_held(m: Matter) -> Finding | None:
    if m.case.held.devices:
        return None
    text = f"Nothing is held any more: the grant ended before {m.case.window.review} was decided."
    return Finding("NoTermLeft", text, final=True)


def _measuring(m: Matter) -> Finding | None:
    if m.case.measured:
        return None
    end = m.case.window.end
    if m.case.today <= end:
        return Finding("Measuring", f"The window runs until {end}; so far {m.lead}.")
    return Finding("Measuring", f"The window ended on {end}, and days of it are still to be read; so far {m.lead}.")


def _override(m: Matter) -> Finding | None:
    """A person decides, at any time (R20)."""
    verdict = m.case.spec.verdict
    if verdict is None or verdict.override is None:
        return None
    reason = textwrap.shorten(verdict.reason, LONGEST_REASON, placeholder=" ...")
    message = f"{m.lead}, decided by the committee: {reason}"
    return larger(m, message) if verdict.override == "Increase" else outcome_of(m, verdict.override, message)


def _exempt(m: Matter) -> Finding | None:
    if not m.case.exempt:
        return None
    months = m.case.programme.review.short_term_months
    text = f"{m.lead}; terms of {months} months or fewer are exempt from adjustment (R17)."
    return _unless_unasked(m, Finding("Exempt", text, outcome="Exempt"))


def _unless_unasked(m: Matter, finding: Finding) -> Finding:
    """A Decision ends the measuring, so one that waits for nothing else waits for days that can still be read."""
    if not m.case.counts.unasked or m.case.today >= m.dates.effective:
        return finding
    text = f"{finding.message} {m.case.counts.unasked} days are still to be read from Prometheus."
    return Finding(finding.reason, text)


def _no_term_left(m: Matter) -> Finding | None:
    soonest = soonest_effect(m.case, m.dates)
    if soonest <= m.case.term.end:
        return None
    text = f"{m.lead}; the term ends on {m.case.term.end}, before an outcome could take effect on {soonest}."
    return Finding("NoTermLeft", text, final=True)


def _appeal_upheld(m: Matter) -> Finding | None:
    """Before anything else that is decided: it answers to an override as well."""
    verdict = m.case.spec.verdict
    if m.case.spec.appeal is None or verdict is None or verdict.appeal != "Upheld":
        return None
    return outcome_of(m, "Continue", f"{m.lead}; the committee upheld the appeal")


def _too_few_days(m: Matter) -> Finding | None:
    least = m.case.programme.measurement.minimum_counted_days
    if m.case.counts.eligible >= least:
        return None
    text = (
        f"{m.lead}: only {m.case.counts.eligible} days could count, {least} are needed. Nothing changes in this review."
    )
    return _unless_unasked(m, Finding("CarriedForward", text, outcome="CarriedForward"))


def _too_little_known(m: Matter) -> Finding | None:
    rules, counts = m.case.programme.measurement, m.case.counts
    enough = counts.coverage_percent >= rules.minimum_review_coverage_percent and counts.measured.base > 0
    if enough and counts.counted >= rules.minimum_counted_days:
        return None
    text = (
        f"{m.lead}: {counts.unknown} days are Unknown and {counts.coverage_percent} % of the device time counts, "
        f"{rules.minimum_review_coverage_percent} % and {rules.minimum_counted_days} days are needed. "
        "Nothing is taken; a person decides by spec.verdict.override."
    )
    return Finding("Inconclusive", text)


def _unjudged(m: Matter) -> Finding | None:
    """The plan is not judged: nothing waits where nothing can be taken, and else never to the tenant's cost."""
    if m.plan.adequate is not None:
        return None
    bands = m.case.programme.review.bands
    row = band(bands, m.case.counts.measured)
    if row.adequate == row.inadequate and not is_cut(row.inadequate):
        return _judged(m, adequate=False)
    floor_holds = not is_cut(row.inadequate)
    if m.plan.state == "Awaited":
        cells = f"{row.adequate} with an adequate plan, {row.inadequate} without"
        text = f"{m.lead}: {cells}. The plan is due on {m.dates.plan_due}."
        return Finding("AwaitingPlan", text, recommendation=row.inadequate if floor_holds else None)
    if floor_holds and m.case.today > m.dates.verdict_due:
        return outcome_of(m, row.inadequate, f"{m.lead}, no verdict on the plan by {m.dates.verdict_due}")
    since = m.case.day_of(m.case.status.plan_submitted_at)
    text = (
        f"{m.lead}: {row.adequate} with an adequate plan, {row.inadequate} otherwise. The plan waits for the committee "
        f"since {since}; its verdict is due on {m.dates.verdict_due}. Until it comes nothing changes."
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
    return outcome_of(m, cell, f"{m.lead}, {m.plan.words}")


def _bounded_cut(m: Matter, cell: Outcome, *, adequate: bool) -> Finding:
    doubt = _lost_record(m) or _estimated_alone(m) or _bounds_apart(m, cell, adequate=adequate)
    if doubt:
        text = f"{m.lead}: {doubt} Nothing is taken; a person decides by spec.verdict.override."
        return Finding("Inconclusive", text)
    return _unconfirmed(m, cell) or outcome_of(m, cell, f"{m.lead}, {m.plan.words}")


def _unconfirmed(m: Matter, cell: Outcome) -> Finding | None:
    """A confirmation holds for the recommendation that it names and for no other. A verdict on the plan is one as well."""
    verdict = m.case.spec.verdict
    confirms = verdict.confirms if verdict is not None else None
    lead = f"{m.lead}, {m.plan.words}: {cell} is recommended"
    if confirms is not None and confirms != cell:
        text = f"{lead} and waits for the committee, which has confirmed {confirms} and not this. Nothing is taken meanwhile."
        return Finding("AwaitingConfirmation", text, recommendation=cell)
    needed = m.case.programme.review.confirmation == "Committee"
    if needed and confirms is None and (verdict is None or verdict.plan is None):
        text = f"{lead} and waits for the committee since {m.dates.plan_due}."
        return Finding("AwaitingConfirmation", text, recommendation=cell)
    return None


def _lost_record(m: Matter) -> str:
    """Nothing is taken twice for one quarter."""
    if not m.case.record_lost:
        return ""
    return (
        "less is held than the award and its Decisions give, so a record was lost, perhaps that of a cut for this very "
        "quarter."
    )


def _estimated_alone(m: Matter) -> str:
    """R16: where a shared device's part is estimated, the day counts, but such days alone never cut."""
    counts, least = m.case.counts, max(1, m.case.programme.measurement.minimum_counted_days)
    if not counts.estimated or counts.counted - counts.estimated >= least:
        return ""
    return (
        f"on {counts.estimated} of {counts.counted} counted days the share of a shared device is estimated. Estimated days "
        f"alone never cut: {least} measured ones are needed."
    )


def _bounds_apart(m: Matter, cell: Outcome, *, adequate: bool) -> str:
    """R16: a cut needs both bounds to agree on it."""
    bands, counts = m.case.programme.review.bands, m.case.counts
    if all(outcome(bands, ratio, adequate=adequate) == cell for ratio in (counts.lowest, counts.highest)):
        return ""
    return (
        f"with all that is missing or estimated taken as idle it is {counts.lowest.text()}, with it fully busy "
        f"{counts.highest.text()}, and the two do not give the same outcome."
    )


def _increase(m: Matter) -> Finding:
    verdict = m.case.spec.verdict
    if verdict is None or verdict.increase_to is None:
        if m.case.today > m.dates.verdict_due:
            return outcome_of(m, "Continue", f"{m.lead}, {m.plan.words}, no increase approved by {m.dates.verdict_due}")
        text = (
            f"{m.lead}, {m.plan.words}: an increase is offered. The committee approves it by spec.verdict.increaseTo."
        )
        return Finding("AwaitingApproval", text, recommendation="Increase")
    return larger(m, f"{m.lead}, {m.plan.words}")


CHECKS: tuple[Callable[[Matter], Finding | None], ...] = (
    _nothing_held,
    _appeal_upheld,
    _override,
    _measuring,
    _exempt,
    _no_term_left,
    _too_few_days,
    _too_little_known,
    _unjudged,
    _table,
)


def find(matter: Matter) -> Finding:
    """What the review comes to now."""
    return next(found for check in CHECKS if (found := check(matter)) is not None)
