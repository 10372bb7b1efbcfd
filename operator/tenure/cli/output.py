"""How a result is written: for people, as JSON or as YAML. What somebody typed is never a command to the terminal."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

import yaml
from rich.console import Console
from rich.table import Table
from rich.text import Text

T = TypeVar("T")
Value = dict[str, Any]
"""A result for programs: what JSON and YAML have in common."""
TABLE_WIDTH = 76
"""Columns that a table needs; in a narrower window its lines are folded by the terminal, and nothing is left out."""
JOINERS = "\u200c\u200d"
"""They hold letters and emoji together and do nothing else."""


def console() -> Console:
    """Where people look. Text is text: neither markup nor the names of emoji mean anything in it."""
    return Console(highlight=False, markup=False, emoji=False)


def write(found: T, output: str, show: Callable[[T, Console], None], plain: Callable[[T], Value]) -> None:
    """Print a result: `show` draws it for people, `plain` gives it as values."""
    if output == "table":
        show(found, console())
    else:
        print(as_json(plain(found)) if output == "json" else as_yaml(plain(found)))


def as_json(value: Value) -> str:
    """One document."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def as_yaml(value: Value) -> str:
    """One document."""
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True)).rstrip("\n")


def clean(text: str) -> str:
    """The text without letters that a terminal obeys, or that turn around or hide what stands beside them."""
    return "".join(letter if _harmless(letter) else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _harmless(letter: str) -> bool:
    return letter.isprintable() or letter in "\n\t" or letter in JOINERS or unicodedata.category(letter) == "Zs"


def say(console: Console, text: str, *, indent: int = 0, style: str = "", whole: bool = False) -> None:
    """A sentence on as many lines as it takes, all of them indented; `whole` leaves it on one, to be copied."""
    shown = Text(clean(text))
    for line in [shown] if whole else shown.wrap(console, console.width - indent):
        line.rstrip()
        console.print(Text(" " * indent + line.plain), style=style, soft_wrap=whole)


def columns() -> Table:
    """An empty table, as all commands draw theirs: no frame, headings underlined."""
    return Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="underline")


def grid(console: Console, table: Table) -> None:
    """A table with all of its columns, however narrow the window is."""
    width, console.width = console.width, max(console.width, TABLE_WIDTH)
    console.print(table)
    console.width = width
