"""Decisions are a record: evidence and hashes, and that no loss, restore or repetition gives anybody a device back."""

from __future__ import annotations

import pytest
from harness.centre import condition
from tenure.api import names
from tenure.rules.audit.check import check
from tenure.rules.audit.written import Entry, Origin, lines
from tenure.rules.record import digest

from .client import Manifest
from .quarter.cast import TENANTS
from .quarter.snapshot import Snapshot, place
from .quarter.story import Quarter


def test_every_decision_carries_its_evidence(quarter: Quarter) -> None:
    """Rules in force, the days as they stood, and a hash over all of it."""
    seen = quarter.at("taken")
    for decision in (one["spec"] for one in seen.objects["Decision"]):
        evidence = decision["evidence"]
        name, namespace = decision["allocation"], decision["project"]
        review = seen.review(name, decision["review"], namespace)
        assert digest(decision) == decision["hash"]
        assert evidence["ledger"] == review["status"]["ledger"]
        assert evidence["utilization"] == review["status"]["utilization"]
        assert evidence.get("plan") == review["spec"].get("plan")
        assert [band["fromPercent"] for band in evidence["rules"]["review"]["bands"]] == [50, 5, 0]
        assert decision["awardDigest"] == seen.allocation(name)["status"]["awardDigest"]


@pytest.mark.parametrize("moment", ["answered", "later", "restored", "next quarter"])
def test_every_decision_comes_to_what_it_says_by_its_own_evidence(quarter: Quarter, moment: str) -> None:
    """Whatever was killed, lost, restored or decided again: an export of it verifies from the file alone."""
    found = quarter.at(moment).objects["Decision"]
    entries = [Entry.of(one["metadata"]["name"], one["metadata"]["uid"], "", one["spec"]) for one in found]
    checked = check(f"{line}\n".encode() for line in lines(Origin("q3", "", "", ""), entries))
    assert (checked.faults, checked.decisions) == ((), len(found))


def test_a_second_review_works_on_the_grant_of_the_first(quarter: Quarter) -> None:
    """2026-Q4 has two devices until 21 October and one from the 22nd on; busy time of one device is more of less."""
    seen = quarter.at("next quarter")
    first, second = seen.decisions("q3-second")
    granted = seen.review("q3-second", "2026-Q4")["status"]["ledger"]["grantedSeconds"]
    assert granted == [2 * 86400] * 21 + [86400] * 71
    assert (second["review"], second["kind"]) == ("2026-Q4", "Continue")
    assert second["before"] == second["after"] == first["after"]
    assert second["message"] == "Utilization 65.4 % of 1 device in 2026-Q4, plan missing: continues with 1 device."
    assert (first.get("previous", ""), second["previous"]) == ("", first["hash"])
    assert seen.devices("q3-second") == 1


def test_a_killed_operator_ends_where_another_would(quarter: Quarter) -> None:
    """It was killed once the first Decision of the day was seen; whoever comes next does the rest, and nothing twice."""
    taken = quarter.at("taken")
    decided = [(one["spec"]["allocation"], one["spec"]["review"]) for one in taken.objects["Decision"]]
    assert len(decided) == len(set(decided))
    noticed = {place(one) for one in quarter.at("appealed").objects["Review"] if is_due(one)}
    assert len(noticed) > 10
    for review in taken.objects["Review"]:
        if place(review) in noticed:
            assert condition(review, "Enforced")["status"] == "True", place(review)


def is_due(review: Manifest) -> bool:
    """Whether notice was given and stands."""
    reasons = [condition(review, type_).get("reason") for type_ in ("Noticed", "Recommended")]
    return reasons == ["Given", "Recommended"]


# What was lost while no operator ran: devices after the cut, and after the loss
LOST = [
    pytest.param("q3-no-review", 1, 1, id="the Review"),
    pytest.param("q3-no-namespace", 1, 1, id="the namespace"),
    pytest.param("q3-no-status", 1, 1, id="all status"),
    pytest.param("q3-no-decision", 2, 2, id="the Decision"),
    pytest.param("q3-no-record", 1, 1, id="Review, Decision and status"),
    pytest.param("q3-reapplied", 1, 1, id="nothing: the award is applied again"),
    pytest.param("q3-edited", 1, 2, id="nothing: the award is edited"),
]


