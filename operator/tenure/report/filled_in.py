"""A sheet that came back filled in, as a spreadsheet program saved it: .xlsx or .csv."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from tenure.report.sheet import COLUMNS, FILLED_IN, SHEET, read

NEEDED = ("review", "namespace", *FILLED_IN, "as of")
ENCODINGS = ("utf-8-sig", "cp949")
"""What spreadsheet programs write CSV in; the second one is that of Korean Windows."""
SEPARATORS = ",;\t"
SEARCHED = 20
"""Lines within which the headings are."""


@dataclass(frozen=True)
class Row:
    """A line of the sheet, numbered as the spreadsheet program does."""

    number: int
    cells: Mapping[str, object]

    @property
    def open(self) -> bool:
        """Whether nothing is decided in it; who would decide may stand there all the same."""
        return not any(read(self.cells.get(title)) for title in FILLED_IN if title != "decided by")


def rows(path: Path) -> list[Row]:
    """Every line below the headings that is not empty. Raises ValueError with a sentence, OSError where it cannot be read."""
    content = path.read_bytes()
    lines = _xlsx(content, path.name) if zipfile.is_zipfile(BytesIO(content)) else _csv(content, path.name)
    return _below_headings(lines, path.name)


def _xlsx(content: bytes, name: str) -> list[Sequence[object]]:
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{name} is no spreadsheet that can be read ({error}). Save it as .xlsx or as .csv."
        ) from error
    if SHEET not in book.sheetnames:
        raise ValueError(f"{name} has no worksheet {SHEET}. Fill in the one that `tenure packet` made.")
    return list(book[SHEET].iter_rows(values_only=True))


def _csv(content: bytes, name: str) -> list[Sequence[object]]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        heading = next((line for line in text.splitlines() if "review" in line and "namespace" in line), "")
        between = max(SEPARATORS, key=heading.count)
        return list(csv.reader(StringIO(text), delimiter=between))
    raise ValueError(f"{name} is neither an .xlsx file nor a .csv file in UTF-8. Save it as one of them.")


def _below_headings(lines: Sequence[Sequence[object]], name: str) -> list[Row]:
    for number, line in enumerate(lines[:SEARCHED], 1):
        titles = [read(cell).lower() for cell in line]
        if "review" in titles and "namespace" in titles:
            missing = [title for title in NEEDED if title not in titles]
            if missing:
                lacks = ", ".join(f'"{title}"' for title in missing)
                raise ValueError(f"{name} has no column {lacks}. The headings must stay as they were.")
            return list(_rows(titles, lines, number))
    raise ValueError(
        f"{name} has no line with the headings {COLUMNS[0].title}, {COLUMNS[1].title} and so on. "
        "Name the sheet that `tenure packet -o packet.xlsx` wrote."
    )


def _rows(titles: Sequence[str], lines: Sequence[Sequence[object]], headings: int) -> Iterator[Row]:
    for number, line in enumerate(lines[headings:], headings + 1):
        row = Row(number, dict(zip(titles, line, strict=False)))
        if read(row.cells.get("review")) or not row.open:
            yield row
