"""Review, in time: measuring, plan, verdict, notice, decision. A pure function of a case; asked again whenever."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from tenure.api.conditions import Said
from tenure.api.decision import DecisionKind
from tenure.api.programme import Outcome
from tenure.api.review import Dates, Entry, Waits
from tenure.rules.case import Case, PlanFacts, dates, effective_after, plan_facts
from tenure.rules.finding import find
from tenure.rules.matter import Finding, Matter
from tenure.rules.notice import Notice
from tenure.rules.turns import entry, waits
from tenure.rules.words import many, sentence


@dataclass(frozen=True)
class Ruling:
    """What is to be written as a Decision, once."""

    kind: DecisionKind
    devices: int
    message: str
    effective: date
    data_kept_until: date | None


@dataclass(frozen=True)
class Progress:
    """How far the review has come, what is to be written, and when to look again."""

    dates: Dates
    plan_submitted_at: datetime | None
    noticed_at: datetime | None
    notice: str
    recommendation: Outcome | None
    decide: Ruling | None
    said: tuple[Said, ...]
    again: date | None
    waits: Waits | None = None
    verdict_entered: Entry | None = None
    measured_on: date | None = None

    @property
    def remembered(self) -> dict[str, Any]:
        """Fields of the Review's status that the next look starts from."""
        return {
            "dates": self.dates,
            "measured_on": self.measured_on,
            "plan_submitted_at": self.plan_submitted_at,
            "noticed_at": self.noticed_at,
            "notice": self.notice,
            "verdict_entered": self.verdict_entered,
            "waits": self.waits,
            "recommendation": self.recommendation,
        }


def progress(case: Case) -> Progress:
    """review(snapshot, now) -> outcome."""
    found = _progress(case)
    waiting, entered = waits(case, found.said), entry(case)
    return replace(found, waits=waiting, verdict_entered=entered, measured_on=case.measured_on)


def _progress(case: Case) -> Progress:
    submitted = case.status.plan_submitted_at or (case.now if case.spec.plan is not None else None)
    due = dates(case)
    plan = plan_facts(case, due.plan_due)
    finding = find(Matter(case, due, plan))
    said = [
        _plan_said(case, plan, due, final=finding.final),
        Said("Recommended", finding.outcome is not None, finding.reason, finding.message),
    ]
    if finding.outcome is None:
        noticed = Said("Noticed", finding.final, "NotNeeded" if finding.final else "NotYet", "")
        decided = Said("Decided", False, "Pending", finding.message)
        return Progress(
            due,
            submitted,
            None,
            "",
            finding.recommendation,
            None,
            (*said, noticed, decided),
            _again(case, due),
        )
    return _with_outcome(case, due, submitted, finding, said)


def _plan_said(case: Case, plan: PlanFacts, due: Dates, *, final: bool) -> Said:
    if case.exempt:
        return Said("PlanSubmitted", False, "NotNeeded", "Short-term users are exempt, so no plan is needed (R17).")
    if final:
        return Said("PlanSubmitted", False, "NotNeeded", "Nothing is decided any more, so no plan is needed.")
    closed = plan.state == "Submitted" and case.today > due.plan_due
    reason = "Closed" if closed else plan.state
    texts = {
        "Submitted": f"The plan is in. It can be changed until {due.plan_due}.",
        "Closed": f"The plan is in. It was due on {due.plan_due} and stays as it is.",
        "Awaited": f"The plan for the next quarter is due on {due.plan_due}: write spec.plan of this Review.",
        "Missing": f"No plan came by {due.plan_due}; it counts as inadequate (R17).",
    }
    return Said("PlanSubmitted", plan.state == "Submitted", reason, texts[reason])


def _with_outcome(case: Case, due: Dates, submitted: datetime | None, finding: Finding, said: list[Said]) -> Progress:
    assert finding.outcome is not None
    target = case.held.devices if finding.devices is None else finding.devices
    if target >= case.held.devices:
        noticed = Said("Noticed", True, "NotNeeded", "Nothing is taken.")
        decision = _ruling(case, finding, target, case.today)
        return _result(case, due, submitted, (None, ""), finding, decision=decision, said=[*said, noticed])
    return _with_notice(case, due, submitted, finding, target=target, said=said)


