"""`tenure packet` and `tenure costs` as people run them: their own process, a kubeconfig, a real API server."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

import html5lib
import pytest
from controlplane.target import ControlPlane
from harness.centre import ROOT, Centre
from harness.operator_process import NAMESPACE, kubeconfig_of
from openpyxl import load_workbook
from tenure.api.model import API_VERSION, Resource
from tenure.report.sheet import SHEET
from unit.packets import HOSTILE, QUARTER, objects

from .awards import core
from .client import ADMINS, Client
from .conftest import control_plane
from .scene import OPERATOR, RBAC

COUNT = 12
PEOPLE = {who: f"system:serviceaccount:{NAMESPACE}:packet-{who}" for who in ("committee", "stranger")}
SHOWN = HOSTILE.replace("\x00", "")
"""The API server takes no NUL."""


@dataclass(frozen=True)
class Office:
    """A centre with twelve reviews, and the command at hand."""

    plane: ControlPlane
    folder: Path

    def run(self, *arguments: str, who: str = "committee") -> subprocess.CompletedProcess[str]:
        """Run `tenure` as somebody."""
        environment = os.environ | {
            "KUBECONFIG": str(kubeconfig_of(self.plane, f"packet-{who}")),
            "PYTHONPATH": str(ROOT / "operator"),
            "COLUMNS": "120",
        }
        command = [sys.executable, "-c", "from tenure.cli import main; main()", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    def packet(self, name: str) -> bytes:
        """The packet of the quarter as a file of that name."""
        file = self.folder / name
        done = self.run("packet", "--quarter", QUARTER, "-o", str(file))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"Wrote {COUNT} reviews of {QUARTER} to {file}, ")
        return file.read_bytes()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Everything is written as the operator and the tenants would; no operator runs."""
    with control_plane(f"{os.environ.get('TENURE_PLANE', 'test')}-packet") as plane:
        Centre(plane).install()
        admin = Client(plane.kubeconfig, plane.context)
        operator = Client(plane.kubeconfig, plane.context, OPERATOR, ADMINS)
        for who in PEOPLE:
            admin.apply(core("ServiceAccount", f"packet-{who}", NAMESPACE))
        role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "tenure-committee"}
        subject = {"apiGroup": RBAC, "kind": "User", "name": PEOPLE["committee"]}
        admin.apply(core("ClusterRoleBinding", "packet", api_version=f"{RBAC}/v1", roleRef=role, subjects=[subject]))
        for one in objects(COUNT, SHOWN):
            _write(one, admin, operator)
        yield Office(plane, tmp_path_factory.mktemp("packet"))


def _write(one: Resource, admin: Client, operator: Client) -> None:
    kind = one.KIND
    wire = one.wire()
    named = {key: wire["metadata"][key] for key in ("name", "namespace") if wire["metadata"].get(key)}
    body = {"apiVersion": API_VERSION, "kind": kind.kind, "metadata": named, "spec": wire["spec"]}
    if kind.namespaced:
        admin.apply(core("Namespace", named["namespace"]))
    (operator if kind.kind in ("Review", "Decision") else admin).apply(body)
    if wire.get("status"):
        operator.merge(body, {"status": wire["status"]}, "status")


def test_the_page_has_every_review_and_nothing_that_was_typed_runs(office: Office) -> None:
    page = html5lib.parse(office.packet("packet.html"), transport_encoding="utf-8", namespaceHTMLElements=False)
    bodies = [one for one in page.iter("tbody") if one.get("role") == "rowgroup"]
    assert {one.get("id") for one in bodies} == {f"tenant-{n:04}.tenant-{n:04}-2026-q3" for n in range(COUNT)}
    assert (len(list(page.iter("script"))), list(page.iter("img"))) == (2, [])
    text = "".join(page.itertext())
    assert f"Inspection of welds {SHOWN}" in text
    assert "11 reviews" not in text
    assert "12 reviews: 1 decided" in text


def test_the_workbook_and_the_csv_have_a_row_for_each(office: Office) -> None:
    sheet = load_workbook(BytesIO(office.packet("packet.xlsx")))[SHEET]
    rows = list(csv.reader(StringIO(office.packet("packet.csv").decode("utf-8-sig"))))
    assert sheet.max_row == len(rows) == COUNT + 1
    assert [row[0] for row in rows] == [cell.value for cell in sheet["A"]]


def test_costs_come_from_the_same_objects(office: Office) -> None:
    done = office.run("costs", "--month", "2026-09", "-o", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["lines"]) == COUNT
    devices = [line["deviceDays"] // 30 for line in found["lines"]]
    assert set(devices) == {8, 4}
    assert [line["worth"] for line in found["lines"]] == [held * 4_500_000 for held in devices]
    assert found["amount"] == 0
    table = office.run("costs", "--month", "2026-09", "--project", "tenant-0003").stdout
    assert "tenant-0003" in table
    assert "tenant-0004" not in table


def test_a_quarter_is_found_in_lower_case_and_its_sheet_is_not_written_over(office: Office) -> None:
    file = str(office.folder / "lower.csv")
    done = office.run("packet", "--quarter", QUARTER.lower(), "-o", file)
    assert (done.returncode, f"reviews of {QUARTER} to" in done.stdout) == (0, True), done.stderr
    again = office.run("packet", "--quarter", QUARTER, "-o", file)
    assert (again.returncode, "is there already" in again.stderr) == (1, True)


REFUSED = [
    pytest.param(
        "stranger",
        ["packet", "--quarter", QUARTER, "-o", "x.html"],
        1,
        "The admin and the committee have it",
        id="packet",
    ),
    pytest.param("stranger", ["costs", "--month", "2026-09"], 1, "The admin and the committee have it", id="costs"),
    pytest.param(
        "committee",
        ["packet", "--quarter", "2020-Q1", "-o", "x.html"],
        1,
        "There are reviews of 2026-Q3.",
        id="no such quarter",
    ),
    pytest.param(
        "committee",
        ["packet", "--quarter", QUARTER, "-o", "x.pdf"],
        2,
        "ends in .html, .xlsx, .csv",
        id="no such format",
    ),
    pytest.param(
        "committee", ["packet", "--quarter", QUARTER, "-o", "/no/x.csv"], 1, "cannot be written", id="no such folder"
    ),
]


@pytest.mark.parametrize(("who", "arguments", "code", "says"), REFUSED)
def test_one_sentence_says_what_keeps_it_from_being_done(
    office: Office, who: str, arguments: list[str], code: int, says: str
) -> None:
    done = office.run(*arguments, who=who)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr.splitlines()[-1]
