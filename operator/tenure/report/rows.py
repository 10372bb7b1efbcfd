"""The table of reviews: what is compared at a glance, each column sortable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tenure.report.details import details
from tenure.report.item import Item
from tenure.report.markup import Child, Markup, el, join, typed
from tenure.report.packet import use


@dataclass(frozen=True)
class Column:
    """A column of the table: its cell, and the number to sort by where the text is not enough."""

    name: str
    cell: Callable[[Item], Child]
    key: Callable[[Item], int] | None = None
    width: int = 10
    """Percent of the table's width."""


def _holder(item: Item) -> Markup:
    namespace = item.review.metadata.namespace
    return join(typed(item.holder), el("small", namespace, ": ", typed(item.title)))


def _allocation(item: Item) -> Markup:
    kind = item.accelerator.spec.title or item.accelerator.name if item.accelerator else "accelerator not known"
    end = f", until {item.allocation.spec.term.end}" if item.allocation else ""
    return join(item.review.spec.allocation, el("small", f"{item.held.devices} x ", typed(kind), end))


def _utilization(item: Item) -> Markup:
    found = item.review.status.utilization
    if not found.counted_days:
        return join("unknown", el("small", "no day counts"))
    return join(found.percent, el("small", f"{found.lowest_percent} to {found.highest_percent}"))


def _coverage(item: Item) -> Markup:
    found = item.review.status.utilization
    return join(f"{found.coverage_percent} %", el("small", f"{found.unknown_days} unknown days"))


def _planned(item: Item) -> str:
    planned = item.review.status.planned
    return planned.percent or "no plan" if planned else "no plan"


def mark(outcome: str) -> Markup:
    """An outcome, marked by word and colour."""
    return el("span", outcome, class_=f"mark {outcome}")


def _leads_to(item: Item) -> Markup:
    decided, recommended = item.review.status.outcome, item.review.status.recommendation
    if decided:
        return join(mark(decided), el("small", "decided"))
    return join(mark(recommended), el("small", "recommended")) if recommended else join("none yet")


def _waits(item: Item) -> Markup:
    waits = item.review.status.waits
    if not item.waits_for or waits is None:
        return join("nobody")
    return join(item.waits_for, el("small", f"since {waits.since.date()}"))


def _tenths(percent: str) -> int:
    """A percentage for people as a number to sort by; below all others where there is none."""
    digits = "".join(letter for letter in percent if letter.isdigit())
    return int(digits) if digits else -1


COLUMNS = (
    Column("Organization", _holder, width=21),
    Column("Allocation", _allocation, width=17),
    Column("Utilization", _utilization, use, 12),
    Column("Coverage", _coverage, lambda item: item.review.status.utilization.coverage_percent, 10),
    Column("Use of plan", _planned, lambda item: _tenths(_planned(item)), 8),
    Column("Plan", lambda item: item.plan, width=10),
    Column("Outcome", _leads_to, width=11),
    Column("Waits for", _waits, width=11),
)


def head() -> Markup:
    """Widths and the row of buttons that sort."""
    columns = join(*(el("col", width=f"{column.width}%") for column in COLUMNS))
    cells = (el("th", el("button", column.name, type="button"), scope="col", role="columnheader") for column in COLUMNS)
    return join(el("colgroup", columns), el("thead", el("tr", *cells, role="row"), role="rowgroup"))


def body(number: int, item: Item) -> Markup:
    """One review: the row that is compared, and under it all the rest to be opened."""
    cells = (_cell(column, item, first=place == 0) for place, column in enumerate(COLUMNS))
    more = el("td", details(number, item), colspan=len(COLUMNS), role="cell")
    return el(
        "tbody",
        el("tr", *cells, role="row"),
        el("tr", more, role="row"),
        id=f"{item.review.metadata.namespace}.{item.review.name}",
        role="rowgroup",
        **{f"data_{name}": of(item) for name, of in CHOICES.items()},
    )


def _cell(column: Column, item: Item, *, first: bool) -> Markup:
    content = el("div", column.cell(item))
    value = column.key(item) if column.key else None
    if first:
        return el("th", content, scope="row", role="rowheader", data_name=column.name, data_v=value)
    return el("td", content, role="cell", data_name=column.name, data_v=value)


CHOICES: dict[str, Callable[[Item], str]] = {
    "outcome": lambda item: item.leads_to or "none yet",
    "waits": lambda item: item.waits_for or "nobody",
    "plan": lambda item: item.plan,
    "type": lambda item: item.accelerator.name if item.accelerator else "not known",
    "programme": lambda item: item.programme.name if item.programme else "not known",
}
"""What the rows can be chosen by."""
