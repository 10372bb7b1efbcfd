"""Occasions on which people are told, as functions of what stands in the objects.

An occasion stands as long as its object says so. Its key is the same in every run and every replica, so that what was told
is known again; what stands no more and comes back is another occasion to be told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from tenure.api import Decision, Relocation, Report, Review
from tenure.api.allocation import Term
from tenure.api.conditions import Condition, find
from tenure.api.decision import DecisionSpec
from tenure.api.programme import Band, ProgrammeSpec
from tenure.api.review import Dates, Edge, Forecast
from tenure.rules import calendar
from tenure.rules.notice import Notice
from tenure.rules.outlook import danger_of
from tenure.rules.verdict import is_cut

REMIND_DAYS = 3
"""Days before a due date from which the reminder stands in place of the first message."""
NEWS_DAYS = 30
"""Days for which something that has happened is news. A channel that is new, or was away for longer, is not told of it."""
NUMBER = 12
"""Characters of a message's number."""
NOTICED = ("BeingTold", "Given")
ENDANGERED = {"InDanger": "danger", "InDangerOfRevocation": "danger-of-revocation"}


@dataclass(frozen=True)
class Occasion:
    """Something to be told: which text, to whom, about which object, and what distinguishes it from others of its kind."""

    what: str
    to: Literal["Tenant", "Committee", "Admin"]
    about: str
    mark: str
    fields: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)
    """Fields whose value is a word of the language, by its key."""

    @property
    def key(self) -> str:
        """What it is recorded by."""
        return f"{self.what}/{self.about}/{self.mark}"


@dataclass(frozen=True)
class Setting:
    """The allocation that it is about, its rules and the day in their zone."""

    project: str
    allocation: str
    rules: ProgrammeSpec
    today: date

    def due(self, what: str, to: Literal["Tenant", "Committee"], about: str, last: date, **fields: str) -> Occasion:
        """Something is due: the first message until so many days before, then the reminder."""
        step = "due" if self.today < last - timedelta(days=REMIND_DAYS) else "reminder"
        return self.occasion(f"{what}-{step}", to, about, str(last), due=str(last), **fields)

    def occasion(
        self, what: str, to: Literal["Tenant", "Committee", "Admin"], about: str, mark: str, **fields: str
    ) -> Occasion:
        """An occasion with the fields that every text may use."""
        common = {"project": self.project, "allocation": self.allocation, "zone": self.rules.time_zone, "name": about}
        return Occasion(what, to, about, mark, {**common, **fields})

    def is_news(self, day: date) -> bool:
        """Whether what happened on a day is still worth a message."""
        return self.today - day <= timedelta(days=NEWS_DAYS)


def message_id(project: str, *records: str) -> str:
    """The number of a message: the same for the same records, so that one which comes twice is known."""
    return hashlib.sha256("/".join((project, *records)).encode()).hexdigest()[:NUMBER]


def of_review(review: Review, setting: Setting) -> Iterator[Occasion]:
    """What is to be told of a Review."""
    if review.status.dates is None:
        return
    yield from _appeal_answered(review, setting)
    if not review.status.outcome:
        yield from _plan(review, setting, review.status.dates)
        yield from _danger(review, setting, review.status.dates)
        yield from notice(review, setting)
        yield from _committee(review, setting, review.status.dates)


def _plan(review: Review, setting: Setting, dates: Dates) -> Iterator[Occasion]:
    """R18: so many days before the plan is due as the programme gives for it, and once more shortly before."""
    lead = timedelta(days=max(setting.rules.review.plan_days, REMIND_DAYS))
    if _reason(review.status.conditions, "PlanSubmitted") == "Awaited" and setting.today >= dates.plan_due - lead:
        yield setting.due("plan", "Tenant", review.name, dates.plan_due, review=review.spec.review)


