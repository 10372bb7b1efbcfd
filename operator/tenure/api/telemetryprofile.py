"""TelemetryProfile: how one exporter tells the load of a device and who holds it. A vendor is an object, not code (R2)."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, ClassVar

from pydantic import Field

from tenure.api.model import Column, Kind, Model, Regex, Resource, rules

Label = Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$", max_length=128)]


class Signal(Model):
    """One quantity of a device, read minute by minute."""

    title: str = Field(min_length=1, max_length=256, description="What the number is, in words for tenants.")
    expression: str = Field(
        min_length=1,
        max_length=1000,
        description="PromQL for one minute, one series per device and holder. {$series} takes the Accelerator's matchers and "
        "[$minute] the span, for example avg_over_time(my_npu_load{$series}[$minute]).",
    )
    full: int = Field(
        default=1,
        ge=1,
        le=1000000,
        description="Reading of a device that is wholly busy: 100 for percent, 1 for a ratio.",
    )

    model_config = {
        "json_schema_extra": rules(
            (
                "self.expression.contains('$series}') && self.expression.contains('[$minute]')",
                "Write {$series} where the Accelerator's label matchers belong and [$minute] where the time span belongs, "
                "for example avg_over_time(my_npu_load{$series}[$minute]).",
            )
        )
    }


class Slices(Model):
    """How a label tells which part of a physical device a series is, for example a MIG instance."""

    label: Label = Field(description="Label with the slice's name, for example GPU_I_PROFILE.")
    pattern: Regex = Field(
        description="RE2 expression for the label's whole value; its one group is the number of slices, "
        "for example ([1-9])g\\..+ for 3g.20gb.",
    )
    of: int = Field(ge=1, le=1024, description="Slices of a whole device: 7 for an A100, 4 for an A30.")
    where: dict[str, Regex] = Field(
        default_factory=dict,
        max_length=4,
        description="Other labels that must match as well: label -> RE2 expression for the whole value.",
    )

    model_config = {
        "json_schema_extra": rules(
            (
                r"self.pattern.matches('^[^()]*[(]\\[[0-9-]+\\][+]?[)][^()]*$')",
                "Write one group with the number of slices in digits, for example ([1-7])g\\..+ for 3g.20gb.",
            )
        )
    }


class TelemetryProfileSpec(Model):
    """What an exporter calls its metrics and labels."""

    title: str = Field(default="", max_length=256, description="Exporter and mode, for people.")
    resources: Regex = Field(
        description="RE2 expression for the whole resource name of the accelerators that the exporter can serve, "
        "for example nvidia\\.com/gpu.",
    )
    load: Signal = Field(description="The load that utilization is made of (R16).")
    witness: Signal | None = Field(
        default=None,
        description="An independent reading of the same load. Where it shows load and the first one reads zero, the first is "
        "stuck, and the day is Unknown.",
    )
    second: Signal | None = Field(
        default=None,
        description="Power or memory activity, kept beside the load. Where the two disagree strongly the committee is told; "
        "nothing follows from it by itself.",
    )
    device: tuple[Label, ...] = Field(
        min_length=1,
        max_length=8,
        description="Labels that together name one series' device (or core, or slice), stable over versions and restarts.",
    )
    units_per_device: int = Field(
        default=1,
        ge=1,
        le=1024,
        description="Series per physical device, for example 8 where each of 8 cores has its own.",
    )
    slices: tuple[Slices, ...] = Field(
        default=(),
        max_length=8,
        description="Which part of a device a series is. The first entry that matches is taken; without a match it is one of "
        "unitsPerDevice.",
    )
    namespace_labels: tuple[Label, ...] = Field(
        default=("exported_namespace", "namespace"),
        min_length=1,
        max_length=4,
        description="Labels that may hold the tenant's namespace; the first that is not empty is taken, and the exporters' own "
        "namespaces are nobody's. Prometheus renames an exporter's namespace to exported_namespace without honorLabels.",
    )
    pod_labels: tuple[Label, ...] = Field(
        default=("exported_pod", "pod"),
        min_length=1,
        max_length=4,
        description="Labels that may hold the tenant's pod, in the same way. Used where devices are shared.",
    )
    replica_labels: tuple[Label, ...] = Field(
        default=(),
        max_length=4,
        description="Labels that with the pod name one replica of a shared device, for example vgpu.",
    )
    shared: bool = Field(
        default=False,
        description="Several namespaces may hold one device at the same time (time-slicing, MPS). Its load is divided by "
        "replicas held, unless the exporter reads it per process; the divided part is marked Estimated.",
    )

    model_config = {
        "json_schema_extra": rules(
            (
                "!self.device.exists(l, l in self.namespaceLabels)",
                "A namespace does not name a device: take it out of spec.device.",
            )
        )
    }


class TelemetryProfile(Resource):
    """How an exporter tells the load of a device and who holds it (R2, R16). Written by the admin."""

    KIND: ClassVar[Kind] = Kind(
        kind="TelemetryProfile",
        plural="telemetryprofiles",
        short_names=("tprof",),
        columns=(
            Column("Title", ".spec.title"),
            Column("Resources", ".spec.resources"),
            Column("Shared", ".spec.shared", "boolean"),
            Column("Age", ".metadata.creationTimestamp", "date"),
        ),
        root_rules=(
            (
                "self.spec == oldSelf.spec",
                "A profile is part of the evidence of every day it measured and cannot be changed. Apply the new one under "
                "another name and name it in the Accelerator.",
            ),
        ),
        has_status=False,
    )
    spec: TelemetryProfileSpec

    @property
    def digest(self) -> str:
        """12 letters that stand for the spec; another spec has other letters."""
        return hashlib.sha256(json.dumps(self.spec.wire(), sort_keys=True).encode()).hexdigest()[:12]
