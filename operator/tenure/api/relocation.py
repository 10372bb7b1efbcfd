"""Relocation: evidence that what an application promised about the region is under way or done (R21)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from tenure.api.conditions import Condition
from tenure.api.model import Column, DecidedBy, EnteredBy, Kind, Model, Name, Resource, keyed, rules


class RelocationFinding(Model):
    """The committee's judgement of the evidence."""

    accepted: bool = Field(
        description="Whether the evidence holds. False: the tenant may bring better until it is due."
    )
    reason: str = Field(default="", max_length=4000, description="The reasons, for the tenant and the record.")
    decided_by: DecidedBy = ""
    by: EnteredBy = ""


class RelocationSpec(Model):
    """The tenant's evidence, and the finding on it."""

    allocation: Name = Field(description="Name of the Allocation.")
    text: str = Field(default="", max_length=4000, description="What has been done, in words. Written by the tenant.")
    evidence: tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...] = Field(
        default=(),
        max_length=32,
        description="Links or references: a memorandum, a relocation plan, a registration (R21). Written by the tenant.",
    )
    finding: RelocationFinding | None = Field(default=None, description="Written by the committee.")

    model_config = {
        "json_schema_extra": rules(
            ("self.allocation == oldSelf.allocation", "A Relocation belongs to one allocation for good."),
        )
    }


class RelocationStatus(Model):
    """How it stands."""

    opened_on: date | None = Field(default=None, description="Day on which Tenure opened it. No deadline ran before.")
    due: date | None = Field(default=None, description="Last day on which evidence is in time (R21).")
    submitted_on: date | None = Field(default=None, description="Day on which Tenure first saw evidence.")
    noticed_on: date | None = Field(default=None, description="Day on which notice was given that evidence is missing.")
    judged: str = Field(
        default="",
        max_length=32,
        description="Which answer of the committee was given on which text: one that was corrected since waits for another.",
    )
    decision: str = Field(default="", description="Name of the Decision, where the grant ended for want of evidence.")
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Submitted, Proven, Noticed and Ready.",
        json_schema_extra=keyed("type"),
    )


class Relocation(Resource):
    """Evidence of a promised relocation or founding (R21). Opened by Tenure; the tenant proves, the committee finds."""

    KIND: ClassVar[Kind] = Kind(
        kind="Relocation",
        plural="relocations",
        short_names=("reloc",),
        namespaced=True,
        columns=(
            Column("Allocation", ".spec.allocation"),
            Column("Due", ".status.due"),
            Column("Submitted", ".status.submittedOn"),
            Column("Accepted", ".spec.finding.accepted", "boolean"),
            Column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
            Column("Reason", '.status.conditions[?(@.type=="Ready")].reason'),
        ),
    )
    spec: RelocationSpec
    status: RelocationStatus = Field(default=RelocationStatus())
