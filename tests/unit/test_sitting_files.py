"""The committee's sheet as a file: it goes out as the packet writes it and comes back as spreadsheet programs save it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from tenure.api.review import Verdict
from tenure.report import sheet
from tenure.report.filled_in import rows
from tenure.report.item import Item
from tenure.report.packet import Packet
from tenure.report.sitting import hear
from tenure.report.spreadsheet import as_csv, as_xlsx
from unit.build import PLAN, at
from unit.sittings import SECRETARY, TODAY, item

NOW = at(TODAY)


def key(of: Item) -> tuple[str, str]:
    return of.review.metadata.namespace, of.review.name


TYPED = {"plan": PLAN.model_copy(update={"summary": '=HYPERLINK("http://x","y")\nsecond line; 한글, "quoted"'})}


def packet() -> Packet:
    """A sheet of two reviews; a tenant has typed what a spreadsheet would run."""
    first, second = item("one", writes={"2026-07-01": TYPED}), item("two")
    return Packet("2026-September", NOW, (first, second), ())


def filled_in(path: Path, title: str, value: str) -> None:
    """Somebody opens the .xlsx, fills in a cell of the second review, and saves it."""
    book = load_workbook(path)
    table = book[sheet.SHEET]
    table.cell(3, sheet.TITLES.index(title) + 1).value = value
    book.save(path)


def test_an_xlsx_goes_out_and_comes_back_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "packet.xlsx"
    path.write_bytes(as_xlsx(packet()))
    filled_in(path, "confirms", "Revoke")
    found = rows(path)
    assert [(one.number, one.open) for one in found] == [(2, True), (3, False)]
    items = {key(of): of for of in packet().items}
    (one,) = hear(found, items, SECRETARY, NOW)
    assert one.verdict == Verdict(confirms="Revoke")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_csv_comes_back_as_spreadsheet_programs_save_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = list(csv.reader(StringIO(as_csv(packet()))))
    lines[2][sheet.TITLES.index("confirms")] = "Revoke"
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    path = tmp_path / "packet.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    (one,) = hear(rows(path), {key(of): of for of in packet().items}, SECRETARY, NOW)
    assert (one.review, one.verdict) == ("two-2026-september", Verdict(confirms="Revoke"))


def test_what_a_tenant_typed_is_not_taken_for_a_change(tmp_path: Path) -> None:
    path = tmp_path / "packet.csv"
    lines = list(csv.reader(StringIO(as_csv(packet()))))
    lines[1][sheet.TITLES.index("plan is")] = "Adequate"
    text = StringIO()
    csv.writer(text).writerows(lines)
    path.write_text(text.getvalue(), encoding="utf-8")
    (one,) = hear(rows(path), {key(of): of for of in packet().items}, SECRETARY, NOW)
    assert not one.wrong


def book(*lines: Sequence[object], title: str = sheet.SHEET) -> bytes:
    made = Workbook()
    assert made.active is not None
    made.active.title = title
    for line in lines:
        made.active.append(list(line))
    file = BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"\xff\xfe\x00\x01", "neither an .xlsx file nor a .csv file in UTF-8", id="no text"),
        pytest.param(
            b"", "no line with the headings .* Name the sheet that `tenure packet -o packet.xlsx` wrote", id="empty"
        ),
        pytest.param(b"name,verdict\na,b\n", "no line with the headings review, namespace", id="another table"),
        pytest.param(
            b"review,namespace,confirms\n", 'no column "plan is", "increase to", "override"', id="columns are gone"
        ),
        pytest.param(book(["x"], title="Other"), "no worksheet Reviews", id="another workbook"),
        pytest.param(b"PK\x03\x04 damaged", "no line with the headings", id="damaged"),
    ],
)
def test_a_file_that_is_no_sheet_says_what_it_lacks(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=says):
        rows(path)


def test_lines_above_the_headings_and_empty_ones_are_no_rows(tmp_path: Path) -> None:
    cells = [sheet.row(item())[title] for title in sheet.TITLES]
    path = tmp_path / "packet.xlsx"
    path.write_bytes(book(["Committee of 12 September"], [], list(sheet.TITLES), cells, [None] * 5, cells))
    assert [one.number for one in rows(path)] == [4, 6]
