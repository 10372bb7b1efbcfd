"""What was tried with Returns, Relocations and Sanctions: whose fields are whose, and what is closed when."""

from __future__ import annotations

from .attempt import refused, through
from .cause_acts import (
    ACCEPTED,
    DANGLING,
    DECIDED,
    EVIDENCE,
    PROVEN,
    REFUSED,
    change_mind,
    change_sanction,
    delete,
    delete_all_returns,
    fill_in,
    give_back,
    give_back_for_ever,
    give_back_nothing,
    give_back_unnamed,
    give_back_with,
    holds,
    is_gone,
    judge_again,
    mark,
    open_own,
    own_sanction,
    sanction,
    sanction_with,
    signed,
    write_status,
)

OWN = "A Return is the tenant's own declaration"
BARE = "so it has neither owners nor finalizers. Leave them out."
GIVEN = {"evidence": EVIDENCE}
BETTER = {"evidence": ["https://tenant.example/lease"]}
RECORD = "is part of the record of a grant and cannot be deleted"
CHAIR = "Only somebody with the right to sanction"
COMMITTEES = "the committee writes it. The rest is yours."

WITH_RETURNS = (
    through(
        "member",
        "four devices given back",
        "it is stored with the member's name",
        give_back("member"),
        signed("member"),
    ),
    through(
        "member",
        "a Return signed with another name",
        "the name is replaced by the real one",
        give_back("member", by="someone else"),
        signed("member"),
    ),
    through("member", "a Return whose name is generated", "it is stored", give_back_unnamed, signed("member")),
    refused("member", "a Return without a spec", "spec: Required value", give_back_nothing),
    refused(
        "member",
        "one Return more than a hundred",
        "exceeded quota: tenure, requested: count/returns.tenure.dev=1",
        give_back_for_ever,
    ),
    refused(
        "member",
        "a Return with a `tenure.dev/` label",
        "Labels and annotations that begin with tenure.dev/ are Tenure's",
        give_back_with("member", labels={"tenure.dev/managed": "true"}),
    ),
    refused(
        "member",
        "a Return with a `tenure.dev/` annotation",
        "Labels and annotations that begin with tenure.dev/ are Tenure's",
        give_back_with("member", annotations={"tenure.dev/applied-hash": "0"}),
    ),
    refused(
        "member",
        "annotations on a Return so large that Tenure could not write its status",
        "Too much is written into the metadata of this Return",
        give_back_with("member", annotations={"mine": "<" * 65537}),
    ),
    refused(
        "member",
        "deleting all Returns at once",
        'cannot deletecollection resource "returns"',
        delete_all_returns,
    ),
    refused("member", "a Return of nothing", "Nothing is given back", give_back("member", devices=0)),
    refused("member", "5 TB given back", "Storage is given back in steps of 10 TB", give_back("member", storage="5T")),
    refused("member", "changing a Return", 'cannot patch resource "returns"', change_mind("member")),
    refused("member", "withdrawing a Return", 'cannot delete resource "returns"', delete("member", "Return")),
    refused(
        "member",
        "a decision in the status of a Return",
        'cannot patch resource "returns/status"',
        write_status("member", "Return", decision="mine"),
    ),
    refused(
        "member",
        "a Return with an owner that does not exist, so that the garbage collector deletes it",
        BARE,
        give_back_with("member", ownerReferences=DANGLING),
    ),
    refused("member", "a Return with a finalizer", BARE, give_back_with("member", finalizers=["example.com/stay"])),
    refused("viewer", "a Return", 'cannot create resource "returns"', give_back("viewer")),
    refused(
        "stranger", "a Return of this project's devices", 'cannot create resource "returns"', give_back("stranger")
    ),
    refused("committee", "a Return in the tenant's name", 'cannot create resource "returns"', give_back("committee")),
    refused("admin", "a Return in the tenant's name", OWN, give_back("admin")),
    refused("admin", "changing a Return", "A Return is a declaration and cannot be changed", change_mind("admin")),
    refused(
        "admin", "deleting a decided Return", f"A Return that is decided {RECORD}", delete("admin", "Return", **DECIDED)
    ),
    through(
        "admin", "deleting a Return that nothing has followed from", "it is deleted", delete("admin", "Return"), is_gone
    ),
)

