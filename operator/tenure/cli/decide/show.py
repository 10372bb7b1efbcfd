"""What a sitting comes to, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tenure.cli.decide.entering import Entered
from tenure.cli.output import Value, clean, columns, grid, say
from tenure.report.sitting import Heard
from tenure.rules.words import many


@dataclass(frozen=True)
class Outcome:
    """What was entered or would be."""

    entered: Entered
    dry_run: bool

    @property
    def writing(self) -> bool:
        """Whether verdicts were written, as far as that went."""
        return not self.dry_run and not self.entered.wrong

    @property
    def shown(self) -> list[Heard]:
        """Those that were entered, or else those that would be."""
        found = self.entered.written if self.writing else self.entered.heard
        return [one for one in found if one.verdict is not None]


def show(outcome: Outcome, console: Console) -> None:
    """A row for each review that is filled in and not entered already; then what is wrong; then the sum."""
    heard = outcome.entered.heard
    if outcome.shown:
        grid(console, _table(outcome.shown, "entered" if outcome.writing else "would be entered"))
    for one in [*heard, *([outcome.entered.failed] if outcome.entered.failed else [])]:
        for wrong in one.wrong:
            say(console, f"{_where(one)}{f', {wrong.column}' if wrong.column else ''}: {wrong.message}")
    say(console, " ".join(sentences(outcome)))


def _table(changed: list[Heard], heading: str) -> Table:
    numbered = any(one.number for one in changed)
    table = columns()
    for name in (*(("row",) if numbered else ()), "review", heading, "and then"):
        table.add_column(name, overflow="fold", justify="right" if name == "row" else "left")
    for one in changed:
        cells = [one.review, clean("\n".join(one.changes)), clean(one.follows)]
        table.add_row(*([str(one.number)] if numbered else []), *cells)
    return table


def _where(one: Heard) -> str:
    return f"Row {one.number}, {one.review}" if one.number else one.review


def sentences(outcome: Outcome) -> Iterator[str]:
    """How many rows there were, what was done with them, and what to do next."""
    entered, heard = outcome.entered, outcome.entered.heard
    if heard and not heard[0].number:
        yield _of_one(outcome)
        return
    wrong, changed = sum(bool(one.wrong) for one in heard), sum(one.verdict is not None for one in heard)
    if same := sum(one.same for one in heard):
        yield f"{many(same, 'verdict is', 'verdicts are')} entered already."
    if wrong:
        yield f"{wrong} of {len(heard)} filled in rows contradict what is there. Nothing was entered. Correct them and try again."
    elif entered.failed is not None:
        yield f"{len(entered.written)} of {changed} verdicts were entered, then it stopped at {_where(entered.failed)}."
        yield "Do the same again: what is entered stays, the rest follows."
    elif outcome.dry_run:
        yield f"{many(changed, 'verdict')} would be entered. Nothing was: leave out --dry-run to enter them."
    elif heard:
        yield f"{many(len(entered.written), 'verdict was', 'verdicts were')} entered."
    else:
        yield "No row is filled in, so there is nothing to enter."


def _of_one(outcome: Outcome) -> str:
    """The same of one review without a sheet; what is wrong with it stands above and says what to do."""
    if outcome.entered.heard[0].same:
        return "The verdict is entered already."
    if outcome.entered.wrong or outcome.entered.failed is not None:
        return "Nothing was entered."
    if outcome.dry_run:
        return "1 verdict would be entered. Nothing was: leave out --dry-run to enter it."
    return "1 verdict was entered." if outcome.entered.written else "The verdict is entered already."


def report(outcome: Outcome) -> Value:
    """The same for programs."""
    entered = outcome.entered
    return {
        "dryRun": outcome.dry_run,
        "rows": [_plain(one) for one in entered.heard],
        "entered": [one.review for one in entered.written],
        "stoppedAt": _plain(entered.failed) if entered.failed else None,
    }


def _plain(one: Heard) -> Value:
    return {
        "row": one.number or None,
        "namespace": one.namespace,
        "review": one.review,
        "verdict": one.verdict.wire() if one.verdict else None,
        "changes": list(one.changes),
        "follows": one.follows,
        "enteredAlready": one.same,
        "wrong": [{"column": wrong.column, "message": wrong.message} for wrong in one.wrong],
    }
