"""R1, R3, R17: bundles of an accelerator, the ladder up and down, and what an award amounts to."""

from __future__ import annotations

from tenure.api.accelerator import AcceleratorSpec, Bundle
from tenure.api.allocation import AllocationSpec, Grant
from tenure.api.programme import TenancyRules
from tenure.api.quantity import parse, write


def rung(spec: AcceleratorSpec, devices: int) -> Bundle | None:
    """The bundle of exactly so many devices."""
    return next((bundle for bundle in spec.ladder if bundle.devices == devices), None)


def offered(spec: AcceleratorSpec) -> list[int]:
    """Sizes that an award may name (R1), smallest first."""
    return sorted(bundle.devices for bundle in spec.ladder if bundle.offered)


def one_down(spec: AcceleratorSpec, devices: int) -> int:
    """R17 reduce: the next smaller rung; on the lowest rung the same number."""
    smaller = [bundle.devices for bundle in spec.ladder if bundle.devices < devices]
    return max(smaller, default=devices)


def reduced(spec: AcceleratorSpec, held: int, before: int) -> int:
    """R17, R22: one rung below what was held before the holder gave something back; or what is held where that is less."""
    return min(held, one_down(spec, before))


def largest_up_to(spec: AcceleratorSpec, devices: int, most: int) -> int:
    """R17 increase: the largest rung above `devices` that is at most `most`; else the same number."""
    larger = [bundle.devices for bundle in spec.ladder if devices < bundle.devices <= most]
    return max(larger, default=devices)


def with_devices(grant: Grant, spec: AcceleratorSpec, devices: int) -> Grant:
    """The grant on another rung, with that rung's CPU and memory; storage stays (no volume is ever shrunk)."""
    bundle = rung(spec, devices)
    if bundle is None:
        return Grant(storage=grant.storage)
    return Grant(devices=devices, cpu=bundle.cpu, memory=bundle.memory, storage=grant.storage)


def award(spec: AllocationSpec, accelerator: AcceleratorSpec | None, tenancy: TenancyRules) -> Grant:
    """What an award amounts to: its bundle with CPU and memory (R1) and its storage (R3)."""
    storage = write(parse(spec.storage))
    if accelerator is None or spec.devices == 0:
        return Grant(cpu=tenancy.storage_only_cpu, memory=tenancy.storage_only_memory, storage=storage)
    return with_devices(Grant(storage=storage), accelerator, spec.devices)
