"""R1, R10: who is admitted to a centre's devices. Never more than there are; what is admitted stays admitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Claim:
    """What an allocation is entitled to and what its live quota already gives it, in devices."""

    name: str
    entitled: int
    held: int
    priority_class: int
    created: datetime


@dataclass(frozen=True)
class Admission:
    """Devices granted to each allocation, and how the centre's devices stand."""

    granted: Mapping[str, int]
    used: int
    """Devices of live quotas and of grants on their way into one."""
    free: int
    waiting: int


def order(claim: Claim) -> tuple[int, datetime, str]:
    """R10's priority class, then the older one, then the name."""
    return (claim.priority_class, claim.created, claim.name)


def admit(claims: Iterable[Claim], capacity: int, others: int = 0) -> Admission:
    """Grant devices in order, whole entitlements only.

    `others` are devices in live quotas that no claim stands for. A lowered quota frees its devices only once it is
    enforced, so `held` counts until then. One that does not fit waits with what it holds; a later one that fits is
    not held up by it.
    """
    ordered = sorted(claims, key=order)
    granted = {claim.name: min(claim.entitled, claim.held) for claim in ordered}
    used = others + sum(claim.held for claim in ordered)
    waiting = 0
    for claim in ordered:
        more = claim.entitled - claim.held
        if more <= 0:
            continue
        if used + more <= capacity:
            granted[claim.name] = claim.entitled
            used += more
        else:
            waiting += more
    return Admission(granted, used, max(0, capacity - used), waiting)