def _with_notice(
    case: Case, due: Dates, submitted: datetime | None, finding: Finding, *, target: int, said: list[Said]
) -> Progress:
    """A cut needs recorded notice, the programme's days, and no open appeal. Nothing is taken from who was not told."""
    notice = str(Notice(str(finding.outcome), case.held.devices, target))
    if case.programme.mode == "Observe":
        would = _ruling(case, finding, target, due.effective)
        return _result(case, due, submitted, (None, ""), finding, decision=would, said=said)
    given = case.status.noticed_at if case.status.notice == notice else None
    if given is None:
        due = due.model_copy(update={"effective": effective_after(case, case.today)})
        if case.told not in (None, notice):
            return _result(
                case, due, submitted, (None, notice), finding, decision=None, said=[*said, _being_told(notice)]
            )
    verdict = case.spec.verdict
    if given is not None and case.spec.appeal is not None and (verdict is None or verdict.appeal is None):
        text = f"{finding.message}: the tenant has appealed. Nothing happens until spec.verdict.appeal has the answer."
        told = [said[0], Said("Recommended", False, "Appealed", text), _noticed(notice, due)]
        return _result(case, due, submitted, (given, notice), finding, decision=None, said=told)
    decide = given is not None and case.today >= due.effective
    decision = _ruling(case, finding, target, case.today) if decide else None
    told = [*said, _noticed(notice, due)]
    return _result(case, due, submitted, (given or case.now, notice), finding, decision=decision, said=told)


def _noticed(notice: str, due: Dates) -> Said:
    text = f"{notice} takes effect on {due.effective}. Until then you may appeal: write spec.appeal of this Review."
    return Said("Noticed", True, "Given", text)


def _being_told(notice: str) -> Said:
    text = f"{notice}: the notice is being sent. Its days run from when every channel to the tenant has taken it."
    return Said("Noticed", False, "BeingTold", text)


def _ruling(case: Case, finding: Finding, target: int, effective: date) -> Ruling:
    kind = finding.outcome
    assert kind is not None
    held = case.held.devices
    kept = effective + timedelta(days=case.programme.storage.retention_days) if kind == "Revoke" else None
    ends = {
        "Increase": f"increased from {held} to {target} devices on {effective}",
        "Continue": f"continues with {many(held, 'device')}",
        "Reduce": _reduced(case, target, effective),
        "Revoke": f"revoked on {effective}; data kept until {kept}",
        "Exempt": f"continues with {many(held, 'device')}",
        "CarriedForward": f"continues with {many(held, 'device')}",
    }
    message = f"{finding.message.rstrip('.')}: {ends[kind]}"
    return Ruling(kind, target, sentence(message), effective, kept)


def _reduced(case: Case, target: int, effective: date) -> str:
    held, before = case.held.devices, case.before_returns
    stays = f"stays at {many(held, 'device')}"
    if target < held:
        return f"reduced from {held} to {target} devices on {effective}"
    if before > held:
        return f"{stays}, for {before - held} of {before} were given back, which counts as the step (R17, R22)"
    return f"{stays}, the lowest rung of the ladder"


def _result(
    case: Case,
    due: Dates,
    submitted: datetime | None,
    notice: tuple[datetime | None, str],
    finding: Finding,
    *,
    decision: Ruling | None,
    said: list[Said],
) -> Progress:
    observed = case.programme.mode == "Observe"
    if observed and decision is not None:
        said = [*said, Said("Decided", False, "Observed", f"Would be decided: {decision.message}")]
        decision = None
    elif decision is not None:
        said = [*said, Said("Decided", False, "Pending", "The Decision is being written.")]
    else:
        said = [*said, Said("Decided", False, "Pending", f"Takes effect on {due.effective}, not before.")]
    return Progress(
        due,
        submitted,
        *notice,
        finding.recommendation,
        decision,
        tuple(said),
        None if observed else _again(case, due),
    )


def _again(case: Case, due: Dates) -> date | None:
    """The next day on which time alone can change something."""
    turning = (
        None if case.measured else case.today + timedelta(days=1),
        due.window_end + timedelta(days=1),
        due.plan_due + timedelta(days=1),
        due.verdict_due + timedelta(days=1),
        due.effective,
        case.term.end + timedelta(days=1 - case.programme.review.notice_days),
        case.term.end + timedelta(days=1),
        case.following.effective if case.following is not None else None,
    )
    return min((day for day in turning if day is not None and day > case.today), default=None)
