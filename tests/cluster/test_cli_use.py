"""`tenure use` as people run it: its own process, a kubeconfig, a real API server and a real Prometheus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest
import yaml
from controlplane.ports import free_port
from controlplane.prometheus import Prometheus
from controlplane.target import ControlPlane
from harness.centre import ROOT, Centre
from harness.exposition import Device, Pod, Series, constant, load, pod_requests, system_pod, up, write
from harness.operator_process import NAMESPACE, kubeconfig_of
from tenure.rules.calendar import midnight

from .awards import ZONE as SEOUL
from .awards import accelerator, body, core, tenant, today
from .client import Client, Manifest, eventually
from .conftest import Operators, control_plane
from .scene import RBAC

USED, MODEL, ZONE = "used", "Use Model", "Asia/Seoul"
STEP, DAY = 900, 86400
_QUARTER = today().replace(month=(today().month - 1) // 3 * 3 + 1, day=1)
DAYS = [_QUARTER - timedelta(days=number) for number in range(46, 40, -1)]
"""Six days in the middle of the last quarter. On the third the exporter is silent."""
SILENT = DAYS[2]
BUSY = DAY // 4
PEOPLE = {who: f"system:serviceaccount:{NAMESPACE}:use-{who}" for who in ("member", "committee", "stranger")}


@dataclass(frozen=True)
class Desk:
    """The cluster with a measured project, and the command at hand."""

    plane: ControlPlane
    admin: Client
    review: Manifest
    kubeconfigs: dict[str, Path]

    def environment(self, who: str = "admin", url: str | None = None) -> dict[str, str]:
        """What a person's shell has set."""
        return os.environ | {
            "KUBECONFIG": str(self.kubeconfigs[who]),
            "PYTHONPATH": str(ROOT / "operator"),
            "TENURE_PROMETHEUS_URL": self.plane.prometheus.url if url is None else url,
            "COLUMNS": "80",
        }

    def use(self, *arguments: str, who: str = "admin", url: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `tenure use` as somebody, with the real Prometheus unless another is named."""
        command = [sys.executable, "-c", "from tenure.cli import main; main()", "use", *arguments]
        return subprocess.run(
            command, env=self.environment(who, url), capture_output=True, text=True, timeout=120, check=False
        )

    def verified(self, url: str | None = None) -> tuple[int, dict[str, Manifest]]:
        """Exit code, and what verifying has found, by date."""
        done = self.use(USED, "--verify", "-o", "json", url=url)
        (review,) = json.loads(done.stdout)["reviews"]
        return done.returncode, {found["date"]: found for found in review["verification"]}

    def refused(self, *arguments: str, who: str = "admin", url: str | None = None) -> tuple[int, str]:
        """Exit code and the one sentence that is said instead of a report."""
        done = self.use(*arguments, who=who, url=url)
        assert done.stdout == ""
        return done.returncode, done.stderr.splitlines()[-1]


def times(first: date, last: date) -> range:
    """Sample times of all days from first to last."""
    start, end = midnight(first, ZONE), midnight(last + timedelta(days=1), ZONE)
    return range(round(start.timestamp()), round(end.timestamp()), STEP)


def history(known: range) -> Iterator[Series]:
    """One pod holds a device at a quarter of its load; of one day its exporter says nothing."""
    pod, device = Pod(USED, "train-0"), Device("GPU-used", model=MODEL)
    yield from system_pod(known)
    yield from pod_requests(pod, 1, known)
    yield up("node-0", known)
    yield load(device, constant(0.25, [second for second in known if second not in times(SILENT, SILENT)]), pod)
    yield load(Device("GPU-idle", model=MODEL, index=1), constant(0, known))
    yield load(Device("GPU-other", model=MODEL, index=2), constant(1, known), Pod("other", "train-0"))
    yield from pod_requests(Pod("other", "train-0"), 1, known)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A project that an operator measured for six days, on a control plane of its own. No operator runs any more."""
    with control_plane(f"{os.environ.get('TENURE_PLANE', 'test')}-use") as plane:
        folder = tmp_path_factory.mktemp("use")
        Centre(plane).install()
        plane.prometheus.backfill(write(folder / "use.om", history(times(DAYS[0], DAYS[-1]))))
        admin, operators = Client(plane.kubeconfig, plane.context), Operators(plane)
        for manifest in _manifests():
            admin.apply(manifest)
        noon = datetime(DAYS[-1].year, DAYS[-1].month, DAYS[-1].day, 12, tzinfo=SEOUL)
        operators.at(noon + timedelta(days=1))
        review = eventually(lambda: _measured(admin), "all days are measured", 60) or {}
        operators.stop()
        yield Desk(plane, admin, review, _kubeconfigs(plane, folder))


def _manifests() -> Iterator[Manifest]:
    """The catalogue, a tenant with two devices, and the people."""
    telemetry = {"match": {"modelName": MODEL}, "scrapeIntervalSeconds": STEP}
    yield accelerator(USED, capacity=8, telemetry=telemetry)
    for who in PEOPLE:
        yield core("ServiceAccount", f"use-{who}", NAMESPACE)
    term = {"start": (DAYS[0] - timedelta(days=60)).isoformat(), "end": f"{today().year + 1}-12-31"}
    award = tenant(USED, accelerator=USED, devices=2, term=term, inUseSince=DAYS[0].isoformat())
    award.project["spec"]["members"] = [{"name": PEOPLE["member"]}]
    yield from award.all
    committee = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "tenure-committee"}
    subject = {"apiGroup": RBAC, "kind": "User", "name": PEOPLE["committee"]}
    yield core("ClusterRoleBinding", "use", api_version=f"{RBAC}/v1", roleRef=committee, subjects=[subject])


