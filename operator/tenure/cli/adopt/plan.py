"""A namespace that exists as a Project and an Allocation, with what taking it over would change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tenure.api import Accelerator, Allocation, Programme, names
from tenure.api.allocation import Term
from tenure.api.project import Member
from tenure.cli.adopt.award import Proposal, propose
from tenure.cli.adopt.changes import Case, Change, changes
from tenure.cli.adopt.limits import elsewhere, limit_ranges, other_quotas, quota, volumes
from tenure.cli.adopt.members import members
from tenure.cli.adopt.workspace import LONGEST_NAME, Workspace
from tenure.tenancy.defaults import container
from tenure.tenancy.holding import Holding


@dataclass(frozen=True)
class Terms:
    """What the person decides for all namespaces at once."""

    organization: str
    accelerator: Accelerator
    programme: Programme
    term: Term


@dataclass(frozen=True)
class Plan:
    """What is written of one namespace."""

    namespace: str
    allocation: str
    """Name of the Allocation."""
    terms: Terms
    proposal: Proposal
    members: tuple[Member, ...]
    other_bindings: tuple[str, ...]
    changes: tuple[Change, ...]
    awarded: tuple[str, ...] = ()
    """Allocations that the project has already: no other is written."""

    @property
    def harms(self) -> tuple[Change, ...]:
        """What works now and would not any more."""
        return tuple(change for change in self.changes if change.harm)

    @property
    def safe(self) -> bool:
        """Whether it may be taken over as it is written."""
        return self.proposal.grant is not None and not self.harms


def plan(
    workspace: Workspace, terms: Terms, catalogue: Sequence[Accelerator], awards: Sequence[Allocation] = ()
) -> Plan:
    """Worked out from what is there; nothing is asked and nothing is written."""
    proposal = propose(workspace, terms.accelerator, terms.programme.spec.tenancy)
    name = _unused(workspace, terms.term.start.year)
    who, others = members(workspace)
    found = _changes(workspace, terms, catalogue, proposal, name)
    awarded = tuple(one.name for one in awards if one.spec.project == workspace.name)
    return Plan(workspace.name, name, terms, proposal, who, others, found, awarded)


def _unused(workspace: Workspace, year: int) -> str:
    """A name whose volume claim is not there already: it would be taken for Tenure's own, and grown."""
    there = {claim["metadata"]["name"] for claim in workspace.all("PersistentVolumeClaim")}
    found = _short(workspace.name, f"-{year}")
    return _short(workspace.name, f"-{year}-tenure") if names.claim(found) in there else found


def _short(name: str, ending: str) -> str:
    """The name with an ending, as an Allocation may have it. What is too long is cut, and its digest tells it from others."""
    if len(name) + len(ending) <= LONGEST_NAME:
        return name + ending
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[: LONGEST_NAME - len(ending) - 7].rstrip('-')}-{digest}{ending}"


def _changes(
    workspace: Workspace, terms: Terms, catalogue: Sequence[Accelerator], proposal: Proposal, name: str
) -> tuple[Change, ...]:
    grant = proposal.grant
    case = Case(workspace, terms.programme)
    if grant is None:
        return tuple(changes(case))
    accelerator = terms.accelerator if grant.devices else None
    holding = Holding(name, accelerator, grant, terms.term.end, stopped=False)
    case = replace(case, accelerator=accelerator, defaults=container([holding]))
    fitting = (
        *quota(case, holding, catalogue),
        *other_quotas(case, grant),
        *limit_ranges(case),
        *elsewhere(case),
        *volumes(case),
    )
    return (*fitting, *changes(case))
