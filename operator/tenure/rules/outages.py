"""R16: time in which the centre itself could not give what it had granted, as its Outages declare it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
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


def outage_seconds(outages: Sequence[Outage], accelerator: str, devices: int, start: datetime, end: datetime) -> int:
    """Device-seconds that a holder of so many devices lost within [start, end), which are whole seconds.

    All of them while the accelerator was out. While nodes were out: as many as these have (`status.nodes`), but no more
    than are held. What several Outages say of the same time or the same node counts once.
    """
    found = [(span, outage) for outage in outages if (span := _within(outage, start, end)) is not None]
    edges = sorted({edge for span, _ in found for edge in span})
    lost = 0
    for since, until in pairwise(edges):
        running = [outage for span, outage in found if span[0] <= since and until <= span[1]]
        lost += _devices_out(running, accelerator, devices) * ((until - since) // timedelta(seconds=1))
    return lost


def _devices_out(running: Iterable[Outage], accelerator: str, devices: int) -> int:
    """Of so many devices, those that could not be used while these Outages ran."""
    nodes: dict[str, int] = {}
    for outage in running:
        if accelerator in outage.spec.accelerators:
            return devices
        for node, found in outage.status.nodes.items():
            nodes[node] = max(nodes.get(node, 0), found.get(accelerator, 0))
    return min(devices, sum(nodes.values()))


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