def _measured(admin: Client) -> Manifest | None:
    """The address of the review once it has every day."""
    for review in admin.list({**body("Review", ""), "metadata": {"namespace": USED}})["items"]:
        states = review.get("status", {}).get("ledger", {}).get("states", "")
        if len(states) == len(DAYS) and "." not in states:
            return {"apiVersion": review["apiVersion"], "kind": "Review", "metadata": review["metadata"]}
    return None


def _kubeconfigs(plane: ControlPlane, folder: Path) -> dict[str, Path]:
    """One for each person; the tenant's context names its namespace."""
    found = {who: kubeconfig_of(plane, f"use-{who}") for who in PEOPLE}
    config = yaml.safe_load(found["member"].read_text())
    config["contexts"][0]["context"]["namespace"] = USED
    found["member"].write_text(yaml.safe_dump(config))
    return found | {"admin": plane.kubeconfig, "nobody": folder / "none"}


def test_the_days_fit_80_columns_and_every_gap_is_explained(desk: Desk) -> None:
    done = desk.use(USED)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split() for line in lines[2:8]] == [
        [f"{day}", *("unknown 48.0 24.0 0.0 0.0" if day == SILENT else "counted 48.0 24.0 24.0 6.0").split()]
        for day in DAYS
    ]
    text = " ".join(done.stdout.split())
    assert (
        f"{SILENT}, CoverageGap: Too little of the devices' time was measured. The days are Unknown. The admin" in text
    )
    assert "Utilization 37.5 % of base time" in text
    assert "Days: 5 counted, 0 set-up, 1 unknown, 0 unavailable." in text
    assert "\x1b" not in done.stdout


def test_programs_get_the_same_to_the_second(desk: Desk) -> None:
    since = f"{DAYS[1]}"
    read = json.loads(desk.use(USED, "--since", since, "--until", f"{SILENT}", "-o", "json").stdout)
    assert yaml.safe_load(desk.use(USED, "--since", since, "--until", f"{SILENT}", "-o", "yaml").stdout) == read
    first, second = read["reviews"][0]["days"]
    assert (first["date"], first["busySeconds"], first["grantedSeconds"]) == (since, BUSY, 2 * DAY)
    assert (second["reason"], second["measuredSeconds"], second["requestedSeconds"]) == ("CoverageGap", 0, DAY)
    assert second["why"].endswith(".")


def test_a_tenant_sees_it_with_rights_in_its_own_namespace_alone(desk: Desk) -> None:
    """Without naming the project: the context names the namespace."""
    seen = desk.use("--allocation", USED, who="member")
    assert (seen.returncode, seen.stdout) == (0, desk.use(USED).stdout)