def _danger(review: Review, setting: Setting, dates: Dates) -> Iterator[Occasion]:
    reason, seen = _reason(review.status.conditions, "OnCourse"), review.status.forecast
    if reason not in ENDANGERED or seen is None or not seen.edges:
        return
    edge = _missed(seen, setting.rules.review.bands, reason)
    yield setting.occasion(
        ENDANGERED[reason],
        "Tenant",
        review.name,
        review.spec.review,
        review=review.spec.review,
        percent=seen.percent,
        edge=str(edge.percent),
        hours=f"{-(-edge.busy_seconds_needed // 3600):,}",
        until=str(dates.window_end),
        due=str(dates.plan_due),
    )


def _missed(seen: Forecast, bands: Sequence[Band], danger: str) -> Edge:
    """The lowest edge that is missed, of those below which a row stands that this is the danger of."""
    rows = zip(seen.edges, bands[1:], strict=False)  # the table may have been edited since
    edges = [edge for edge, row in rows if is_cut(row.inadequate) and danger_of(row) == danger] or [*seen.edges]
    return next((edge for edge in reversed(edges) if not edge.on_course), edges[-1])


def notice(review: Review, setting: Setting) -> Iterator[Occasion]:
    """The notice of a cut, one at most. It stands from when it is to be told."""
    found = Notice.read(review.status.notice)
    dates = review.status.dates
    if found is None or dates is None or _reason(review.status.conditions, "Noticed") not in NOTICED:
        return
    fields = {"before": str(found.before), "after": str(found.after), "effective": str(dates.effective)}
    mark = f"{found.outcome}-{found.before}-{found.after}"
    made = setting.occasion("notice", "Tenant", review.name, mark, review=review.spec.review, **fields)
    yield _with_words(made, outcome=found.outcome)


def _appeal_answered(review: Review, setting: Setting) -> Iterator[Occasion]:
    verdict, entered = review.spec.verdict, review.status.verdict_entered
    if review.spec.appeal is None or verdict is None or verdict.appeal is None or entered is None:
        return
    day = calendar.today(entered.at, setting.rules.time_zone)
    if setting.is_news(day):
        made = setting.occasion("appeal-answered", "Tenant", review.name, verdict.appeal, reason=verdict.reason)
        yield _with_words(made, answer=verdict.appeal, **_reasons(verdict.reason))


def _committee(review: Review, setting: Setting, dates: Dates) -> Iterator[Occasion]:
    waits = review.status.waits
    if waits is None or waits.for_ != "Committee":
        return
    since = str(calendar.today(waits.since, setting.rules.time_zone))
    if waits.reason == "Appealed":
        yield setting.occasion("appeal-waits", "Committee", review.name, since, since=since)
    else:
        made = setting.due("verdict", "Committee", review.name, dates.verdict_due, since=since)
        yield _with_words(made, reason=waits.reason)


def of_decision(decision: Decision, setting: Setting) -> Iterator[Occasion]:
    """R17, R20..R22: what was decided and from when on it holds."""
    spec = decision.spec
    if not setting.is_news(calendar.today(spec.decided_at, setting.rules.time_zone)):
        return
    fields = {"before": str(spec.before.devices), "after": str(spec.after.devices), "review": spec.review}
    fields |= {"effective": str(spec.effective), "kept": str(spec.data_kept_until), "stored": spec.after.storage}
    made = setting.occasion(_done(spec), "Tenant", decision.name, str(spec.effective), **fields)
    yield _with_words(made, outcome=spec.kind)


def _done(spec: DecisionSpec) -> str:
    """What a Decision does to the grant."""
    if spec.kind == "ReportAssessed":
        return "report-accepted"
    if spec.data_kept_until is not None:
        return "ended"
    if spec.before.devices != spec.after.devices:
        return "increased" if spec.before.devices < spec.after.devices else "changed"
    return "unchanged" if spec.before.storage == spec.after.storage else "storage-changed"


