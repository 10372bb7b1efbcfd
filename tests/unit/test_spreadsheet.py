"""The packet's spreadsheet and CSV: only what people fill in may be changed, and no cell is ever a formula."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from functools import cache
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from tenure.report.commas import RUNS, plain, typed, written
from tenure.report.sheet import COLUMNS, FILLED_IN, SHEET, TITLES
from tenure.report.spreadsheet import as_csv, as_xlsx
from unit.packets import made

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "  =cmd|' /C calc'!A0",
    "\uff1d1",
    "\uff20SUM(A1)",
    "a;=1",
    'a\n"=1',
)


@cache
def file(typed: str) -> bytes:
    """The workbook of seven reviews, with what was typed wherever a tenant types."""
    return as_xlsx(made(7, typed))


def book(typed: str = "") -> Workbook:
    return load_workbook(BytesIO(file(typed)))


def sheet(typed: str = "") -> Worksheet:
    """The reviews in it."""
    found = book(typed)[SHEET]
    assert isinstance(found, Worksheet)
    return found


def test_one_row_for_each_review_under_the_titles() -> None:
    rows = [[cell.value for cell in row] for row in sheet().rows]
    assert tuple(rows[0]) == TITLES
    assert [row[0] for row in rows[1:]] == [item.review.name for item in made(7).items]


def test_only_the_columns_to_fill_in_can_be_changed() -> None:
    found = sheet()
    assert found.protection.sheet
    open_ = {cell.column for row in found.iter_rows(min_row=2) for cell in row if not cell.protection.locked}
    assert open_ == {TITLES.index(title) + 1 for title in FILLED_IN}
    assert all(cell.protection.locked for cell in found[1])


def test_choices_are_offered_where_there_are_some() -> None:
    rules = {str(rule.sqref).split(":")[0].rstrip("2"): rule for rule in sheet().data_validations.dataValidation}
    letters = {column.title: get_column_letter(number) for number, column in enumerate(COLUMNS, 1)}
    for column in COLUMNS:
        if column.choices:
            assert rules[letters[column.title]].formula1 == f'"{",".join(column.choices)}"'
    whole = rules[letters["increase to"]]
    assert (whole.type, whole.formula1, whole.formula2) == ("whole", "1", "1024")
    assert len(rules) == len(FILLED_IN)


def test_the_head_row_stays_in_sight_and_the_hidden_column_is_hidden() -> None:
    found = sheet()
    assert found.freeze_panes == "B2"
    hidden = {
        title for number, title in enumerate(TITLES, 1) if found.column_dimensions[get_column_letter(number)].hidden
    }
    assert hidden == {column.title for column in COLUMNS if column.hidden}


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_of_the_workbook_is_a_formula(words: str) -> None:
    found = made(3)
    item = found.items[0]
    assert item.project is not None
    title = item.project.model_copy(update={"spec": item.project.spec.model_copy(update={"title": words})})
    content = as_xlsx(replace(found, items=(replace(item, project=title),)))
    cell = load_workbook(BytesIO(content))[SHEET].cell(2, TITLES.index("title") + 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (words, "s", True)
    sheets = ZipFile(BytesIO(content))
    assert not any(b"<f>" in sheets.read(name) for name in sheets.namelist() if name.startswith("xl/worksheets"))


def test_letters_that_a_spreadsheet_does_not_have_are_replaced() -> None:
    organization = sheet("a\x00b\x0b").cell(2, TITLES.index("organization") + 1)
    assert str(organization.value).endswith("a\ufffdb\ufffd")


def test_what_each_column_means_stands_on_a_sheet_of_its_own() -> None:
    told = [row[0].value for row in book()["Columns"].iter_rows(min_row=3)]
    assert told == [column.title for column in COLUMNS if not column.hidden]


@given(st.text())
def test_no_cell_of_the_csv_begins_like_a_formula(words: str) -> None:
    ((cell,),) = csv.reader(StringIO(written([[words]])))
    assert not re.match(f'[ "]*[{RUNS}]', cell)


@given(st.text(alphabet="=+-@\uff1d;\t\n '\",a"))
def test_nor_does_one_where_a_line_is_divided_elsewhere(words: str) -> None:
    """At semicolons, as a spreadsheet program does in many countries, or at tabs; and every line is one of its own."""
    for cell in re.split(r"[;\t\n]", written([["a", words]]).removeprefix("a,")):
        assert not re.match(f'[ "]*[{RUNS}]', cell), cell


def test_paragraphs_and_lists_of_a_plan_stay_readable() -> None:
    assert plain("First.\n\nThen; or later, 1 - 2.") == "First.\n\nThen; or later, 1 - 2."
    assert plain("- one\n- two") == "'- one\n'- two"


@given(st.text())
def test_what_was_typed_comes_back(words: str) -> None:
    assert typed(plain(words)) == words


def test_numbers_stay_numbers() -> None:
    assert written([[-1, None, "-1"]]) == "-1,,'-1\n"


def test_the_csv_has_the_same_cells_as_the_workbook() -> None:
    rows = list(csv.reader(StringIO(as_csv(made(7, "=1")))))
    cells = [["" if cell.value is None else plain(str(cell.value)) for cell in row] for row in sheet("=1").rows]
    assert rows == cells
