"""R16: what declared Outages take away. Bounds, unions and sums hold for whatever an admin writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import Outage
from tenure.rules.outages import Stake, spans_out
from tenure.rules.outages import outage_seconds as lost_seconds

START, END = datetime(2026, 7, 3, tzinfo=UTC), datetime(2026, 7, 4, tzinfo=UTC)
NODES = {"gpu-1": 8, "gpu-2": 8, "gpu-3": 4}


def outage(since: str, until: str | None, *nodes: str, accelerators: tuple[str, ...] = ()) -> Outage:
    """An Outage with the devices of its nodes counted; times are of 3 July, UTC, unless they have a day."""
    spec: dict[str, Any] = {"from": _instant(since), "nodes": nodes, "accelerators": accelerators, "reason": "Cooling."}
    if until is not None:
        spec["to"] = _instant(until)
    found = {node: {"a100": NODES[node]} for node in nodes}
    return Outage.parse({"metadata": {"name": "cooling"}, "spec": spec, "status": {"nodes": found}})


def _instant(text: str) -> str:
    return text if "T" in text else f"2026-07-03T{text}Z"


def whole(since: str, until: str | None) -> Outage:
    return outage(since, until, accelerators=("a100",))


def outage_seconds(
    found: list[Outage], accelerator: str, devices: int, start: datetime, end: datetime, capacity: int = 20
) -> int:
    """What the project vision lost, which is named in no Outage unless a test says so."""
    return lost_seconds(found, accelerator, Stake("vision", devices, capacity), start, end)


def hours(*outages: Outage, devices: int = 8, accelerator: str = "a100") -> float:
    return outage_seconds(list(outages), accelerator, devices, START, END) / 3600


CASES = [
    pytest.param([], 0, id="none"),
    pytest.param([whole("09:00:00", "11:00:00")], 16, id="the whole accelerator: every device that is held"),
    pytest.param([whole("23:00:00", None)], 8, id="it lasts: to the end of the span"),
    pytest.param([whole("2026-07-02T00:00:00Z", "2026-07-05T00:00:00Z")], 192, id="no more than the span"),
    pytest.param([whole("2026-07-04T00:00:00Z", None)], 0, id="it begins when the span ends"),
    pytest.param([whole("2026-07-03T09:00:00+09:00", "02:00:00")], 16, id="zones are minded"),
    pytest.param([whole("09:00:00", "11:00:00"), whole("10:00:00", "12:00:00")], 24, id="an overlap counts once"),
    pytest.param([outage("09:00:00", "11:00:00", "gpu-3")], 3.2, id="a node: four of the centre's 20 devices"),
    pytest.param([outage("09:00:00", "11:00:00", *NODES)], 16, id="all nodes: all that is held"),
    pytest.param(
        [outage("09:00:00", "11:00:00", "gpu-3"), outage("10:00:00", "12:00:00", "gpu-3")], 4.8, id="same node"
    ),
    pytest.param([outage("09:00:00", "11:00:00", "gpu-3"), whole("10:00:00", "12:00:00")], 17.6, id="node and whole"),
    pytest.param([outage("09:00:00", "11:00:00", accelerators=("t4",))], 0, id="another accelerator"),
]


@pytest.mark.parametrize(("outages", "expected"), CASES)
def test_device_hours_of_a_day(outages: list[Outage], expected: float) -> None:
    assert hours(*outages) == expected


def test_nodes_of_several_outages_add_up_while_they_overlap() -> None:
    both = [outage("09:00:00", "11:00:00", "gpu-1"), outage("10:00:00", "12:00:00", "gpu-3")]
    assert hours(*both, devices=5) == 2 + 3 + 1


def there(since: str, until: str, *nodes: str) -> Outage:
    """As `outage`, of nodes on which the pods of vision were."""
    one = outage(since, until, *nodes)
    return one.model_copy(update={"spec": one.spec.model_copy(update={"projects": ("vision",)})})


def test_who_was_on_the_nodes_lost_them_and_nobody_else() -> None:
    out = there("09:00:00", "11:00:00", "gpu-1", "gpu-3")
    assert hours(out) == 16, "no more than is held"
    assert hours(out, devices=16) == 24
    other = Stake("speech", 8, 20)
    assert lost_seconds([out], "a100", other, START, END) == 0


def test_a_node_that_two_outages_name_counts_once() -> None:
    assert hours(there("09:00:00", "11:00:00", "gpu-3"), outage("09:00:00", "11:00:00", "gpu-3")) == 8


def test_one_node_of_many_excuses_nobody_from_a_quarter() -> None:
    """Eight of 800 devices are out all day: one in a hundred of what is granted."""
    out = [outage("2026-07-02T00:00:00Z", None, "gpu-1")]
    assert outage_seconds(out, "a100", 8, START, END, capacity=800) == 8 * 86400 // 100


def test_devices_of_another_accelerator_on_the_node_do_not_count() -> None:
    assert hours(outage("09:00:00", "11:00:00", "gpu-1"), accelerator="t4") == 0


def test_a_minute_that_is_touched_is_out() -> None:
    """Use is measured by the minute, so a busy minute that leaves the numerator leaves the base as a whole too."""
    found = spans_out([whole("09:00:59", "09:02:01")], "a100", START, END)
    assert found == ((datetime(2026, 7, 3, 9, 0, tzinfo=UTC), datetime(2026, 7, 3, 9, 3, tzinfo=UTC)),)


def test_spans_are_those_of_the_whole_accelerator_alone() -> None:
    assert spans_out([outage("09:00:00", "11:00:00", "gpu-1", "gpu-2", "gpu-3")], "a100", START, END) == ()


def test_spans_that_meet_are_one() -> None:
    found = spans_out([whole("10:00:00", "11:00:00"), whole("09:00:00", "10:00:00")], "a100", START, END)
    assert found == ((datetime(2026, 7, 3, 9, tzinfo=UTC), datetime(2026, 7, 3, 11, tzinfo=UTC)),)


seconds = st.integers(-7200, 93600).map(lambda number: START + timedelta(seconds=number))


@st.composite
def outages(draw: st.DrawFn) -> Outage:
    since, until = sorted(draw(st.tuples(seconds, seconds).filter(lambda pair: pair[0] != pair[1])))
    nodes = draw(st.lists(st.sampled_from(sorted(NODES)), unique=True))
    accelerators = ("a100",) if not nodes or draw(st.booleans()) else ()
    lasts = draw(st.booleans())
    return outage(since.isoformat(), None if lasts else until.isoformat(), *nodes, accelerators=accelerators)


many = st.lists(outages(), max_size=5)
held = st.integers(0, 24)


@given(many, held)
def test_nobody_loses_more_than_is_held(found: list[Outage], devices: int) -> None:
    assert 0 <= outage_seconds(found, "a100", devices, START, END) <= devices * 86400


@given(many, held, outages())
def test_another_outage_takes_no_less_and_no_more_than_it_takes_alone(
    found: list[Outage], devices: int, one: Outage
) -> None:
    before, after = (outage_seconds(some, "a100", devices, START, END) for some in (found, [*found, one]))
    assert before <= after <= before + outage_seconds([one], "a100", devices, START, END)


@given(many, held)
def test_said_twice_in_any_order_it_is_the_same(found: list[Outage], devices: int) -> None:
    once = outage_seconds(found, "a100", devices, START, END)
    assert outage_seconds([*reversed(found), *found], "a100", devices, START, END) == once


@given(many, held, st.integers(0, 86400))
def test_parts_of_a_span_add_up(found: list[Outage], devices: int, cut: int) -> None:
    middle = START + timedelta(seconds=cut)
    parts = [outage_seconds(found, "a100", devices, *span) for span in ((START, middle), (middle, END))]
    whole = outage_seconds(found, "a100", devices, START, END)
    assert whole <= sum(parts) <= whole + 1, "each is rounded up"


@given(many)
def test_spans_are_apart_in_order_and_as_long_as_what_one_device_lost(found: list[Outage]) -> None:
    whole_ones = [one for one in found if one.spec.accelerators]
    spans = spans_out(found, "a100", START, END)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    assert all(START <= edge <= END for edge in edges)
    length = sum((until - since for since, until in spans), timedelta())
    assert length == timedelta(seconds=outage_seconds(whole_ones, "a100", 1, START, END))


@given(many, held, st.integers(0, 24))
def test_more_devices_lose_no_less(found: list[Outage], devices: int, more: int) -> None:
    few, many_devices = (outage_seconds(found, "a100", n, START, END) for n in (devices, devices + more))
    assert few <= many_devices <= few + more * 86400
