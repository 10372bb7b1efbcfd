"""What is remembered, exported, verified and pruned, on the real API server: and that nobody gains a device by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness.centre import ROOT
from harness.operator_process import NAMESPACE, kubeconfig_of

from .audit import Audit
from .awards import Tenant, accelerator, body, core, programme, tenant
from .client import Client, Manifest, RefusedError, eventually, gone
from .conftest import Operators
from .desk import Desk
from .quarter.story import noon

TERM = {"start": "2031-01-01", "end": "2031-06-30"}
COMMAND = [sys.executable, "-c", "from tenure.cli import main; main()"]
RBAC = "rbac.authorization.k8s.io"
JANUARY, LATER = date(2031, 1, 10), date(2037, 1, 4)
PEOPLE = {"archivist": "tenure-archivist", "committee": "tenure-committee"}
SHRUNK = {"half": 4, "early": 0, "mining": 0, "unproven": 0}
"""Tenant -> devices after what it gave back or lost."""


@dataclass
class Archive:
    """A small centre in which everybody held eight devices, and the people who keep its records."""

    desk: Desk
    operators: Operators
    name: str
    folder: Path
    tenants: dict[str, Tenant] = field(default_factory=dict)
    today: date = JANUARY
    kept: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """10 January: half is given back, early gives back all, mining is sanctioned, unproven has promised to move."""
        name = self.name
        self.desk.apply(programme(name), accelerator(name, capacity=100))
        self.desk.apply(yaml.safe_load((ROOT / "examples/archivist.yaml").read_text()))
        for who, role in PEOPLE.items():
            self.desk.apply(core("ServiceAccount", who, NAMESPACE), _bound(f"{who}-{name}", role, who))
        for word in SHRUNK:
            promise = {"promise": {"kind": "Relocation"}} if word == "unproven" else {}
            award: dict[str, Any] = {"programme": name, "term": TERM, "inUseSince": "2031-01-01", **promise}
            self.tenants[word] = made = tenant(f"{word}-{name}", accelerator=name, devices=8, **award)
            self.desk.apply(*made.all)
        self.at(JANUARY)
        self.desk.await_ready(*self.tenants.values())
        self.desk.operator.create(self._return("half", devices=4))
        self.desk.operator.create(self._return("early", devices=8, storage="10T"))
        ground = {"ground": "OffPurpose", "evidence": ["https://committee.example/log"], "reason": "Coins were mined."}
        marked = body("Sanction", f"mining-{name}", allocation=self.tenants["mining"].name, **ground)
        self.desk.expect(marked)
        self.desk.operator.create(marked)
        self.enforced("half", "early", "mining")

    def at(self, day: date) -> None:
        """The operator takes it to be noon of that day, and so does everybody."""
        self.today = day
        self.operators.at(noon(day), "")

    def enforced(self, *words: str) -> None:
        """They hold what they should."""
        for word in words:
            made = self.tenants[word]
            eventually(lambda made=made, word=word: self.desk.devices(made) == SHRUNK[word], f"{word} is cut", 30)  # type: ignore[misc]

    def _return(self, word: str, **spec: Any) -> Manifest:
        given = body("Return", "early", allocation=self.tenants[word].name, reason="The data comes in spring.", **spec)
        given["metadata"]["namespace"] = self.tenants[word].name
        return given

    def memory(self, word: str) -> list[str]:
        """What its Organization remembers."""
        live = self.desk.admin.read(self.tenants[word].organization)
        return [entry["kind"] for entry in live.get("status", {}).get("memory", [])]

    def remembers(self, word: str, *kinds: str) -> None:
        eventually(lambda: self.memory(word) == list(kinds), f"{word} remembers {kinds}", 30)

    def decisions(self) -> dict[str, Manifest]:
        """Those of this centre, by name."""
        found = self.desk.admin.list(body("Decision", ""))["items"]
        mine = {made.name for made in self.tenants.values()}
        return {one["metadata"]["name"]: one for one in found if one["spec"]["allocation"] in mine}

    def type(self, *words: str, who: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """`tenure audit ...` as somebody; as nobody, without any cluster."""
        config = kubeconfig_of(self.desk.plane, who) if who else self.folder / "none"
        offset = (noon(self.today) - datetime.now(UTC)).total_seconds()
        environment = {**os.environ, "KUBECONFIG": str(config), "PYTHONPATH": str(ROOT / "operator"), "COLUMNS": "200"}
        done = subprocess.run(
            [*COMMAND, "audit", *words],
            env={**environment, "TENURE_CLOCK_OFFSET": str(offset)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def exported(self, name: str, *words: str) -> Path:
        file = self.folder / name
        self.type("export", "-o", str(file), *words, who="archivist")
        return file

    def lose(self, *manifests: Manifest) -> None:
        """Somebody deletes objects, and they are gone."""
        for one in manifests:
            if not gone(self.desk.admin, one):
                self.desk.operator.delete(one)
        for one in manifests:
            eventually(lambda one=one: gone(self.desk.admin, one), f"{one['metadata']['name']} is gone", 60)  # type: ignore[misc]


def _bound(name: str, role: str, account: str) -> Manifest:
    subject = {"kind": "ServiceAccount", "name": account, "namespace": NAMESPACE}
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}
    return core("ClusterRoleBinding", name, api_version=f"{RBAC}/v1", roleRef=reference, subjects=[subject])


@pytest.fixture(scope="module")
def archive(centre: Any, operators: Operators, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Played in order by the tests of this module."""
    desk = Desk.at(centre.plane)
    found = Archive(desk, operators, desk.name("archive"), tmp_path_factory.mktemp("archive"))
    found.begin()
    yield found
    desk.clear()
    for name in found.decisions():
        desk.admin.delete(body("Decision", name))