def of_report(report: Report, setting: Setting) -> Iterator[Occasion]:
    """R23: the performance report is due, overdue, or waits for the committee."""
    status = report.status
    submitted, assessed = _reason(status.conditions, "Submitted"), _reason(status.conditions, "Assessed")
    if status.due is not None and submitted == "Awaited":
        yield setting.due("report", "Tenant", report.name, status.due)
    elif status.due is not None and submitted == "Overdue":
        yield setting.occasion("report-overdue", "Tenant", report.name, str(status.due), due=str(status.due))
    elif status.submitted_on is not None and assessed == "Awaited":
        day = str(status.submitted_on)
        yield setting.occasion("report-waits", "Committee", report.name, day, since=day)
    elif status.submitted_on is not None and assessed == "NotAccepted" and report.spec.assessment is not None:
        day, reason = str(status.submitted_on), report.spec.assessment.reason
        made = setting.occasion("report-not-accepted", "Tenant", report.name, day, since=day, reason=reason)
        yield _with_words(made, **_reasons(reason))


def of_relocation(relocation: Relocation, setting: Setting) -> Iterator[Occasion]:
    """R21: evidence is due, waits for the committee, or did not come."""
    status = relocation.status
    submitted, proven = _reason(status.conditions, "Submitted"), _reason(status.conditions, "Proven")
    if status.due is None or status.decision:
        return
    if submitted == "Awaited":
        yield setting.due("evidence", "Tenant", relocation.name, status.due)
    elif status.submitted_on is not None and proven == "Awaited":
        day = str(status.submitted_on)
        yield setting.occasion("evidence-waits", "Committee", relocation.name, day, since=day)
    elif status.submitted_on is not None and proven == "NotAccepted" and setting.today <= status.due:
        yield _not_accepted(relocation, setting, str(status.submitted_on))
    yield from notice_of_end(relocation, setting)


def _not_accepted(relocation: Relocation, setting: Setting, day: str) -> Occasion:
    reason = relocation.spec.finding.reason if relocation.spec.finding is not None else ""
    fields = {"since": day, "due": str(relocation.status.due), "reason": reason}
    made = setting.occasion("evidence-not-accepted", "Tenant", relocation.name, day, **fields)
    return _with_words(made, **_reasons(reason))


def notice_of_end(relocation: Relocation, setting: Setting) -> Iterator[Occasion]:
    """The notice that the grant ends for want of evidence (R21), one at most."""
    status = relocation.status
    if status.due is None or _reason(status.conditions, "Noticed") not in NOTICED:
        return
    effective = (status.noticed_on or setting.today) + timedelta(days=setting.rules.review.notice_days)
    fields = {"due": str(status.due), "effective": str(effective)}
    yield setting.occasion("evidence-notice", "Tenant", relocation.name, str(status.due), **fields)


def of_term(term: Term, setting: Setting) -> Iterator[Occasion]:
    """R13: the term of a running grant is nearly over. Its end takes the devices, so it is told as early as a cut."""
    lead = timedelta(days=max(setting.rules.review.notice_days, REMIND_DAYS))
    if term.end - lead <= setting.today <= term.end:
        kept = term.end + timedelta(days=setting.rules.storage.retention_days)
        yield setting.occasion(
            "term-ending", "Tenant", setting.allocation, str(term.end), end=str(term.end), kept=str(kept)
        )


def of_retention(reason: str, until: date | None, deletion: date | None, setting: Setting) -> Iterator[Occasion]:
    """R3: the data's time is nearly over, over, or a day was set for its deletion. `reason` is that of DataKept."""
    name, last = setting.allocation, setting.rules.storage.final_notice_days
    if until is None:
        return
    if reason == "DeletionAnnounced" and deletion is not None:
        yield setting.occasion("deletion", "Tenant", name, str(deletion), deletion=str(deletion))
    elif reason == "Kept" and until - timedelta(days=last) <= setting.today <= until:
        yield setting.occasion("retention-ending", "Tenant", name, str(until), until=str(until))
    elif reason in ("RetentionOver", "NoRight"):
        yield setting.occasion("retention-over", "Admin", name, str(until), until=str(until))


def _reasons(typed: str) -> dict[str, str]:
    """The word for a reason that nobody has typed."""
    return {} if typed.strip() else {"reason": "NoReason"}


def _with_words(occasion: Occasion, **words: str) -> Occasion:
    return Occasion(occasion.what, occasion.to, occasion.about, occasion.mark, occasion.fields, words)


def _reason(conditions: tuple[Condition, ...], type_: str) -> str:
    found = find(conditions, type_)
    return found.reason if found is not None else ""
