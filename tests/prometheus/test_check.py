"""What `tenure check` says of Prometheus, asked of a real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from controlplane.ports import free_port
from tenure.api import TelemetryProfile
from tenure.cli.check.finding import Finding
from tenure.cli.check.measuring import measuring
from tenure.cli.check.there import There
from tenure.telemetry.dialect import DIALECTS
from tenure.telemetry.gateway import Gateway
from unit.build import documents
from unit.running import node, there

from .conftest import History

PROFILES = tuple(TelemetryProfile.parse(body) for body in documents("manifests/telemetry-profiles.yaml"))
CENTRE = there(node(), profiles=PROFILES)


def said(history: History, story: str, centre: There = CENTRE, kind: str = "prometheus") -> dict[str, Finding]:
    """What is found in the middle of the story's day, by what it is about."""
    at = history.window(story).start + timedelta(hours=10)
    return {one.about: one for one in measuring(Gateway(history.server.url, dialect=DIALECTS[kind]), centre, at)}


def states(found: Mapping[str, Finding]) -> dict[str, str]:
    return {about: str(one.state) for about, one in found.items()}


def test_a_centre_that_is_measured_well(history: History) -> None:
    found = said(history, "normal")
    assert states(found) == {
        "Prometheus": "ok",
        "retention": "ok",
        "kube-state-metrics": "ok",
        "exporters of a100-40gb": "ok",
    }
    assert "400 days" in found["retention"].text
    assert "2 namespaces are named" in found["exporters of a100-40gb"].text


def test_dead_exporters_are_missing(history: History) -> None:
    found = said(history, "dead")["exporters of a100-40gb"]
    assert (found.state, "Check that the exporters run and are scraped" in found.text) == ("missing", True)


def test_without_kube_state_metrics_it_is_missing(history: History) -> None:
    at = history.window("normal", later=1).start + timedelta(hours=20)
    found = {one.about: one for one in measuring(Gateway(history.server.url), CENTRE, at)}
    assert "no kube_pod_container_resource_requests and no kube_pod_status_phase" in found["kube-state-metrics"].text
    assert states(found)["kube-state-metrics"] == "missing"


def test_a_profile_that_is_not_there_is_asked_for(history: History) -> None:
    found = said(history, "normal", there(node()))["exporters of a100-40gb"]
    assert "There is no TelemetryProfile dcgm. Apply manifests/telemetry-profiles.yaml" in found.text


def test_an_accelerator_without_nodes_is_not_looked_for(history: History) -> None:
    assert "exporters of a100-40gb" not in said(history, "normal", there(profiles=PROFILES))


def test_other_servers_do_not_tell_their_retention(history: History) -> None:
    found = said(history, "normal", kind="victoriametrics")["retention"]
    assert (found.state, "does not say for how long" in found.text) == ("note", True)


def test_a_server_that_does_not_answer_is_missing_and_nothing_else_is_asked() -> None:
    nowhere = Gateway(f"http://127.0.0.1:{free_port()}")
    (found,) = measuring(nowhere, CENTRE, datetime(2026, 7, 7, 12, tzinfo=UTC))
    assert (found.state, "Until it answers every day is Unknown" in found.text) == ("missing", True)
    assert nowhere.status("runtimeinfo") is None


@dataclass(frozen=True)
class Forgetful(Gateway):
    """The real server, but for how long it says that it keeps samples."""

    keeps: str = ""

    def status(self, name: str) -> Mapping[str, Any] | None:
        found = super().status(name)
        assert found is not None
        return {**found, "storageRetention": self.keeps}


@pytest.mark.parametrize(
    ("keeps", "state"), [("1d", "missing"), ("2d", "note"), ("15d or 50GiB", "note"), ("92d", "ok"), ("50GiB", "note")]
)
def test_retention_is_compared_with_a_quarter(history: History, keeps: str, state: str) -> None:
    at = history.window("normal").start + timedelta(hours=10)
    found = {one.about: one for one in measuring(Forgetful(history.server.url, keeps=keeps), CENTRE, at)}
    assert states(found)["retention"] == state
