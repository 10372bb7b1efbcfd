"""The kinds of group tenure.dev: one module per kind, and the CRDs generated from them."""

from tenure.api.accelerator import Accelerator
from tenure.api.allocation import Allocation
from tenure.api.decision import Decision
from tenure.api.model import Resource
from tenure.api.organization import Organization
from tenure.api.outage import Outage
from tenure.api.programme import Programme
from tenure.api.project import Project
from tenure.api.review import Review
from tenure.api.telemetryprofile import TelemetryProfile

KINDS: tuple[type[Resource], ...] = (
    Programme,
    TelemetryProfile,
    Accelerator,
    Organization,
    Project,
    Allocation,
    Review,
    Decision,
    Outage,
)

__all__ = [
    "KINDS",
    "Accelerator",
    "Allocation",
    "Decision",
    "Organization",
    "Outage",
    "Programme",
    "Project",
    "Resource",
    "Review",
    "TelemetryProfile",
]
