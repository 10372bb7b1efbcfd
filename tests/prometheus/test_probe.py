"""What an admin is told of an accelerator's telemetry, asked of a real Prometheus."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from controlplane.ports import free_port
from harness.profiles import profile
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.probe import probe
from tenure.telemetry.promql import Scope

from .conftest import History

NOON = datetime(2026, 7, 7, 12, tzinfo=UTC)
SCOPE = Scope(profile("dcgm"), {"modelName": "NVIDIA A100.*40GB"})


@pytest.mark.parametrize(
    ("story", "status", "reason", "words"),
    [
        ("normal", True, "Found", "3 series of devices, and 2 namespaces are named"),
        ("honoured", True, "Found", "3 series of devices, and 2 namespaces are named"),
        ("idle", True, "NobodyHolds", "no pod requests one now"),
        ("dead", False, "NoSeries", "Check that the exporters run and are scraped"),
        ("own namespace", False, "LabelsMismatch", "the exporters' own namespaces (gpu-operator) only"),
    ],
)
def test_what_is_seen_in_the_middle_of_the_day(
    history: History, story: str, status: bool, reason: str, words: str
) -> None:
    found = probe(Gateway(history.server.url), SCOPE, history.window(story).start + timedelta(hours=10))
    assert (found.status, found.reason) == (status, reason), found.message
    assert words in found.message


def test_rare_scrapes_are_waited_for(history: History) -> None:
    at = history.window("every 300 s").start + timedelta(hours=10)
    found = probe(Gateway(history.server.url), Scope(SCOPE.profile, SCOPE.match, scrape_interval_seconds=900), at)
    assert found.reason == "Found"


def test_a_profile_for_other_resources_is_told_before_anything_is_asked() -> None:
    npu = Scope(profile("dcgm"), resource_name="furiosa.ai/rngd")
    nowhere = Gateway(f"http://127.0.0.1:{free_port()}")
    found = probe(nowhere, npu, NOON)
    assert (found.status, found.reason) == (False, "ProfileDoesNotFit")
    unreachable = probe(nowhere, SCOPE, NOON)
    assert (unreachable.status, unreachable.reason) == (None, "QueryFailed")
