"""What was tried with Reports: whose fields are whose, and what is closed when."""

from __future__ import annotations

from .attempt import refused, through
from .cause_acts import (
    ACCEPTED,
    DANGLING,
    DECIDED,
    REFUSED,
    delete,
    fill_in,
    holds,
    judge_again,
    mark,
    open_own,
    signed,
    write_status,
)

HANDED_IN = {"submitted": True}
REOPENED = {"submitted": True, "assessment": REFUSED}
JUDGED = {"submitted": True, "assessment": ACCEPTED}
PRAISED = {"submitted": True, "assessment": {**ACCEPTED, "excellent": True}}
SUMMARY = {"summary": "Two detectors are in service."}
RECORD = "is part of the record of a grant and cannot be deleted"
ON_RECORD = "This assessment is part of the record. It may still be chosen as excellent"
COMMITTEES = "the committee writes it. The rest is yours."

WITH_REPORTS = (
    through("member", "a summary", "it is stored", fill_in("member", "Report", SUMMARY), holds(**SUMMARY)),
    through(
        "member", "handing the Report in", "it is stored", fill_in("member", "Report", HANDED_IN), holds(**HANDED_IN)
    ),
    through(
        "member",
        "correcting a Report that was not accepted",
        "it is stored",
        fill_in("member", "Report", SUMMARY, REOPENED),
        holds(**SUMMARY),
    ),
    refused("member", "opening a Report", 'cannot create resource "reports"', open_own("member", "Report")),
    refused("member", "deleting a Report", 'cannot delete resource "reports"', delete("member", "Report")),
    refused(
        "member",
        "another allocation in a Report",
        "A Report belongs to one allocation for good",
        fill_in("member", "Report", {"allocation": "another"}),
    ),
    refused(
        "member",
        "a result without its evidence",
        "Each result needs its evidence (R23)",
        fill_in("member", "Report", {"papersSci": {"count": 2}}),
    ),
    refused(
        "member",
        "an assessment of the own Report",
        f"You cannot change spec.assessment of a Report: {COMMITTEES}",
        fill_in("member", "Report", {"assessment": ACCEPTED}, HANDED_IN),
    ),
    refused(
        "member",
        "taking the assessment out of the own Report",
        f"You cannot change spec.assessment of a Report: {COMMITTEES}",
        fill_in("member", "Report", {"assessment": None}, REOPENED),
    ),
    refused(
        "member",
        "another summary after handing in",
        "This Report is handed in and waits for the committee",
        fill_in("member", "Report", SUMMARY, HANDED_IN),
    ),
    refused(
        "member",
        "taking a Report back",
        "This Report is handed in and waits for the committee",
        fill_in("member", "Report", {"submitted": False}, HANDED_IN),
    ),
    refused(
        "member",
        "taking a Report back that was not accepted",
        "This Report stays handed in while you correct it",
        fill_in("member", "Report", {"submitted": False}, REOPENED),
    ),
    refused(
        "member",
        "another summary after the assessment is recorded",
        "This Report is judged and part of the record",
        fill_in("member", "Report", SUMMARY, JUDGED, **DECIDED),
    ),
    refused(
        "member",
        "another due date, through /status",
        'cannot patch resource "reports/status"',
        write_status("member", "Report", due="2030-01-01"),
    ),
    refused(
        "member",
        "an owner of a Report that does not exist",
        "owners and the tenure.dev annotations of a Report belong to Tenure",
        mark("member", "Report", ownerReferences=DANGLING),
    ),
    refused("viewer", "a summary", 'cannot patch resource "reports"', fill_in("viewer", "Report", SUMMARY)),
    refused("stranger", "a summary", 'cannot patch resource "reports"', fill_in("stranger", "Report", SUMMARY)),
    through(
        "committee",
        "accepting a Report under another name",
        "the name is replaced by the real one",
        fill_in("committee", "Report", {"assessment": {**ACCEPTED, "by": "someone else"}}, HANDED_IN),
        signed("committee", "assessment"),
    ),
    through(
        "committee",
        "only another name under the assessment",
        "the name is replaced by the real one",
        judge_again("Report", "assessment", by="someone else"),
        signed("committee", "assessment"),
    ),
    through(
        "committee",
        "choosing a recorded Report as excellent",
        "it is stored",
        fill_in("committee", "Report", {"assessment": {"excellent": True}}, JUDGED, **DECIDED),
        signed("committee", "assessment"),
    ),
    refused(
        "committee",
        "an assessment before the Report is handed in",
        "The tenant has not handed the Report in",
        fill_in("committee", "Report", {"assessment": ACCEPTED}),
    ),
    refused(
        "committee",
        "taking back what is recorded",
        ON_RECORD,
        fill_in("committee", "Report", {"assessment": {"accepted": False}}, JUDGED, **DECIDED),
    ),
    refused(
        "committee",
        "leaving the recorded assessment out",
        ON_RECORD,
        fill_in("committee", "Report", {"assessment": None}, JUDGED, **DECIDED),
    ),
    refused(
        "committee",
        "taking the recorded excellence back",
        ON_RECORD,
        fill_in("committee", "Report", {"assessment": {"excellent": False, "shared": True}}, PRAISED, **DECIDED),
    ),
    refused(
        "committee",
        "other reasons under a recorded assessment",
        ON_RECORD,
        fill_in("committee", "Report", {"assessment": {"reason": "On second thought."}}, JUDGED, **DECIDED),
    ),
    refused(
        "committee",
        "a decision in the status of a Report",
        'cannot patch resource "reports/status"',
        write_status("committee", "Report", decision="mine"),
    ),
    refused(
        "committee",
        "a summary in the tenant's name",
        "You cannot change spec.summary of a Report: the tenant writes it. You may change spec.assessment.",
        fill_in("committee", "Report", SUMMARY),
    ),
    refused(
        "committee",
        "handing it in for the tenant",
        "You cannot change spec.submitted of a Report: the tenant writes it",
        fill_in("committee", "Report", HANDED_IN),
    ),
    refused("admin", "opening a Report", "Reports are opened by Tenure", open_own("admin", "Report")),
    refused(
        "admin", "a summary in the tenant's name", "You cannot change spec.summary", fill_in("admin", "Report", SUMMARY)
    ),
    refused("admin", "deleting a Report", f"A Report {RECORD}", delete("admin", "Report")),
)