@pytest.mark.parametrize(("name", "cut", "devices"), LOST)
def test_a_cut_stays_a_cut(quarter: Quarter, name: str, cut: int, devices: int) -> None:
    """Not even for a moment is there more, and nobody is cut twice. An edited award is another award."""
    assert quarter.at("answered").devices(name) == cut
    assert quarter.at("later").devices(name) == devices
    assert quarter.most["later"][name] <= devices


def history(seen: Snapshot, name: str) -> tuple[str, str]:
    """What the Allocation says of its past quarters."""
    said = condition(seen.allocation(name), "HistoryMissing")
    return said["reason"], said["message"]


def test_a_quarter_without_a_record_is_told(quarter: Quarter) -> None:
    """Only where both Review and Decision are gone does nobody know; until it is decided the live quota is the limit."""
    seen = quarter.at("later")
    reason, message = history(seen, "q3-no-record")
    assert reason == "NoRecord"
    assert message.startswith("2026-Q3 is over and has no Decision on record.")
    assert seen.said("q3-no-record", "Recommended")["reason"] == "AwaitingPlan"
    for name in ("q3-no-review", "q3-no-namespace", "q3-no-status", "q3-no-decision", "q3-reapplied", "q3-edited"):
        assert history(seen, name)[0] == "Complete", name


def test_a_review_lost_during_notice_begins_anew(quarter: Quarter) -> None:
    """No deadline runs before it was announced: the plan is due 14 days after the 9th, and notice is given again."""
    reopened = quarter.at("appealed").review("q3-reopened")["status"]
    assert reopened["openedAt"].startswith("2026-10-09")
    assert reopened["dates"]["planDue"] == "2026-10-23"
    assert "noticedAt" not in reopened
    assert quarter.at("taken").devices("q3-reopened") == 2
    later = quarter.at("later")
    assert later.said("q3-reopened", "Noticed")["message"].startswith(
        "Revoke from 2 to 0 devices takes effect on 2026-11-19."
    )
    assert later.devices("q3-reopened") == 2


def test_a_lost_decision_is_taken_again(quarter: Quarter) -> None:
    """The Review has all it needs; the new Decision takes effect on the day it is written."""
    first, again = (quarter.at(moment).decisions("q3-no-decision")[0] for moment in ("answered", "later"))
    assert (first["effective"], again["effective"]) == ("2026-10-22", "2026-11-12")
    assert (again["kind"], again["before"], again["after"]) == (first["kind"], first["before"], first["after"])


def test_a_lost_namespace_is_made_again(quarter: Quarter) -> None:
    """With the cut quota and a new volume; the decided review is not opened once more."""
    before, after = (quarter.at(moment).named("Namespace", "q3-no-namespace") or {} for moment in ("answered", "later"))
    assert before["metadata"]["uid"] != after["metadata"]["uid"]
    seen = quarter.at("later")
    assert seen.named("PersistentVolumeClaim", "q3-no-namespace-data", "q3-no-namespace") is not None
    assert seen.review("q3-no-namespace") == {}
    assert seen.review("q3-no-namespace", "2026-Q4") != {}


def test_lost_status_is_worked_out_again(quarter: Quarter) -> None:
    seen = quarter.at("later")
    allocation, review = seen.allocation("q3-no-status")["status"], seen.review("q3-no-status")["status"]
    assert allocation["history"] == [{"review": "2026-Q3", "kind": "Reduce", "devices": 1, "effective": "2026-10-22"}]
    decision = names.decision("q3-no-status", "2026-Q3", allocation["awardDigest"])
    assert (review["outcome"], review["decision"]) == ("Reduce", decision)


def test_an_edited_award_begins_anew(quarter: Quarter) -> None:
    """It has a digest of its own, so the Decision on the old one stays on record and no longer counts."""
    before, after = (quarter.at(moment).allocation("q3-edited")["status"] for moment in ("answered", "later"))
    assert before["awardDigest"] != after["awardDigest"]
    assert after["history"] == []
    (decision,) = quarter.at("later").decisions("q3-edited")
    assert decision["awardDigest"] == before["awardDigest"]


@pytest.mark.parametrize("name", [one.name for one in TENANTS])
def test_a_restore_without_any_status_gives_and_takes_nothing(quarter: Quarter, name: str) -> None:
    """Decisions and live quotas are what counts. Open reviews start over, so nobody is cut without a new notice."""
    later, restored = quarter.at("later"), quarter.at("restored")
    assert restored.devices(name) == later.devices(name)
    assert quarter.most["restored"][name] <= later.devices(name)
    assert restored.decisions(name) == later.decisions(name)