WITH_RELOCATIONS = (
    through("member", "evidence", "it is stored", fill_in("member", "Relocation", GIVEN), holds(**GIVEN)),
    through(
        "member",
        "better evidence after a finding that did not accept it",
        "it is stored",
        fill_in("member", "Relocation", BETTER, {**GIVEN, "finding": REFUSED}),
        holds(**BETTER),
    ),
    refused("member", "opening a Relocation", 'cannot create resource "relocations"', open_own("member", "Relocation")),
    refused("member", "deleting a Relocation", 'cannot delete resource "relocations"', delete("member", "Relocation")),
    refused(
        "member",
        "another allocation in a Relocation",
        "A Relocation belongs to one allocation for good",
        fill_in("member", "Relocation", {"allocation": "another"}),
    ),
    refused(
        "member",
        "a finding on the own evidence",
        f"You cannot change spec.finding of a Relocation: {COMMITTEES}",
        fill_in("member", "Relocation", {"finding": ACCEPTED}, GIVEN),
    ),
    refused(
        "member",
        "other evidence once the committee has accepted it, before Tenure has seen that",
        "This Relocation is judged and part of the record",
        fill_in("member", "Relocation", BETTER, {**GIVEN, "finding": ACCEPTED}),
    ),
    refused(
        "member",
        "other evidence once it is proven",
        "This Relocation is judged and part of the record",
        fill_in("member", "Relocation", BETTER, {**GIVEN, "finding": ACCEPTED}, **PROVEN),
    ),
    refused(
        "member",
        "evidence once the grant has ended for want of it",
        "This Relocation is judged and part of the record",
        fill_in("member", "Relocation", GIVEN, **DECIDED),
    ),
    refused(
        "member",
        "more time for the evidence, through /status",
        'cannot patch resource "relocations/status"',
        write_status("member", "Relocation", due="2030-01-01"),
    ),
    refused(
        "member",
        "other labels on a Relocation",
        "owners and the tenure.dev annotations of a Relocation belong to Tenure",
        mark("member", "Relocation", labels={"mine": "yes"}),
    ),
    refused("viewer", "evidence", 'cannot patch resource "relocations"', fill_in("viewer", "Relocation", GIVEN)),
    refused("stranger", "evidence", 'cannot patch resource "relocations"', fill_in("stranger", "Relocation", GIVEN)),
    through(
        "committee",
        "a finding under another name",
        "the name is replaced by the real one",
        fill_in("committee", "Relocation", {"finding": {**REFUSED, "by": "someone else"}}, GIVEN),
        signed("committee", "finding"),
    ),
    through(
        "committee",
        "only another name under the finding",
        "the name is replaced by the real one",
        judge_again("Relocation", "finding", by="someone else"),
        signed("committee", "finding"),
    ),
    refused(
        "committee",
        "a finding before there is evidence",
        "The tenant has not handed in any evidence",
        fill_in("committee", "Relocation", {"finding": REFUSED}),
    ),
    refused(
        "committee",
        "another finding once it is proven",
        "the chair writes a Sanction",
        fill_in("committee", "Relocation", {"finding": REFUSED}, {**GIVEN, "finding": ACCEPTED}, **PROVEN),
    ),
    refused(
        "committee",
        "evidence in the tenant's name",
        "You cannot change spec.evidence of a Relocation: the tenant writes it",
        fill_in("committee", "Relocation", GIVEN),
    ),
    refused("admin", "opening a Relocation", "Relocations are opened by Tenure", open_own("admin", "Relocation")),
    refused("admin", "evidence", "You cannot change spec.evidence", fill_in("admin", "Relocation", GIVEN)),
    refused("admin", "deleting a Relocation", f"A Relocation {RECORD}", delete("admin", "Relocation")),
)

WITH_SANCTIONS = (
    through("chair", "a Sanction", "it is stored with the chair's name", sanction("chair"), signed("chair")),
    through(
        "chair",
        "a Sanction signed with another name",
        "the name is replaced by the real one",
        sanction("chair", by="someone else"),
        signed("chair"),
    ),
    through(
        "chair",
        "withdrawing a Sanction that nothing has followed from",
        "it is deleted",
        delete("chair", "Sanction"),
        is_gone,
    ),
    refused(
        "chair",
        "withdrawing a Sanction that is decided",
        "This Sanction is decided and part of the record",
        delete("chair", "Sanction", **DECIDED),
    ),
    refused("chair", "changing a Sanction", 'cannot patch resource "sanctions"', change_sanction("chair")),
    refused(
        "chair",
        "a Sanction without evidence",
        "spec.evidence in body should have at least 1",
        sanction("chair", evidence=[]),
    ),
    refused(
        "chair", "a Sanction without a reason", "spec.reason in body should be at least 1", sanction("chair", reason="")
    ),
    refused(
        "chair",
        "a decision in the status of a Sanction",
        'cannot patch resource "sanctions/status"',
        write_status("chair", "Sanction", decision="mine"),
    ),
    refused("chair", "a Sanction with a finalizer", BARE, sanction_with("chair", finalizers=["example.com/stay"])),
    refused("member", "a Sanction of another project", 'cannot create resource "sanctions"', sanction("member")),
    refused("viewer", "a Sanction", 'cannot create resource "sanctions"', sanction("viewer")),
    refused("stranger", "a Sanction", 'cannot create resource "sanctions"', sanction("stranger")),
    refused("committee", "a Sanction", 'cannot create resource "sanctions"', sanction("committee")),
    refused("keeper", "a Sanction without the verb sanction", CHAIR, sanction("keeper")),
    refused("keeper", "deleting a Sanction without the verb sanction", CHAIR, delete("keeper", "Sanction")),
    refused("admin", "changing a Sanction", "A Sanction is a record and cannot be changed", change_sanction("admin")),
    refused(
        "admin",
        "an owner of a Sanction that does not exist, so that the garbage collector deletes it",
        BARE,
        own_sanction("admin"),
    ),
    refused(
        "keeper",
        "deleting a decided Sanction without the verb prune",
        "takes the right to prune sanctions",
        delete("keeper", "Sanction", **DECIDED),
    ),
    through(
        "admin",
        "deleting a decided Sanction with the verb prune, which `*` includes",
        "it is deleted",
        delete("admin", "Sanction", **DECIDED),
        is_gone,
    ),
)
