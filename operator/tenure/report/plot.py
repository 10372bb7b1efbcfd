"""The days of a review as compact values, from which the page draws its plots when they are opened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from tenure.api.review import LedgerStatus
from tenure.report.item import Item
from tenure.report.markup import Markup
from tenure.rules.utilization import HOURS, provided

TENTH = 360
"""Seconds of a tenth of an hour, the unit of every amount."""


def script(items: Iterable[Item]) -> Markup:
    """The values of all reviews for a script element that is not run. No text can end the element."""
    values = json.dumps([_values(item) for item in items], separators=(",", ":"))
    return Markup(values.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _values(item: Item) -> dict[str, Any] | None:
    """One review: first day, states, busy, granted, requested, second signal and base per day, edges, reasons by day."""
    ledger, rules = item.review.status.ledger, item.rules
    if ledger is None or not ledger.states:
        return None
    hours, edges = (
        (rules[0].base_hours_per_day, [b.from_percent for b in rules[1].bands if b.from_percent]) if rules else (0, [])
    )
    count = len(ledger.states)
    base = [provided(ledger, day) * hours // HOURS for day in range(count)]
    return {
        "f": ledger.from_.isoformat(),
        "s": ledger.states,
        "b": _column(ledger.busy_seconds, count),
        "g": _column(ledger.granted_seconds, count),
        "q": _column(ledger.requested_seconds, count),
        "w": _column(ledger.second_seconds, count, missing=-1),
        "p": _column(base, count),
        "e": edges,
        "r": _reasons(ledger),
    }


def _column(seconds: Sequence[int], count: int, missing: int = 0) -> int | list[int]:
    """Tenths of hours per day; one number where all days are alike. -1 is not known."""
    padded = (*seconds, *[missing] * (count - len(seconds)))[:count]
    tenths = [(value + TENTH // 2) // TENTH if value >= 0 else -1 for value in padded]
    return tenths[0] if len(set(tenths)) == 1 else tenths


def _reasons(ledger: LedgerStatus) -> dict[int, str]:
    """Number of the day -> reason."""
    return {(date.fromisoformat(day) - ledger.from_).days: reason for day, reason in ledger.reasons.items()}
