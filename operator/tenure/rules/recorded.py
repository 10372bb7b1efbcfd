"""A review as it stood at its Decision, or as it stands now, put together again from what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tenure.api import Accelerator, Allocation, Programme, Review
from tenure.api.allocation import Grant
from tenure.api.decision import DecisionSpec
from tenure.api.programme import ProgrammeSpec
from tenure.api.review import LedgerStatus
from tenure.rules import bundles, calendar
from tenure.rules.audit.case import case_of
from tenure.rules.audit.made import Made
from tenure.rules.case import Case
from tenure.rules.grant import counting, digest, entitled
from tenure.rules.increases import Answer
from tenure.rules.simulate import Recorded
from tenure.rules.utilization import counts


@dataclass(frozen=True)
class Sources:
    """What there is of one allocation's review of one quarter. At least one of review and decision is there.

    A Decision is enough by itself, whatever has become of the rest; what is not decided needs all the others.
    """

    quarter: str
    allocation: Allocation | None
    programme: Programme | None
    accelerator: Accelerator | None
    review: Review | None
    decided: DecisionSpec | None
    decisions: Sequence[DecisionSpec]
    """All of the allocation."""


@dataclass(frozen=True)
class LeftOut:
    """A review that cannot be put together again, and why."""

    allocation: str
    why: str


def put_together(found: Sources, now: datetime) -> Recorded | LeftOut:
    """The review at the instant of its Decision with the rules in force then; at `now` where it is not decided."""
    if found.decided is not None:
        return _as_decided(found.decided, found.decisions)
    assert found.review is not None
    return _as_it_stands(found, found.review, now)


def _as_decided(decided: DecisionSpec, decisions: Sequence[DecisionSpec]) -> Recorded | LeftOut:
    """From the Decision's evidence and the Decisions before it, and nothing else."""
    earlier = [d for d in decisions if d != decided and d.decided_at <= decided.decided_at]
    made = Made(decided, sorted(earlier, key=lambda d: d.decided_at))
    try:
        ledger = decided.evidence.ledger
        case = case_of(made, counts(ledger, made.rules.measurement))
        access = None if made.award.in_use_since is not None else decided.evidence.in_use_from
    except (ValueError, IndexError):
        return LeftOut(decided.allocation, "the evidence of its Decision is not enough; tenure audit verify says more")
    return Recorded(
        allocation=decided.allocation,
        project=decided.project,
        accelerator=made.award.accelerator,
        case=replace(case, increase=_increase(case, decided)),
        ledger=ledger or LedgerStatus(**{"from": case.window.start}),
        decided=decided,
        access=access,
    )


def _increase(case: Case, decided: DecisionSpec) -> Answer | None:
    """What became of an approved increase; of one that was not asked about because of the table, all that was approved."""
    most = case.spec.verdict.increase_to if case.spec.verdict is not None else None
    if most is None:
        return None
    if decided.kind in ("Increase", "Continue"):
        return Answer(most, decided.after.devices)
    return Answer(most, bundles.largest_up_to(case.accelerator, decided.before.devices, most))


def _as_it_stands(found: Sources, review: Review, now: datetime) -> Recorded | LeftOut:
    name, allocation = review.spec.allocation, found.allocation
    programme, accelerator = found.programme, found.accelerator
    if review.status.outcome:
        return LeftOut(name, f"its Decision {review.status.decision} is not there any more")
    if allocation is None:
        return LeftOut(name, "its Allocation is gone")
    if programme is None or accelerator is None:
        return LeftOut(name, "its Programme or its Accelerator is gone")
    window = calendar.named(programme.spec.calendar, found.quarter)
    if window is None:
        return LeftOut(name, f"programme {programme.name} has no review {found.quarter} any more")
    ledger, rules = review.status.ledger or LedgerStatus(**{"from": window.start}), programme.spec
    earlier = _in_effect(allocation, rules, found.decisions, now)
    case = Case(
        programme=rules,
        accelerator=accelerator.spec,
        term=allocation.spec.term,
        window=window,
        held=_held(allocation, accelerator, rules, earlier, now),
        spec=review.spec,
        status=review.status,
        counts=counts(ledger, rules.measurement),
        now=now,
        decisions=earlier,
    )
    project, access = allocation.spec.project, _access(allocation, rules)
    return Recorded(allocation.name, project, accelerator.name, case, ledger, None, access)


def _in_effect(
    allocation: Allocation, rules: ProgrammeSpec, decisions: Sequence[DecisionSpec], now: datetime
) -> tuple[DecisionSpec, ...]:
    """The Decisions that count for the award and have taken effect."""
    today = calendar.today(now, rules.time_zone)
    return counting([d for d in decisions if d.effective <= today], digest(allocation.spec))


def _held(
    allocation: Allocation,
    accelerator: Accelerator,
    rules: ProgrammeSpec,
    earlier: Sequence[DecisionSpec],
    now: datetime,
) -> Grant:
    spec = allocation.spec
    award = bundles.award(spec, accelerator.spec, rules.tenancy)
    day = min(calendar.today(now, rules.time_zone), spec.term.end)
    return entitled(award, spec.term, earlier, digest(spec), day).grant


def _access(allocation: Allocation, rules: ProgrammeSpec) -> date | None:
    since = allocation.status.access_since
    if allocation.spec.in_use_since is not None or since is None:
        return None
    return max(calendar.today(since, rules.time_zone), allocation.spec.term.start)
