"""What an existing namespace amounts to as an award: a bundle of the ladder (R1) and steps of storage (R3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from tenure.api import Accelerator
from tenure.api.allocation import STORAGE_MAX_BYTES, STORAGE_STEP_BYTES, Grant
from tenure.api.programme import TenancyRules
from tenure.api.quantity import write
from tenure.cli.adopt.workspace import Workspace
from tenure.cli.check.finding import counted
from tenure.rules.bundles import offered, rung, with_devices


@dataclass(frozen=True)
class Proposal:
    """The award that holds what is there, and how it was found."""

    grant: Grant | None
    """None where no award holds it."""
    devices_from: str
    storage_from: str
    consultation: bool = False
    """More storage than R3 gives without one."""


def propose(workspace: Workspace, accelerator: Accelerator, tenancy: TenancyRules) -> Proposal:
    """The smallest award that is offered and that holds what the namespace has."""
    storage, storage_from = _storage(workspace)
    devices, devices_from = _devices(workspace, accelerator)
    consultation = storage > STORAGE_MAX_BYTES
    empty = Grant(storage=write(storage))
    if devices is None or not (devices or storage):
        return Proposal(None, devices_from, storage_from, consultation)
    if not devices:
        alone = empty.model_copy(update={"cpu": tenancy.storage_only_cpu, "memory": tenancy.storage_only_memory})
        return Proposal(alone, devices_from, storage_from, consultation)
    return Proposal(with_devices(empty, accelerator.spec, devices), devices_from, storage_from, consultation)


def _devices(workspace: Workspace, accelerator: Accelerator) -> tuple[int | None, str]:
    """Devices to award, and where they come from; None where no bundle holds them."""
    resource, sizes = accelerator.spec.resource_name, offered(accelerator.spec)
    used = sum(devices for _, devices, elsewhere in workspace.holders(accelerator) if not elsewhere)
    limit = workspace.limit(resource)
    allowed = limit[1] if limit is not None else 0
    wanted = max(used, allowed) if allowed <= max(sizes) else used
    source = f"Running pods request {used} {resource}"
    if limit is None:
        source += ", and no ResourceQuota counts those of all pods."
    elif allowed > max(sizes):
        source += f"; ResourceQuota {limit[0]} allows {allowed}, more than any bundle, so the pods decide."
    else:
        source += f"; ResourceQuota {limit[0]} allows {allowed}."
    if not wanted:
        return 0, f"{source} So it is no award of devices."
    found = next((size for size in sizes if size >= wanted), None)
    return found, f"{source} {_fitting(accelerator, wanted, found)}"


def _fitting(accelerator: Accelerator, wanted: int, found: int | None) -> str:
    name, listed = accelerator.name, ", ".join(map(str, offered(accelerator.spec)))
    if found is None:
        return (
            f"No bundle of {name} holds {wanted}: offered are {listed} (R1). Let work end until one does, add a rung to the "
            "ladder, or write several Allocations for the project."
        )
    if found == wanted:
        return f"{name} is offered in a bundle of {wanted} (R1)."
    exact = rung(accelerator.spec, wanted)
    other = (
        f" The ladder has a rung of {wanted} that is not offered; with offered: true it could be awarded."
        if exact
        else ""
    )
    return f"{found} is the smallest bundle of {name} that holds {wanted}: offered are {listed} (R1).{other}"


def _storage(workspace: Workspace) -> tuple[Decimal, str]:
    """Bytes to award in whole steps, and where they come from."""
    claims, stored = workspace.all("PersistentVolumeClaim"), workspace.stored
    if not claims:
        return Decimal(0), "There is no volume claim, so no storage is awarded (R3)."
    steps = (stored / STORAGE_STEP_BYTES).to_integral_value(rounding=ROUND_CEILING) * STORAGE_STEP_BYTES
    return steps, (
        f"{counted(len(claims), 'volume claim')} with {size(stored)} in all, rounded up to steps of "
        f"{write(STORAGE_STEP_BYTES)} (R3)."
    )


def size(amount: Decimal) -> str:
    """An amount for people, rounded up: 12.6T."""
    for suffix, power in (("T", 12), ("G", 9), ("M", 6)):
        scaled = amount.scaleb(-power)
        if scaled >= 1:
            return f"{scaled.quantize(Decimal('0.1'), ROUND_CEILING).normalize():f}{suffix}"
    return write(amount)
