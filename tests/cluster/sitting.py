"""The room of a sitting: thirty tenants with their reviews on a real API server, the people, and the command at hand."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from controlplane.target import ControlPlane
from harness.centre import ROOT
from harness.operator_process import NAMESPACE
from openpyxl import load_workbook
from tenure.api.model import API_VERSION
from tenure.report.item import Item
from tenure.report.sheet import SHEET, TITLES
from unit.build import at, autumn
from unit.course import HANDED_IN
from unit.sittings import TODAY, item

from .awards import body, core
from .client import Client, Manifest
from .scene import RBAC

QUARTER = "2026-September"
COUNT = 30
DECIDED_BY = "Committee meeting of 2026-09-12"
ACCOUNTS = {"secretary": "tenure-committee", "chair": "tenure-committee-chair", "stranger": ""}


@dataclass(frozen=True)
class Room:
    """The cluster before the sitting, and the command at hand."""

    plane: ControlPlane
    admin: Client
    operator: Client
    kubeconfigs: dict[str, Path]
    folder: Path

    def decide(self, *arguments: str, who: str = "secretary") -> subprocess.CompletedProcess[str]:
        """Run `tenure decide` as somebody."""
        return self.tenure("decide", *arguments, who=who)

    def tenure(self, *arguments: str, who: str = "secretary") -> subprocess.CompletedProcess[str]:
        """Run the command as somebody, on the day of the sitting."""
        offset = _seconds_to_the_sitting()
        environment = os.environ | {
            "KUBECONFIG": str(self.kubeconfigs[who]),
            "PYTHONPATH": str(ROOT / "operator"),
            "COLUMNS": "200",
            "TENURE_CLOCK_OFFSET": f"{offset:.0f}",
        }
        command = [sys.executable, "-c", "from tenure.cli import main; main()", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    def packet(self) -> Path:
        """The sheet as the packet has it now."""
        path = self.folder / "packet.xlsx"
        path.unlink(missing_ok=True)  # a sheet is never written over
        done = self.tenure("packet", "--quarter", QUARTER, "-o", str(path))
        assert done.returncode == 0, done.stderr
        return path

    def review(self, number: int) -> Manifest:
        """A review as it is now."""
        return self.admin.read(address(number))

    def verdicts(self) -> dict[int, Manifest | None]:
        """Number -> verdict, of all reviews."""
        return {number: self.review(number)["spec"].get("verdict") for number in range(COUNT)}


def _seconds_to_the_sitting() -> float:
    return (at(TODAY) - datetime.now(UTC)).total_seconds()


def address(number: int) -> Manifest:
    """Where the review of a tenant is."""
    name = tenant(number)
    return {
        "apiVersion": API_VERSION,
        "kind": "Review",
        "metadata": {"name": f"{name}-2026-september", "namespace": name},
    }


def tenant(number: int) -> str:
    return f"lab-{number:02}"


def seat(number: int) -> Item:
    """One review in three is without a plan, one has a plan to be judged, one is offered an increase."""
    kinds: list[dict[str, Any]] = [
        {"days": autumn(3.1)},
        {"days": autumn(31), "writes": HANDED_IN},
        {"days": autumn(62), "held": 2, "writes": HANDED_IN},
    ]
    return item(tenant(number), **kinds[number % 3], award={"project": tenant(number), "accelerator": "sitting"})


def bound(account: str, role: str) -> Manifest:
    subject = {"kind": "ServiceAccount", "name": account, "namespace": NAMESPACE}
    ref = {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}
    return core("ClusterRoleBinding", account, api_version=f"{RBAC}/v1", roleRef=ref, subjects=[subject])


def make(admin: Client, operator: Client, number: int) -> None:
    """A tenant with its award and its review, as Tenure would have left them."""
    name, made = tenant(number), seat(number)
    assert made.allocation is not None
    for manifest in (
        body("Organization", name, registration=name),
        body("Project", name, organization=name, title=f"Lab {number}"),
    ):
        admin.apply(manifest)
    award = body("Allocation", name, **made.allocation.spec.wire())
    admin.apply(award)
    operator.merge(award, {"status": made.allocation.status.wire()}, "status")
    admin.apply(core("Namespace", name))
    review = {**address(number), "spec": {"allocation": name, "review": QUARTER}}
    operator.create(review)
    written = {key: value for key, value in made.review.spec.wire().items() if key in ("plan", "appeal")}
    operator.merge(review, {"spec": written})
    operator.merge(review, {"status": made.review.status.wire()}, "status")


def fill_in(path: Path, **cells: dict[str, str | int]) -> Path:
    """Somebody fills in cells: tenant -> title -> value; underscores stand for dashes."""
    book = load_workbook(path)
    table = book[SHEET]
    lines = {str(table.cell(number, 3).value): number for number in range(2, table.max_row + 1)}
    for name, row in cells.items():
        for title, value in row.items():
            table.cell(lines[name.replace("_", "-")], TITLES.index(title) + 1).value = value
    made = path.with_name("filled-in.xlsx")
    book.save(made)
    return made


def everything() -> dict[str, dict[str, str | int]]:
    """A verdict on each of the thirty reviews, with one recusal."""
    by_kind: list[dict[str, str | int]] = [
        {"confirms": "Revoke", "decided by": DECIDED_BY},
        {"plan is": "Inadequate", "reason": "No data is named.", "decided by": DECIDED_BY},
        {"plan is": "Adequate", "increase to": 4, "decided by": DECIDED_BY, "recused": "lee@committee.example"},
    ]
    return {tenant(number).replace("-", "_"): by_kind[number % 3] for number in range(COUNT)}
