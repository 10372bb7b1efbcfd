"""What was tried with Reviews and Decisions: whose fields are whose, and when."""

from __future__ import annotations

from .attempt import refused, through
from .review_acts import (
    APPEAL,
    DANGLING,
    PLAN,
    apply_plan,
    apply_under_many_names,
    delete_all,
    delete_all_decisions,
    delete_decided,
    delete_decision,
    has_appeal,
    has_no_outcome,
    has_plan,
    is_gone,
    judge_what_is_full,
    mark,
    open_one,
    own_decision,
    patch,
    recuse_oneself,
    replace_without_verdict,
    sign_again,
    signed_by,
    write_decision,
    write_outcome,
    write_status,
)

FIRST_PLAN = {"plan": {"summary": "First thoughts."}}
CONFIRMED = {"verdict": {"confirms": "Revoke"}}
FORGED = {"verdict": {"plan": "Adequate", "by": "someone else"}}
TOOK_NO_PART = {"verdict": {"confirms": "Revoke", "recused": ["Lee", "KIM"], "decidedBy": "Park; kim"}}
NO_PLAN = "There is no plan to judge: it may still come until 2026-10-08"
RECUSED = "Nobody decides who takes no part"
JUDGED = {"verdict": {"plan": "Inadequate", "reason": "No evidence."}}
OVERRIDE = {"verdict": {"override": "Continue", "reason": "The data arrived late."}}
ANSWERED = {"verdict": {"appeal": "Dismissed"}}
CUT = {"override": "Reduce", "reason": "Mostly idle."}
HARSHER = {"override": "Revoke", "reason": "Mining coins."}
STILL_OPEN = "The tenant may appeal against what you decide now"
NEW_REASON = {"verdict": {"reason": "On second thought."}}
TENANT = "You may change spec.plan and spec.appeal."
OVERRIDERS = "spec.verdict.override: only the chair (role tenure-committee-chair)"
METADATA = "Labels, finalizers, owners and the tenure.dev annotations of a Review belong to Tenure"
HIDDEN = {"tenure.dev/managed": None, "mine": "yes"}
TOO_MUCH = "Too much is written into the metadata of this Review"
MISSED = "The plan was due on 2026-10-08 and is closed"

