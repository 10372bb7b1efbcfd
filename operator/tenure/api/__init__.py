"""The kinds of group tenure.dev: one module per kind, and the CRDs generated from them."""

from tenure.api.accelerator import Accelerator
from tenure.api.allocation import Allocation
from tenure.api.decision import Decision
from tenure.api.giving_back import Return
from tenure.api.model import Resource
from tenure.api.organization import Organization
from tenure.api.outage import Outage
from tenure.api.programme import Programme
from tenure.api.project import Project
from tenure.api.relocation import Relocation
from tenure.api.report import Report
from tenure.api.review import Review
from tenure.api.sanction import Sanction
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
    Return,
    Report,
    Relocation,
    Sanction,
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
    "Relocation",
    "Report",
    "Resource",
    "Return",
    "Review",
    "Sanction",
    "TelemetryProfile",
]
