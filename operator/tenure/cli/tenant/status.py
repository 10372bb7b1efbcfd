"""`tenure status`: what do I hold, how am I doing, what must I do by when, what happens if I don't."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date

from rich.console import Console

from tenure.api import Review
from tenure.cli.cluster import connection
from tenure.cli.output import Value, say, write
from tenure.cli.reading import named
from tenure.cli.tenant.bar import bar, whole
from tenure.cli.tenant.duties import Duty, duties, said
from tenure.cli.tenant.standing import coming, figures, holds, latest, returned, stands, title
from tenure.cli.tenant.workspace import Workspace, workspace
from tenure.tenancy.summary import Summary

INDENT = 2


def run(project: str, output: str) -> int:
    """Print it and return the exit code. Raises Problem."""
    write(asyncio.run(_look(project)), output, show, report)
    return 0


async def _look(project: str) -> Workspace:
    async with connection() as (kube, namespace):
        return await workspace(kube, named(project or namespace, "status"))


def show(found: Workspace, console: Console) -> None:
    """For people, in at most the console's width."""
    _section(console, f"What {found.project} holds", holds(found))
    for review in latest(found.reviews):
        _section(console, title(review), [_use(review, found.summary, console), *stands(review)])
    _section(console, "Given back", returned(found))
    due, several = duties(found), len(found.allocations) > 1
    say(console, "What you have to do", style="bold")
    for duty in due:
        _duty(console, duty, found.today, several=several)
    if not due:
        say(console, f"Nothing at present. {coming(found)}".strip(), indent=INDENT)


def _section(console: Console, heading: str, texts: Iterable[str]) -> None:
    """A heading and its sentences; nothing where there are none."""
    told = [*texts]
    if not told:
        return
    say(console, heading, style="bold", whole=True)
    for text in told:
        say(console, text, indent=INDENT)
    console.print()


def _use(review: Review, rules: Summary | None, console: Console) -> str:
    use, ahead = review.status.utilization, review.status.forecast
    if not use.counted_days:
        return f"{figures(review)}."
    edges = sorted(row.from_percent for row in rules.bands if row.from_percent) if rules is not None else []
    pace = whole(ahead.percent) if ahead is not None else 0
    drawn = bar(whole(use.percent), pace, edges, ascii_only=console.options.ascii_only)
    scale = f"; edges at {' and '.join(map(str, edges))} %" if edges else ""
    return f"{drawn} {figures(review)}{scale}"


def _duty(console: Console, duty: Duty, today: date, *, several: bool) -> None:
    whose = f"{duty.allocation}: " if several else ""
    say(console, f"{_when(duty, today)}{whose}{duty.what}", indent=INDENT, style="red" if duty.late else "")
    if duty.how:
        say(console, duty.how, indent=2 * INDENT, style="cyan", whole=True)
    say(console, f"Otherwise: {duty.otherwise}", indent=2 * INDENT)


def _when(duty: Duty, today: date) -> str:
    if duty.by is None:
        return ""
    left = (duty.by - today).days
    words = {0: "today is the last day", 1: "1 day is left", -1: "yesterday"}.get(left, f"{left} days are left")
    return f"By {duty.by} ({words if left >= -1 else f'{-left} days ago'}): "


def report(found: Workspace) -> Value:
    """For programs: the same as plain values."""
    summary = found.summary
    held = summary.wire()["allocations"] if summary is not None else {}
    return {
        "project": found.project,
        "programme": summary.programme if summary is not None else "",
        "holds": {"allocations": held, "enforced": found.hard},
        "reviews": [_review(review) for review in latest(found.reviews)],
        "returns": [{"name": one.name, **one.spec.wire(), "decision": one.status.decision} for one in found.returns],
        "duties": [_plain(duty) for duty in duties(found)],
    }


def _review(review: Review) -> Value:
    status = review.status
    return {
        "name": review.name,
        "allocation": review.spec.allocation,
        "review": review.spec.review,
        "dates": status.dates.wire() if status.dates is not None else None,
        "utilization": status.utilization.wire(),
        "forecast": status.forecast.wire() if status.forecast is not None else None,
        "recommendation": status.recommendation,
        "reason": said(status.conditions, "Recommended")[0],
        "outcome": status.outcome,
        "says": [*stands(review)],
    }


def _plain(duty: Duty) -> Value:
    return {
        "allocation": duty.allocation,
        "what": duty.what,
        "command": duty.how,
        "otherwise": duty.otherwise,
        "by": duty.by.isoformat() if duty.by is not None else None,
        "late": duty.late,
    }
