"""Decision: what was decided for an allocation, on what evidence. Written once by Tenure; immutable."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from tenure.api.allocation import Grant
from tenure.api.model import Column, Kind, Model, Name, Resource
from tenure.api.review import LedgerStatus, Plan, Utilization, Verdict

DecisionKind = Literal["Increase", "Continue", "Reduce", "Revoke", "Exempt", "CarriedForward"]


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


class Evidence(Model):
    """All that the outcome was worked out from."""

    rules: dict[str, Any] = Field(
        default_factory=dict,
        description="The Programme's measurement and review rules in force (R14, R16, R17).",
        json_schema_extra={"x-kubernetes-preserve-unknown-fields": True},
    )
    ledger: LedgerStatus | None = Field(default=None, description="The days, as they were when it was decided.")
    utilization: Utilization = Field(default=Utilization(), description="R16 over the counted days.")
    telemetry: Telemetry = Field(default=Telemetry(), description="How the days were measured.")
    plan: Plan | None = Field(default=None, description="The tenant's plan.")
    verdict: Verdict | None = Field(default=None, description="The committee's verdict.")


class DecisionSpec(Model):
    """What was decided and on what evidence."""

    allocation: Name = Field(description="The Allocation.")
    project: Name = Field(description="Its Project.")
    review: Name = Field(description="The review, for example 2026-Q3.")
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
    )
    spec: DecisionSpec
