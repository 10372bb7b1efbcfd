"""The page for people and the same for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tenure.cli.check.finding import Finding, State
from tenure.cli.output import Value

STYLES = {State.OK: "green", State.NOTE: "yellow", State.UNSEEN: "yellow", State.MISSING: "bold red"}


def show(found: Sequence[Finding], console: Console) -> None:
    """One line each, and at the end how many there are of each kind."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(max_width=24)
    table.add_column(ratio=1)
    for one in found:
        table.add_row(Text(str(one.state), STYLES[one.state]), Text(_plain(one.about)), Text(_plain(one.text)))
    console.print(table)
    console.print(verdict(found), markup=False)


def verdict(found: Sequence[Finding]) -> str:
    """What all of it comes to."""
    states = Counter(one.state for one in found)
    well_or_not = f"{states[State.OK]} ok, {states[State.NOTE]} to note"
    said = [f"{well_or_not}, {states[State.UNSEEN]} unseen, {states[State.MISSING]} missing."]
    if states[State.MISSING]:
        said.append("Mend what is missing before anything is enforced.")
    if states[State.UNSEEN]:
        said.append("What was not looked at may be missing as well.")
    return " ".join(said if len(said) > 1 else [*said, "Nothing is missing."])


def well(found: Sequence[Finding]) -> bool:
    """Whether everything was looked at and nothing is missing."""
    return not any(one.state in (State.UNSEEN, State.MISSING) for one in found)


def plain(found: Sequence[Finding]) -> Value:
    """As plain values."""
    return {
        "missing": sum(one.state == State.MISSING for one in found),
        "unseen": sum(one.state == State.UNSEEN for one in found),
        "findings": [{"state": str(one.state), "about": one.about, "text": one.text} for one in found],
    }


def _plain(text: str) -> str:
    """What somebody named is never taken for commands to the terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
