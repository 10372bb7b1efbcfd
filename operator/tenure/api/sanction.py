"""Sanction: a person ends a grant within its period, with evidence (R20, R21). It takes effect at once."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tenure.api.conditions import Condition
from tenure.api.model import Column, DecidedBy, EnteredBy, Kind, Model, Name, Resource, keyed

Ground = Literal["OffPurpose", "PromiseBroken"]


class SanctionSpec(Model):
    """What was found, on what evidence, by whom."""

    allocation: Name = Field(description="Name of the Allocation.")
    ground: Ground = Field(
        description="OffPurpose: use for something else than was applied for (R20). PromiseBroken: a promised relocation or "
        "founding was not carried out (R21)."
    )
    evidence: tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...] = Field(
        min_length=1, max_length=32, description="Links or references to what proves it."
    )
    reason: str = Field(min_length=1, max_length=4000, description="What was found, in sentences the tenant reads.")
    decided_by: DecidedBy = ""
    by: EnteredBy = ""


class SanctionStatus(Model):
    """What became of it."""

    decision: str = Field(default="", description="Name of the Decision.")
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Accepted and Ready.",
        json_schema_extra=keyed("type"),
    )


class Sanction(Resource):
    """The end of a grant for off-purpose use or a broken promise (R20, R21). Written by the committee's chair, once."""

    KIND: ClassVar[Kind] = Kind(
        kind="Sanction",
        plural="sanctions",
        short_names=("sanc",),
        columns=(
            Column("Allocation", ".spec.allocation"),
            Column("Ground", ".spec.ground"),
            Column("By", ".spec.by", priority=1),
            Column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
            Column("Reason", '.status.conditions[?(@.type=="Ready")].reason'),
            Column("Age", ".metadata.creationTimestamp", "date"),
        ),
        root_rules=(
            (
                "self.spec == oldSelf.spec",
                "A Sanction is a record and cannot be changed. Answer an appeal by an award.",
            ),
            (
                "self.metadata.name.size() <= 63",
                "Use at most 63 letters for the name of a Sanction, for example vision-2026.",
            ),
        ),
    )
    spec: SanctionSpec
    status: SanctionStatus = Field(default=SanctionStatus())
