"""Decision: what was decided for an allocation, on what evidence. Written once by Tenure; immutable."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tenure.api.allocation import Grant
from tenure.api.model import Column, Kind, Model, Name, Resource
from tenure.api.review import Appeal, LedgerStatus, Plan, Utilization, Verdict

DecisionKind = Literal[
    "Increase",
    "Continue",
    "Reduce",
    "Revoke",
    "Exempt",
    "CarriedForward",
    "Return",
    "OffPurpose",
    "PromiseUnproven",
    "PromiseBroken",
    "ReportAssessed",
]
"""The first six end a review (R17). Then: given back (R22), misused (R20), a promise without evidence or not kept (R21),
and a report that the committee has judged (R23), which changes no grant."""
REVIEWED: frozenset[DecisionKind] = frozenset({"Increase", "Continue", "Reduce", "Revoke", "Exempt", "CarriedForward"})
"""Kinds that end a review (R17)."""
ENDS: frozenset[DecisionKind] = frozenset({"Revoke", "OffPurpose", "PromiseUnproven", "PromiseBroken"})
"""Kinds that end a grant for good."""


class Telemetry(Model):
    """How the days of the ledger were measured, so that anybody can ask Prometheus again."""

    profile: str = Field(default="", max_length=63, description="Name of the TelemetryProfile.")
    spec: dict[str, Any] = Field(
        default_factory=dict,
        description="Its spec.",
        json_schema_extra={"x-kubernetes-preserve-unknown-fields": True},
    )
    queries: dict[str, str] = Field(
        default_factory=dict,
        description="What each amount is -> the query of the window's last day; others are the same at their own day's end.",
    )


class Course(Model):
    """How it came to the Decision, as far as the outcome depends on it. Days are of the programme's zone."""

    opened_on: date | None = Field(
        default=None, description="Day on which the review, Report or Relocation was opened."
    )
    measured_on: date | None = Field(
        default=None, description="Day on which all days of the window were known: the committee's time ran from it."
    )
    plan_submitted_on: date | None = Field(default=None, description="Day on which the plan was first seen.")
    plan: str = Field(
        default="", max_length=64, description="What the tenant was told of the plan last: a reason of PlanSubmitted."
    )
    noticed_on: date | None = Field(default=None, description="Day on which the notice was given.")
    notice: str = Field(default="", max_length=256, description="What notice was given of.")


class Evidence(Model):
    """All that the outcome was worked out from. It is enough to work it out again, offline and years later."""

    version: str = Field(default="", max_length=64, description="Version of Tenure that decided.")
    award: dict[str, Any] = Field(
        default_factory=dict,
        description="The spec of the Allocation, without its usage plan.",
        json_schema_extra={"x-kubernetes-preserve-unknown-fields": True},
    )
    rules: dict[str, Any] = Field(
        default_factory=dict,
        description="The Programme's rules in force (R13, R14, R16, R17, R21..R23), and the ladder of the Accelerator (R1).",
        json_schema_extra={"x-kubernetes-preserve-unknown-fields": True},
    )
    in_use_from: date | None = Field(default=None, description="First day of service, where it was known.")
    without_record: tuple[Annotated[str, Field(max_length=63)], ...] = Field(
        default=(),
        max_length=64,
        description="Past reviews that had no record then: no more was held than the live quota gave.",
    )
    course: Course = Field(default=Course(), description="How it came to the Decision.")
    ledger: LedgerStatus | None = Field(default=None, description="The days, as they were when it was decided.")
    utilization: Utilization = Field(default=Utilization(), description="R16 over the counted days.")
    telemetry: Telemetry = Field(default=Telemetry(), description="How the days were measured.")
    plan: Plan | None = Field(default=None, description="The tenant's plan.")
    appeal: Appeal | None = Field(default=None, description="The tenant's appeal.")
    cause: dict[str, Any] = Field(
        default_factory=dict,
        description="The spec of the Return, Sanction, Relocation or Report that it follows from.",
        json_schema_extra={"x-kubernetes-preserve-unknown-fields": True},
    )
    verdict: Verdict | None = Field(default=None, description="The committee's verdict.")


class DecisionSpec(Model):
    """What was decided and on what evidence."""

    allocation: Name = Field(description="The Allocation.")
    project: Name = Field(description="Its Project.")
    organization: str = Field(
        default="", max_length=63, description="Its Organization: what later calls need is remembered there (R25)."
    )
    review: Name = Field(
        description="What it was decided in: a review, for example 2026-Q3, or a Return, Sanction, Relocation or Report."
    )
    award_digest: str = Field(
        max_length=64, description="Digest of the award it was decided for. An edited award starts anew."
    )
    kind: DecisionKind = Field(description="What was decided.")
    before: Grant = Field(description="The grant before, absolute amounts.")
    after: Grant = Field(description="The grant after, absolute amounts.")
    effective: date = Field(description="First day on which it holds, in the programme's zone.")
    decided_at: datetime = Field(description="When Tenure wrote it.")
    decided_by: str = Field(default="", max_length=253, description="Who decided: a person, or the programme's table.")
    entered_by: str = Field(default="", max_length=253, description="Who entered the verdict.")
    entered_at: datetime | None = Field(default=None, description="When the verdict was entered.")
    message: str = Field(default="", max_length=2000, description="The decision in one sentence for the tenant.")
    data_kept_until: date | None = Field(
        default=None, description="After a revocation: until when the data is kept, at least."
    )
    evidence: Evidence = Field(default=Evidence(), description="What it was worked out from.")
    previous: str = Field(default="", max_length=64, description="Hash of the allocation's previous Decision.")
    hash: str = Field(
        default="", max_length=64, description="SHA-256 over all other fields of the spec, as canonical JSON."
    )


class Decision(Resource):
    """A decision on an allocation. Tenure writes it once; the grant is the award with its Decisions folded in."""

    KIND: ClassVar[Kind] = Kind(
        kind="Decision",
        plural="decisions",
        short_names=("dec",),
        columns=(
            Column("Allocation", ".spec.allocation"),
            Column("Review", ".spec.review"),
            Column("Kind", ".spec.kind"),
            Column("Before", ".spec.before.devices", "integer"),
            Column("After", ".spec.after.devices", "integer"),
            Column("Effective", ".spec.effective"),
            Column("By", ".spec.decidedBy", priority=1),
            Column("Age", ".metadata.creationTimestamp", "date"),
        ),
        root_rules=(("self.spec == oldSelf.spec", "A Decision is a record and cannot be changed."),),
        has_status=False,
        as_written=True,
        selectable=(".spec.allocation", ".spec.review"),
    )
    spec: DecisionSpec
