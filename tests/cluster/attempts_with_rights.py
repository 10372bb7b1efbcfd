"""What was tried with rights: other names, other roles, accounts with tokens, and the rulebook itself."""

from __future__ import annotations

from .attempt import refused, through
from .cause_acts import EVIDENCE, fill_in, give_back, holds, open_own, sanction, signed
from .namespace_acts import found, read, service
from .review_acts import PLAN, has_plan, patch
from .rights_acts import CENTRE, admit, as_somebody_else, bind, bind_everywhere, create_role, delete_one, own, start

OURS = "tenure.dev/v1alpha1"
VERDICT = {"verdict": {"confirms": "Revoke"}}
SUMMARY = {"summary": "Two detectors are in service."}
GIVEN = {"evidence": EVIDENCE}
FOUND = {"finding": {"accepted": True}}
HANDED_IN = {"submitted": True}

WITH_RIGHTS = (
    through("robot", "a plan, with its own token", "it is stored", patch("robot", PLAN), has_plan),
    through(
        "robot",
        "devices given back, signed with another name",
        "the name is replaced by the account's",
        give_back("robot", by="member"),
        signed("robot"),
    ),
    refused("robot", "a verdict", "You cannot change spec.verdict of a Review", patch("robot", VERDICT)),
    refused("robot", "acting as the committee", "cannot impersonate", as_somebody_else("committee")),
    refused(
        "robot",
        "acting as another account of the namespace",
        "cannot impersonate",
        as_somebody_else("account"),
    ),
    refused(
        "robot",
        "acting as Tenure",
        "cannot impersonate",
        as_somebody_else("operator"),
    ),
    refused("account", "a plan", 'cannot patch resource "reviews"', patch("account", PLAN)),
    refused("account", "a Return", 'cannot create resource "returns"', give_back("account")),
    refused("account", "a verdict", 'cannot patch resource "reviews"', patch("account", VERDICT)),
    refused("account", "reading the pods beside it", 'cannot list resource "pods"', read("account", "Pod")),
    refused("member", "a Role with the verb decide", 'cannot create resource "roles"', create_role("member")),
    refused(
        "member",
        "binding itself to the committee's role",
        'cannot create resource "rolebindings"',
        bind("member", "tenure-committee"),
    ),
    refused(
        "member",
        "binding itself to that role in the whole cluster",
        'cannot create resource "clusterrolebindings"',
        bind_everywhere("member", "tenure-committee"),
    ),
    refused("member", "another member in its Project", 'cannot patch resource "projects"', admit("member")),
    *(
        refused(who, what, f'cannot patch resource "{plural}"', own(who, kind, change, subresource))
        for who in ("member", "committee", "chair")
        for kind, plural, subresource, what, change in CENTRE
    ),
    refused(
        "committee",
        "binding a friend to its own role",
        'cannot create resource "clusterrolebindings"',
        bind_everywhere("committee", "tenure-committee"),
    ),
    refused(
        "chair",
        "binding a friend to its own role",
        'cannot create resource "clusterrolebindings"',
        bind_everywhere("chair", "tenure-committee-chair"),
    ),
    refused("chair", "a Return in the tenant's name", 'cannot create resource "returns"', give_back("chair")),
    refused("chair", "opening a Report", 'cannot create resource "reports"', open_own("chair", "Report")),
    refused("guest", "a verdict", 'cannot patch resource "reviews"', patch("guest", VERDICT)),
    refused(
        "guest",
        "an assessment",
        'cannot patch resource "reports"',
        fill_in("guest", "Report", {"assessment": {"accepted": True}}, HANDED_IN),
    ),
    refused("guest", "a finding", 'cannot patch resource "relocations"', fill_in("guest", "Relocation", FOUND, GIVEN)),
    refused("guest", "a Sanction", 'cannot create resource "sanctions"', sanction("guest")),
    refused("guest", "reading this project's Reviews", 'cannot list resource "reviews"', read("guest", "Review", OURS)),
    through(
        "leaver",
        "a summary in the Report",
        "it is stored",
        fill_in("leaver", "Report", SUMMARY),
        holds(**SUMMARY),
    ),
    through("leaver", "reading what is configured", "it is listed", read("leaver", "ConfigMap"), found),
    refused("leaver", "a pod", 'cannot create resource "pods"', start("leaver")),
    refused("leaver", "a command in a pod", 'cannot create resource "pods/exec"', start("leaver", "exec")),
    refused("leaver", "a port of a pod", 'cannot create resource "pods/portforward"', start("leaver", "portforward")),
    refused("leaver", "ending a pod", 'cannot delete resource "pods"', delete_one("leaver", "Pod")),
    refused("leaver", "a Service", 'cannot create resource "services"', service("leaver")),
    refused(
        "leaver",
        "deleting the volume claim",
        'cannot delete resource "persistentvolumeclaims"',
        delete_one("leaver", "PersistentVolumeClaim"),
    ),
    refused("leaver", "a plan", 'cannot patch resource "reviews"', patch("leaver", PLAN)),
    refused("leaver", "a Return", 'cannot create resource "returns"', give_back("leaver")),
    refused("leaver", "evidence", 'cannot patch resource "relocations"', fill_in("leaver", "Relocation", GIVEN)),
    refused(
        "leaver",
        "an assessment of the own Report",
        "You cannot change spec.assessment of a Report",
        fill_in("leaver", "Report", {"assessment": {"accepted": True}}, HANDED_IN),
    ),
)