WITH_REVIEWS = (
    through("member", "a plan, by merge patch", "it is stored", patch("member", PLAN), has_plan),
    through("member", "a plan, by server-side apply with the required fields", "it is stored", apply_plan, has_plan),
    through(
        "member",
        "another plan while nothing is decided",
        "it is stored",
        patch("member", PLAN, FIRST_PLAN, PlanSubmitted="True Submitted"),
        has_plan,
    ),
    refused("member", "a plan after its due date", MISSED, patch("member", PLAN, PlanSubmitted="False Missing")),
    refused(
        "member",
        "another plan after its due date",
        MISSED,
        patch("member", PLAN, FIRST_PLAN, PlanSubmitted="True Closed"),
    ),
    refused(
        "member",
        "taking the plan back after its due date",
        MISSED,
        patch("member", {"plan": None}, FIRST_PLAN, PlanSubmitted="True Closed"),
    ),
    refused(
        "member",
        "another plan after the committee judged it",
        "The committee has judged this plan",
        patch("member", PLAN, {**FIRST_PLAN, **JUDGED}),
    ),
    refused(
        "member",
        "a plan after the decision",
        "This review is decided, so its plan is closed",
        patch("member", PLAN, Decided="True Decided"),
    ),
    through(
        "member",
        "an appeal during notice",
        "it is stored",
        patch("member", APPEAL, Noticed="True Given", Decided="False Pending"),
        has_appeal,
    ),
    refused(
        "member",
        "an appeal before notice",
        "There is nothing to appeal against yet",
        patch("member", APPEAL, Noticed="False NotYet"),
    ),
    refused(
        "member",
        "an appeal after the decision",
        "an appeal comes too late",
        patch("member", APPEAL, Noticed="True Given", Decided="True Decided"),
    ),
    refused(
        "member",
        "another appeal after the committee answered",
        "The committee has answered this appeal",
        patch("member", APPEAL, ANSWERED, Noticed="True Given"),
    ),
    refused("member", "a verdict", "You cannot change spec.verdict of a Review. " + TENANT, patch("member", CONFIRMED)),
    refused(
        "member",
        "a PUT that leaves the verdict out",
        "You cannot change spec.verdict of a Review. " + TENANT,
        replace_without_verdict,
    ),
    refused(
        "member",
        "another quarter",
        "A review belongs to one allocation and one quarter for good",
        patch("member", {"review": "2026-Q4"}),
    ),
    through(
        "member",
        "an outcome in the status, through the Review",
        "the status is left as it was",
        write_outcome,
        has_no_outcome,
    ),
    refused(
        "member",
        "an outcome in the status, through /status",
        'cannot patch resource "reviews/status"',
        write_status("member", outcome="Increase"),
    ),
    refused("member", "opening a Review", 'cannot create resource "reviews"', open_one("member")),
    refused("member", "deleting a Review", 'cannot delete resource "reviews"', delete_decided("member")),
    refused(
        "member",
        "an owner that does not exist, so that the garbage collector deletes the Review",
        METADATA,
        mark("member", ownerReferences=DANGLING),
    ),
    refused("member", "a finalizer on a Review", METADATA, mark("member", finalizers=["example.com/stay"])),
    refused("member", "other labels on a Review", METADATA, mark("member", labels=HIDDEN)),
    refused(
        "member",
        "a `tenure.dev/` annotation on a Review",
        METADATA,
        mark("member", annotations={"tenure.dev/applied-hash": "0"}),
    ),
    refused(
        "member",
        "annotations on a Review so large that Tenure could not write its status any more",
        TOO_MUCH,
        mark("member", annotations={"mine": "<" * 65537}),
    ),
    refused("member", "the same by thirty-three field managers", TOO_MUCH, apply_under_many_names),
    refused(
        "member",
        "an earlier day of notice, through /status",
        'cannot patch resource "reviews/status"',
        write_status("member", noticedAt="2026-01-01T00:00:00Z"),
    ),
    refused("viewer", "a plan", 'cannot patch resource "reviews"', patch("viewer", PLAN)),
    refused("stranger", "a plan in this project's Review", 'cannot patch resource "reviews"', patch("stranger", PLAN)),
    through(
        "committee",
        "a verdict signed with another name",
        "the name is replaced by the real one",
        patch("committee", FORGED, FIRST_PLAN),
        signed_by("committee"),
    ),
    through(
        "committee",
        "a verdict on a Review that the tenant has filled with field managers",
        "it is stored with the committee's name",
        judge_what_is_full,
        signed_by("committee"),
    ),
    through(
        "committee",
        "only another name under the verdict",
        "the name is replaced by the real one",
        sign_again("someone else"),
        signed_by("committee"),
    ),
    through(
        "committee",
        "an answer to the tenant's appeal",
        "it is stored with the committee's name",
        patch("committee", ANSWERED, APPEAL, Noticed="True Given"),
        signed_by("committee"),
    ),
    refused("committee", "a verdict on a plan that is not in and may still come", NO_PLAN, patch("committee", JUDGED)),
    through(
        "committee",
        "a verdict on a plan that was missed",
        "it is stored with the committee's name",
        patch("committee", JUDGED, PlanSubmitted="False Missing"),
        signed_by("committee"),
    ),
    refused("committee", "a verdict of somebody who takes no part", RECUSED, patch("committee", TOOK_NO_PART)),
    refused(
        "committee", "an own verdict without taking part", RECUSED, recuse_oneself("committee", **CONFIRMED["verdict"])
    ),
    refused(
        "committee",
        "naming who decided and takes no part, before anything is decided",
        RECUSED,
        patch("committee", {"verdict": {"decidedBy": "Kim, Lee", "recused": ["lee"]}}),
    ),
    refused(
        "committee",
        "an own verdict without taking part, with an empty name under it",
        RECUSED,
        recuse_oneself("committee", **CONFIRMED["verdict"], decidedBy=" ,"),
    ),
    through(
        "committee",
        "taking no part, and no verdict",
        "it is stored with the committee's name",
        recuse_oneself("committee", reason="I have worked with them."),
        signed_by("committee"),
    ),
    through(
        "committee",
        "a verdict of others, entered by somebody who takes no part",
        "it is stored with the committee's name",
        recuse_oneself("committee", confirms="Revoke", decidedBy="Park, Choi"),
        signed_by("committee"),
    ),
    refused(
        "committee",
        "an answer before there is an appeal",
        "There is no appeal to answer. Leave spec.verdict.appeal out.",
        patch("committee", ANSWERED, Noticed="True Given"),
    ),
    refused(
        "chair",
        "another outcome under an appeal that was dismissed",
        STILL_OPEN,
        patch(
            "chair", {"verdict": HARSHER}, {**APPEAL, "verdict": {**CUT, **ANSWERED["verdict"]}}, Noticed="True Given"
        ),
    ),
    refused(
        "chair",
        "dismissing an appeal and deciding otherwise at once",
        STILL_OPEN,
        patch(
            "chair", {"verdict": {**HARSHER, **ANSWERED["verdict"]}}, {**APPEAL, "verdict": CUT}, Noticed="True Given"
        ),
    ),
    through(
        "chair",
        "another outcome, and the appeal is open again",
        "it is stored with the chair's name",
        patch(
            "chair",
            {"verdict": {**HARSHER, "appeal": None}},
            {**APPEAL, "verdict": {**CUT, **ANSWERED["verdict"]}},
            Noticed="True Given",
        ),
        signed_by("chair"),
    ),
    refused(
        "committee",
        "a plan",
        "You cannot change spec.plan of a Review. You may change spec.verdict.",
        patch("committee", PLAN),
    ),
    refused(
        "committee",
        "another verdict after the decision",
        "This review is decided; its verdict is part of the record.",
        patch("committee", NEW_REASON, JUDGED, Decided="True Decided"),
    ),
    refused(
        "chair",
        "an override after the decision",
        "This review is decided; its verdict is part of the record.",
        patch("chair", OVERRIDE, Decided="True Decided"),
    ),
    refused("committee", "an override", OVERRIDERS, patch("committee", OVERRIDE)),
    refused(
        "committee", "another reason under the chair's override", OVERRIDERS, patch("committee", NEW_REASON, OVERRIDE)
    ),
    refused(
        "committee", "taking the chair's override out", OVERRIDERS, patch("committee", {"verdict": None}, OVERRIDE)
    ),
    through(
        "chair",
        "an override with a reason",
        "it is stored with the chair's name",
        patch("chair", OVERRIDE),
        signed_by("chair"),
    ),
    refused(
        "chair",
        "an override without a reason",
        "An override needs spec.verdict.reason",
        patch("chair", {"verdict": {"override": "Continue"}}),
    ),
    refused(
        "chair",
        "an appeal in the tenant's name",
        "You cannot change spec.appeal of a Review",
        patch("chair", APPEAL, Noticed="True Given"),
    ),
    refused("chair", "deleting a decided Review", 'cannot delete resource "reviews"', delete_decided("chair")),
    refused("chair", "deleting all Reviews at once", 'cannot deletecollection resource "reviews"', delete_all("chair")),
    refused(
        "chair",
        "an earlier day of notice, through /status",
        'cannot patch resource "reviews/status"',
        write_status("chair", noticedAt="2026-01-01T00:00:00Z"),
    ),
    refused("chair", "writing a Decision", 'cannot create resource "decisions"', write_decision("chair")),
    refused("chair", "deleting a Decision", 'cannot delete resource "decisions"', delete_decision("chair")),
    refused("admin", "opening a Review", "Reviews are opened by Tenure", open_one("admin")),
    refused(
        "admin",
        "another allocation in a Review",
        "A review belongs to one allocation and one quarter for good",
        patch("admin", {"allocation": "another"}),
    ),
    refused("admin", "the tenant's plan", "You cannot change spec.plan of a Review", patch("admin", PLAN)),
    refused(
        "admin",
        "deleting a decided Review",
        "A Review is the record of a grant and cannot be deleted",
        delete_decided("admin"),
    ),
    refused(
        "admin",
        "deleting all Reviews at once",
        "A Review is the record of a grant and cannot be deleted",
        delete_all("admin"),
    ),
    refused("admin", "writing a Decision", "Decisions are written by Tenure alone", write_decision("admin")),
    refused(
        "admin",
        "an owner for a Decision that does not exist",
        "Decisions are written by Tenure alone",
        own_decision("admin"),
    ),
    refused(
        "keeper",
        "deleting a Decision without the verb prune",
        "takes the right to prune decisions",
        delete_decision("keeper"),
    ),
    refused(
        "keeper",
        "deleting all Decisions at once without the verb prune",
        "takes the right to prune decisions",
        delete_all_decisions,
    ),
    through(
        "admin",
        "deleting a Decision with the verb prune, which `*` includes",
        "it is deleted",
        delete_decision("admin"),
        is_gone,
    ),
)
