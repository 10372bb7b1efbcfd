"""Being told, on the real API server: the record in Project.status survives kills, and nothing is sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.centre import Centre
from harness.operator_process import OperatorProcess
from unit.receivers import Received, webhook

from .awards import Tenant, accelerator, programme, tenant, today
from .client import Manifest, eventually
from .conftest import Operators
from .desk import Desk

CHANNEL = "tenant-{project}"


@dataclass(frozen=True)
class Office:
    """A tenant with four devices, told by a webhook."""

    desk: Desk
    made: Tenant
    folder: Path
    hook: Received

    def replica(self, number: int) -> OperatorProcess:
        """One that is not started yet, with the folder of channels."""
        settings = {"TENURE_CHANNELS": str(self.folder)}
        return OperatorProcess(self.desk.plane, name=f"telling-{number}", settings=settings)

    def told(self) -> Manifest:
        told: Manifest = self.desk.admin.read(self.made.project).get("status", {}).get("told", {})
        return told

    def of(self, devices: int) -> str:
        return f"{self.made.name}: {devices} devices from {today()} on"


@pytest.fixture
def office(centre: Centre, operators: Operators, tmp_path: Path) -> Iterator[Office]:
    operators.stop()
    desk = Desk.at(centre.plane)
    name = desk.name("told")
    rules = programme(name, channels=[{"urlFile": CHANNEL, "to": "Tenant", "language": "en"}])
    made = tenant(name, accelerator=name, devices=4, programme=name)
    desk.apply(rules, accelerator(name, capacity=8), *made.all)
    with webhook() as hook:
        (tmp_path / f"tenant-{name}").write_text(hook.url)
        yield Office(desk, made, tmp_path, hook)
    desk.clear()


def test_what_was_decided_is_told_once_whatever_becomes_of_the_operator(office: Office) -> None:
    first = office.replica(1).start()
    office.desk.await_ready(office.made)
    office.desk.decide(office.made.allocation, "Reduce", 2, str(today()))
    eventually(lambda: office.of(2) in office.hook.titles, "the cut is told", 60)
    eventually(lambda: any("/changed/" in key for key in office.told()), "it is recorded", 30)
    office.desk.await_reason(office.made.project, "Told", "Told")
    first.kill()
    office.hook.refuses = True
    second = office.replica(2).start()
    office.desk.decide(office.made.allocation, "Increase", 4, str(today()), "2026-Q2")
    said = office.desk.await_reason(office.made.project, "Told", "NotTaken")
    assert f"tenant-{office.made.name}" in said["message"]
    assert office.hook.url.split("//")[1] not in said["message"]
    second.kill()
    office.hook.refuses = False
    with office.replica(3):
        eventually(lambda: office.of(4) in office.hook.titles, "the increase is told", 60)
        eventually(lambda: any("/increased/" in key for key in office.told()), "it is recorded", 30)
        office.desk.await_reason(office.made.project, "Told", "Told")
    assert len(office.hook.titles) == len(set(office.hook.titles))


def test_what_stands_no_more_is_forgotten_in_the_record(office: Office) -> None:
    """The API server takes a merge patch that removes single entries, of names with braces and slashes."""
    stale = f"{CHANNEL}.en/danger/{office.made.name}-2020-q1/2020-Q1"
    office.desk.operator.merge(office.made.project, {"status": {"told": {stale: "2020-03-01T00:00:00Z"}}}, "status")
    assert office.told()
    with office.replica(1):
        office.desk.await_ready(office.made)
        office.desk.decide(office.made.allocation, "Reduce", 2, str(today()))
        eventually(lambda: any("/changed/" in key for key in office.told()), "the cut is recorded", 60)
        eventually(lambda: stale not in office.told(), "the old record is gone", 30)
