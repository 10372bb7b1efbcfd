"""Project: a tenant's workspace, one namespace."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from tenure.api.conditions import Condition
from tenure.api.model import Column, Kind, Model, Name, Resource, keyed

RESERVED = (
    r"^(default|kube(-.*)?|tenure(-.*)?|openshift(-.*)?|(gpu|cert|ingress|istio|monitoring|cattle)-.*|.*-system)$"
)
"""Names that a Project may not have: namespaces of the cluster and its add-ons."""


class Member(Model):
    """A person, group or service account with access to the namespace."""

    kind: Literal["User", "Group", "ServiceAccount"] = Field(
        default="User", description="What the name is, as in RBAC."
    )
    name: str = Field(min_length=1, max_length=253, description="Name as the API server knows it.")
    namespace: str = Field(
        default="", max_length=63, description="Namespace of a ServiceAccount; empty for the project's own."
    )
    role: Literal["Member", "Viewer"] = Field(
        default="Member", description="Member works in the namespace, Viewer only looks."
    )


class ProjectSpec(Model):
    """A tenant's workspace."""

    organization: Name = Field(description="Name of the Organization it belongs to.")
    title: str = Field(default="", max_length=256, description="Title for people.")
    members: tuple[Member, ...] = Field(default=(), max_length=256, description="Who has access to the namespace.")
    deletion_policy: Literal["Retain", "Delete"] = Field(
        default="Retain",
        description="What happens to the namespace when the Project and its Allocations are deleted. Retain leaves it and its "
        "data as they are; Delete deletes it once its data was kept for the days of the retention.",
    )
    manage: bool = Field(
        default=True,
        description="False leaves everything in the namespace as it stands, and writes nothing there any more. Its devices go on "
        "counting against the centre's capacity.",
    )
    adopt_namespace: bool = Field(
        default=False,
        description="Take over a namespace of the project's name that already exists. System namespaces are never taken.",
    )


class Waiting(Model):
    """Time in which pods waited because the centre had no room for them."""

    until: datetime = Field(description="Up to when waiting pods were looked at.")
    device_seconds: dict[str, int] = Field(
        default_factory=dict,
        max_length=400,
        description="Day in the programme's zone -> device-seconds waited. They leave the base of utilization (R16).",
    )


class ProjectStatus(Model):
    """How the workspace stands."""

    namespace: str = Field(default="", description="The namespace, once it is there.")
    over_quota_since: datetime | None = Field(
        default=None, description="Since when running pods exceed the enforced quota."
    )
    told: dict[str, datetime] = Field(
        default_factory=dict,
        max_length=512,
        description="What people were told beside the objects in the namespace: channel/occasion -> when it was sent.",
    )
    waiting: Waiting | None = Field(
        default=None, description="Pods that waited for devices the tenant was granted and the centre could not place."
    )
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Accepted, NamespaceReady and Ready; Told, where the programme has channels.",
        json_schema_extra=keyed("type"),
    )


class Project(Resource):
    """A tenant's workspace: one namespace of the project's name, with members. Written by the admin."""

    KIND: ClassVar[Kind] = Kind(
        kind="Project",
        plural="projects",
        short_names=("proj",),
        columns=(
            Column("Organization", ".spec.organization"),
            Column("Title", ".spec.title", priority=1),
            Column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
            Column("Reason", '.status.conditions[?(@.type=="Ready")].reason'),
            Column("Told", '.status.conditions[?(@.type=="Told")].reason', priority=1),
            Column("Age", ".metadata.creationTimestamp", "date"),
        ),
        root_rules=(
            (
                f"!self.metadata.name.matches('{RESERVED}')",
                "This name belongs to a namespace of the cluster itself. Choose another name for the project.",
            ),
            (
                "self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$') && self.metadata.name.size() <= 50",
                "The project's name becomes a namespace: use at most 50 small letters, digits and dashes, "
                "for example vision-lab.",
            ),
        ),
    )
    spec: ProjectSpec
    status: ProjectStatus = Field(default=ProjectStatus())
