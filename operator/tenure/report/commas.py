"""CSV for spreadsheets, of which no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

from tenure.report.letters import allowed

Cell = str | int | None
RUNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""What a cell begins with that a spreadsheet may run, as a set of a regular expression; full-width letters among them."""
_BEGINS = r"(?:^|(?<=[;\t\r\n]))"
"""Where a cell may begin: some programs divide a line at semicolons or tabs, and then know no cell of several lines."""
_RUN = re.compile(rf"{_BEGINS}(?=[ '\"]*[{RUNS}])")
_MARKED = re.compile(rf"{_BEGINS}'(?=[ '\"]*[{RUNS}])")


def plain(text: str) -> str:
    """The text as no spreadsheet runs it: an apostrophe goes before what could be a formula."""
    return _RUN.sub("'", text)


def typed(text: str) -> str:
    """The inverse of `plain`: what was meant by a cell that was read back."""
    return _MARKED.sub("", text)


def written(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as RFC 4180 has them, with plain line ends."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([plain(allowed(cell)) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return file.getvalue()
