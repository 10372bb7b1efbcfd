"""Writing status must not hide an edit that somebody made meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import cast

import pytest
from tenure.api import Allocation, Review
from tenure.api.allocation import AllocationStatus
from tenure.api.model import API_VERSION
from tenure.api.review import ReviewStatus
from tenure.control.kube import Kube, Manifest
from tenure.control.statuses import write_status
from tenure.telemetry.facts import DayFacts, State
from tenure.telemetry.ledger import Ledger
from unit.api_server import ApiServer


def award(devices: int, generation: int) -> Manifest:
    spec = {
        "project": "p",
        "accelerator": "a",
        "devices": devices,
        "term": {"start": "2026-07-01", "end": "2026-12-31"},
    }
    return {
        "apiVersion": API_VERSION,
        "kind": "Allocation",
        "metadata": {"name": "x", "generation": generation},
        "spec": spec,
    }


@pytest.fixture
def server() -> ApiServer:
    """An award of 8 devices that the watch has shown."""
    found = ApiServer()
    found.put(award(8, 1))
    found.watch()
    return found


def write(server: ApiServer) -> Allocation:
    """Write a status, and return the award as the cache has it then."""
    known = server.cache.one(Allocation, "x")
    assert known is not None
    after = AllocationStatus(next_review="2026-Q3")
    assert asyncio.run(write_status(cast("Kube", server), server.cache, known, known.status, after))
    found = server.cache.one(Allocation, "x")
    assert found is not None
    return found


def test_the_answer_is_known_at_once(server: ApiServer) -> None:
    assert write(server).status.next_review == "2026-Q3"


def test_an_edit_in_the_answer_is_left_to_the_watch(server: ApiServer) -> None:
    server.put(award(4, 2))
    assert write(server).spec.devices == 8
    server.watch()
    found = server.cache.one(Allocation, "x")
    assert found is not None
    assert (found.spec.devices, found.status.next_review) == (4, "2026-Q3")


def test_columns_of_two_writers_never_mix(server: ApiServer) -> None:
    """A replica whose cache is behind corrects a day while another has added one: the ledger stays readable."""
    day = DayFacts(1, 100, 100, 100, State.COUNTED, "Counted")
    three = Ledger(date(2026, 7, 1), {date(2026, 7, n): day for n in (1, 2, 3)})
    four, corrected = (three.with_day(date(2026, 7, n), replace(day, busy=2)) for n in (4, 3))
    body: Manifest = {"apiVersion": API_VERSION, "kind": "Review", "metadata": {"name": "r", "namespace": "v"}}
    body |= {"spec": {"allocation": "x", "review": "2026-Q3"}}
    server.put({**body, "status": {"ledger": four.to_status().wire()}})
    review = Review.parse(body)
    before, after = (ReviewStatus(ledger=one.to_status()) for one in (three, corrected))
    assert asyncio.run(write_status(cast("Kube", server), server.cache, review, before, after))
    stored = Review.parse(server.objects["Review", "v", "r"]).status.ledger
    assert stored is not None
    assert Ledger.from_status(stored).days == corrected.days