def test_a_tenant_is_told_who_can_verify(desk: Desk) -> None:
    code, said = desk.refused("--verify", who="member")
    assert code == 1
    assert said.endswith(f"admin and the committee may; ask one of them to run: kubectl tenure use {USED} --verify")


def test_the_committee_can_verify(desk: Desk) -> None:
    done = desk.use(USED, "--verify", who="committee")
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 of 6 days agree with Prometheus to the second." in done.stdout


REFUSED = [
    pytest.param("stranger", [USED], 1, "You may not read the reviews of used", id="a stranger"),
    pytest.param("stranger", [], 2, "Name a project", id="no project, and none in the context"),
    pytest.param("nobody", [USED], 1, "There is no kubeconfig to work with", id="not logged in"),
    pytest.param("admin", ["elsewhere"], 1, "There is no project elsewhere", id="no such project"),
    pytest.param("admin", ["default"], 1, "default has no reviews yet", id="no reviews"),
    pytest.param("admin", [USED, "--allocation", "b"], 1, "There is no review of an allocation b", id="no allocation"),
    pytest.param("admin", [USED, "--since", f"{today()}"], 1, "No day of that time was read yet", id="no day"),
    pytest.param("admin", [USED, "--since", "yesterday"], 2, "'yesterday' is no date", id="no date"),
]


@pytest.mark.parametrize(("who", "arguments", "code", "says"), REFUSED)
def test_one_sentence_says_what_keeps_it_from_being_shown(
    desk: Desk, who: str, arguments: list[str], code: int, says: str
) -> None:
    found, said = desk.refused(*arguments, who=who)
    assert found == code
    assert says in said


def test_a_login_that_has_ended_is_told(desk: Desk, tmp_path: Path) -> None:
    config = yaml.safe_load(desk.kubeconfigs["member"].read_text())
    config["users"][0]["user"]["token"] = "ended"
    (tmp_path / "old").write_text(yaml.safe_dump(config))
    code, said = replace(desk, kubeconfigs={"old": tmp_path / "old"}).refused(USED, who="old")
    assert (code, "Log in again" in said) == (1, True)


def test_an_api_server_that_is_away_is_told(desk: Desk, tmp_path: Path) -> None:
    config = yaml.safe_load(desk.kubeconfigs["member"].read_text())
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{free_port()}"
    (tmp_path / "away").write_text(yaml.safe_dump(config))
    code, said = replace(desk, kubeconfigs={"away": tmp_path / "away"}).refused(USED, who="away")
    assert (code, "The API server cannot be reached" in said) == (1, True)


def test_without_a_prometheus_nothing_is_verified(desk: Desk) -> None:
    code, said = desk.refused(USED, "--verify", url="")
    assert (code, "--prometheus URL, or TENURE_PROMETHEUS_URL" in said) == (2, True)


def test_a_prometheus_that_does_not_answer_is_no_difference(desk: Desk) -> None:
    code, found = desk.verified(f"http://127.0.0.1:{free_port()}")
    assert code == 1
    assert {one["verdict"] for one in found.values()} == {"NotAnswered"}
    assert len(found) == len(DAYS)


@contextmanager
def doctored(desk: Desk, column: str, number: int, value: object) -> Iterator[None]:
    """Somebody with all rights alters one day of the ledger; it is put back afterwards."""
    whole = desk.admin.read(desk.review)["status"]["ledger"]
    altered = deepcopy(whole)
    if column == "states":
        altered[column] = whole[column][:number] + str(value) + whole[column][number + 1 :]
    else:
        altered[column][number] = value
    desk.admin.merge(desk.review, {"status": {"ledger": altered}}, "status")
    try:
        yield
    finally:
        desk.admin.merge(desk.review, {"status": {"ledger": whole}}, "status")


DOCTORED = [
    pytest.param("busySeconds", BUSY - 3600, {"busy": (BUSY - 3600, BUSY)}, id="an hour of use taken away"),
    pytest.param("busySeconds", BUSY + 1, {"busy": (BUSY + 1, BUSY)}, id="a second of use added"),
    pytest.param("measuredSeconds", 2 * DAY, {"measured": (2 * DAY, DAY)}, id="more measured than was"),
    pytest.param("grantedSeconds", DAY, {"granted": (DAY, 2 * DAY)}, id="less granted than was"),
    pytest.param("states", "U", {"state": ("Unknown", "Counted")}, id="a day made Unknown"),
]


