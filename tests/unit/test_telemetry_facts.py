"""Several allocations of a project share its namespace's day by their devices."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tenure.telemetry.facts import DayFacts, State, split

AMOUNT = st.integers(0, 8 * 90_000)


@given(AMOUNT, AMOUNT, st.none() | AMOUNT, st.lists(st.integers(1, 8), min_size=1, max_size=5))
def test_parts_add_up_to_the_whole(busy: int, measured: int, requested: int | None, devices: list[int]) -> None:
    whole = DayFacts(busy, measured, requested, sum(devices) * 86_400, State.COUNTED, "Counted", "As it was.")
    parts = [split(whole, held, sum(devices), sum(devices[:number])) for number, held in enumerate(devices)]
    assert sum(part.busy for part in parts) == busy
    assert sum(part.measured for part in parts) == measured
    assert [part.granted for part in parts] == [held * 86_400 for held in devices]
    assert {part.requested is None for part in parts} == {requested is None}
    assert sum(part.requested or 0 for part in parts) == (requested or 0)
    assert {(part.state, part.message) for part in parts} == {(State.COUNTED, "As it was.")}


def test_a_part_alone_is_rounded_down() -> None:
    facts = split(DayFacts(100, 101, None, 86_400 * 3, State.UNKNOWN, "CoverageGap", outage=5, second=7), 1, 3)
    assert (facts.busy, facts.measured, facts.requested, facts.granted, facts.outage) == (33, 33, None, 86_400, 1)
    assert (facts.second, facts.no_capacity, facts.estimated) == (2, 0, 0)
