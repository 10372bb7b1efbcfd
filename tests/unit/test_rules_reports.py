"""R23: when the report is opened and due, what is said of it, and what of it is recorded. It takes nothing from anybody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import Report
from tenure.api.allocation import Grant
from tenure.api.decision import DecisionSpec
from tenure.api.report import ReportAssessment
from tenure.rules import reports
from unit.build import decision, programme
from unit.causes import after, holder, reasons

REVOKED = decision("2026-Q3", "Revoke", 0, "2026-10-22")
RETURNED = decision("return-1", "Return", 0, "2026-10-22").model_copy(update={"after": Grant()})
NO = {"accepted": False, "reason": "The papers are missing."}
YES = {"accepted": True, "by": "chair@committee.example"}


def report(*, assessment: dict[str, Any] | None = None, submitted: bool = False, **spec: Any) -> Report:
    meta = {"name": "vision-2026-report", "namespace": "vision"}
    judged = {} if assessment is None else {"assessment": assessment}
    wanted = {"allocation": "vision-2026", "submitted": submitted, **spec, **judged}
    return Report.parse({"metadata": meta, "spec": wanted, "status": {"openedOn": "2026-11-17"}})


@pytest.mark.parametrize(
    ("today", "decisions", "opens"),
    [
        pytest.param("2026-11-16", (), False, id="R23 44 days before the end"),
        pytest.param("2026-11-17", (), True, id="R23 early enough that there are 14 days to write it"),
        pytest.param("2027-02-01", (), True, id="R23 after the end"),
        pytest.param("2026-10-22", (REVOKED,), True, id="R23 revoked: at once"),
        pytest.param("2026-10-22", (RETURNED,), True, id="R22 R23 given back: at once"),
    ],
)
def test_when_it_is_opened(today: str, decisions: tuple[DecisionSpec, ...], opens: bool) -> None:
    assert reports.opens(holder(None, today, *decisions)) is opens


def test_one_that_was_accepted_is_not_asked_for_again_unless_the_award_is_another() -> None:
    made = decision("report-1", "ReportAssessed", 8, "2026-11-20")
    assert not reports.opens(holder(None, "2026-12-20"), [made], "award")
    assert reports.opens(holder(None, "2026-12-20"), [made], "another award")
    assert reports.opens(holder(None, "2026-12-20"), [REVOKED], "award")


def test_it_is_not_opened_where_service_never_began() -> None:
    assert not reports.opens(holder(None, "2026-12-20", since=""))


@pytest.mark.parametrize(
    ("opened_on", "decisions", "due"),
    [
        pytest.param("2026-11-17", (), "2026-12-01", id="R23 30 days before the end"),
        pytest.param("2026-12-20", (), "2027-01-03", id="R23 opened late: no deadline runs before it was announced"),
        pytest.param(
            "2026-10-22", (REVOKED,), "2026-11-05", id="R23 revoked: at the end of service, with time to write it"
        ),
    ],
)
def test_when_it_is_due(opened_on: str, decisions: tuple[DecisionSpec, ...], due: str) -> None:
    assert reports.due(holder(None, opened_on, *decisions), date.fromisoformat(opened_on)) == date.fromisoformat(due)


SANCTIONED = decision("sanction-1", "OffPurpose", 0, "2027-03-01")


@pytest.mark.parametrize(
    ("today", "decisions", "since"),
    [
        pytest.param("2026-11-22", (), None, id="R13 it runs"),
        pytest.param("2026-12-31", (), None, id="R13 the last day"),
        pytest.param("2027-01-01", (), "2027-01-01", id="R13 the day after"),
        pytest.param("2027-02-01", (REVOKED,), "2026-10-22", id="R17 revoked before"),
        pytest.param("2027-04-01", (SANCTIONED,), "2027-01-01", id="R20 marked after the term"),
    ],
)
def test_since_when_a_grant_is_over(today: str, decisions: tuple[DecisionSpec, ...], since: str | None) -> None:
    assert holder(None, today, *decisions).over_since == (date.fromisoformat(since) if since else None)


@pytest.mark.parametrize(
    ("about", "today", "submitted", "assessed"),
    [
        pytest.param(report(), "2026-12-01", "Awaited", "NotYet", id="R23 on the last day"),
        pytest.param(report(), "2026-12-02", "Overdue", "NotYet", id="R23 overdue"),
        pytest.param(
            report(assessment=YES), "2026-11-20", "Awaited", "NotYet", id="R23 judged before it was handed in"
        ),
        pytest.param(report(submitted=True), "2026-12-02", "Submitted", "Awaited", id="R23 handed in late"),
        pytest.param(
            report(submitted=True, assessment=NO), "2026-12-02", "Submitted", "NotAccepted", id="R23 not accepted"
        ),
        pytest.param(report(submitted=True, assessment=YES), "2026-12-02", "Submitted", "Accepted", id="R23 accepted"),
    ],
)
def test_what_is_said(about: Report, today: str, submitted: str, assessed: str) -> None:
    step = reports.judge(about, holder(None, today), None)
    assert reasons(step) == {"Submitted": submitted, "Assessed": assessed, "Ready": "NotReady"}


def test_a_corrected_report_waits_for_the_committee_again() -> None:
    about = report(submitted=True, assessment=NO)
    about = after(about, reports.judge(about, holder(), None), "2026-11-22")
    corrected = about.model_copy(update={"spec": about.spec.model_copy(update={"summary": "With the papers."})})
    step = reports.judge(corrected, holder(None, "2026-11-23"), None)
    assert reasons(step)["Assessed"] == "Awaited"
    corrected = after(corrected, step, "2026-11-23")
    again = ReportAssessment(accepted=False, reason="Still no papers.")
    judged = corrected.model_copy(update={"spec": corrected.spec.model_copy(update={"assessment": again})})
    assert reasons(reports.judge(judged, holder(None, "2026-11-24"), None))["Assessed"] == "NotAccepted"


def test_the_day_of_handing_in_stays() -> None:
    about = report(submitted=True)
    about = after(about, reports.judge(about, holder(None, "2026-11-20"), None), "2026-11-20")
    assert reports.judge(about, holder(None, "2026-12-20"), None).facts["submitted_on"] == date(2026, 11, 20)


def test_an_accepted_report_is_recorded_and_changes_no_grant() -> None:
    praised = {**YES, "excellent": True, "shared": True, "decidedBy": "the board"}
    settled = reports.judge(report(submitted=True, assessment=praised), holder(), None).settled
    assert settled is not None
    assert (settled.kind, settled.after) == ("ReportAssessed", settled.before)
    assert (settled.decided_by, settled.entered_by) == ("the board", "chair@committee.example")
    assert settled.message == "The performance report was accepted: excellent (R23), with its data shared (R24)."


def test_once_it_is_recorded_it_is_ready_and_nothing_more_is_written() -> None:
    made = decision("report-1", "ReportAssessed", 8, "2026-11-22")
    step = reports.judge(report(submitted=True, assessment=YES), holder(), made)
    assert step.settled is None
    assert reasons(step)["Ready"] == "Ready"


def test_excellence_that_is_chosen_later_is_another_occasion() -> None:
    """R23: in September and December, from reports that were reviewed before."""
    first = reports.occasion(report(submitted=True, assessment=YES))
    assert first == reports.occasion(report(submitted=True, assessment={**YES, "reason": "Good.", "by": "another"}))
    assert first != reports.occasion(report(submitted=True, assessment={**YES, "excellent": True}))


@given(
    st.booleans(),
    st.none() | st.fixed_dictionaries({"accepted": st.booleans(), "excellent": st.booleans()}),
    st.dates(date(2026, 11, 17), date(2027, 3, 1)),
    st.sampled_from([(), (REVOKED,), (RETURNED,)]),
    st.sampled_from([0, 30, 92]),
)
def test_no_report_takes_anything(
    submitted: bool, assessment: dict[str, Any] | None, today: date, decisions: Any, days: int
) -> None:
    standing = holder(None, today.isoformat(), *decisions, rules=programme(ends={"reportDays": days}))
    step = reports.judge(report(submitted=submitted, assessment=assessment), standing, None)
    assert step.settled is None or step.settled.before == step.settled.after
    assert (step.settled is not None) == (submitted and assessment is not None and assessment["accepted"])
    assert step.facts["due"] >= date(2026, 12, 1) or decisions or days > 30