@pytest.mark.parametrize(("column", "value", "fields"), DOCTORED)
def test_an_altered_ledger_is_found(desk: Desk, column: str, value: object, fields: dict[str, object]) -> None:
    with doctored(desk, column, 3, value):
        code, found = desk.verified()
    assert (code, list(found)) == (3, [f"{DAYS[3]}"])
    one = found[f"{DAYS[3]}"]
    assert one["verdict"] == "Differs"
    assert {field["field"]: (field["ledger"], field["now"]) for field in one["fields"]} == fields
    assert "the ledger was altered" in one["why"]


def test_an_altered_ledger_is_shown_to_people(desk: Desk) -> None:
    with doctored(desk, "busySeconds", 3, BUSY - 3600):
        done = desk.use(USED, "--verify")
    assert done.returncode == 3
    assert [f"{DAYS[3]}", "busy", "18,000", "21,600", "+3,600"] in [line.split() for line in done.stdout.splitlines()]
    assert "5 of 6 days agree with Prometheus to the second; 1 different." in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


@contextmanager
def another(desk: Desk, folder: Path, series: Iterator[Series]) -> Iterator[str]:
    """The address of a Prometheus that has something else."""
    server = Prometheus(folder / "prometheus", desk.plane.prometheus.programs)
    server.backfill(write(folder / "other.om", series))
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def test_days_that_prometheus_has_forgotten_are_not_called_different(desk: Desk, tmp_path: Path) -> None:
    """It keeps the last four days and a half: one is gone, of one the morning is; and one has an answer of its own."""
    kept = times(DAYS[0], DAYS[-1])[DAY // STEP * 3 // 2 :]
    stray = load(Device("GPU-stray", model=MODEL, index=3), constant(1, times(DAYS[-1], DAYS[-1])))
    with another(desk, tmp_path, chain(history(kept), [stray])) as url:
        code, found = desk.verified(url)
        shown = desk.use(USED, "--verify", url=url).stdout
    assert code == 0
    assert {day: one["verdict"] for day, one in found.items()} == {
        f"{DAYS[0]}": "Gone",
        f"{DAYS[1]}": "Gone",
        f"{DAYS[-1]}": "OtherAnswer",
    }
    assert "3 of 6 days agree with Prometheus to the second" in " ".join(shown.split())
    assert "2 not verifiable any more." in " ".join(shown.split())


def test_a_loss_that_is_not_at_the_oldest_end_is_a_difference(desk: Desk, tmp_path: Path) -> None:
    """Half of the fifth day is missing, and the days before it are there."""
    noon = round(midnight(DAYS[4], ZONE).timestamp()) + DAY // 2
    first, second = times(DAYS[0], DAYS[-1]), times(DAYS[4], DAYS[4])
    with another(
        desk, tmp_path, chain(history(range(first.start, noon, STEP)), history(range(second.stop, first.stop, STEP)))
    ) as url:
        code, found = desk.verified(url)
    assert (code, list(found)) == (3, [f"{DAYS[4]}"])
    assert "although it has the day before" in found[f"{DAYS[4]}"]["why"]


def test_kubectl_has_it_as_a_plugin(desk: Desk, tmp_path: Path) -> None:
    """`kubectl tenure use`, and its completion, by the names under which they are installed."""
    for name, module in {"kubectl-tenure": "tenure.cli", "kubectl_complete-tenure": "tenure.cli.completion"}.items():
        script = tmp_path / name
        script.write_text(f"#!{sys.executable}\nfrom {module} import main\nmain()\n")
        script.chmod(0o755)
    environment = desk.environment("member")
    environment["PATH"] = f"{tmp_path}:{environment['PATH']}"
    kubectl = str(desk.plane.prometheus.programs / "kubectl")

    def ask(*words: str) -> str:
        return subprocess.run([kubectl, *words], env=environment, capture_output=True, text=True, check=True).stdout

    assert ask("tenure", "use") == desk.use(USED).stdout
    assert "--since\t" in ask("__complete", "tenure", "use", "--s")
