"""Unbroken runs of days, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

Span = tuple[date, date]


def spans(days: Iterable[date]) -> Iterator[Span]:
    """First and last day of each unbroken run, in order."""
    run: list[date] = []
    for day in sorted(days):
        if run and day != run[-1] + timedelta(days=1):
            yield run[0], run[-1]
            run = []
        run.append(day)
    if run:
        yield run[0], run[-1]


def span_text(span: Span) -> str:
    """2026-08-01, or 2026-08-01 to 2026-09-09 (40 days)."""
    first, last = span
    return f"{first}" if first == last else f"{first} to {last} ({(last - first).days + 1} days)"
