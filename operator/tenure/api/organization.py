"""Organization: who holds accelerators. Caps and the one-type rule are counted over its projects (R1, R4)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from tenure.api.conditions import Condition
from tenure.api.model import Column, Kind, Model, Resource, keyed


class OrganizationSpec(Model):
    """Who the organization is."""

    title: str = Field(default="", max_length=256, description="Name for people.")
    registration: str = Field(
        min_length=1,
        max_length=64,
        description="Registration identity, for example the business registration number (R12).",
    )
    traits: tuple[str, ...] = Field(
        default=(),
        max_length=16,
        description="Traits that calls may look at, for example Regional or YoungCompany (R10, R11).",
        json_schema_extra={"x-kubernetes-list-type": "set"},
    )
    max_devices: int | None = Field(
        default=None,
        ge=0,
        le=100000,
        description="Cap of its own on devices held. Left out, the accelerator's cap holds (R1).",
    )


MEMORY = 1024
"""Most entries of a memory. Beyond them the oldest, which weigh in no call any more, make room."""


class Remembered(Model):
    """One thing that later calls need to know (R22, R24, R25)."""

    kind: Literal[
        "Excellent",
        "EarlyReturn",
        "DataShared",
        "Unfinished",
        "OffPurpose",
        "PromiseUnproven",
        "PromiseBroken",
        "ReportMissing",
    ] = Field(description="What it was.")
    day: date = Field(description="When.")
    allocation: str = Field(max_length=63, description="The Allocation it was about.")
    decision: str = Field(default="", max_length=253, description="The Decision that records it, if there is one.")


class OrganizationStatus(Model):
    """What the organization holds."""

    accelerator: str = Field(default="", description="The accelerator type it holds (R4), if any.")
    devices: int = Field(default=0, description="Devices awarded to it by accepted allocations whose term is not over.")
    memory: tuple[Remembered, ...] = Field(
        default=(),
        max_length=MEMORY,
        description="What later calls need to know. It outlives projects, allocations and namespaces.",
    )
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Remembered, Ready.",
        json_schema_extra=keyed("type"),
    )


class Organization(Resource):
    """A company, institute, university or public body that holds accelerators. Written by the admin."""

    KIND: ClassVar[Kind] = Kind(
        kind="Organization",
        plural="organizations",
        short_names=("org",),
        columns=(
            Column("Title", ".spec.title"),
            Column("Accelerator", ".status.accelerator"),
            Column("Devices", ".status.devices", "integer"),
            Column("Age", ".metadata.creationTimestamp", "date"),
        ),
    )
    spec: OrganizationSpec
    status: OrganizationStatus = Field(default=OrganizationStatus())
