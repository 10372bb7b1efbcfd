"""Outage: a time in which the centre itself could not give what it had granted. It counts against nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from tenure.api.conditions import Condition
from tenure.api.model import Column, Kind, Model, Name, Resource, keyed, rules

NodeName = Annotated[str, Field(min_length=1, max_length=253)]


class OutageSpec(Model):
    """What was out of order, and when."""

    accelerators: tuple[Name, ...] = Field(
        default=(),
        max_length=32,
        description="Accelerators of which nothing could be used. What was busy in that time does not count either.",
    )
    nodes: tuple[NodeName, ...] = Field(
        default=(),
        max_length=500,
        description="Nodes that were out. Each tenant of their accelerators is taken to have lost the part of its devices that "
        "these nodes are of the centre's; the projects named below all that was on them.",
    )
    projects: tuple[Name, ...] = Field(
        default=(),
        max_length=500,
        description="Projects whose pods were on these nodes: they are taken to have lost as many devices as the nodes have, "
        "but no more than they were granted, and nobody else lost any. Left out, each tenant lost its part.",
    )
    from_: datetime = Field(alias="from", description="When it began, RFC 3339 with a zone. It may be in the past.")
    to: datetime | None = Field(
        default=None, description="When it ended. Left out while it lasts. It may be in the future for planned work."
    )
    reason: str = Field(min_length=1, max_length=1000, description="What happened, in a sentence that tenants read.")

    model_config = {
        "json_schema_extra": rules(
            (
                "(has(self.accelerators) && self.accelerators.size() > 0) || (has(self.nodes) && self.nodes.size() > 0)",
                "Name the accelerators or the nodes that were out: spec.accelerators or spec.nodes.",
            ),
            (
                "!has(self.projects) || self.projects.size() == 0 || (has(self.nodes) && self.nodes.size() > 0)",
                "spec.projects says whose pods were on the nodes: name the nodes in spec.nodes.",
            ),
            (
                "!has(self.to) || timestamp(self.to) > timestamp(self.from)",
                "spec.to must be later than spec.from. Leave it out while the outage lasts.",
            ),
        )
    }


class OutageStatus(Model):
    """What Tenure made of it."""

    devices: dict[str, int] = Field(
        default_factory=dict,
        max_length=64,
        description="Devices on the named nodes: accelerator -> devices.",
    )
    nodes: dict[NodeName, dict[str, int]] = Field(
        default_factory=dict,
        max_length=500,
        description="The same by node: node -> accelerator -> devices. It is kept when a node is taken out of the cluster "
        "afterwards. A node that several Outages name at a time counts once.",
    )
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Ready.",
        json_schema_extra=keyed("type"),
    )


class Outage(Resource):
    """A time in which the centre could not give what it had granted. Written by the admin, also afterwards."""

    KIND: ClassVar[Kind] = Kind(
        kind="Outage",
        plural="outages",
        short_names=("out",),
        columns=(
            Column("From", ".spec.from"),
            Column("To", ".spec.to"),
            Column("Accelerators", ".spec.accelerators"),
            Column("Nodes", ".spec.nodes", priority=1),
            Column("Reason", ".spec.reason"),
            Column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
        ),
    )
    spec: OutageSpec
    status: OutageStatus = Field(default=OutageStatus())
