"""All that a review is decided from, gathered in one value; and its dates and plan worked out of it (R17, R18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tenure.api.accelerator import AcceleratorSpec
from tenure.api.allocation import Grant, Term
from tenure.api.conditions import find
from tenure.api.decision import DecisionSpec
from tenure.api.programme import ProgrammeSpec
from tenure.api.review import Dates, ReviewSpec, ReviewStatus
from tenure.rules import calendar
from tenure.rules.increases import Answer
from tenure.rules.steps import held_before_returns
from tenure.rules.utilization import Counts

YEAR = 366
"""Days within which another review of the calendar begins."""


@dataclass(frozen=True)
class Case:
    """One allocation's review at one instant."""

    programme: ProgrammeSpec
    accelerator: AcceleratorSpec
    term: Term
    window: calendar.Window
    held: Grant
    spec: ReviewSpec
    status: ReviewStatus
    counts: Counts
    now: datetime
    decisions: tuple[DecisionSpec, ...] = ()
    """Those that count for the award and have taken effect, oldest first."""
    increase: Answer | None = None
    """What became of its approved increase among all that wait for devices; None until that is worked out."""
    record_lost: bool = False
    """Less is held than award and Decisions give: a Decision was lost, and it may have been this review's."""
    told: str | None = None
    """The notice that every channel to the tenant has taken; None where none is set and the Review alone tells it."""
    counts_from: date | None = None
    """R14: the first day after set-up; None where access was not given yet."""

    @property
    def today(self) -> date:
        """The day it is in the programme's zone."""
        return calendar.today(self.now, self.programme.time_zone)

    @property
    def measured(self) -> bool:
        """Whether the window is over and each of its days is in the ledger, the last one as well."""
        last = min(self.window.end, self.term.end)
        complete = self.counts.until is not None and self.counts.until >= last and not self.counts.unread
        return complete and self.today > self.window.end

    @property
    def measured_on(self) -> date | None:
        """The first day on which that was so; None before."""
        return self.status.measured_on or (self.today if self.measured else None)

    @property
    def exempt(self) -> bool:
        """R17: short-term users are exempt."""
        return calendar.short_term(self.term, self.programme.review.short_term_months)

    @property
    def before_returns(self) -> int:
        """R22: devices held before those Returns that count as the step of a reduction."""
        return held_before_returns(self.held.devices, self.decisions, self.window.start)

    @property
    def following(self) -> calendar.Window | None:
        """The next review of the calendar."""
        end = self.window.end
        later = calendar.windows(self.programme.calendar, end, end + timedelta(days=YEAR))
        return next((window for window in later if window.end > end), None)

    def day_of(self, instant: datetime | None) -> date:
        """The day of an instant in the programme's zone; today for something that has not happened yet."""
        return calendar.today(instant or self.now, self.programme.time_zone)


PlanState = Literal["Submitted", "Awaited", "Missing"]


@dataclass(frozen=True)
class PlanFacts:
    """Whether the plan is in and what it is taken for. `adequate` is None while nobody can say."""

    state: PlanState
    adequate: bool | None

    @property
    def words(self) -> str:
        """For the middle of a sentence."""
        if self.state == "Missing" and not self.adequate:
            return "plan missing"
        if self.adequate is None:
            return "plan not judged yet" if self.state == "Submitted" else "plan not due yet"
        return "plan adequate" if self.adequate else "plan inadequate"


def dates(case: Case) -> Dates:
    """The review's dates. No deadline runs before it was announced: each is the later of calendar and minimum.

    What the committee is asked for depends on all days of the window, so its time runs from when they were known.
    """
    review, window = case.programme.review, case.window
    opened = case.day_of(case.status.opened_at)
    plan_due = max(window.plan_due, opened + timedelta(days=review.plan_days))
    asked = max(plan_due, case.measured_on or plan_due)
    verdict_due = max(window.verdict_due, asked + timedelta(days=review.verdict_days))
    noticed = case.status.noticed_at
    effective = window.effective if noticed is None else effective_after(case, case.day_of(noticed))
    return Dates(
        window_start=window.start,
        window_end=window.end,
        plan_due=plan_due,
        verdict_due=verdict_due,
        effective=effective,
    )


def effective_after(case: Case, noticed: date) -> date:
    """The day from which a cut may take effect that notice is given of on a day.

    Within the window only an override gives notice (R20), and it does not wait for the calendar.
    """
    after_notice = noticed + timedelta(days=case.programme.review.notice_days)
    return after_notice if noticed <= case.window.end else max(case.window.effective, after_notice)


def soonest_effect(case: Case, due: Dates) -> date:
    """The first day on which an outcome could take effect, were notice given today where it was not yet."""
    wait = 0 if case.status.noticed_at is not None else case.programme.review.notice_days
    return max(due.effective, case.today + timedelta(days=wait))


def plan_facts(case: Case, due: date) -> PlanFacts:
    """R17, R18: a plan that came in time waits for its verdict; one that did not come is inadequate once it was due.

    A verdict on a plan that may still come is none: the tenant has until the due date.
    """
    state: PlanState = "Submitted" if _in_time(case, due) else "Missing" if case.today > due else "Awaited"
    verdict = case.spec.verdict
    if verdict is not None and verdict.plan is not None and state != "Awaited":
        return PlanFacts(state, verdict.plan == "Adequate")
    return PlanFacts(state, False if state == "Missing" else None)


def _in_time(case: Case, due: date) -> bool:
    """Whether the plan was seen by its due date, or was there before anybody said that it was missing.

    Nobody can hand in a plan once it was said to be missing; one that is first seen later than its due date came while
    Tenure was away, and that is not the tenant's fault.
    """
    said = find(case.status.conditions, "PlanSubmitted")
    closed = said is not None and said.reason == "Missing"
    return case.spec.plan is not None and (not closed or case.day_of(case.status.plan_submitted_at) <= due)


def waiting_since(case: Case, reason: str) -> date:
    """The day since which the review has waited for what a reason says; today where it has only begun to."""
    waits = case.status.waits
    return case.day_of(waits.since if waits is not None and waits.reason == reason else None)
