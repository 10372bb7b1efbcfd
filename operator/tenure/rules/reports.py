"""R23: the performance report is opened, handed in, judged and recorded. One that is late takes nothing from anybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tenure.api import Report
from tenure.api.conditions import Said
from tenure.api.decision import DecisionSpec
from tenure.api.report import ReportAssessment
from tenure.rules import record
from tenure.rules.cause import Holder, Step, judged, ready
from tenure.rules.record import Settled

WRITE = "fill in this Report and set spec.submitted to true"


def occasion(about: Report) -> str:
    """What its Decision is decided in. Excellence is chosen later (R23), so an assessment may grow by another Decision."""
    found = about.spec.assessment or ReportAssessment()
    said = {"accepted": found.accepted, "excellent": found.excellent, "shared": found.shared}
    return record.occasion("Report", about.metadata.namespace, about.name, said)


def _calendar_due(holder: Holder) -> date:
    """R23: so many days before the end of the term, or at the end of service where that came first."""
    before_end = holder.spec.term.end - timedelta(days=holder.programme.ends.report_days)
    return before_end if holder.over_since is None else min(before_end, holder.over_since)


def opening(holder: Holder) -> date | None:
    """The day on which it is to be opened, so that there is time to write it; None before service has begun."""
    if holder.in_use_from is None:
        return None
    return max(holder.in_use_from, _calendar_due(holder) - timedelta(days=holder.programme.review.plan_days))


def opens(holder: Holder, decisions: Sequence[DecisionSpec] = (), award_digest: str = "") -> bool:
    """Whether it is time. One that was accepted and lost with its namespace is not asked for again."""
    day = opening(holder)
    accepted = any(d.kind == "ReportAssessed" and d.award_digest == award_digest for d in decisions)
    return day is not None and holder.today >= day and not accepted


def due(holder: Holder, opened: date) -> date:
    """The last day on which it is in time. No deadline runs before it was announced."""
    return max(_calendar_due(holder), opened + timedelta(days=holder.programme.review.plan_days))


def judge(about: Report, holder: Holder, decided: DecisionSpec | None) -> Step:
    """What comes of a Report."""
    spec, status, today = about.spec, about.status, holder.today
    opened = status.opened_on or today
    last = due(holder, opened)
    handed_in = (status.submitted_on or today) if spec.submitted else None
    mark, fresh = judged(status.judged, spec.assessment, _text(about)) if spec.assessment is not None else ("", False)
    submitted, assessed = _submitted(handed_in, last, today), _assessed(about, handed_in, fresh)
    waits_for = assessed if handed_in is not None else submitted
    accepted = assessed.status is True and spec.assessment is not None
    settled = (
        _settled(holder, spec.assessment) if accepted and decided is None and spec.assessment is not None else None
    )
    done = ready(accepted and decided is not None, waits_for.message)
    again = last + timedelta(days=1) if handed_in is None and today <= last else None
    facts = {"opened_on": opened, "due": last, "submitted_on": handed_in, "judged": mark}
    return Step((submitted, assessed, done), settled, again, facts)


def _text(about: Report) -> dict[str, Any]:
    """What the tenant wrote."""
    return {key: value for key, value in about.spec.wire().items() if key != "assessment"}


def _submitted(handed_in: date | None, last: date, today: date) -> Said:
    if handed_in is not None:
        late = f", after it was due on {last}" if handed_in > last else ""
        return Said("Submitted", True, "Submitted", f"The performance report was handed in on {handed_in}{late}.")
    if today <= last:
        return Said("Submitted", False, "Awaited", f"The performance report is due on {last}: {WRITE} (R23).")
    text = f"The performance report was due on {last} and is still awaited: {WRITE} (R23)."
    return Said("Submitted", False, "Overdue", text)


def _assessed(about: Report, handed_in: date | None, fresh: bool) -> Said:
    found = about.spec.assessment
    if handed_in is None:
        return Said("Assessed", False, "NotYet", "There is no report to judge yet.")
    if found is not None and found.accepted:
        return Said("Assessed", True, "Accepted", f"The committee has accepted the performance report{_merits(found)}.")
    if found is not None and fresh:
        reason = f" {found.reason.rstrip('.')}." if found.reason else ""
        text = f"The committee has not accepted the performance report.{reason} Correct it: it is open again."
        return Said("Assessed", False, "NotAccepted", text)
    corrected = "corrected report" if found is not None else "performance report"
    return Said("Assessed", False, "Awaited", f"The {corrected} waits for the committee; handed in on {handed_in}.")


def _merits(found: ReportAssessment) -> str:
    """What later calls reward (R25)."""
    named = ((found.excellent, "excellent (R23)"), (found.shared, "with its data shared (R24)"))
    merits = [text for chosen, text in named if chosen]
    return f": {', '.join(merits)}" if merits else ""


def _settled(holder: Holder, found: ReportAssessment) -> Settled:
    """It changes no grant. As a Decision it outlives the namespace, and later calls know of it (R25)."""
    text = f"The performance report was accepted{_merits(found)}."
    by = found.decided_by or found.by
    return Settled("ReportAssessed", holder.held, holder.held, holder.today, text, None, by, found.by)
