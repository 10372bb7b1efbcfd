"""The committee's sheet: its columns, how a review becomes a row of it, and what a filled-in row says.

The packet writes it, people fill in its last columns, `tenure decide --from` reads it back. Nothing else knows the columns.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tenure.api.programme import Outcome
from tenure.api.review import Review, Verdict
from tenure.report.commas import Cell, typed
from tenure.report.item import Item

SHEET = "Reviews"
"""Name of the worksheet."""
OUTCOMES: tuple[str, ...] = get_args(Outcome)
SEPARATORS = re.compile(r"[,;\n]")
NUMBER = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True)
class Column:
    """A column: its heading, what it holds, and whether people fill it in."""

    title: str
    help: str
    filled_in: bool = False
    choices: tuple[str, ...] = ()
    """What may stand in it; empty where that is free."""
    hidden: bool = False
    width: int = 14
    """In characters."""


COLUMNS: tuple[Column, ...] = (
    Column("review", "Name of the Review.", width=26),
    Column("namespace", "The project's namespace.", width=18),
    Column("allocation", "Name of the Allocation.", width=20),
    Column("organization", "Who holds it.", width=20),
    Column("title", "The project's title.", width=30),
    Column("held", "Devices held; of a decided review, before its Decision.", width=7),
    Column("utilization", "Busy time in percent of base time (R16)."),
    Column("lowest", "The same with all missing time taken as idle."),
    Column("highest", "The same with all missing time taken as fully busy."),
    Column("coverage", "Part of the eligible device time that counts.", width=10),
    Column("against plan", "Busy time in percent of the usage plan (R15, R27). It informs; nothing follows from it."),
    Column("plan", "The tenant's plan for the next quarter (R18).", width=60),
    Column("change of plan", "The tenant's justification of a change of plan (R19).", width=30),
    Column("appeal", "The tenant's appeal.", width=30),
    Column("recommendation", "What the table of R17 says as things stand.", width=16),
    Column("devices after", "What each outcome would leave, in devices.", width=48),
    Column("stands", "How far the review has come.", width=60),
    Column("plan is", "Judgement on the plan (R18).", filled_in=True, choices=("Adequate", "Inadequate")),
    Column("confirms", "Confirms the recommendation; write it out.", filled_in=True, choices=OUTCOMES),
    Column("increase to", "Approves an increase up to so many devices; the devices held mean none.", filled_in=True),
    Column("override", "Decides otherwise; the chair alone, with a reason.", filled_in=True, choices=OUTCOMES),
    Column("answer to appeal", "Upheld: nothing is taken.", filled_in=True, choices=("Upheld", "Dismissed"), width=17),
    Column("reason", "The reasons, for the record and for the tenant.", filled_in=True, width=50),
    Column("decided by", "Who decided, where another person enters it.", filled_in=True, width=24),
    Column("recused", "Members who took no part, with commas between them.", filled_in=True, width=24),
    Column("as of", "What was decided upon. Leave it as it is.", hidden=True, width=18),
)
TITLES = tuple(column.title for column in COLUMNS)
FILLED_IN = tuple(column.title for column in COLUMNS if column.filled_in)


def row(item: Item) -> dict[str, Cell]:
    """Title -> what stands in the cell. What was entered already stands in the columns that people fill in."""
    review, status = item.review, item.review.status
    plan, appeal, figures = review.spec.plan, review.spec.appeal, status.utilization
    said = item.said("Decided" if status.outcome else "Recommended")
    return {
        "review": review.name,
        "namespace": review.metadata.namespace,
        "allocation": review.spec.allocation,
        "organization": item.holder,
        "title": item.title,
        "held": item.held.devices,
        "utilization": figures.percent,
        "lowest": figures.lowest_percent,
        "highest": figures.highest_percent,
        "coverage": f"{figures.coverage_percent} %",
        "against plan": status.planned.percent if status.planned else "",
        "plan": plan.summary if plan else "",
        "change of plan": plan.change_of_plan if plan else "",
        "appeal": appeal.reason if appeal else "",
        "recommendation": status.recommendation or "",
        "devices after": devices_after(item),
        "stands": said.message if said else "",
        **entered(review.spec.verdict),
        "as of": as_of(review),
    }


def devices_after(item: Item) -> str:
    """Increase 4 or 8, Continue 2, Reduce 1, Revoke 0."""
    by_outcome: dict[str, list[str]] = {}
    for effect in item.effects:
        by_outcome.setdefault(effect.outcome, []).append(str(effect.after.devices))
    return ", ".join(f"{outcome} {' or '.join(devices)}" for outcome, devices in by_outcome.items())


def entered(verdict: Verdict | None) -> dict[str, Cell]:
    """The columns that people fill in, as a verdict has them."""
    given = verdict or Verdict()
    return {
        "plan is": given.plan or "",
        "confirms": given.confirms or "",
        "increase to": given.increase_to,
        "override": given.override or "",
        "answer to appeal": given.appeal or "",
        "reason": given.reason,
        "decided by": given.decided_by,
        "recused": ", ".join(given.recused),
    }


def as_of(review: Review) -> str:
    """A digest of all that the committee decides upon: where it is another one, the row is of yesterday.

    Dates, forecasts and conditions change by themselves and are not in it.
    """
    spec, status = review.spec, review.status
    seen = {
        "plan": spec.plan.wire() if spec.plan else None,
        "appeal": spec.appeal.wire() if spec.appeal else None,
        "verdict": spec.verdict.wire() if spec.verdict else None,
        "recommendation": status.recommendation,
        "utilization": [status.utilization.busy_seconds, status.utilization.base_seconds],
        "bounds": [status.utilization.lowest_percent, status.utilization.highest_percent],
        "outcome": status.outcome,
    }
    digest = hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()
    return f"v{digest[:15]}"  # what begins with a letter no spreadsheet takes for a number, such as 12e45678


@dataclass(frozen=True)
class Wrong:
    """A cell that cannot be, and what to write instead. Without a column it is the whole row's."""

    column: str
    message: str


