"""What a Decision comes to by its own evidence: the same rules, asked again. Nothing but the Decisions before it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tenure.api import Relocation, Report, Return, Sanction
from tenure.api.decision import REVIEWED, DecisionSpec
from tenure.rules import bundles, relocation, reports, returns, sanctions
from tenure.rules.audit.case import case_of
from tenure.rules.audit.made import Made
from tenure.rules.cause import Holder, Step, amount
from tenure.rules.grant import Entitlement, digest
from tenure.rules.record import Settled, decided_by
from tenure.rules.review import progress
from tenure.rules.utilization import counts, status

RELEASED: Mapping[str, tuple[type[Any], Callable[[Any, Holder, None], Step]]] = {
    "Return": (Return, returns.judge),
    "OffPurpose": (Sanction, sanctions.judge),
    "PromiseBroken": (Sanction, sanctions.judge),
    "PromiseUnproven": (Relocation, relocation.judge),
    "ReportAssessed": (Report, reports.judge),
}
"""Kind of a Decision -> the kind of its cause, and what is made of it."""


def disagreement(spec: DecisionSpec, earlier: Sequence[DecisionSpec]) -> str | None:
    """Where the evidence gives something else than what was decided, as what follows `Line 7 `; None where it agrees."""
    try:
        return next(_disagreements(Made(spec, earlier)), None)
    # Evidence that Tenure did not write may come to anything, and the next lines are still to be read.
    except Exception as error:
        return f"has evidence that cannot be worked with ({type(error).__name__}), so it was altered or is incomplete."


def _disagreements(made: Made) -> Iterator[str]:
    spec = made.spec
    if digest(made.award) != spec.award_digest or made.award.project != spec.project:
        yield "was decided for an award that is not the one in its evidence."
    if spec.effective != made.today:
        yield f"takes effect on {spec.effective}, and it was decided on {made.today}: it never takes effect on another day."
    yield from _before(made)
    yield from (_of_review if spec.kind in REVIEWED else _of_cause)(made)


def _before(made: Made) -> Iterator[str]:
    """The fold: what was held before. Where a record was missing, the live quota may have been less."""
    said, folded = made.spec.before, made.entitlement.grant
    less = made.spec.evidence.without_record and said.devices <= folded.devices
    if said != folded and not less:
        yield f"says that {amount(said)} were held before it, and the award with the earlier Decisions gives {amount(folded)}."


def _of_review(made: Made) -> Iterator[str]:
    """R14, R16, R17: the days, the bounds, the table, plan and verdict, and the notice that was given."""
    spec, evidence = made.spec, made.spec.evidence
    found = counts(evidence.ledger, made.rules.measurement)
    if status(found) != evidence.utilization:
        yield f"says a utilization of {evidence.utilization.percent}, and its days come to {found.measured.text()} (R16)."
    asked_of = case_of(made, found)
    asked = progress(asked_of)
    ruling = asked.decide
    if ruling is None:
        told = {said.type: said for said in asked.said}
        why = told["Noticed"] if told["Noticed"].reason == "Given" else told["Recommended"]
        yield f"decides {spec.kind}, and by its evidence nothing was to be decided then: {why.message}"
        return
    after = spec.before
    if ruling.devices != spec.before.devices:
        after = bundles.with_devices(spec.before, asked_of.accelerator, ruling.devices)
    verdict = evidence.verdict
    by, entered = decided_by(verdict), verdict.by if verdict is not None else ""
    yield from _differs(
        spec, Settled(ruling.kind, spec.before, after, ruling.effective, "", ruling.data_kept_until, by, entered)
    )


def _of_cause(made: Made) -> Iterator[str]:
    """R20..R23: what the Return, Sanction, Relocation or Report leads to."""
    spec = made.spec
    model, judge = RELEASED[spec.kind]
    status_ = {"openedOn": spec.evidence.course.opened_on, "noticedOn": spec.evidence.course.noticed_on}
    about = model.model_validate(
        {
            "metadata": {"name": spec.review, "namespace": spec.project},
            "spec": spec.evidence.cause,
            "status": {key: value for key, value in status_.items() if value is not None},
        }
    )
    there = Entitlement(spec.before, made.entitlement.state, made.entitlement.history)
    holder = Holder(
        made.award, made.rules, made.accelerator, there, made.spec.evidence.in_use_from, made.spec.decided_at
    )
    step = judge(about, holder, None)
    if about.spec.allocation != spec.allocation or step.settled is None:
        yield f"decides {spec.kind}, and nothing follows from its cause: {step.said[-1].message}"
        return
    yield from _differs(spec, step.settled)


def _differs(spec: DecisionSpec, found: Settled) -> Iterator[str]:
    """What was decided beside what the evidence gives."""
    if (spec.kind, spec.after) != (found.kind, found.after):
        yield (
            f"decides {spec.kind} to {amount(spec.after)}, and its evidence gives {found.kind} to {amount(found.after)} "
            "by the rules in force."
        )
    if spec.effective != found.effective:
        yield f"takes effect on {spec.effective}, and its evidence gives {found.effective}."
    if spec.data_kept_until != found.data_kept_until:
        yield f"keeps the data until {spec.data_kept_until}, and its evidence gives {found.data_kept_until}."
    if (spec.decided_by, spec.entered_by) != (found.decided_by, found.entered_by):
        who = (spec.decided_by, spec.entered_by or "nobody", found.decided_by, found.entered_by or "nobody")
        yield "names {} as who decided and {} as who entered it, and its evidence names {} and {}.".format(*who)
