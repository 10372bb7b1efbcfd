"""Allocation: the award to a project and its term. Nothing edits it; what it comes to is a fold over its Decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from tenure.api.conditions import Condition
from tenure.api.model import Column, Kind, Model, Name, Quantity, Resource, keyed, rules

STORAGE_STEP_BYTES = 10_000_000_000_000
STORAGE_MAX_BYTES = 50_000_000_000_000


class Term(Model):
    """From when until when. Both days belong to the term, in the programme's time zone."""

    start: date = Field(description="First day of the term, YYYY-MM-DD.")
    end: date = Field(description="Last day of the term, YYYY-MM-DD; the programme says which days are allowed (R13).")

    model_config = {
        "json_schema_extra": rules(
            (
                "self.end >= self.start",
                "The term must not end before it starts: check spec.term.start and spec.term.end.",
            )
        )
    }


class PlannedMonth(Model):
    """R15: what the tenant plans to do in a month."""

    month: str = Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="The month, YYYY-MM.")
    device_hours: int = Field(default=0, ge=0, le=10_000_000, description="Planned busy time in device-hours.")
    text: str = Field(default="", max_length=1000, description="What is planned, in words.")


class Promise(Model):
    """R21: what the application promised about the region."""

    kind: Literal["Relocation", "Founding"] = Field(description="Moving to the region, or founding there (R10, R21).")
    text: str = Field(default="", max_length=2000, description="The promise, in the words of the application.")
    evidence_due: date | None = Field(
        default=None,
        description="Last day on which evidence is in time. Left out: the programme's months after service began (R21).",
    )


class AllocationSpec(Model):
    """The award and its term."""

    project: Name = Field(description="Name of the Project that gets it.")
    programme: Name = Field(default="default", description="Name of the Programme whose rules hold.")
    accelerator: str = Field(
        default="",
        max_length=63,
        description="Name of the Accelerator. Left out for a storage-only award (R3).",
    )
    devices: int = Field(
        default=0,
        ge=0,
        le=1024,
        description="Devices of one bundle of the accelerator (R1). 0 for a storage-only award.",
    )
    storage: Quantity = Field(
        default="0",
        description="Storage in steps of 10 TB, 0 for none (R3). Up to 50T; more by consultation. It may grow during the term "
        "without beginning a new award; the volume is never shrunk.",
    )
    storage_consultation: str = Field(
        default="",
        max_length=1000,
        description="What was agreed where more than 50 TB are given (R3): by whom, when.",
    )
    promise: Promise | None = Field(default=None, description="A relocation or founding that was promised (R21).")
    discount: str = Field(
        default="",
        max_length=63,
        description="Name of a discount of the programme that is granted to it (R5). Left out, its own conditions decide.",
    )
    term: Term = Field(description="First and last day (R13).")
    in_use_since: date | None = Field(
        default=None,
        description="First day on which use counts, for an allocation that ran before Tenure knew it, YYYY-MM-DD. Its history in "
        "Prometheus counts from there, set-up days are taken to be over (R14).",
    )
    priority_class: int = Field(
        default=3,
        ge=0,
        le=9,
        description="R10's order of admission: 0 before 1, and so on. Then the older one, then the name.",
    )
    usage_plan: tuple[PlannedMonth, ...] = Field(
        default=(),
        max_length=24,
        description="Month by month plan of the application (R15). It is not part of the award and may be amended.",
        json_schema_extra=keyed("month"),
    )

    model_config = {
        "json_schema_extra": rules(
            (
                "quantity(string(self.storage)).isInteger()"
                f" && quantity(string(self.storage)).asInteger() % {STORAGE_STEP_BYTES} == 0"
                f" && quantity(string(self.storage)).asInteger() >= 0",
                "Storage comes in steps of 10 TB (R3): write 10T, 20T, 30T, 40T or 50T, or 0 for none.",
            ),
            (
                f"quantity(string(self.storage)).asInteger() <= {STORAGE_MAX_BYTES}"
                " || (has(self.storageConsultation) && self.storageConsultation != '')",
                "More than 50 TB are given by consultation only (R3): say in spec.storageConsultation what was agreed, by whom "
                "and when.",
            ),
            (
                "(self.devices > 0) == (has(self.accelerator) && self.accelerator != '')",
                "Name both spec.accelerator and spec.devices, or neither for a storage-only award.",
            ),
            (
                "self.devices > 0 || quantity(string(self.storage)).asInteger() > 0",
                "The award is empty: give spec.devices with spec.accelerator, or spec.storage, or both.",
            ),
            (
                "!has(self.inUseSince) || (self.inUseSince >= self.term.start && self.inUseSince <= self.term.end)",
                "spec.inUseSince must lie inside the term.",
            ),
        )
    }


