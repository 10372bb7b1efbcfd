"""The life of two allocations, lived by people with the command at hand: a real operator, API server and Prometheus."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from controlplane.target import ControlPlane
from harness.centre import ROOT
from harness.exposition import Device, Pod, Series, constant, load, pod_requests, system_pod, up, write
from harness.operator_process import NAMESPACE, kubeconfig_of
from tenure.rules.calendar import midnight

from .awards import ZONE, accelerator, body, core, tenant
from .client import Client, Manifest, eventually
from .scene import RBAC

if TYPE_CHECKING:
    from .conftest import Operators

MODEL, STEP, DAY = "Life Model", 900, 86400
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
BUSY = {"seen": 0.12, "idle": 0.02}
"""project -> load of each of its two devices: 36 % and 6 % of base time, of four devices 18 % and 3 %."""
COMMAND = [sys.executable, "-c", "from tenure.cli import main; main()"]
PEOPLE = ("member", "viewer", "leaver", "committee", "stranger")
ACCOUNTS = {who: f"system:serviceaccount:{NAMESPACE}:life-{who}" for who in PEOPLE}


def noon(day: str) -> datetime:
    """Noon of a day in the programme's zone."""
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=ZONE)


@dataclass
class Life:
    """Two tenants with four devices each under the default programme, and the people around them."""

    plane: ControlPlane
    operators: Operators
    folder: Path
    kubeconfigs: dict[str, Path] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    """What somebody was told at a moment that is over."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self.admin = Client(self.plane.kubeconfig, self.plane.context)

    def begin(self) -> None:
        """The history of the quarter, the awards, and a login for everybody."""
        self.plane.prometheus.backfill(write(self.folder / "life.om", _history()))
        for manifest in _manifests():
            self.admin.apply(manifest)
        self.kubeconfigs = {who: kubeconfig_of(self.plane, f"life-{who}") for who in PEOPLE}
        self.kubeconfigs |= {"admin": self.plane.kubeconfig, "nobody": self.folder / "none"}
        config = yaml.safe_load(self.kubeconfigs["member"].read_text())
        config["contexts"][0]["context"]["namespace"] = "seen"
        self.kubeconfigs["member"].write_text(yaml.safe_dump(config))

    def at(self, day: str) -> None:
        """The operator is started anew at noon of a day, and everybody's clock is set to it."""
        self.now = noon(day)
        self.operators.at(self.now)

    def type(
        self, *words: str, who: str = "member", columns: int = 80, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run the command as somebody."""
        environment = self._environment(who) | {"COLUMNS": str(columns)}
        return subprocess.run(
            [*COMMAND, *words], env=environment, input=stdin, capture_output=True, text=True, timeout=120, check=False
        )

    def _environment(self, who: str) -> dict[str, str]:
        """A shell with somebody's login, at the time that the operator takes it to be."""
        return os.environ | {
            "KUBECONFIG": str(self.kubeconfigs[who]),
            "PYTHONPATH": str(ROOT / "operator"),
            "TENURE_CLOCK_OFFSET": str((self.now - datetime.now(UTC)).total_seconds()),
            "COLUMNS": "80",
        }

    def complete(self, *words: str, who: str) -> list[str]:
        """What `kubectl tenure` completes, by the protocol of its plugins."""
        command = [sys.executable, "-c", "from tenure.cli.completion import main; main()", *words]
        done = subprocess.run(
            command, env=self._environment(who), capture_output=True, text=True, timeout=60, check=True
        )
        return [line.split("\t")[0] for line in done.stdout.splitlines() if line and not line.startswith(":")]

    def answers(self, answer: str, *words: str, who: str = "member") -> tuple[int, str]:
        """Exit code and what is shown where somebody sits at a terminal and types an answer."""
        leader, follower = os.openpty()
        os.write(leader, f"{answer}\n".encode())
        with os.fdopen(follower) as terminal:
            done = subprocess.run(
                [*COMMAND, *words],
                env=self._environment(who),
                stdin=terminal,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        os.close(leader)
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    def says(self, *words: str, who: str = "member", stdin: str = "") -> str:
        """What it prints when all is well, in one line."""
        done = self.type(*words, who=who, stdin=stdin)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        whole = ("tenure ", "Evidence: ", "Hand one in: ")  # to be copied, so they are not folded
        lines = [line for line in done.stdout.splitlines() if not line.strip().startswith(whole)]
        assert max(map(len, lines), default=0) <= 80
        return " ".join(done.stdout.split())

    def refused(self, *words: str, who: str = "member", stdin: str = "") -> tuple[int, str]:
        """Exit code, and the sentence instead of a result."""
        done = self.type(*words, who=who, stdin=stdin)
        assert done.stdout == ""
        return done.returncode, done.stderr.splitlines()[-1]

    def review(self, project: str, quarter: str = "2026-q3") -> Manifest:
        """A Review as it is now; empty while there is none."""
        address = _address("Review", f"{project}-{quarter}", project)
        found = self.admin.list(address)["items"]
        return next((one for one in found if one["metadata"]["name"] == address["metadata"]["name"]), {})

    def write(self, kind: str, name: str, project: str, spec: Mapping[str, object], who: str = "committee") -> None:
        """Somebody writes into an object with kubectl."""
        Client(self.kubeconfigs[who]).merge(_address(kind, name, project), {"spec": spec})

    def awaits(self, project: str, type_: str, reason: str, quarter: str = "2026-q3", seconds: float = 120) -> None:
        """Its Review comes to a condition with that reason."""

        def look() -> bool:
            said = self.review(project, quarter).get("status", {}).get("conditions", [])
            return any((one["type"], one["reason"]) == (type_, reason) for one in said)

        eventually(look, f"{project}'s review says {type_} {reason}", seconds)

    def comes_to(self, text: str, *words: str, who: str = "member", seconds: float = 30) -> str:
        """What the command prints once it says so."""
        until = time.monotonic() + seconds
        while text not in (told := " ".join(self.type(*words, who=who).stdout.split())):
            assert time.monotonic() < until, f"{text!r} is not said within {seconds} s: {told}"
            time.sleep(0.5)
        return told


def _address(kind: str, name: str, project: str) -> Manifest:
    made = body(kind, name)
    made["metadata"]["namespace"] = project
    return made


def _history() -> Iterator[Series]:
    start, end = midnight(FIRST, "Asia/Seoul"), midnight(LAST + timedelta(days=1), "Asia/Seoul")
    known = range(round(start.timestamp()), round(end.timestamp()), STEP)
    yield from system_pod(known)
    yield up("node-0", known)
    for number, (project, busy) in enumerate(BUSY.items()):
        pod = Pod(project, "train-0")
        yield from pod_requests(pod, 2, known)
        for index in range(2):
            device = Device(f"GPU-{project}-{index}", model=MODEL, index=2 * number + index)
            yield load(device, constant(busy, known), pod)


def _manifests() -> Iterator[Manifest]:
    yield accelerator("life", capacity=16, telemetry={"match": {"modelName": MODEL}, "scrapeIntervalSeconds": STEP})
    for who in PEOPLE:
        yield core("ServiceAccount", f"life-{who}", NAMESPACE)
    term = {"start": "2026-06-01", "end": "2026-12-31"}
    promise = {"kind": "Relocation", "text": "A laboratory in the region.", "evidenceDue": "2026-10-30"}
    members = {"seen": ("member", "viewer"), "idle": ("leaver",)}
    for project in BUSY:
        more = {"promise": promise} if project == "seen" else {}
        award = tenant(project, accelerator="life", devices=4, storage="20T", term=term, inUseSince=f"{FIRST}", **more)
        award.project["spec"]["members"] = [
            {"name": ACCOUNTS[who], "role": "Viewer" if who == "viewer" else "Member"} for who in members[project]
        ]
        yield from award.all
    committee = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "tenure-committee"}
    subject = {"apiGroup": RBAC, "kind": "User", "name": ACCOUNTS["committee"]}
    yield core("ClusterRoleBinding", "life", api_version=f"{RBAC}/v1", roleRef=committee, subjects=[subject])
