"""The Decision as a record: what was decided, on what evidence, hashed to the allocation's previous one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tenure import __version__
from tenure.api.accelerator import AcceleratorSpec
from tenure.api.allocation import AllocationSpec, Grant
from tenure.api.conditions import find
from tenure.api.decision import Course, DecisionKind, DecisionSpec, Evidence, Telemetry
from tenure.api.programme import ProgrammeSpec
from tenure.api.review import LedgerStatus, Verdict
from tenure.rules.case import Case
from tenure.rules.utilization import status

TABLE = "the programme's table (R17)"
"""Who decided where nobody did."""
RULES = ("timeZone", "term", "calendar", "measurement", "review", "storage", "ends", "tenancy")
"""Parts of a programme that any outcome may depend on."""


@dataclass(frozen=True)
class Subject:
    """The award that a Decision is about."""

    allocation: str
    project: str
    organization: str
    award_digest: str


@dataclass(frozen=True)
class Circumstances:
    """What every Decision is made under, whatever it is about."""

    award: AllocationSpec
    programme: ProgrammeSpec
    accelerator: AcceleratorSpec | None
    in_use_from: date | None = None
    without_record: tuple[str, ...] = ()

    def evidence(self) -> dict[str, Any]:
        """Fields of the evidence, by name."""
        rules = self.programme.wire()
        kept = {key: rules[key] for key in RULES}
        if self.accelerator is not None:
            kept["ladder"] = self.accelerator.wire()["ladder"]
        award = self.award.model_copy(update={"usage_plan": ()}).wire()
        return {
            "version": __version__,
            "award": award,
            "rules": kept,
            "in_use_from": self.in_use_from,
            "without_record": self.without_record,
        }


@dataclass(frozen=True)
class Settled:
    """What is to be written as a Decision, once."""

    kind: DecisionKind
    before: Grant
    after: Grant
    effective: date
    message: str
    data_kept_until: date | None = None
    decided_by: str = TABLE
    entered_by: str = ""
    entered_at: datetime | None = None


def digest(spec: Mapping[str, Any]) -> str:
    """SHA-256 over canonical JSON of all fields but the hash itself."""
    body = {key: value for key, value in spec.items() if key != "hash"}
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def latest(decisions: Sequence[DecisionSpec]) -> str:
    """The hash of the allocation's latest Decision, empty if there is none: of the one that no other follows on."""
    followed = {d.previous for d in decisions}
    last = (d for d in decisions if d.hash not in followed)
    return max(((d.decided_at, d.review, d.hash) for d in last), default=(None, "", ""))[2]


def occasion(kind: str, namespace: str, name: str, said: Mapping[str, Any]) -> str:
    """What a Decision that ends no review was decided in: the same for the same object that says the same.

    So an object that was restored from a backup, with another uid, is not acted on a second time.
    """
    return f"{kind.lower()}-{digest({'namespace': namespace, 'name': name, **said})[:8]}"


def decision(
    *,
    subject: Subject,
    circumstances: Circumstances,
    occasion: str,
    settled: Settled,
    evidence: Evidence,
    earlier: Sequence[DecisionSpec],
    now: datetime,
) -> DecisionSpec:
    """The Decision to be written. `earlier` are all the allocation's Decisions, also those of another award."""
    spec = DecisionSpec(
        allocation=subject.allocation,
        project=subject.project,
        organization=subject.organization,
        award_digest=subject.award_digest,
        review=occasion,
        kind=settled.kind,
        before=settled.before,
        after=settled.after,
        effective=settled.effective,
        decided_at=now.replace(microsecond=0),
        decided_by=settled.decided_by,
        entered_by=settled.entered_by,
        entered_at=settled.entered_at,
        message=settled.message,
        data_kept_until=settled.data_kept_until,
        evidence=evidence.model_copy(update=circumstances.evidence()),
        previous=latest(earlier),
    )
    return spec.model_copy(update={"hash": digest(spec.wire())})


def decided_by(verdict: Verdict | None) -> str:
    """Who decided a review: whoever gave a verdict that says something, else the table."""
    return (verdict.decided_by or verdict.by) if verdict is not None and verdict.decides else TABLE


def of_review(case: Case, ledger: LedgerStatus, telemetry: Telemetry) -> Evidence:
    """Of a review: the days and how they were measured, what people had written, and how it went until then."""
    before = case.status
    told = find(before.conditions, "PlanSubmitted")
    course = Course(
        opened_on=case.day_of(before.opened_at),
        measured_on=case.measured_on,
        plan_submitted_on=case.day_of(before.plan_submitted_at) if before.plan_submitted_at is not None else None,
        plan=told.reason if told is not None else "",
        noticed_on=case.day_of(before.noticed_at) if before.noticed_at is not None else None,
        notice=before.notice,
    )
    return Evidence(
        course=course,
        ledger=ledger,
        utilization=status(case.counts),
        telemetry=telemetry,
        plan=case.spec.plan,
        appeal=case.spec.appeal,
        verdict=case.spec.verdict,
    )


def of_cause(cause: Mapping[str, Any], opened_on: date | None = None, noticed_on: date | None = None) -> Evidence:
    """Of a Return, Sanction, Relocation or Report: its spec, and since when the tenant knew."""
    return Evidence(cause=dict(cause), course=Course(opened_on=opened_on, noticed_on=noticed_on))