class Grant(Model):
    """What an allocation holds: absolute amounts."""

    devices: int = Field(default=0, description="Devices.")
    cpu: str = Field(default="0", description="CPU cores that come with them (R1).")
    memory: str = Field(default="0", description="Main memory that comes with them (R1).")
    storage: str = Field(default="0", description="Storage quota (R3).")


class Use(Model):
    """The running or last review's figures."""

    review: str = Field(default="", description="The review they belong to, for example 2026-Q3.")
    utilization: str = Field(
        default="", description="Busy time in percent of base time so far (R16), for example 31.4 %."
    )
    counted_days: int = Field(default=0, description="Days that count.")
    unknown_days: int = Field(default=0, description="Days that are Unknown and count neither way.")


class HistoryEntry(Model):
    """One Decision in short."""

    review: str = Field(description="The review, for example 2026-Q3.")
    kind: str = Field(description="What was decided.")
    devices: int = Field(description="Devices held after it.")
    effective: date = Field(description="When it took effect.")


class Held(Model):
    """One entry of the record of what was really granted."""

    since: datetime = Field(description="From when on it was enforced.")
    devices: int = Field(description="Devices enforced from then on.")


class AllocationStatus(Model):
    """What the award has come to."""

    grant: Grant = Field(default=Grant(), description="What is held now.")
    entitled: Grant = Field(
        default=Grant(), description="The award with its Decisions folded in; the grant waits for capacity."
    )
    award_digest: str = Field(
        default="", description="Digest of the award. Decisions of another digest do not count for it."
    )
    access_since: datetime | None = Field(
        default=None, description="When the quota was first enforced and access given."
    )
    held: tuple[Held, ...] = Field(
        default=(),
        max_length=64,
        description="What was enforced since when, latest last: a day's use is measured against no more than it held (R16).",
    )
    next_review: str = Field(
        default="", description="The review that comes next or is running, with its window's last day."
    )
    use: Use = Field(default=Use(), description="Measured use in the running or last review.")
    history: tuple[HistoryEntry, ...] = Field(
        default=(), description="The Decisions that count for this award, oldest first.", max_length=64
    )
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Accepted, Admitted, QuotaApplied, QuotaEnforced, Converged, StorageProvided, DataKept, HistoryMissing "
        "and Ready.",
        json_schema_extra=keyed("type"),
    )


class Allocation(Resource):
    """An award of devices and storage to a project for a term. Written by the admin, CI or a call; never by Tenure."""

    KIND: ClassVar[Kind] = Kind(
        kind="Allocation",
        plural="allocations",
        short_names=("alloc",),
        columns=(
            Column("Project", ".spec.project"),
            Column("Accelerator", ".spec.accelerator"),
            Column("Awarded", ".spec.devices", "integer"),
            Column("Granted", ".status.grant.devices", "integer"),
            Column("Storage", ".spec.storage"),
            Column("Until", ".spec.term.end"),
            Column("Use", ".status.use.utilization"),
            Column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
            Column("Reason", '.status.conditions[?(@.type=="Ready")].reason'),
            Column("Age", ".metadata.creationTimestamp", "date", priority=1),
        ),
        root_rules=(
            (
                "self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$') && self.metadata.name.size() <= 50",
                "The allocation's name becomes part of other names: use at most 50 small letters, digits and dashes, "
                "for example vision-2026.",
            ),
        ),
    )
    spec: AllocationSpec
    status: AllocationStatus = Field(default=AllocationStatus())
