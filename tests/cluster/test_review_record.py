"""Decisions are a record: evidence and hashes, and that no loss, restore or repetition gives anybody a device back."""

from __future__ import annotations

from datetime import date

import pytest
from harness.centre import condition
from tenure.rules.record import digest

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


def test_a_killed_operator_ends_where_another_would(quarter: Quarter) -> None:
    """It was killed once the first Decision of the day was seen; whoever comes next does the rest, and nothing twice."""
    taken = quarter.at("taken")
    decided = [(one["spec"]["allocation"], one["spec"]["review"]) for one in taken.objects["Decision"]]
    assert len(decided) == len(set(decided))
    noticed = {
        place(one)[1] for one in quarter.at("appealed").objects["Review"] if condition(one, "Noticed").get("reason") == "Given"
    }
    for review in taken.objects["Review"]:
        if review["metadata"]["name"] in noticed and condition(review, "Recommended")["reason"] != "Appealed":
            assert condition(review, "Enforced")["status"] == "True", review["metadata"]["name"]


# What was lost while no operator ran: devices that are held then, and the most that any quota ever gave meanwhile
LOST = [
    pytest.param("q3-no-review", 1, 1, id="the Review"),
    pytest.param("q3-no-namespace", 1, 1, id="the namespace"),
    pytest.param("q3-no-status", 1, 1, id="all status"),
    pytest.param("q3-no-decision", 1, 1, id="the Decision"),
    pytest.param("q3-no-record", 1, 0, id="Review, Decision and status"),
    pytest.param("q3-reapplied", 1, 1, id="nothing: the award is applied again"),
    pytest.param("q3-edited", 2, 2, id="nothing: the award is edited"),
]


@pytest.mark.parametrize(("name", "devices", "most"), LOST)
def test_a_cut_stays_a_cut(quarter: Quarter, name: str, devices: int, most: int) -> None:
    """Not even for a moment is there more. An edited award is another award."""
    assert quarter.at("answered").devices(name) == 1
    assert quarter.at("later").devices(name) == devices
    assert quarter.most[name] <= max(devices, most)
