"""R18: all that the committee needs for one sitting, gathered from the API's objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tenure.api import Accelerator
from tenure.report.centre import Centre
from tenure.report.item import Item


@dataclass(frozen=True)
class Stock:
    """How the devices of a type stand, and what the recommendations would make of it."""

    accelerator: Accelerator
    freed: int
    """Devices that come free if every recommended reduction and revocation is decided."""
    asked: int
    """Devices by which approved or recommended increases would grow, one rung each."""


@dataclass(frozen=True)
class Packet:
    """The reviews of one quarter. Those that wait for the committee come first, then by utilization."""

    quarter: str
    made_at: datetime
    items: tuple[Item, ...]
    stocks: tuple[Stock, ...]


def packet(centre: Centre, quarter: str, now: datetime) -> Packet:
    """Every review of that name in the centre."""
    reviews = [review for group in centre.reviews.values() for review in group if review.spec.review == quarter]
    items = sorted((Item.of(centre, review) for review in reviews), key=_order)
    named = {item.accelerator.name for item in items if item.accelerator is not None}
    stocks = [_stock(one, items) for name, one in centre.accelerators.items() if name in named]
    return Packet(quarter, now, tuple(items), tuple(stocks))


def _order(item: Item) -> tuple[bool, int, str, str]:
    return (item.waits_for != "Committee", use(item), item.review.metadata.namespace, item.review.name)


def use(item: Item) -> int:
    """Utilization in millionths of base time, for sorting; below all others where it is not known."""
    found = item.review.status.utilization
    return found.busy_seconds * 1_000_000 // found.base_seconds if found.base_seconds else -1


def _stock(accelerator: Accelerator, items: Sequence[Item]) -> Stock:
    freed = asked = 0
    for item in items:
        if item.accelerator is None or item.accelerator.name != accelerator.name:
            continue
        effect = next((one for one in item.effects if one.outcome == item.leads_to), None)
        change = effect.after.devices - item.held.devices if effect else 0
        freed, asked = freed + max(0, -change), asked + max(0, change)
    return Stock(accelerator, freed, asked)
