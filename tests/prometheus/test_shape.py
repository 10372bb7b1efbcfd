"""Sums over raw samples come to the same as minutes one by one, and are only taken where they may be."""

from __future__ import annotations

import pytest
from harness.profiles import profile
from tenure.telemetry import readings
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.promql import Scope, Shape
from tenure.telemetry.readings import read_day

from .conftest import History
from .days import STORIES

SCOPE = Scope(profile("dcgm"), {"modelName": "NVIDIA A100.*40GB"})
SUMMED = {
    "normal",
    "honoured",
    "moved",
    "gap of 30 minutes",
    "gap of 3 hours",
    "dead on one node",
    "own namespace",
    "own namespace, no up",
    "attribution lost",
    "idle",
    "idle in a dead centre",
    "without requests",
    "without requests, stray load",
    "stray requests",
    "every 300 s",
    "midnight",
}
"""Stories in which every device has at most one sample a minute; others have two exporters, holders or samples in one."""


def shape(history: History, story: str) -> Shape:
    """How the samples of a story lie."""
    gateway, window = Gateway(history.server.url), history.window(story)
    return readings._shape(SCOPE, lambda query: gateway.query(query(window), window.end))


@pytest.mark.parametrize("story", STORIES)
def test_only_single_samples_are_summed(history: History, story: str) -> None:
    assert shape(history, story).single == (story in SUMMED)


@pytest.mark.parametrize("story", sorted(SUMMED))
def test_both_ways_come_to_the_same(history: History, story: str, monkeypatch: pytest.MonkeyPatch) -> None:
    summed = read_day(Gateway(history.server.url), SCOPE, history.window(story))
    monkeypatch.setattr(readings, "_shape", lambda *_: Shape())
    assert summed == read_day(Gateway(history.server.url), SCOPE, history.window(story))
