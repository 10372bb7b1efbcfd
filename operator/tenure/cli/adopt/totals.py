"""What all namespaces together come to for their organization: its cap, and the names of its awards (R1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tenure.api import Allocation, Organization
from tenure.cli.adopt.changes import Change
from tenure.cli.adopt.plan import Plan
from tenure.rules.acceptance import organization_cap


def totals(
    plans: Sequence[Plan],
    organization: Organization | None,
    awards: Sequence[Allocation] = (),
    owners: Mapping[str, str] | None = None,
) -> Iterator[Change]:
    """What stands at the head of the file. `awards` are all that there are; `owners` tells each project's organization."""
    terms = plans[0].terms
    if organization is None:
        text = f"There is no Organization {terms.organization} yet; the Allocations wait until it is applied."
        yield Change("organization", False, text)
    held = [one for one in awards if (owners or {}).get(one.spec.project) == terms.organization and _beside(one, plans)]
    yield from _cap(plans, organization, held)
    for other in held:
        if other.spec.accelerator != terms.accelerator.name:
            text = f"{terms.organization} holds {other.spec.accelerator} by allocation {other.name} until {other.spec.term.end}"
            yield Change("organization", True, f"{text}, and one accelerator type is allowed at a time (R4).")
    taken = sorted(
        {one.allocation for one in plans if not one.awarded} & {one.name for one in awards},
    )
    if taken:
        text = f"Allocations of these names exist and would be edited: {', '.join(taken)}. Rename those below."
        yield Change("names", True, text)


def _beside(award: Allocation, plans: Sequence[Plan]) -> bool:
    """Whether an award holds devices in the same time, and is not one of a namespace that is printed."""
    term = plans[0].terms.term
    together = award.spec.term.start <= term.end and award.spec.term.end >= term.start
    return bool(award.spec.devices) and together and award.spec.project not in {one.namespace for one in plans}


def _cap(plans: Sequence[Plan], organization: Organization | None, held: Sequence[Allocation]) -> Iterator[Change]:
    terms = plans[0].terms
    devices = sum(one.proposal.grant.devices for one in plans if one.proposal.grant is not None)
    own = terms.accelerator.spec.max_devices_per_organization
    cap = organization_cap(organization, terms.accelerator) if organization is not None else own
    already = sum(one.spec.devices for one in held)
    if devices and devices + already > cap:
        beside = f", beside {already} that it has by {', '.join(one.name for one in held)}" if already else ""
        text = f"These awards come to {devices} devices{beside}, and {terms.organization} may hold {cap} of"
        text = f"{text} {terms.accelerator.name} (R1), so the last of them would not be accepted."
        yield Change("organization", True, f"{text} Set Organization.spec.maxDevices.")