def test_what_later_calls_have_to_know_is_with_the_organization(archive: Archive) -> None:
    """R20, R22. A part that was given back is nothing to be remembered."""
    archive.remembers("early", "EarlyReturn")
    archive.remembers("mining", "OffPurpose")
    archive.remembers("half")


def test_a_missing_report_joins_it(archive: Archive) -> None:
    """R23: due two weeks after service has ended."""
    archive.at(date(2031, 1, 26))
    archive.remembers("early", "EarlyReturn", "ReportMissing")
    archive.remembers("mining", "OffPurpose", "ReportMissing")


def test_a_promise_without_evidence_ends_after_notice_and_is_remembered(archive: Archive) -> None:
    """R21: due on 31 March, notice on 1 April, the end a week later."""
    made = archive.tenants["unproven"]
    relocation = {**body("Relocation", f"{made.name}-relocation"), "metadata": {}}
    relocation["metadata"] = {"name": f"{made.name}-relocation", "namespace": made.name}
    archive.at(date(2031, 4, 10))
    archive.desk.await_reason(relocation, "Noticed", "Given")
    archive.at(date(2031, 4, 18))
    archive.enforced("unproven")
    archive.remembers("unproven", "PromiseUnproven")


def test_an_export_verifies_without_any_cluster(archive: Archive) -> None:
    """Every Decision that the real operator wrote comes to what it says, by its own evidence."""
    file = archive.exported("all.jsonl")
    told = json.loads(archive.type("verify", str(file), "-o", "json").stdout)
    assert told["faults"] == []
    assert told["decisions"] >= len(archive.decisions()) >= 4
    assert told["header"]["by"] == f"system:serviceaccount:{NAMESPACE}:archivist"
    system = archive.desk.admin.read(core("Namespace", "kube-system"))
    assert told["header"]["cluster"] == system["metadata"]["uid"]
    text = archive.type("verify", str(file)).stdout
    assert told["digest"] in text
    assert "are as they were exported" in text
    archive.kept["all"] = str(file)


def test_what_was_altered_is_named_with_its_line(archive: Archive) -> None:
    lines = Path(archive.kept["all"]).read_text().splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if f'"allocation":"half-{archive.name}"' in line and n > 0)
    lines[place] = lines[place].replace('"devices":4', '"devices":8', 1)
    altered = archive.folder / "altered.jsonl"
    altered.write_text("".join(lines))
    done = archive.type("verify", str(altered), check=False)
    assert done.returncode == 3
    assert f"Line {place + 1} (half-{archive.name}-return-" in done.stdout


def test_evidence_is_not_written_over_and_not_exported_by_everybody(archive: Archive) -> None:
    done = archive.type("export", "-o", archive.kept["all"], who="archivist", check=False)
    assert (done.returncode, "Evidence is not written over" in done.stderr) == (1, True)
    archive.desk.apply(core("ServiceAccount", "stranger", NAMESPACE))
    done = archive.type("export", "-o", str(archive.folder / "none.jsonl"), who="stranger", check=False)
    assert done.returncode == 1
    assert "You may not list the Decisions of the centre. The admin and the committee may" in done.stderr
    assert not (archive.folder / "none.jsonl").exists()


def test_a_restore_without_any_status_and_without_a_namespace_gives_no_device_back(archive: Archive) -> None:
    """Returns, Sanctions and Relocations count as reviews do, at every moment; and what was decided is not decided again."""
    before = set(archive.decisions())
    archive.operators.stop()
    audit = Audit.begin(archive.desk, f"half-{archive.name}")
    seen = {word: Audit.begin(archive.desk, made.name) for word, made in archive.tenants.items()}
    for made in archive.tenants.values():
        for one in (*made.all, *_in_namespace(archive.desk.operator, made.name)):
            archive.desk.operator.merge(one, {"status": None}, "status")
    archive.desk.operator.merge(body("Sanction", f"mining-{archive.name}"), {"status": None}, "status")
    archive.lose(archive.tenants["half"].namespace(), archive.tenants["mining"].namespace())
    assert archive.memory("early") == []
    archive.at(archive.today)
    archive.enforced(*SHRUNK)
    archive.remembers("early", "EarlyReturn")
    archive.remembers("mining", "OffPurpose")
    archive.remembers("unproven", "PromiseUnproven")
    archive.desk.await_reason(archive.tenants["half"].allocation, "Ready", "Ready")
    assert audit.most() == 4
    assert {word: one.most() for word, one in seen.items()} == SHRUNK
    assert set(archive.decisions()) == before


