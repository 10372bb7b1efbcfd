"""R16: time in which the centre itself could not give what it had granted, as its Outages declare it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from tenure.api import Outage

MINUTE = timedelta(minutes=1)
Span = tuple[datetime, datetime]
"""Half-open: from the first instant up to but without the second."""


def spans_out(outages: Iterable[Outage], accelerator: str, start: datetime, end: datetime) -> tuple[Span, ...]:
    """When nothing of an accelerator could be used, within [start, end): in order, apart from each other, in UTC.

    A minute that an Outage touches is out as a whole, because use is measured by the minute.
    """
    merged: list[Span] = []
    for since, until in sorted(_spans(outages, accelerator, start, end)):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return tuple(merged)


def _spans(outages: Iterable[Outage], accelerator: str, start: datetime, end: datetime) -> list[Span]:
    concerned = (outage for outage in outages if accelerator in outage.spec.accelerators)
    return [span for outage in concerned if (span := _within(outage, start, end)) is not None]


@dataclass(frozen=True)
class Stake:
    """Who may have lost devices of an accelerator: a project that was granted `devices` of the centre's `capacity`."""

    project: str
    devices: int
    capacity: int


def outage_seconds(outages: Sequence[Outage], accelerator: str, stake: Stake, start: datetime, end: datetime) -> int:
    """Device-seconds that a holder lost within [start, end), which are whole seconds. Rounded up.

    All of its devices while the accelerator was out. While nodes were out (`status.nodes`): those on them, if an Outage says
    that the project was there; else the part of its devices that the nodes are of the centre's, for nobody's devices are
    tied to nodes, and whose pods then find no room is not counted here but by their waiting. What several Outages say of
    the same time or the same node counts once.
    """
    found = [(span, outage) for outage in outages if (span := _within(outage, start, end)) is not None]
    edges = sorted({edge for span, _ in found for edge in span})
    lost = Fraction(0)
    for since, until in pairwise(edges):
        running = [outage for span, outage in found if span[0] <= since and until <= span[1]]
        lost += _devices_out(running, accelerator, stake) * ((until - since) // timedelta(seconds=1))
    return math.ceil(lost)


def _devices_out(running: Sequence[Outage], accelerator: str, stake: Stake) -> Fraction:
    """Of the holder's devices, those that could not be used while these Outages ran."""
    if any(accelerator in outage.spec.accelerators for outage in running):
        return Fraction(stake.devices)
    own = _nodes((outage for outage in running if stake.project in outage.spec.projects), accelerator)
    anyone = _nodes((outage for outage in running if not outage.spec.projects), accelerator)
    others = sum(count for node, count in anyone.items() if node not in own)
    part = Fraction(stake.devices * others, max(stake.capacity, others, 1))
    return min(Fraction(stake.devices), sum(own.values()) + part)


def _nodes(outages: Iterable[Outage], accelerator: str) -> dict[str, int]:
    """The nodes that are out, and their devices."""
    nodes: dict[str, int] = {}
    for outage in outages:
        for node, found in outage.status.nodes.items():
            nodes[node] = max(nodes.get(node, 0), found.get(accelerator, 0))
    return nodes


def _within(outage: Outage, start: datetime, end: datetime) -> Span | None:
    """The whole minutes that it touches, within [start, end); None where there are none."""
    if outage.spec.from_ >= end + MINUTE or (outage.spec.to is not None and outage.spec.to <= start - MINUTE):
        return None  # most of them, once a centre has years of Outages
    since = max(start, _minute(outage.spec.from_)).astimezone(UTC)
    until = end.astimezone(UTC)
    if outage.spec.to is not None:
        until = min(until, _minute(outage.spec.to + MINUTE - timedelta.resolution))
    return (since, until) if since < until else None


def _minute(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)
