"""The YAML that a person reads, corrects and applies. Every comment is a whole sentence."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from datetime import date

from tenure.api.allocation import Grant
from tenure.api.model import API_VERSION
from tenure.api.project import Member
from tenure.cli.adopt.changes import Change
from tenure.cli.adopt.plan import Plan
from tenure.rules.calendar import short_term

WIDTH = 118


def document(plan: Plan, today: date, *, take_over: bool) -> str:
    """Project and Allocation of one namespace. adoptNamespace is left out unless it is asked for and harms nothing."""
    lines = [*_head(plan, today), *_project(plan, take_over=take_over)]
    grant = plan.proposal.grant
    if plan.awarded:
        lines += _comment(
            f"It has the Allocation {', '.join(plan.awarded)} already, so none is written. Edit that one if need be."
        )
    elif grant is None:
        lines += _no_award(plan)
    else:
        lines += _allocation(plan, grant, today)
    return "\n".join(lines)


def _head(plan: Plan, today: date) -> Iterator[str]:
    yield "---"
    yield from _comment(f"Namespace {plan.namespace} as it stood on {today}. Nothing was written to the cluster.")
    if plan.changes:
        yield from _comment("What taking it over changes:")
    yield from told(plan.changes)


def told(changes: Iterable[Change]) -> Iterator[str]:
    """Each as a comment, harms first."""
    for change in sorted(changes, key=lambda one: not one.harm):
        mark = "HARM: " if change.harm else ""
        yield from _comment(f"- {mark}{change.text}", hanging=2)


def _project(plan: Plan, *, take_over: bool) -> Iterator[str]:
    yield from _opening("Project", plan.namespace)
    yield f"  organization: {_scalar(plan.terms.organization)}"
    if plan.members:
        yield from _comment("From the RoleBindings to admin, edit and view.", 2)
        yield "  members:"
        yield from (f"    - {_member(member)}" for member in plan.members)
    else:
        yield from _comment("No RoleBinding to admin, edit or view is there. Name the members.", 2)
        yield "  members: []"
    if plan.other_bindings:
        listed = ", ".join(plan.other_bindings)
        yield from _comment(f"Not looked into, and left as they are: the RoleBindings {listed}.", 2)
    yield from _take_over(plan, take_over=take_over)


def _take_over(plan: Plan, *, take_over: bool) -> Iterator[str]:
    programme = plan.terms.programme
    then = "Tenure takes the namespace over where this line stands: quota, limits, access and isolation are written"
    if programme.spec.mode == "Observe":
        means = (
            f"Programme {programme.name} is in mode Observe, so with this line or without it nothing in the namespace is written "
            f"but Reviews, which are opened and measured. Once it enforces, {then}."
        )
    else:
        means = f"Programme {programme.name} enforces, so {then} at once."
    if take_over and plan.safe:
        yield from _comment(means, 2)
        yield "  adoptNamespace: true"
        return
    why = (
        "Left out in spite of --take-over, because of what is said above. Mend that first, or write the line yourself."
        if take_over
        else "Without it the namespace is then left alone and the Allocation is not accepted. --take-over writes it."
    )
    yield from _comment(f"{means} {why}", 2)
    yield "  # adoptNamespace: true"


def _no_award(plan: Plan) -> Iterator[str]:
    yield from _comment(f"There is no Allocation. {plan.proposal.devices_from} {plan.proposal.storage_from}")


def _allocation(plan: Plan, grant: Grant, today: date) -> Iterator[str]:
    yield "---"
    yield from _opening("Allocation", plan.allocation)
    yield f"  project: {_scalar(plan.namespace)}"
    yield f"  programme: {_scalar(plan.terms.programme.name)}"
    yield from _comment(plan.proposal.devices_from, 2)
    if grant.devices:
        yield f"  accelerator: {_scalar(plan.terms.accelerator.name)}"
        yield f"  devices: {grant.devices}"
    yield from _comment(f"With it come {grant.cpu} CPU cores and {grant.memory} of memory (R1).", 2)
    yield from _comment(plan.proposal.storage_from, 2)
    yield f"  storage: {_scalar(grant.storage)}"
    if plan.proposal.consultation:
        yield from _comment(
            "More than 50 TB are given by consultation only (R3). Say what was agreed, by whom and when.", 2
        )
        yield f"  storageConsultation: {_scalar(f'Held before Tenure, as of {today}.')}"
    yield from _term(plan)


def _term(plan: Plan) -> Iterator[str]:
    term, programme = plan.terms.term, plan.terms.programme
    if short_term(term, programme.spec.review.short_term_months):
        months = programme.spec.review.short_term_months
        yield from _comment(f"Terms of {months} calendar months or fewer are not reviewed (R17).", 2)
    yield f"  term: {{start: {_scalar(term.start.isoformat())}, end: {_scalar(term.end.isoformat())}}}"
    yield from _comment(
        "The first day on which use counts. It has to lie in the term, so an earlier one takes an earlier start. Left out, "
        f"{programme.spec.measurement.set_up_days} set-up days begin when Tenure's quota is enforced (R14); in mode Observe "
        "nothing is measured then.",
        2,
    )
    yield f"  inUseSince: {_scalar(term.start.isoformat())}"


def _opening(kind: str, name: str) -> Iterable[str]:
    return (f"apiVersion: {API_VERSION}", f"kind: {kind}", "metadata:", f"  name: {_scalar(name)}", "spec:")


def _member(member: Member) -> str:
    fields = {"kind": member.kind, "name": member.name, "namespace": member.namespace, "role": member.role}
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in fields.items() if value) + "}"


def _scalar(text: str) -> str:
    """A string that YAML takes for nothing else: JSON's are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str, indent: int = 0, *, hanging: int = 0) -> Iterable[str]:
    """On as many lines as it takes. What somebody else named cannot end a comment: control characters are left out."""
    begins = " " * indent + "# "
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return textwrap.wrap(
        plain,
        WIDTH,
        initial_indent=begins,
        subsequent_indent=begins + " " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
