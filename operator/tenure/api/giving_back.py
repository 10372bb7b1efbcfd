"""Return: what a tenant gives back before the term ends (R22). Written by the tenant, once."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from tenure.api.allocation import STORAGE_STEP_BYTES
from tenure.api.conditions import Condition
from tenure.api.model import Column, Kind, Model, Name, Quantity, Resource, keyed, rules


class ReturnSpec(Model):
    """What is given back, and why."""

    allocation: Name = Field(description="Name of the Allocation.")
    devices: int = Field(
        default=0,
        ge=0,
        le=1024,
        description="Devices to give back; what stays must be a bundle of the accelerator's ladder, or nothing.",
    )
    storage: Quantity = Field(
        default="0", description="Storage quota to give back. The volume and its data stay until retention ends."
    )
    reason: str = Field(min_length=1, max_length=4000, description="Why, in words.")
    change_of_plan: str = Field(
        default="",
        max_length=4000,
        description="Where the plan has changed: the justification. A justified change carries no penalty (R19).",
    )
    by: str = Field(
        default="",
        max_length=253,
        description="Who gives it back. Stamped from the request's user; what is typed is replaced.",
    )

    model_config = {
        "json_schema_extra": rules(
            (
                "self.devices > 0 || sign(quantity(string(self.storage))) > 0",
                "Nothing is given back: write spec.devices, spec.storage or both.",
            ),
            (
                "quantity(string(self.storage)).isInteger()"
                f" && quantity(string(self.storage)).asInteger() % {STORAGE_STEP_BYTES} == 0",
                "Storage is given back in steps of 10 TB (R3): write 10T, 20T and so on, or leave it out.",
            ),
        )
    }


class ReturnStatus(Model):
    """What became of it."""

    decision: str = Field(default="", description="Name of the Decision.")
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Accepted and Ready.",
        json_schema_extra=keyed("type"),
    )


class Return(Resource):
    """Devices or storage that a tenant gives back early (R19, R22). It takes effect at once and cannot be changed."""

    KIND: ClassVar[Kind] = Kind(
        kind="Return",
        plural="returns",
        short_names=("ret",),
        namespaced=True,
        columns=(
            Column("Allocation", ".spec.allocation"),
            Column("Devices", ".spec.devices", "integer"),
            Column("Storage", ".spec.storage"),
            Column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
            Column("Reason", '.status.conditions[?(@.type=="Ready")].reason'),
            Column("Age", ".metadata.creationTimestamp", "date"),
        ),
        root_rules=(
            ("self.spec == oldSelf.spec", "A Return is a declaration and cannot be changed. Write another one."),
            (
                "self.metadata.name.size() <= 63",
                "Use at most 63 letters for the name of a Return, for example early-2026.",
            ),
        ),
    )
    spec: ReturnSpec
    status: ReturnStatus = Field(default=ReturnStatus())
