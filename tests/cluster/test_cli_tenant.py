"""A tenant, the committee and the admin with the command at hand, from the running quarter to the end of a grant.

The stages follow one another; each test looks at the stage that it needs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from harness.centre import Centre

from .client import Manifest
from .conftest import Operators, control_plane
from .life import ACCOUNTS, Life


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """26 September 2026: two tenants hold four devices each, one uses them at 18 %, one at 3 %."""
    with control_plane(f"{os.environ.get('TENURE_PLANE', 'test')}-life") as plane:
        Centre(plane).install()
        operators = Operators(plane)
        found = Life(plane, operators, tmp_path_factory.mktemp("life"))
        found.begin()
        found.at("2026-07-02")
        for project in ("seen", "idle"):
            found.awaits(project, "PlanSubmitted", "Awaited")
        found.at("2026-09-26")
        for project in ("seen", "idle"):
            found.awaits(project, "OnCourse", "InDanger" if project == "seen" else "InDangerOfRevocation")
        yield found
        operators.stop()


@pytest.fixture(scope="module")
def noticed(life: Life) -> Life:
    """9 October: the plans were due yesterday. The one that came waits, for the other notice was given."""
    hand_in(life)
    life.at("2026-10-09")
    life.awaits("seen", "Recommended", "AwaitingVerdict")
    life.awaits("idle", "Noticed", "Given")
    life.kept["notice"] = life.says("status", "idle", who="leaver")
    return life


@pytest.fixture(scope="module")
def ended(noticed: Life) -> Life:
    """23 October: the appeal was dismissed, and the grant of the idle tenant has ended."""
    object_to_it(noticed)
    noticed.write("Review", "idle-2026-q3", "idle", {"verdict": {"appeal": "Dismissed", "reason": "It was not."}})
    noticed.kept["dismissed"] = noticed.says("status", "idle", who="leaver")
    noticed.at("2026-10-23")
    noticed.awaits("idle", "Decided", "Decided")
    return noticed


def hand_in(life: Life) -> str:
    """The plan of one of them, once."""
    if life.review("seen").get("spec", {}).get("plan"):
        return ""
    evidence = ["--evidence", "https://seen.example/model", "--evidence", "https://seen.example/data"]
    return life.says("plan", "--summary", "Train the next detector.", *evidence)


def object_to_it(life: Life) -> str:
    """The appeal of the other, once."""
    if life.review("idle")["spec"].get("appeal"):
        return ""
    return life.says("appeal", "idle", "--file", "-", who="leaver", stdin="Our node was down in August.\n")


def test_a_tenant_sees_what_it_holds_how_it_does_and_what_is_due(life: Life) -> None:
    """With the shipped member role in the own namespace and no other right; the context names the project."""
    told = life.says("status")
    assert "seen: 4 devices of life and 20T of storage until 2026-12-31." in told
    assert "18.0 % of base time, 18.0 % at the end at the present pace" in told
    assert "By 2026-10-30 (34 days are left): Prove the promised relocation" in told
    assert "By 2026-09-30 (4 days are left): Use the devices more, or justify less use by your plan" in told


def test_the_plan_is_handed_in_shown_and_changed(life: Life) -> None:
    hand_in(life)
    stored = life.review("seen")["spec"]["plan"]
    assert stored["summary"] == "Train the next detector."
    assert stored["evidence"] == ["https://seen.example/model", "https://seen.example/data"]
    shown = json.loads(life.type("plan", "-o", "json").stdout)
    assert (shown["plan"]["summary"], shown["planDue"]) == ("Train the next detector.", "2026-10-08")
    assert yaml.safe_load(life.type("plan", "seen", "-o", "yaml", who="committee").stdout) == shown


def test_words_alone_are_no_evidence_of_the_promise(life: Life) -> None:
    told = life.says("relocation", "--text", "It will be signed.")
    assert "There is no evidence yet; it is due on 2026-10-30" in told
    assert "the committee judges it" not in told


def test_evidence_of_the_promise_is_handed_in(life: Life) -> None:
    told = life.says("relocation", "--evidence", "https://seen.example/mou.pdf", "--text", "The memorandum is signed.")
    assert "Evidence: https://seen.example/mou.pdf" in told
    life.comes_to("The memorandum is signed.", "relocation")


NOTHING_YET = [
    pytest.param(["appeal", "--reason", "x"], 1, "There is nothing to appeal against in seen", id="no notice"),
    pytest.param(["report"], 1, "No report is open in seen: Tenure opens one some weeks before", id="no report"),
    pytest.param(
        ["return", "--reason", "x", "--devices", "1", "--yes"],
        1,
        "3 devices would stay, which is no bundle of life (R1). You can give back 2, 3 or all 4.",
        id="no bundle",
    ),
    pytest.param(["return", "--reason", "x", "--yes"], 2, "--devices N, --storage 10T, or --all", id="nothing"),
    pytest.param(["return", "--reason", "x", "--devices", "2"], 2, "Add --yes to give it back", id="nobody to ask"),
    pytest.param(["plan", "--evidence", "x"], 2, "Say what is planned: --summary TEXT", id="evidence alone"),
    pytest.param(["plan", "--summary", "x" * 4001], 1, "This does not fit: spec.plan.summary", id="too long"),
    pytest.param(["plan", "--summary", "a", "--file", "-"], 2, "not by both", id="two texts"),
    pytest.param(["plan", "--summary", "a", "--review", "2026-Q9"], 1, "seen has no review 2026-Q9", id="no review"),
    pytest.param(["report", "--file", "/nowhere.yaml"], 1, "/nowhere.yaml cannot be read", id="no file"),
    pytest.param(["reviews", "--all"], 1, "You may not list the reviews of the whole centre", id="the centre's"),
    pytest.param(["explain", "seen"], 1, "your own project is shown by tenure status", id="explain"),
    pytest.param(["simulate", "--quarter", "2026-Q3"], 1, "the right to list", id="simulate"),
]


@pytest.mark.parametrize(("words", "code", "says"), NOTHING_YET)
def test_what_cannot_be_done_is_said_with_the_next_step(life: Life, words: list[str], code: int, says: str) -> None:
    found, said = life.refused(*words)
    assert (found, says in said) == (code, True), said


OTHERS = [
    pytest.param("stranger", ["status", "seen"], "You may not look into the project seen", id="a stranger looks"),
    pytest.param(
        "stranger", ["plan", "seen", "--summary", "x"], "You may not read the reviews of seen", id="and plans"
    ),
    pytest.param(
        "stranger", ["return", "seen", "--all", "--reason", "x", "-y"], "You may not look into", id="and returns"
    ),
    pytest.param("viewer", ["plan", "seen", "--summary", "x"], "but not write a plan.", id="a viewer plans"),
    pytest.param(
        "viewer", ["return", "seen", "--all", "--reason", "x", "-y"], "but give nothing back", id="a viewer returns"
    ),
    pytest.param("viewer", ["relocation", "seen", "--evidence", "x"], "but not hand evidence in", id="a viewer proves"),
    pytest.param(
        "committee", ["plan", "seen", "--summary", "x"], "You cannot change spec.plan", id="the committee plans"
    ),
    pytest.param("member", ["status", "idle"], "You may not look into the project idle", id="the neighbour"),
    pytest.param("nobody", ["status", "seen"], "There is no kubeconfig to work with", id="not logged in"),
    pytest.param("admin", ["status", "elsewhere"], "elsewhere is no project that holds anything", id="no such project"),
    pytest.param("admin", ["explain", "elsewhere"], "There is no Allocation elsewhere", id="no such allocation"),
    pytest.param(
        "admin", ["simulate", "--quarter", "2020-Q1"], "Nothing is on record of 2020-Q1", id="no such quarter"
    ),
]


@pytest.mark.parametrize(("who", "words", "says"), OTHERS)
def test_nobody_does_anothers_part(life: Life, who: str, words: list[str], says: str) -> None:
    found, said = life.refused(*words, who=who)
    assert (found, says in said) == (1, True), said


def test_a_viewer_sees_the_same(life: Life) -> None:
    assert life.says("status", "seen", who="viewer") == life.says("status")


def test_after_its_due_date_a_plan_is_refused_in_the_servers_words(noticed: Life) -> None:
    code, said = noticed.refused("plan", "idle", "--review", "2026-Q3", "--summary", "Too late.", who="leaver")
    assert (code, said) == (
        1,
        "tenure: The plan was due on 2026-10-08 and is closed. After notice you may still write spec.appeal.",
    )


def test_whoever_was_given_notice_is_told_what_and_until_when(noticed: Life) -> None:
    told = noticed.kept["notice"]
    assert "By 2026-10-21 (12 days are left): Appeal, if the figures or the outcome are wrong" in told
    assert 'tenure appeal idle --review 2026-Q3 --reason "..."' in told
    assert "Otherwise: Revoke from 4 to 0 devices takes effect on 2026-10-22." in told


def test_an_appeal_stops_what_notice_was_given_of(noticed: Life) -> None:
    object_to_it(noticed)
    assert noticed.review("idle")["spec"]["appeal"] == {"reason": "Our node was down in August."}
    noticed.awaits("idle", "Recommended", "Appealed")
    told = noticed.says("status", "idle", who="leaver")
    assert "Nothing is taken until the committee has answered it." in told


def test_the_committee_sees_for_whom_each_review_waits(noticed: Life) -> None:
    found = json.loads(noticed.type("reviews", "--all", "-o", "json", who="committee").stdout)["reviews"]
    waits = {one["allocation"]: one["waits"] for one in found if one["review"] == "2026-Q3"}
    assert waits["seen"]["for"] == "Committee"
    assert "committee since" in noticed.says("reviews", "--all", who="committee")
    assert "committee since" in noticed.says("reviews", "seen", who="member")


def test_whoever_says_no_gives_nothing_back(noticed: Life) -> None:
    code, told = noticed.answers("no", "return", "--all", "--reason", "The project is finished.")
    assert code == 1
    assert "You give back all of it, at once and for good." in told
    assert "you have priority in the next call (R22)" in told
    assert told.endswith("Give it back? Type yes: tenure: Nothing was given back.")


def test_what_is_given_back_is_gone_at_once(noticed: Life) -> None:
    reason = ["--reason", "The new code needs half.", "--change-of-plan", "Distilled the model."]
    told = noticed.says("return", "--devices", "2", *reason, "--yes")
    assert "Given back on 2026-10-09: 2 devices" in told
    assert "What stays: 2 devices and 20T of storage." in told
    status = noticed.comes_to("seen: 2 devices of life and 20T of storage", "status")
    assert "2 devices of seen" in status
    assert "seen-return-" in status


def test_whose_appeal_was_dismissed_reads_why_and_until_when(ended: Life) -> None:
    told = ended.kept["dismissed"]
    assert "The committee has dismissed your appeal: It was not." in told
    assert "By 2026-10-21 (12 days are left): Bring your work down to what stays." in told
    assert "until the committee has answered" not in told


def test_the_grant_is_explained_with_what_was_given_back(ended: Life) -> None:
    found = json.loads(ended.type("explain", "idle", "-o", "json", who="committee").stdout)
    assert found["state"] == "Revoked"
    assert [(step["kind"], step["grant"]["devices"]) for step in found["steps"]] == [("Revoke", 0)]
    told = ended.says("explain", "idle", who="admin")
    assert "the last Decision has ended the grant" in told
    assert "plan missing" in told


def written(life: Life) -> dict[str, str]:
    """Every Decision and Review with the version it is at."""
    kinds: list[Manifest] = [
        {"apiVersion": "tenure.dev/v1alpha1", "kind": kind, "metadata": {}} for kind in ("Decision", "Review")
    ]
    metas = [one["metadata"] for kind in kinds for one in life.admin.list(kind)["items"]]
    return {meta["name"]: meta["resourceVersion"] for meta in metas}


def test_a_quarter_is_played_under_other_rules_and_nothing_is_written(ended: Life) -> None:
    before = written(ended)
    table = "20:Increase/Continue,2:Continue/Reduce,0:Reduce/Revoke"
    found = json.loads(
        ended.type("simulate", "--quarter", "2026-Q3", "--bands", table, "-o", "json", who="committee").stdout
    )
    outcomes = {one["allocation"]: one for one in found["reviews"]}
    assert (outcomes["idle"]["was"]["outcome"], outcomes["idle"]["would"]["outcome"]) == ("Revoke", "Reduce")
    assert all(one["reproduced"] for one in found["reviews"])
    same = json.loads(ended.type("simulate", "--quarter", "2026-Q3", "-o", "json", who="committee").stdout)
    assert [one["differs"] for one in same["reviews"]] == [False] * len(same["reviews"])
    assert "devices freed as it came out" in ended.says(
        "simulate", "--quarter", "2026-Q3", "--base-hours", "4", who="admin"
    )
    assert written(ended) == before


def test_after_the_end_the_report_is_handed_in_with_the_rights_that_are_left(ended: Life, tmp_path: Path) -> None:
    """The member's role was replaced by one that reads, and writes the report."""
    ended.comes_to("Hand in the performance report (R23)", "status", "idle", who="leaver", seconds=60)
    form = tmp_path / "report.yaml"
    form.write_text(ended.type("report", "--template").stdout)
    filled = form.read_text().replace(
        "papersSci: {count: 0, evidence: []}", "papersSci: {count: 1, evidence: [doi:10.1/x]}"
    )
    form.write_text(filled.replace('summary: ""', "summary: A detector that nobody trained."))
    assert "is a draft." in ended.says("report", "idle", "--file", str(form), who="leaver")
    told = ended.says("report", "idle", "--submit", who="leaver")
    assert "The report of idle is handed in." in told
    assert "Papers in SCI journals: 1 (doi:10.1/x)" in told
    form.write_text("summary: Another one.")
    code, said = ended.refused("report", "idle", "--file", str(form), who="leaver")
    assert (code, "handed in" in said) == (1, True), said


def test_after_the_end_the_data_is_kept_until_a_day_that_is_named(ended: Life) -> None:
    told = ended.comes_to("it has ended", "status", "idle", who="leaver")
    assert "kept until 2026-11-22" in told


def test_names_are_completed_from_the_cluster(life: Life) -> None:
    assert ACCOUNTS["member"].endswith("life-member")
    done = life.complete("status", "", who="admin")
    assert {"seen", "idle"} <= set(done)
    assert "seen" in life.complete("plan", "--allocation", "", who="member")
    assert life.complete("plan", "--allocation", "", who="nobody") == []