def verdict(cells: Mapping[str, object]) -> tuple[Verdict | None, tuple[Wrong, ...]]:
    """What a row says; None where nothing is decided in it. Beside it all cells that are no possible value."""
    text = {title: read(cells.get(title)) for title in FILLED_IN}
    wrong = [*_not_among(text), *_no_number(text["increase to"])]
    if wrong:
        return None, tuple(wrong)
    said = {key: text[title] for key, title in _FIELDS.items() if text[title]}
    if not said.keys() - {"decided_by"}:
        return None, ()
    spelled = {key: _spelled(_FIELDS[key], value) for key, value in said.items()}
    try:
        return Verdict.model_validate({**spelled, "recused": names(text["recused"])}), ()
    except ValidationError as error:
        return None, tuple(_too_much(one) for one in error.errors())


def names(text: str) -> tuple[str, ...]:
    """People, with commas, semicolons or line breaks between them."""
    return tuple(name.strip() for name in SEPARATORS.split(text) if name.strip())


def _too_much(error: ErrorDetails) -> Wrong:
    """What fits into no field: the texts have a greatest length."""
    title = _FIELDS.get(str(error["loc"][0]), "")
    return Wrong(title, f"This does not fit: {error['msg']}. Write less.")


_FIELDS = {
    "plan": "plan is",
    "confirms": "confirms",
    "increase_to": "increase to",
    "override": "override",
    "appeal": "answer to appeal",
    "reason": "reason",
    "decided_by": "decided by",
    "recused": "recused",
}
_CHOICES = {column.title: column.choices for column in COLUMNS if column.choices}


def read(cell: object) -> str:
    """A cell as text: spreadsheets make 8.0 of 8."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else typed(str(cell)).strip()


def _spelled(title: str, value: str) -> str:
    """One of the column's choices however it is written; else the text itself."""
    return next((choice for choice in _CHOICES.get(title, ()) if choice.lower() == value.lower()), value)


def _not_among(text: Mapping[str, str]) -> list[Wrong]:
    return [
        Wrong(title, f"{text[title]!r} is none of {', '.join(choices)}. Choose one of them or leave it empty.")
        for title, choices in _CHOICES.items()
        if text[title] and _spelled(title, text[title]) not in choices
    ]


def _no_number(text: str) -> list[Wrong]:
    if not text or (NUMBER.fullmatch(text) and 1 <= int(text) <= 1024):
        return []
    return [Wrong("increase to", f"{text!r} is no number of devices from 1 to 1024. Write for example 8.")]