def _in_namespace(client: Client, namespace: str) -> list[Manifest]:
    found: list[Manifest] = []
    for kind in ("Return", "Relocation", "Report"):
        address = {**body(kind, ""), "metadata": {"name": "", "namespace": namespace}}
        found += [{**address, "metadata": one["metadata"]} for one in client.list(address)["items"]]
    return found


def test_memory_outlives_allocation_project_and_namespace(archive: Archive) -> None:
    for word in ("early", "mining"):
        made = archive.tenants[word]
        archive.lose(made.allocation, made.project, made.namespace())
    archive.operators.stop()
    archive.at(archive.today)
    archive.remembers("mining", "OffPurpose")
    archive.remembers("early", "EarlyReturn")


def test_nothing_young_is_pruned(archive: Archive) -> None:
    """The Programme keeps them for five years after the term."""
    done = archive.type(
        "prune", "--exported", archive.kept["all"], "--before", "2031-04-01", who="archivist", check=False
    )
    assert done.returncode == 1
    assert "Decisions may be deleted." in done.stderr
    assert "are not old enough" in done.stderr


def test_who_lacks_the_right_is_told_which_it_takes(archive: Archive) -> None:
    archive.at(LATER)
    wanted = ("prune", "--exported", archive.kept["all"], "--before", "2032-01-01")
    before = set(archive.decisions())
    archive.desk.apply(_more_rights(archive.name))
    done = archive.type(*wanted, who="committee", check=False)
    assert done.returncode == 1
    assert "the verbs delete and prune on decisions" in done.stderr, done.stderr
    assert set(archive.decisions()) == before


def _more_rights(name: str) -> Manifest:
    """The committee may know which cluster it is, so that nothing but the right to delete is lacking."""
    return _bound(f"view-{name}", "view", "committee")


def test_delete_alone_is_refused_by_the_policy(archive: Archive) -> None:
    """Whoever has the verb delete, but not prune, is told so in a sentence."""
    rule = {"apiGroups": ["tenure.dev"], "resources": ["decisions"], "verbs": ["get", "list", "delete"]}
    role = core("ClusterRole", f"deleter-{archive.name}", api_version=f"{RBAC}/v1", rules=[rule])
    archive.desk.apply(role, _bound(f"deleter-{archive.name}", f"deleter-{archive.name}", "stranger"))
    name = next(iter(archive.decisions()))
    stranger = archive.desk.person(f"system:serviceaccount:{NAMESPACE}:stranger")

    def refused() -> str:
        try:
            stranger.delete(body("Decision", name), "dryRun=All")
        except RefusedError as refusal:
            return str(refusal)
        return ""

    eventually(lambda: "Deleting it takes the right to prune decisions" in refused(), "the policy refuses", 10)


def test_what_nothing_needs_any_more_is_pruned_and_the_rest_is_told(archive: Archive) -> None:
    """Six years later. The Allocations of early and mining are gone, those of half and unproven stand."""
    wanted = ("prune", "--exported", archive.kept["all"], "--before", "2032-01-01")
    dry = json.loads(archive.type(*wanted, "--dry-run", "-o", "json", who="archivist").stdout)
    there = archive.decisions().keys()
    assert (dry["dryRun"], set(dry["deleted"]) < set(there)) == (True, True)
    done = archive.type(*wanted, who="archivist").stdout
    assert "belong to an award that stands: its grant is worked out from them" in done
    assert archive.decisions().keys() == there - set(dry["deleted"])
    left = {one["spec"]["allocation"].split("-")[0] for one in archive.decisions().values()}
    assert left == {"half", "unproven"}
    archive.operators.stop()
    archive.at(LATER)
    archive.remembers("early", "EarlyReturn")
    archive.remembers("mining", "OffPurpose")
    assert json.loads(archive.type("verify", archive.kept["all"], "-o", "json").stdout)["faults"] == []


def test_a_file_with_a_fault_prunes_nothing(archive: Archive) -> None:
    altered = str(archive.folder / "altered.jsonl")
    done = archive.type("prune", "--exported", altered, "--before", "2032-01-01", who="archivist", check=False)
    assert done.returncode == 3
    assert "was damaged or altered, so nothing is deleted: Line" in done.stderr
