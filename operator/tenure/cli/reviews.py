"""`tenure reviews`: what each review comes to, for whom it waits and since when."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console

from tenure.api import Review
from tenure.api.conditions import find
from tenure.cli.cluster import connection
from tenure.cli.output import Value, columns, grid, say, write
from tenure.cli.problem import Problem
from tenure.cli.reading import ASK, OPENED, every, first_day, named
from tenure.rules.words import many

WAITS_FOR = {"Tenant": "tenant", "Committee": "committee", "Capacity": "free devices"}


def run(project: str, output: str, *, of_all: bool) -> int:
    """Print the table and return the exit code. Raises Problem."""
    write(asyncio.run(_look(project, of_all=of_all)), output, show, report)
    return 0


async def _look(project: str, *, of_all: bool) -> Sequence[Review]:
    async with connection() as (kube, namespace):
        where = "" if of_all else named(project or namespace, "reviews")
        may_not = (
            "You may not list the reviews of the whole centre; the admin and the committee may. tenure reviews PROJECT shows "
            "those of your own."
            if of_all
            else f"You may not read the reviews of {where}, or there is no such project. {ASK}"
        )
        found = await every(kube, Review, where, may_not=may_not)
        if not found:
            raise Problem(
                f"There are no reviews {f'in {where}' if where else 'yet'}. {OPENED} Check the name of the project."
            )
        return sorted(found, key=lambda one: (one.metadata.namespace, one.spec.allocation, first_day(one)))


def show(found: Sequence[Review], console: Console) -> None:
    """One row for each review; what does not fit is folded, not cut."""
    table = columns()
    for name, right in (("allocation", False), ("quarter", False), ("use", True), ("known", True)):
        table.add_column(name, justify="right" if right else "left", no_wrap=name != "allocation", overflow="fold")
    table.add_column("comes to", overflow="fold")
    table.add_column("waits for", overflow="fold", min_width=16)
    table.add_column("effective", no_wrap=True)
    for review in found:
        use, dates = review.status.utilization, review.status.dates
        table.add_row(
            review.spec.allocation,
            review.spec.review,
            use.percent if use.counted_days else "-",
            f"{use.coverage_percent} %" if use.counted_days else "-",
            comes_to(review),
            waits(review),
            f"{dates.effective}" if dates is not None else "-",
        )
    grid(console, table)
    open_ = sum(one.status.waits is not None for one in found)
    say(console, f"{many(len(found), 'review')}; {open_} of them {'waits' if open_ == 1 else 'wait'} for somebody.")


def comes_to(review: Review) -> str:
    """What was decided, else what the table says as things stand."""
    status = review.status
    if status.outcome:
        return status.outcome
    return f"{status.recommendation}?" if status.recommendation else "-"


def waits(review: Review) -> str:
    """For whom it waits and since when; what it goes through where it waits for nobody."""
    status = review.status
    if status.outcome:
        return "decided"
    if status.waits is not None:
        who = WAITS_FOR[status.waits.for_]
        return f"{who} since {day(status.waits.since)} ({status.waits.reason})"
    noticed, recommended = find(status.conditions, "Noticed"), find(status.conditions, "Recommended")
    if noticed is not None and noticed.reason == "Given":
        return "the notice to end"
    return recommended.reason if recommended is not None else "Tenure"


def day(instant: datetime) -> str:
    """The day of an instant in its own zone."""
    return f"{instant.date()}"


def report(found: Sequence[Review]) -> Value:
    """For programs."""
    return {"reviews": [_plain(one) for one in found]}


def _plain(review: Review) -> Value:
    status = review.status
    return {
        "name": review.name,
        "project": review.metadata.namespace,
        "allocation": review.spec.allocation,
        "review": review.spec.review,
        "utilization": status.utilization.percent,
        "coveragePercent": status.utilization.coverage_percent,
        "recommendation": status.recommendation,
        "outcome": status.outcome,
        "waits": status.waits.wire() if status.waits is not None else None,
        "dates": status.dates.wire() if status.dates is not None else None,
    }
