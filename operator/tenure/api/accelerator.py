"""Accelerator: a type in the catalogue with the bundles it is granted in (R1, R2)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from tenure.api.conditions import Condition
from tenure.api.model import Column, Kind, Model, Quantity, Regex, Resource, keyed, rules


class Bundle(Model):
    """One rung of the ladder (R1). CPU and memory come with the devices."""

    devices: int = Field(ge=1, le=1024, description="Devices of the bundle.")
    cpu: Quantity = Field(description="CPU cores that come with the bundle (R1).")
    memory: Quantity = Field(description="Main memory that comes with the bundle (R1), for example 900G.")
    device_memory: Quantity | None = Field(
        default=None, description="Device memory of the whole bundle (R1), for information."
    )
    teraflops: int | None = Field(
        default=None, ge=0, description="Computing power of the whole bundle in TFLOPS (R1), for information."
    )
    offered: bool = Field(
        default=True,
        description="Whether an award may name it. A rung that is not offered is reached by reduction only (R17).",
    )


class Telemetry(Model):
    """Where the measured use of this accelerator is found in Prometheus."""

    profile: str = Field(
        default="dcgm",
        max_length=63,
        description="Name of the TelemetryProfile, for example dcgm (engine activity). It stays the same for a whole review.",
    )
    card_share: str = Field(
        default="1",
        pattern=r"^[1-9][0-9]*(/[1-9][0-9]*)?$",
        max_length=16,
        description="Which part of a physical card one granted device is, as a fraction: 1 for a whole card, 3/7 for a MIG "
        "instance 3g of an A100, 1/4 for time-slicing with four replicas or for two of eight cores.",
    )
    match: dict[str, Regex] = Field(
        default_factory=dict,
        max_length=8,
        description="Label matchers that single out this accelerator's series: label -> RE2 expression that matches the whole "
        "value, for example modelName -> NVIDIA A100.*40GB. A matcher for job keeps tenants from forging series.",
    )
    scrape_interval_seconds: int = Field(
        default=60,
        ge=1,
        le=900,
        description="Longest interval in seconds at which the exporters are scraped. A minute without a sample in it is missing.",
    )
    kube_state_metrics: Regex = Field(
        default=".*kube-state-metrics.*",
        description="RE2 expression for the job that kube-state-metrics is scraped as, so that no tenant forges requests.",
    )


class AcceleratorSpec(Model):
    """A type of accelerator and the bundles it is granted in."""

    title: str = Field(default="", max_length=128, description="Name for people, for example NVIDIA A100 40 GB.")
    resource_name: str = Field(
        pattern=r"^[a-z0-9.-]+/[A-Za-z0-9._-]+$",
        max_length=253,
        description="Extended resource of the device plugin, for example nvidia.com/gpu (R2).",
    )
    node_selector: dict[str, str] = Field(
        min_length=1,
        max_length=1,
        description="The one node label that tells this type apart, for example nvidia.com/gpu.product -> NVIDIA-A100-SXM4-40GB. "
        "Nodes with it count as capacity, and pods of tenants are pinned to it.",
    )
    ladder: tuple[Bundle, ...] = Field(
        min_length=1,
        max_length=16,
        description="Bundles from the largest to the smallest (R1). A reduction goes one rung down (R17).",
        json_schema_extra=keyed("devices"),
    )
    max_devices_per_organization: int = Field(
        default=8,
        ge=1,
        le=100000,
        description="Most devices of this type one organization may hold, increases included (R1).",
    )
    capacity: int | None = Field(
        default=None,
        ge=0,
        le=1000000,
        description="Devices that Tenure may grant. Left out, they are counted from the nodes.",
    )
    reserved: int = Field(
        default=0,
        ge=0,
        le=1000000,
        description="Free devices that a round has reserved (R7): no increase is granted from them.",
    )
    book_value: int = Field(default=0, ge=0, description="Book value of one device for one month, in KRW (R5).")
    telemetry: Telemetry = Field(default=Telemetry(), description="Where the measured use is found.")

    model_config = {
        "json_schema_extra": rules(
            (
                "self.ladder.map(b, -b.devices).isSorted()",
                "List the ladder from the largest bundle to the smallest, for example 8, 4, 2, 1 devices.",
            ),
            (
                "!self.resourceName.contains('/mig-') || self.telemetry.cardShare != '1'",
                "A MIG instance is a part of a card: write it in spec.telemetry.cardShare, for example 3/7 for "
                "nvidia.com/mig-3g.20gb on an A100.",
            ),
            (
                "self.ladder.exists(b, !has(b.offered) || b.offered)",
                "At least one bundle must be offered, else nothing can be awarded.",
            ),
        )
    }


class AcceleratorStatus(Model):
    """What the centre has of it and what is granted."""

    capacity: int = Field(default=0, description="Devices on ready nodes with the label, or the given number.")
    granted: int = Field(default=0, description="Devices held by live quotas and by grants that are being made.")
    elsewhere: int = Field(
        default=0,
        description="Devices held by pods of namespaces without a quota of Tenure, as far as a given capacity does not leave "
        "them out. They are looked at every few minutes, and granted to nobody.",
    )
    free: int = Field(default=0, description="Capacity less granted and elsewhere, not below zero.")
    waiting: int = Field(default=0, description="Devices that accepted allocations wait for.")
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="TelemetryFound and Ready.",
        json_schema_extra=keyed("type"),
    )


class Accelerator(Resource):
    """A type of accelerator in the catalogue, with its ladder of bundles. Written by the admin (R1, R2)."""

    KIND: ClassVar[Kind] = Kind(
        kind="Accelerator",
        plural="accelerators",
        short_names=("accel",),
        columns=(
            Column("Resource", ".spec.resourceName"),
            Column("Capacity", ".status.capacity", "integer"),
            Column("Granted", ".status.granted", "integer"),
            Column("Free", ".status.free", "integer"),
            Column("Waiting", ".status.waiting", "integer", priority=1),
            Column("Age", ".metadata.creationTimestamp", "date"),
        ),
    )
    spec: AcceleratorSpec
    status: AcceleratorStatus = Field(default=AcceleratorStatus())
