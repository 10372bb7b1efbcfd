"""How many stored samples queries touch. Prometheus' own statistics leave out what subqueries read under an aggregation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from tenure.telemetry.gateway import Gateway

DAY = 86400
_SELECTOR = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*\{[^{}]*\}|\bup\b(?=\[)")
_SPAN = re.compile(r"\[(\d+)([sd])[:\]]")
_SECONDS = {"s": 1, "d": DAY}


def touched(gateway: Gateway, asked: Iterable[str], end: datetime) -> int:
    """Samples under every selector of every query, as often as a query has the selector.

    They are counted on the day that ends at `end`; the others are like it.
    """
    days: defaultdict[str, float] = defaultdict(float)
    for text in asked:
        span = max(int(number) * _SECONDS[unit] for number, unit in _SPAN.findall(text))
        for selector in _SELECTOR.findall(text):
            days[selector] += span / DAY
    return round(sum(share * _of_a_day(gateway, selector, end) for selector, share in days.items()))


def _of_a_day(gateway: Gateway, selector: str, end: datetime) -> float:
    return sum(row.value for row in gateway.query(f"sum(count_over_time({selector}[1d] offset 1ms))", end))
