"""A sitting of the committee: what the rows of its sheet would change, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tenure.api.review import Verdict
from tenure.report import sheet
from tenure.report.contradictions import Matter, contradictions
from tenure.report.filled_in import Row
from tenure.report.hearing import told
from tenure.report.item import Item
from tenure.report.sheet import Wrong


@dataclass(frozen=True)
class Heard:
    """What a row comes to."""

    number: int
    namespace: str
    review: str
    verdict: Verdict | None = None
    """What would be entered; None where nothing is, or something is wrong."""
    changes: tuple[str, ...] = ()
    """Each changed column, with what it was and what it would be."""
    follows: str = ""
    wrong: tuple[Wrong, ...] = ()

    @property
    def same(self) -> bool:
        """Whether it is entered already."""
        return not self.wrong and self.verdict is None


def hear(rows: Iterable[Row], items: Mapping[tuple[str, str], Item], who: str, now: datetime) -> list[Heard]:
    """Every row that is filled in. `items` are the reviews that are there, by namespace and name; `who` enters them."""
    found: list[Heard] = []
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.open:
            continue
        key = sheet.read(row.cells.get("namespace")), sheet.read(row.cells.get("review"))
        heard = _row(row, items.get(key), who, now)
        if key in first and not heard.wrong:
            text = f"Row {first[key]} is filled in for the same review. Empty one of them."
            heard = _refused(heard, [Wrong("review", text)])
        first.setdefault(key, row.number)
        found.append(heard)
    return found


def hear_one(item: Item, given: Mapping[str, object], who: str, now: datetime) -> Heard:
    """One review, with some of the columns given; the others stay as they were entered."""
    return _row(Row(0, {**sheet.row(item), **given}), item, who, now)


def _row(row: Row, item: Item | None, who: str, now: datetime) -> Heard:
    heard = Heard(row.number, sheet.read(row.cells.get("namespace")), sheet.read(row.cells.get("review")))
    if item is None:
        text = f"There is no review {heard.review} in the namespace {heard.namespace}. Put the two cells back as they were."
        return _refused(heard, [Wrong("review", text)])
    verdict, wrong = sheet.verdict(row.cells)
    if verdict is None:
        return _refused(heard, wrong) if wrong else heard
    before = item.review.spec.verdict
    if before is not None and verdict == before.model_copy(update={"by": ""}):
        return heard
    matter = Matter(row, item, verdict, who, told(item, verdict, now))
    wrong = contradictions(matter)
    if wrong:
        return _refused(heard, wrong)
    follows = (
        matter.told.message if matter.told else "What follows cannot be told here: not all that it names can be read."
    )
    return replace(heard, verdict=verdict, changes=_changes(before, verdict), follows=follows)


def _refused(heard: Heard, wrong: Sequence[Wrong]) -> Heard:
    return replace(heard, verdict=None, changes=(), follows="", wrong=tuple(wrong))


def _changes(before: Verdict | None, after: Verdict) -> tuple[str, ...]:
    old, new = sheet.entered(before), sheet.entered(after)
    differ = [title for title in new if old[title] != new[title]]
    return tuple(f"{title}: {f'{old[title]} -> ' if old[title] else ''}{new[title] or '(empty)'}" for title in differ)
