"""`tenure decide`: a sitting of thirty reviews, entered by somebody who has no more than the committee's role."""

from __future__ import annotations

import csv
import json
import os
import threading
from collections.abc import Iterator

import pytest
from controlplane.target import ControlPlane
from harness.centre import Centre
from harness.operator_process import NAMESPACE, kubeconfig_of
from unit.build import APPEAL

from .awards import accelerator, core
from .client import ADMINS, Client, Manifest, RefusedError, eventually
from .conftest import control_plane
from .scene import OPERATOR
from .sitting import ACCOUNTS, COUNT, DECIDED_BY, QUARTER, Room, address, bound, everything, fill_in, make


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Thirty tenants with their reviews as they stand on the day of the sitting. No operator runs."""
    with control_plane(f"{os.environ.get('TENURE_PLANE', 'test')}-sitting") as plane:
        Centre(plane).install()
        admin = Client(plane.kubeconfig, plane.context)
        operator = Client(plane.kubeconfig, plane.context, OPERATOR, ADMINS)
        folder = tmp_path_factory.mktemp("sitting")
        admin.apply(accelerator("sitting", capacity=400, most=8))
        for account, role in ACCOUNTS.items():
            admin.apply(core("ServiceAccount", account, NAMESPACE))
            if role:
                admin.apply(bound(account, role))
        for number in range(COUNT):
            make(admin, operator, number)
        kubeconfigs = {account: kubeconfig_of(plane, account) for account in ACCOUNTS}
        yield Room(plane, admin, operator, kubeconfigs, folder)


def test_a_dry_run_shows_every_change_and_writes_nothing(room: Room) -> None:
    before = [room.review(number)["metadata"]["resourceVersion"] for number in range(COUNT)]
    path = fill_in(room.packet(), **everything())
    done = room.decide("--from", str(path), "--dry-run")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    text = " ".join(done.stdout.split())
    assert "30 verdicts would be entered. Nothing was: leave out --dry-run to enter them." in text
    assert "confirms: Revoke" in text
    told = json.loads(room.decide("--from", str(path), "--dry-run", "-o", "json").stdout)
    follows = {one["review"]: one["follows"] for one in told["rows"]}
    assert (
        "Revoke from 8 to 0 devices takes effect on 2026-09-28, unless the tenant appeals."
        in follows["lab-00-2026-september"]
    )
    assert (
        "Reduce from 8 to 4 devices takes effect on 2026-09-28, unless the tenant appeals."
        in follows["lab-01-2026-september"]
    )
    assert "the increase is approved and takes its turn" in follows["lab-02-2026-september"]
    assert [room.review(number)["metadata"]["resourceVersion"] for number in range(COUNT)] == before


def test_contradictions_are_named_and_nothing_of_the_sheet_is_entered(room: Room) -> None:
    path = fill_in(
        room.packet(),
        lab_00={"confirms": "Revoke"},
        lab_01={"confirms": "Increase"},
        lab_02={"plan is": "Adequate", "increase to": 16},
        lab_03={"override": "Continue"},
        lab_04={"override": "Continue", "reason": "Flood in the laboratory."},
        lab_05={"plan is": "Great"},
        lab_06={"answer to appeal": "Upheld"},
        lab_07={"plan is": "Adequate", "decided by": "lee", "recused": "kim; Lee"},
        lab_08={"plan is": "Adequate", "review": "lab-99-2026-september"},
    )
    done = room.decide("--from", str(path), "-o", "json")
    assert done.returncode == 3
    told = json.loads(done.stdout)
    wrong = {one["row"]: " ".join(w["message"] for w in one["wrong"]) for one in told["rows"] if one["wrong"]}
    says = {
        "lab-01": "Increase is confirmed, but Continue is recommended",
        "lab-02": "There is no bundle of 16 devices",
        "lab-03": "give the reason",
        "lab-04": "spec.verdict.override: only the chair (role tenure-committee-chair) may write a verdict that has it.",
        "lab-05": "'Great' is none of Adequate, Inadequate",
        "lab-06": "There is no appeal to answer",
        "lab-07": "lee took no part",
        "lab-99": "There is no review lab-99-2026-september in the namespace lab-08.",
    }
    found = {one["review"].removesuffix("-2026-september"): wrong[one["row"]] for one in told["rows"] if one["wrong"]}
    assert found.keys() == says.keys()
    assert all(text in found[name] for name, text in says.items()), found
    assert told["entered"] == []
    assert set(room.verdicts().values()) == {None}


def test_people_are_told_what_is_wrong_in_which_row(room: Room) -> None:
    path = fill_in(room.packet(), lab_01={"confirms": "Increase"}, lab_00={"confirms": "Revoke"})
    done = room.decide("--from", str(path))
    assert done.returncode == 3
    text = " ".join(done.stdout.split())
    assert "lab-01-2026-september, confirms: Increase is confirmed, but" in text
    assert "1 of 2 filled in rows contradict what is there. Nothing was entered. Correct them and try again." in text


def test_what_has_changed_since_the_sheet_was_made_is_looked_at_again(room: Room) -> None:
    path = fill_in(room.packet(), lab_01={"plan is": "Adequate"})
    room.operator.merge(address(1), {"spec": {"plan": {"summary": "Something else."}}})
    done = room.decide("--from", str(path), "--dry-run")
    assert done.returncode == 3
    assert "It has changed since the sheet was made: the plan is another one." in " ".join(done.stdout.split())


def test_nobody_without_the_role_reads_or_decides(room: Room) -> None:
    path = fill_in(room.packet(), lab_00={"confirms": "Revoke"})
    done = room.decide("--from", str(path), who="stranger")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Ask its admin for the role tenure-committee." in done.stderr


@pytest.fixture
def refusing(room: Room) -> Iterator[Client]:
    """Something keeps one verdict from being written, that a dry run cannot know."""
    api, name = "admissionregistration.k8s.io/v1", "full-disk"
    rules = [{"apiGroups": ["tenure.dev"], "apiVersions": ["*"], "operations": ["UPDATE"], "resources": ["reviews"]}]
    policy = core(
        "ValidatingAdmissionPolicy",
        name,
        api_version=api,
        spec={
            "matchConstraints": {"resourceRules": rules},
            "validations": [
                {
                    "expression": "request.?dryRun.orValue(false) || request.name != 'lab-05-2026-september'",
                    "message": "The disk is full.",
                }
            ],
        },
    )
    binding = core(
        "ValidatingAdmissionPolicyBinding",
        name,
        api_version=api,
        spec={"policyName": name, "validationActions": ["Deny"]},
    )
    for manifest in (policy, binding):
        _call(room.admin, "PATCH", manifest)
    eventually(lambda: _refused(room), "the policy holds")
    yield room.admin
    for manifest in (binding, policy):
        _call(room.admin, "DELETE", manifest)
    eventually(lambda: not _refused(room), "the policy is gone")


def _call(admin: Client, verb: str, manifest: Manifest) -> None:
    plural = "validatingadmissionpolic" + ("ybindings" if manifest["kind"].endswith("Binding") else "ies")
    path = f"/apis/{manifest['apiVersion']}/{plural}/{manifest['metadata']['name']}"
    if verb == "DELETE":
        admin.call(verb, path)
    else:
        admin.call(verb, path, manifest, query="fieldManager=tests&force=true", content="application/apply-patch+yaml")


def _refused(room: Room) -> bool:
    """Whether writing the review is refused now. The change means nothing."""
    try:
        room.operator.merge(address(5), {"metadata": {"annotations": {"tried": "yes"}}})
    except RefusedError as refusal:
        return "The disk is full." in str(refusal)
    return False


def test_a_failure_in_the_middle_says_what_was_entered_and_doing_it_again_enters_the_rest(
    room: Room, request: pytest.FixtureRequest
) -> None:
    path = fill_in(room.packet(), **everything())
    request.getfixturevalue("refusing")
    done = room.decide("--from", str(path))
    assert done.returncode == 1
    text = " ".join(done.stdout.split())
    written = [number for number, given in room.verdicts().items() if given]
    assert 0 < len(written) < COUNT
    assert f"{len(written)} of 30 verdicts were entered, then it stopped at Row" in text
    assert "The disk is full." in text
    assert "would be entered" not in text
    assert "Do the same again: what is entered stays, the rest follows." in text


def test_one_apply_enters_all_of_them_while_tenure_goes_on_writing(room: Room) -> None:
    """The operator writes status meanwhile, which is no reason to stop; who entered it is stamped, whatever was typed."""
    path = room.folder / "filled-in.xlsx"
    stop = threading.Event()
    writing = threading.Thread(target=_status_is_written, args=(room.plane, stop))
    writing.start()
    try:
        done = room.decide("--from", str(path))
    finally:
        stop.set()
        writing.join()
    assert (done.returncode, done.stderr) == (0, "")
    given = room.verdicts()
    assert all(one is not None for one in given.values())
    by = {one["by"] for one in given.values() if one}
    assert by == {f"system:serviceaccount:{NAMESPACE}:secretary"}
    third = given[2] or {}
    assert (third["plan"], third["increaseTo"], third["decidedBy"]) == ("Adequate", 4, DECIDED_BY)
    assert third["recused"] == ["lee@committee.example"]


def _status_is_written(plane: ControlPlane, stop: threading.Event) -> None:
    operator = Client(plane.kubeconfig, plane.context, OPERATOR, ADMINS)
    turn = 0
    while not stop.is_set():
        turn += 1
        for number in range(COUNT):
            operator.merge(address(number), {"status": {"forecast": {"daysLeft": turn}}}, "status")


def test_the_same_sheet_once_more_changes_nothing(room: Room) -> None:
    before = [room.review(number)["metadata"]["resourceVersion"] for number in range(COUNT)]
    done = room.decide("--from", str(room.folder / "filled-in.xlsx"))
    assert done.returncode == 0
    assert "30 verdicts are entered already. 0 verdicts were entered." in " ".join(done.stdout.split())
    assert [room.review(number)["metadata"]["resourceVersion"] for number in range(COUNT)] == before


def test_a_new_packet_shows_what_was_entered_and_a_csv_of_it_changes_one(room: Room) -> None:
    path = room.folder / "packet.csv"
    assert room.tenure("packet", "--quarter", QUARTER, "-o", str(path)).returncode == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    titles = lines[0]
    row = next(line for line in lines if line[titles.index("allocation")] == "lab-01")
    assert row[titles.index("plan is")] == "Inadequate"
    row[titles.index("plan is")], row[titles.index("reason")] = "Adequate", ""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    done = room.decide("--from", str(path))
    assert done.returncode == 0, done.stdout
    assert "29 verdicts are entered already. 1 verdict was entered." in " ".join(done.stdout.split())
    given = room.verdicts()[1] or {}
    assert (given["plan"], given.get("reason", "")) == ("Adequate", "")


def test_one_review_by_its_name_wherever_it_is(room: Room) -> None:
    """An appeal is answered; what was entered before stays."""
    room.operator.merge(address(0), {"spec": {"appeal": APPEAL.wire()}})
    arguments = ("lab-00-2026-september", "--appeal", "dismissed", "--reason", "The node was up.")
    dry = room.decide(*arguments, "--dry-run")
    assert (dry.returncode, "1 verdict would be entered." in dry.stdout) == (0, True)
    assert room.decide(*arguments).returncode == 0
    given = room.verdicts()[0] or {}
    assert (given["appeal"], given["confirms"], given["reason"]) == ("Dismissed", "Revoke", "The node was up.")


def test_the_chair_may_override_where_the_committee_may_not(room: Room) -> None:
    arguments = ("lab-03-2026-september", "--override", "Continue", "--reason", "Flood in the laboratory.")
    refused = room.decide(*arguments)
    assert refused.returncode == 3
    assert "lab-03-2026-september, confirms: Revoke is confirmed, but Continue is recommended" in refused.stdout
    room.operator.merge(address(3), {"spec": {"verdict": None}})
    refused = room.decide(*arguments)
    assert (refused.returncode, "spec.verdict.override: only the chair" in refused.stdout) == (3, True)
    assert room.decide(*arguments, who="chair").returncode == 0
    assert (room.verdicts()[3] or {})["by"].endswith(":chair")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(("lab-77", "--plan", "Adequate"), 1, "There is no review lab-77.", id="no such review"),
        pytest.param(("lab-01-2026-september",), 2, "Name a review and what is decided", id="nothing is decided"),
        pytest.param(("lab-01", "--from", "x.xlsx"), 2, "the sheet says everything", id="both"),
        pytest.param(
            ("--from", "none.xlsx"),
            2,
            "none.xlsx cannot be read: No such file or directory. Check --from.",
            id="no such file",
        ),
        pytest.param(("lab-01", "--plan", "Good"), 2, "Invalid value for '--plan'", id="no such judgement"),
    ],
)
def test_one_sentence_says_what_keeps_it_from_being_entered(
    room: Room, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = room.decide(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr


def test_a_review_that_is_decided_takes_no_verdict(room: Room) -> None:
    path = fill_in(room.packet(), lab_06={"reason": "Something else."})
    room.operator.merge(address(6), {"status": {"outcome": "Revoke", "decision": "lab-06-1"}}, "status")
    done = room.decide("--from", str(path))
    assert done.returncode == 3
    assert "It was decided meanwhile: Revoke (Decision lab-06-1)." in " ".join(done.stdout.split())
    assert (room.verdicts()[6] or {}).get("reason", "") == ""
