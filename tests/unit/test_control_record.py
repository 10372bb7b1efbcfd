"""What the operator writes as a Decision is evidence: it comes to what it says, also where time went on meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tenure.api import Decision
from tenure.control.kube import ApiError, Manifest
from tenure.control.paths import Served
from tenure.rules.audit.check import check
from tenure.rules.audit.written import Entry, Origin, lines
from tenure.rules.calendar import midnight
from unit.build import Body, allocation_body, at
from unit.world import World

YEAR = allocation_body(term="2026-07-01 2027-06-30", storage="20T")
GIVEN = {"allocation": "vision-2026", "devices": 4, "reason": "Done.", "by": "kim@hanbit"}
RETURN: Body = {"kind": "Return", "metadata": {"name": "half", "namespace": "vision", "uid": "r"}, "spec": GIVEN}
MARKED = {"allocation": "vision-2026", "ground": "OffPurpose", "evidence": ["x"], "reason": "Coins.", "by": "chair@x"}
SANCTION: Body = {"kind": "Sanction", "metadata": {"name": "coins", "uid": "s"}, "spec": MARKED}
HELD_UP = timedelta(seconds=2)


def faults(world: World) -> list[str]:
    """What an export of the centre's Decisions is found to be."""
    found = [body for (kind, _, _), body in world.server.objects.items() if kind == "Decision"]
    assert found
    entries = [Entry.of(one["metadata"]["name"], "u", "", one["spec"]) for one in found]
    checked = check(f"{line}\n".encode() for line in lines(Origin("c", "", "", ""), entries))
    return [fault.text for fault in checked.faults]


@pytest.mark.parametrize("cause", [RETURN, SANCTION], ids=["Return", "Sanction"])
def test_a_decision_is_of_the_day_that_it_was_judged_on(cause: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    """Midnight passes between judging and writing: the day it takes effect is still the day on which it was decided."""
    world = World("2026-08-15", YEAR)
    world.hold_reviews()
    world.clock.instant = midnight(at("2026-08-16").date(), "Asia/Seoul") - HELD_UP / 2
    merge = world.server.merge

    async def slow(served: Served, *words: Any) -> Manifest:
        world.clock.instant += HELD_UP
        return await merge(served, *words)

    monkeypatch.setattr(world.server, "merge", slow)
    world.put(cause)
    world.hold_reviews()
    (decided,) = world.services.cache.all(Decision)
    assert decided.spec.effective == at("2026-08-15").date()
    assert faults(world) == []


def test_what_was_stored_without_an_answer_is_followed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API server stores a Decision, its answer is lost, and the watch is behind: the next one is chained to it."""
    world = World("2026-08-15", YEAR)
    world.hold_reviews()
    create = world.server.create

    async def lost(served: Served, body: Manifest) -> Manifest:
        stored = await create(served, body)
        world._seen[served.kind, "", stored["metadata"]["name"]] = stored["metadata"]["resourceVersion"]
        raise ApiError(504, "no answer came", served.path())

    world.put(RETURN)
    monkeypatch.setattr(world.server, "create", lost)
    with pytest.raises(ApiError):
        world.hold_reviews()
    assert list(world.services.cache.all(Decision)) == []
    monkeypatch.setattr(world.server, "create", create)
    world.services.review("vision")
    world.hold_reviews()
    world.put(SANCTION)
    world.hold_reviews()
    assert [made.spec.kind for made in world.services.cache.all(Decision)] == ["Return", "OffPurpose"]
    assert faults(world) == []
