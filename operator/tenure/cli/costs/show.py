"""Costs as tables for people, and as CSV, JSON or YAML with exact values."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table

from tenure.cli import centre
from tenure.cli.output import as_json, as_yaml, columns, console, grid
from tenure.cli.problem import Problem
from tenure.cli.reading import now
from tenure.report.centre import Centre
from tenure.report.commas import written
from tenure.report.costs import Costs, Line, Sum, costs, total
from tenure.rules.pricing import Month, Price


def run(month: Month, project: str, output: str) -> None:
    """Print the costs. Raises Problem."""
    there = asyncio.run(centre.read())
    check_project(there, project)
    found = costs(there, month, now(), project)
    if output == "table":
        show(found, console())
    elif output == "csv":
        print(as_csv(found), end="")
        for note in found.notes:
            print(note, file=sys.stderr)
    else:
        print(as_json(value(found)) if output == "json" else as_yaml(value(found)))


def check_project(there: Centre, project: str) -> None:
    """Raises Problem for a project of which nothing is known, not even by a Decision."""
    decided = (of[-1].spec.project for of in there.decisions.values())
    known = {"", *there.projects, *(a.spec.project for a in there.allocations.values()), *decided}
    if project not in known:
        raise Problem(
            f"There is no Project {project}, and there was none. `kubectl get projects` lists those that are."
        )


def show(found: Costs, console: Console) -> None:
    """Two tables for each programme, money and use, then what they do not say."""
    for programme, group in groupby(found.lines, key=lambda line: line.programme):
        lines = [*group]
        console.print(f"Programme {programme}, {found.month}: what is to be paid, in KRW", style="bold")
        grid(console, _money(lines))
        console.print()
        console.print(
            "What was granted, requested and busy, in device-hours; what idle time was worth, in KRW", style="bold"
        )
        grid(console, _use(lines))
        console.print()
    if not found.lines:
        console.print(f"Nothing was granted in {found.month} on a day that is over.")
    for note in found.notes:
        console.print(note)


def _money(lines: Sequence[Line]) -> Table:
    """Every line; then the sum of each project that has several, and of all."""
    table = _table("project", "allocation", "accelerator", "device-days", "worth", "price", "amount", words=3)
    for line in lines:
        cost = line.cost
        paid = f"{_percent(cost.price)} % {cost.price.discount}".rstrip()
        table.add_row(
            line.project,
            line.allocation,
            line.accelerator,
            *(f"{cost.device_days:,}", f"{cost.worth:,}", paid, f"{cost.amount:,}"),
        )
    for project, group in groupby(lines, key=lambda line: line.project):
        of_project = [*group]
        if 1 < len(of_project) < len(lines):
            _add_sum(table, project, of_project)
    _add_sum(table, "", lines)
    return table


def _add_sum(table: Table, project: str, lines: Sequence[Line]) -> None:
    found = total(lines)
    table.add_row(project, "total", "", "", f"{found.worth:,}", "", f"{found.amount:,}", style="bold")


def _use(lines: Iterable[Line]) -> Table:
    table = _table("project", "allocation", "granted", "requested", "busy", "unknown", "idle worth", words=2)
    for line in lines:
        cost = line.cost
        requested = _hours(cost.requested) if cost.requested_unknown < cost.granted else "?"
        busy = _hours(cost.busy) if cost.busy_unknown < cost.granted else "?"
        unknown, idle = _hours(cost.busy_unknown), f"{cost.idle_worth:,}" if busy != "?" else "?"
        table.add_row(line.project, line.allocation, _hours(cost.granted), requested, busy, unknown, idle)
    return table


def _table(*names: str, words: int) -> Table:
    """Words on the left, numbers on the right. Names are folded where the screen is narrow, numbers never."""
    table = columns()
    for number, name in enumerate(names):
        text = number < words
        table.add_column(name, justify="left" if text else "right", no_wrap=not text, overflow="fold")
    return table


def _hours(seconds: int) -> str:
    """Device-hours to a tenth, rounded half up."""
    tenths = (seconds + 180) // 360
    return f"{tenths // 10:,}.{tenths % 10}"


def value(found: Costs) -> dict[str, Any]:
    """Everything, in whole KRW and device-seconds."""
    projects = [{"programme": name, "project": of, **_sums(sums)} for (name, of), sums in found.of_projects.items()]
    return {
        "month": str(found.month),
        "currency": "KRW",
        "lines": [{name: of(line) for name, of in COLUMNS.items()} for line in found.lines],
        "projects": projects,
        "programmes": [{"programme": name, **_sums(sums)} for name, sums in found.of_programmes.items()],
        **_sums(total(found.lines)),
        "notes": [*found.notes],
    }


SUMS: Mapping[str, Callable[[Sum], int]] = {
    "worth": lambda one: one.worth,
    "busyWorth": lambda one: one.busy_worth,
    "idleWorth": lambda one: one.idle_worth,
    "unknownWorth": lambda one: one.unknown_worth,
    "amount": lambda one: one.amount,
}
"""Name for programs -> what can be added up, in whole KRW."""


def _sums(found: Sum) -> dict[str, int]:
    return {name: of(found) for name, of in SUMS.items()}


COLUMNS: Mapping[str, Callable[[Line], str | int]] = {
    "programme": lambda line: line.programme,
    "project": lambda line: line.project,
    "organization": lambda line: line.organization,
    "allocation": lambda line: line.allocation,
    "accelerator": lambda line: line.accelerator,
    "month": lambda line: str(line.cost.month),
    "deviceDays": lambda line: line.cost.device_days,
    "bookValue": lambda line: line.cost.book_value,
    "worth": lambda line: line.cost.worth,
    "pricePercent": lambda line: _percent(line.cost.price),
    "discount": lambda line: line.cost.price.discount,
    "amount": lambda line: line.cost.amount,
    "grantedSeconds": lambda line: line.cost.granted,
    "requestedSeconds": lambda line: line.cost.requested,
    "requestedUnknownSeconds": lambda line: line.cost.requested_unknown,
    "busySeconds": lambda line: line.cost.busy,
    "busyUnknownSeconds": lambda line: line.cost.busy_unknown,
    "unknownDays": lambda line: line.cost.unknown_days,
    "busyWorth": lambda line: line.cost.busy_worth,
    "idleWorth": lambda line: line.cost.idle_worth,
    "unknownWorth": lambda line: line.cost.unknown_worth,
}
"""Name for programs -> what a line has there, in whole KRW and device-seconds."""


def as_csv(found: Costs) -> str:
    """One row for each line. There is no row of sums, so that columns can be added up."""
    return written([[*COLUMNS], *([of(line) for of in COLUMNS.values()] for line in found.lines)])


def _percent(paid: Price) -> str:
    return f"{paid.percent.normalize():f}"
