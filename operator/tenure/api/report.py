"""Report: what came of a grant (R23), the data that is shared (R24), and the committee's judgement of it (R25)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tenure.api.conditions import Condition
from tenure.api.model import Column, DecidedBy, EnteredBy, Kind, Model, Name, Resource, keyed, rules

Reference = Annotated[str, Field(min_length=1, max_length=500)]


class Result(Model):
    """How many, and the evidence of each.

    The bounds keep the largest Report, and the Decision that has a copy of it, below what etcd takes (1.5 MiB), so that
    nobody can write one that Tenure cannot record.
    """

    count: int = Field(default=0, ge=0, le=100000, description="How many.")
    evidence: tuple[Reference, ...] = Field(
        default=(),
        max_length=16,
        description="References, for example a DOI, a registration number, a URL, or where a list of all of them is.",
    )

    model_config = {
        "json_schema_extra": rules(
            (
                "!has(self.count) || self.count == 0 || (has(self.evidence) && self.evidence.size() > 0)",
                "Each result needs its evidence (R23): add a link or a reference.",
            )
        )
    }


class Accuracy(Model):
    """The target of the application and what was reached."""

    measure: str = Field(min_length=1, max_length=128, description="What is measured, for example mAP.")
    target: str = Field(min_length=1, max_length=64, description="The target, for example 0.82.")
    reached: str = Field(min_length=1, max_length=64, description="What was reached.")
    evidence: tuple[Reference, ...] = Field(default=(), max_length=4, description="Links or references.")


class DataSharing(Model):
    """R24: data that is made available at the end."""

    level: Literal["Public", "Research", "OnApproval"] = Field(
        description="Public; public for research; public after approval (R24)."
    )
    where: str = Field(min_length=1, max_length=1000, description="Where the data is, or how to ask for it.")


class ReportAssessment(Model):
    """The committee's judgement."""

    accepted: bool = Field(default=False, description="The report is complete and its evidence holds.")
    excellent: bool = Field(
        default=False, description="Chosen as excellent: next call one priority class up (R23, R25)."
    )
    shared: bool = Field(default=False, description="The declared data is really available (R24).")
    reason: str = Field(default="", max_length=4000, description="The reasons, for the tenant and the record.")
    decided_by: DecidedBy = ""
    by: EnteredBy = ""


class ReportSpec(Model):
    """R23: what came of it. The tenant writes all but the assessment."""

    allocation: Name = Field(description="Name of the Allocation.")
    summary: str = Field(default="", max_length=8000, description="What was done, in words.")
    models: Result = Field(default=Result(), description="AI models developed (R23).")
    accuracy: tuple[Accuracy, ...] = Field(default=(), max_length=16, description="Accuracy, target and reached (R23).")
    development_hours_saved: int = Field(default=0, ge=0, description="Development time saved, in hours of work (R23).")
    commercial_services: Result = Field(default=Result(), description="Commercial services (R23).")
    revenue_million_krw: int = Field(default=0, ge=0, description="Revenue in million KRW (R23).")
    technology_transfers: Result = Field(default=Result(), description="Technology transfers (R23).")
    papers_sci: Result = Field(default=Result(), description="Papers in SCI journals (R23).")
    papers_foreign: Result = Field(default=Result(), description="Other papers abroad (R23).")
    papers_domestic: Result = Field(default=Result(), description="Papers in Korea (R23).")
    software: Result = Field(default=Result(), description="Registered software (R23).")
    hires: Result = Field(default=Result(), description="People hired (R23).")
    patents_domestic_filed: Result = Field(default=Result(), description="Patents filed in Korea (R23).")
    patents_domestic_registered: Result = Field(default=Result(), description="Patents registered in Korea (R23).")
    patents_foreign_filed: Result = Field(default=Result(), description="Patents filed abroad (R23).")
    patents_foreign_registered: Result = Field(default=Result(), description="Patents registered abroad (R23).")
    data_sharing: DataSharing | None = Field(default=None, description="Data made available at the end (R24).")
    unfinished: str = Field(
        default="", max_length=4000, description="What is unfinished, where continuous support is asked for (R25)."
    )
    submitted: bool = Field(default=False, description="Handed in: from then on only the committee writes.")
    assessment: ReportAssessment | None = Field(default=None, description="Written by the committee.")

    model_config = {
        "json_schema_extra": rules(
            ("self.allocation == oldSelf.allocation", "A Report belongs to one allocation for good."),
        )
    }


class ReportStatus(Model):
    """How it stands."""

    opened_on: date | None = Field(default=None, description="Day on which Tenure opened it. No deadline ran before.")
    due: date | None = Field(default=None, description="Last day on which it is in time (R23).")
    submitted_on: date | None = Field(default=None, description="Day on which Tenure saw it handed in.")
    judged: str = Field(
        default="",
        max_length=32,
        description="Which answer of the committee was given on which text: one that was corrected since waits for another.",
    )
    decision: str = Field(default="", description="Name of the Decision that records the assessment.")
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Submitted, Assessed and Ready.",
        json_schema_extra=keyed("type"),
    )


class Report(Resource):
    """The performance report of an allocation (R23, R24). Opened by Tenure; the tenant fills it in, the committee judges it."""

    KIND: ClassVar[Kind] = Kind(
        kind="Report",
        plural="reports",
        short_names=("rep",),
        namespaced=True,
        columns=(
            Column("Allocation", ".spec.allocation"),
            Column("Due", ".status.due"),
            Column("Submitted", ".status.submittedOn"),
            Column("Accepted", ".spec.assessment.accepted", "boolean"),
            Column("Excellent", ".spec.assessment.excellent", "boolean"),
            Column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
        ),
    )
    spec: ReportSpec
    status: ReportStatus = Field(default=ReportStatus())
