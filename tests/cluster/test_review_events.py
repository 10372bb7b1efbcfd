"""What the tenant is told: one Event for each step of its Review, in the words of the Decision."""

from __future__ import annotations

from collections import Counter

from .quarter.snapshot import Snapshot
from .quarter.story import Quarter


def told(seen: Snapshot, name: str, review: str = "2026-Q3") -> list[str]:
    """Reasons of the Events about an allocation's Review, in order."""
    return [event["reason"] for event in seen.events(name, f"{name}-{review.lower()}")]


def test_each_step_is_told_once(quarter: Quarter) -> None:
    """Over eight processes, one of which was killed at work. The tenant reads the same sentence as on the Decision."""
    seen = quarter.at("later")
    assert told(seen, "q3-revoked") == [
        "Awaited",
        *("QueryFailed", "Inconclusive"),
        "PartialAnswer",
        *("Counted", "AwaitingPlan"),
        *("Missing", "Recommended", "Given"),
        *("Decided", "Enforced"),
    ]
    decided = [e for e in seen.events("q3-revoked", "q3-revoked-2026-q3") if e["reason"] == "Decided"]
    assert [event["message"] for event in decided] == [seen.decisions("q3-revoked")[0]["message"]]
    assert [event["reason"] for event in seen.events("q3-revoked", "q3-revoked")] == ["Revoked"]


STEPS = ("Awaited", "Submitted", "Missing", "Given", "Appealed", "Decided", "Enforced")


def test_no_step_is_told_twice(quarter: Quarter) -> None:
    """Over seven processes, one of which was killed at work. A Review that was opened anew tells its own."""
    events = [e for e in quarter.at("answered").objects["Event"] if e["involvedObject"]["kind"] == "Review"]
    steps = Counter((e["involvedObject"]["name"], e["involvedObject"]["uid"], e["reason"]) for e in events)
    assert [step for step, count in steps.items() if count > 1 and step[2] in STEPS] == []


def test_a_lost_status_repeats_nothing(quarter: Quarter) -> None:
    assert told(quarter.at("later"), "q3-no-status") == told(quarter.at("answered"), "q3-no-status")


def test_first_access_is_no_lost_history(quarter: Quarter) -> None:
    """q3-new was given access after its term had begun, in the quarter before."""
    assert "NoRecord" not in [e["reason"] for e in quarter.at("later").events("q3-new", "q3-new")]
