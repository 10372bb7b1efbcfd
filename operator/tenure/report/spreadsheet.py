"""The packet as a spreadsheet that the committee fills in, and as CSV. No cell is ever a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tenure.report.commas import Cell, plain, written
from tenure.report.letters import allowed
from tenure.report.packet import Packet
from tenure.report.sheet import COLUMNS, SHEET, TITLES, Column, row

HEAD = PatternFill("solid", fgColor="E3E7EC")
TO_FILL_IN = PatternFill("solid", fgColor="FFF8E1")
THIN = Border(bottom=Side("thin", color="C9D1D9"))
LAST_ROW = 5000
"""Down to which row choices are offered; no sitting has more reviews."""


def as_csv(packet: Packet) -> str:
    """A row for each review under the columns' titles."""
    return written([TITLES, *_rows(packet)])


def as_xlsx(packet: Packet) -> bytes:
    """A workbook: the reviews, of which only the columns to fill in may be changed, and what each column means."""
    book = Workbook()
    book.properties.created = book.properties.modified = packet.made_at.replace(tzinfo=None)
    book.properties.creator, book.properties.title = "tenure", f"Reviews {packet.quarter}"
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    for number, values in enumerate((TITLES, *_rows(packet)), 1):
        for column, (what, value) in enumerate(zip(COLUMNS, values, strict=True), 1):
            cell = sheet.cell(number, column)
            assert isinstance(cell, SheetCell)
            _write(cell, value, what, head=number == 1)
    for number, column_ in enumerate(COLUMNS, 1):
        _set_up(sheet, number, column_)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{max(2, sheet.max_row)}"
    _protect(sheet)
    _explain(book.create_sheet("Columns"), packet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _rows(packet: Packet) -> Iterator[Sequence[Cell]]:
    for item in packet.items:
        cells = row(item)
        yield [cells[title] for title in TITLES]


def _write(cell: SheetCell, value: Cell, column: Column, *, head: bool = False) -> None:
    """Text as text, whatever it begins with; and it stays text where somebody edits the cell."""
    if isinstance(value, str):
        cleaned = allowed(value)
        cell.value, cell.data_type = cleaned, "s"
        cell.quotePrefix = plain(cleaned) != cleaned
    elif value is not None:
        cell.value = value
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.border = THIN
    if head:
        cell.font, cell.fill = Font(bold=True), HEAD
    elif column.filled_in:
        cell.fill, cell.protection = TO_FILL_IN, Protection(locked=False)


def _set_up(sheet: Worksheet, number: int, column: Column) -> None:
    letter = get_column_letter(number)
    sheet.column_dimensions[letter].width = column.width
    sheet.column_dimensions[letter].hidden = column.hidden
    if not column.filled_in:
        return
    rule = DataValidation(allow_blank=True, showErrorMessage=True, showInputMessage=True)
    if column.choices:
        rule.type, rule.formula1 = "list", f'"{",".join(column.choices)}"'
        rule.error = f"Choose one of {', '.join(column.choices)}, or leave it empty."
    elif column.title == "increase to":
        rule.type, rule.operator, rule.formula1, rule.formula2 = "whole", "between", "1", "1024"
        rule.error = "Write a number of devices from 1 to 1024, or leave it empty."
    rule.promptTitle, rule.prompt = column.title, column.help
    rule.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(rule)


def _protect(sheet: Worksheet) -> None:
    """What was measured and written by others stays as it is. There is no password: it keeps from slips, not from intent."""
    sheet.protection.sheet = True
    for allowed_ in ("autoFilter", "sort", "formatColumns", "formatRows", "formatCells"):
        setattr(sheet.protection, allowed_, False)


def _explain(sheet: Worksheet, packet: Packet) -> None:
    made = packet.made_at.isoformat(sep=" ", timespec="minutes")
    told = f"Reviews {packet.quarter}, as of {made}. The coloured columns are to be filled in; all others stay as they are."
    sheet.append([told])
    sheet.append([])
    for column in COLUMNS:
        if not column.hidden:
            sheet.append([column.title, column.help, "to fill in" if column.filled_in else ""])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 90
