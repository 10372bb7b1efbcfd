"""R17: what each outcome would do to a grant, and to the free devices of its type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tenure.api.accelerator import AcceleratorSpec
from tenure.api.allocation import Grant
from tenure.api.programme import Outcome
from tenure.rules import bundles


@dataclass(frozen=True)
class Stand:
    """What there is to decide about: the grant, the organization's cap, and what the centre has free of the type."""

    accelerator: AcceleratorSpec
    held: Grant
    cap: int
    """Most devices the organization may hold in this allocation (R1)."""
    free: int
    reserved: int
    """Free devices that a round has reserved: no increase is granted from them (R7)."""
    retention_days: int
    before_returns: int
    """Devices held before the Returns that count as the step of a reduction (R22)."""


@dataclass(frozen=True)
class Effect:
    """What an outcome would leave, and the free devices of the type after it."""

    outcome: Outcome
    after: Grant
    free: int
    note: str = ""


def effects(stand: Stand) -> tuple[Effect, ...]:
    """From the best for the tenant to the worst. Every rung that an increase could reach is one of its own."""
    held, spec = stand.held, stand.accelerator
    down = bundles.reduced(spec, held.devices, stand.before_returns)
    kept = f"No new pods start at once; the data is kept for {stand.retention_days} days."
    return (
        *_increases(stand),
        Effect("Continue", held, stand.free),
        Effect(
            "Reduce", bundles.with_devices(held, spec, down), stand.free + held.devices - down, _unchanged(stand, down)
        ),
        Effect("Revoke", Grant(storage=held.storage), stand.free + held.devices, kept),
    )


def _unchanged(stand: Stand, down: int) -> str:
    """Why a reduction takes nothing, where it does not."""
    given_back = stand.before_returns - stand.held.devices
    if down < stand.held.devices:
        return ""
    if given_back > 0:
        return f"{given_back} of {stand.before_returns} devices were given back, which counts as the step (R22)."
    return "It is on the lowest rung already, so a reduction changes nothing."


def _increases(stand: Stand) -> Iterator[Effect]:
    held = stand.held
    rungs = sorted(bundle.devices for bundle in stand.accelerator.ladder if held.devices < bundle.devices <= stand.cap)
    if not rungs:
        text = f"There is no larger rung within the {stand.cap} devices that the organization may hold here (R1)."
        yield Effect("Increase", held, stand.free, text)
    for devices in rungs:
        more, spare = devices - held.devices, max(0, stand.free - stand.reserved)
        short = f"It would wait: {more} more are needed and {spare} are free and not reserved." if more > spare else ""
        left = stand.free if short else stand.free - more
        yield Effect("Increase", bundles.with_devices(held, stand.accelerator, devices), left, short)
