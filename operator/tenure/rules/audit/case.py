"""R17: the review that a Decision ended, put together from its evidence alone."""

from __future__ import annotations

from tenure.api.conditions import Condition
from tenure.api.decision import Course
from tenure.api.review import ReviewSpec, ReviewStatus
from tenure.rules import bundles, calendar
from tenure.rules.audit.made import Made
from tenure.rules.case import Case
from tenure.rules.increases import Answer
from tenure.rules.utilization import Counts


def case_of(made: Made, found: Counts) -> Case:
    """At the instant of the Decision. Raises ValueError where the programme has no such review or there is no ladder."""
    spec, evidence, window = made.spec, made.spec.evidence, calendar.named(made.rules.calendar, made.spec.review)
    if window is None or made.accelerator is None:
        raise ValueError(f"The programme has no review {spec.review}, or there is no ladder.")
    return Case(
        programme=made.rules,
        accelerator=made.accelerator,
        term=made.award.term,
        window=window,
        held=spec.before,
        spec=ReviewSpec(
            allocation=spec.allocation,
            review=spec.review,
            plan=evidence.plan,
            appeal=evidence.appeal,
            verdict=evidence.verdict,
        ),
        status=_status(made, evidence.course),
        counts=found,
        now=spec.decided_at,
        decisions=made.entitlement.history,
        increase=_answer(made),
    )


def _status(made: Made, course: Course) -> ReviewStatus:
    """As the operator found it when it decided."""
    opened, submitted, noticed = (
        calendar.midnight(day, made.rules.time_zone) if day is not None else None
        for day in (course.opened_on, course.plan_submitted_on, course.noticed_on)
    )
    when = made.spec.decided_at
    told = Condition(type="PlanSubmitted", status="Unknown", reason=course.plan, last_transition_time=when)
    return ReviewStatus(
        opened_at=opened,
        measured_on=course.measured_on,
        plan_submitted_at=submitted,
        noticed_at=noticed,
        notice=course.notice,
        conditions=(told,) if course.plan else (),
    )


def _answer(made: Made) -> Answer | None:
    """What became of an approved increase. Whether devices were free is not on record; that it was approved is."""
    spec, verdict, accelerator = made.spec, made.spec.evidence.verdict, made.accelerator
    if verdict is None or verdict.increase_to is None or accelerator is None:
        return None
    given = spec.after.devices if spec.kind == "Increase" else spec.before.devices
    largest = bundles.largest_up_to(accelerator, spec.before.devices, verdict.increase_to)
    return Answer(verdict.increase_to, min(given, largest))
