"""Mode Observe: everything is computed, nothing but status is written, and nobody is told."""

from __future__ import annotations

from harness.centre import condition

from .quarter.cast import OBSERVE
from .quarter.story import Quarter


def test_observe_writes_status_alone(quarter: Quarter) -> None:
    """All is computed for an existing namespace, which stays as it was; nothing is decided, granted or told."""
    seen = quarter.at("later")
    review = seen.review("q3-observed")
    assert condition(review, "Measured")["reason"] == "Counted"
    decided = condition(review, "Decided")
    assert decided["reason"] == "Observed"
    assert decided["message"].startswith(
        "Would be decided: Utilization 3.1 % of 2 devices in 2026-Q3, plan missing: revoked"
    )
    namespace = seen.named("Namespace", "q3-observed") or {}
    assert set(namespace["metadata"]["labels"]) == {"kubernetes.io/metadata.name"}
    assert not namespace["metadata"].get("annotations")
    for kind in ("ResourceQuota", "PersistentVolumeClaim", "Event"):
        assert [one for one in seen.objects[kind] if one["metadata"]["namespace"] == "q3-observed"] == []
    assert condition(seen.allocation("q3-observed"), "Admitted")["reason"] == "Observed"


def test_the_mode_of_the_programme(quarter: Quarter) -> None:
    """Guards the tests above: only q3-observed runs under the programme that observes."""
    awards = quarter.at("opened").objects["Allocation"]
    assert [one["metadata"]["name"] for one in awards if one["spec"]["programme"] == OBSERVE] == ["q3-observed"]
