"""What depends on other objects: is an award complete, and does it fit programme, catalogue and organization?

Each check is a small pure function of the Award; the first that objects gives reason and sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tenure.api import Accelerator, Allocation, Organization, Programme, Project
from tenure.rules.bundles import offered
from tenure.rules.calendar import end_allowed, inclusive_months, next_ends


@dataclass(frozen=True)
class Refusal:
    """Why an award is not accepted: reason for programs, sentence for people."""

    reason: str
    message: str


@dataclass(frozen=True)
class Award:
    """An allocation with the objects it names, as far as they are there, and what its organization was awarded before it."""

    allocation: Allocation
    project: Project | None
    organization: Organization | None
    programme: Programme | None
    accelerator: Accelerator | None
    earlier: Sequence[Allocation] = ()
    grown: Mapping[str, int] = field(default_factory=dict)
    """Devices that earlier allocations are entitled to now, by name: an increase counts for the cap (R1)."""
    project_refusal: Refusal | None = None


def _unknown(kind: str, name: str, field: str) -> Refusal:
    return Refusal(f"Unknown{kind}", f"There is no {kind} {name} yet. Apply it, or correct {field}.")


def _project(award: Award) -> Refusal | None:
    name = award.allocation.spec.project
    if award.project is None:
        return _unknown("Project", name, "spec.project")
    if award.project_refusal is not None:
        return Refusal("ProjectNotAccepted", f"Project {name} is not accepted: {award.project_refusal.message}")
    return None


def _organization(award: Award) -> Refusal | None:
    assert award.project is not None
    if award.organization is None:
        name = award.project.spec.organization
        return _unknown("Organization", name, "spec.organization of the Project")
    return None


def _programme(award: Award) -> Refusal | None:
    if award.programme is None:
        name = award.allocation.spec.programme
        return _unknown("Programme", name, "spec.programme")
    return None


def _accelerator(award: Award) -> Refusal | None:
    name = award.allocation.spec.accelerator
    if name and award.accelerator is None:
        return _unknown("Accelerator", name, "spec.accelerator")
    return None


def _bundle(award: Award) -> Refusal | None:
    if award.accelerator is None:
        return None
    sizes = offered(award.accelerator.spec)
    devices = award.allocation.spec.devices
    if devices in sizes:
        return None
    listed = ", ".join(map(str, sizes))
    return Refusal(
        "NoSuchBundle",
        f"{award.accelerator.name} is offered in bundles of {listed} devices (R1), not {devices}. Change spec.devices.",
    )


def _term(award: Award) -> Refusal | None:
    assert award.programme is not None
    term, rules = award.allocation.spec.term, award.programme.spec.term
    if not end_allowed(term, rules):
        ends = ", ".join(day.isoformat() for day in next_ends(rules, term.start))
        return Refusal(
            "TermNotAllowed",
            f"In programme {award.programme.name} a term may end on {ends} (R13), not on {term.end}. Change spec.term.end.",
        )
    if inclusive_months(term) < rules.minimum_months:
        return Refusal(
            "TermNotAllowed",
            f"In programme {award.programme.name} a term has at least {rules.minimum_months} months (R13); "
            f"{term.start} to {term.end} has {inclusive_months(term)}.",
        )
    return None


def _overlapping(award: Award) -> list[Allocation]:
    term = award.allocation.spec.term
    return [
        a for a in award.earlier if a.spec.devices and a.spec.term.start <= term.end and a.spec.term.end >= term.start
    ]


def _one_type(award: Award) -> Refusal | None:
    if award.accelerator is None:
        return None
    other = next((a for a in _overlapping(award) if a.spec.accelerator != award.accelerator.name), None)
    if other is None:
        return None
    assert award.organization is not None
    return Refusal(
        "SecondAcceleratorType",
        f"Organization {award.organization.name} holds {other.spec.accelerator} by allocation {other.name} until "
        f"{other.spec.term.end}; it may hold one accelerator type at a time (R4).",
    )


def organization_cap(organization: Organization, accelerator: Accelerator) -> int:
    """R1: the organization's own cap, or the accelerator's."""
    own = organization.spec.max_devices
    return accelerator.spec.max_devices_per_organization if own is None else own


def _cap(award: Award) -> Refusal | None:
    if award.accelerator is None:
        return None
    assert award.organization is not None
    cap = organization_cap(award.organization, award.accelerator)
    held = sum(max(a.spec.devices, award.grown.get(a.name, 0)) for a in _overlapping(award))
    if held + award.allocation.spec.devices <= cap:
        return None
    return Refusal(
        "OverOrganizationCap",
        f"Organization {award.organization.name} may hold {cap} devices of {award.accelerator.name} (R1); "
        f"{held} are awarded for this time already and {award.allocation.spec.devices} more are asked for.",
    )


CHECKS: tuple[Callable[[Award], Refusal | None], ...] = (
    _project,
    _organization,
    _programme,
    _accelerator,
    _bundle,
    _term,
    _one_type,
    _cap,
)


def refusal(award: Award) -> Refusal | None:
    """The first objection to an award, or None."""
    return next((found for check in CHECKS if (found := check(award)) is not None), None)
