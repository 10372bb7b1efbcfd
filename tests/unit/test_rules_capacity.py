"""R1, R10: devices are never oversold, and what is admitted stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.rules.capacity import Admission, Claim, admit, order
from unit.build import at

BORN = at("2026-06-20")


def claim(name: str, entitled: int, held: int = 0, priority: int = 3, minutes: int = 0) -> Claim:
    return Claim(name, entitled, held, priority, BORN + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("claims", "capacity", "others", "granted", "free", "waiting"),
    [
        pytest.param([], 8, 0, {}, 8, 0, id="nobody"),
        pytest.param([claim("a", 8)], 8, 0, {"a": 8}, 0, 0, id="R1 all of it"),
        pytest.param([claim("a", 8)], 7, 0, {"a": 0}, 7, 8, id="R1 a bundle is granted as a whole"),
        pytest.param(
            [claim("a", 4, priority=3), claim("b", 4, priority=0)],
            *(4, 0, {"a": 0, "b": 4}, 0, 4),
            id="R10 the priority class first",
        ),
        pytest.param(
            [claim("a", 4, minutes=1), claim("b", 4)], 4, 0, {"a": 0, "b": 4}, 0, 4, id="R10 then the older one"
        ),
        pytest.param([claim("b", 4), claim("a", 4)], 4, 0, {"a": 4, "b": 0}, 0, 4, id="R10 then the name"),
        pytest.param(
            [claim("a", 4, held=4), claim("b", 4, priority=0)],
            *(4, 0, {"a": 4, "b": 0}, 0, 4),
            id="R10 what is admitted stays admitted",
        ),
        pytest.param(
            [claim("c", 4, held=4), claim("a", 8), claim("b", 4, minutes=1)],
            *(8, 0, {"a": 0, "b": 0, "c": 4}, 4, 12),
            id="R10 nobody overtakes one that does not fit yet",
        ),
        pytest.param(
            [claim("a", 4, priority=1), claim("b", 2, priority=0), claim("c", 4, held=4)],
            *(8, 0, {"a": 0, "b": 2, "c": 4}, 2, 4),
            id="R10 who comes earlier is not held up by one behind",
        ),
        pytest.param(
            [claim("a", 8), claim("b", 4, minutes=1)],
            *(4, 0, {"a": 0, "b": 4}, 0, 8),
            id="R10 one that is larger than the whole centre can wait for nothing, and holds up nobody",
        ),
        pytest.param(
            [claim("a", 4, held=8), claim("b", 4)],
            *(8, 0, {"a": 4, "b": 0}, 0, 4),
            id="R17 a cut frees its devices once it is enforced",
        ),
        pytest.param(
            [claim("a", 8, held=4)], 7, 0, {"a": 4}, 3, 4, id="R17 an increase that does not fit keeps what it holds"
        ),
        pytest.param([claim("a", 4)], 8, 6, {"a": 0}, 2, 4, id="R1 quotas that no allocation stands for count"),
        pytest.param([claim("a", 4, held=4)], 2, 0, {"a": 4}, 0, 0, id="R1 nodes are gone: nobody loses a grant"),
        pytest.param([claim("a", 0, held=0)], 0, 0, {"a": 0}, 0, 0, id="R3 nothing is wanted"),
    ],
)
def test_admission(
    claims: list[Claim], capacity: int, others: int, granted: dict[str, int], free: int, waiting: int
) -> None:
    found = admit(claims, capacity, others)
    assert (found.granted, found.free, found.waiting) == (granted, free, waiting)
    assert found.used >= others + sum(granted.values())


SIZE = st.sampled_from([0, 1, 2, 4, 8])
CLAIMS = st.lists(
    st.builds(claim, st.sampled_from("abcdefghij"), SIZE, SIZE, st.integers(0, 3), st.integers(0, 3)),
    max_size=10,
    unique_by=lambda c: c.name,
)
CAPACITY = st.integers(0, 40)


def used(claims: list[Claim], admission: Admission) -> int:
    """Devices in quotas once everything is written, those that are still enforced included."""
    return sum(max(c.held, admission.granted[c.name]) for c in claims)


@given(CLAIMS, CAPACITY, st.integers(0, 8))
def test_never_oversold(claims: list[Claim], capacity: int, others: int) -> None:
    found = admit(claims, capacity, others)
    before = others + sum(c.held for c in claims)
    assert others + used(claims, found) <= max(capacity, before)
    assert found.free == max(0, capacity - others - used(claims, found))


@given(CLAIMS, CAPACITY)
def test_what_is_admitted_stays_and_nobody_gets_a_part(claims: list[Claim], capacity: int) -> None:
    found = admit(claims, capacity)
    for one in claims:
        assert found.granted[one.name] in {one.entitled, min(one.entitled, one.held)}
        assert found.granted[one.name] >= min(one.entitled, one.held)


@given(CLAIMS, CAPACITY, st.integers(0, 8))
def test_nobody_behind_one_that_waits_is_given_anything(claims: list[Claim], capacity: int, others: int) -> None:
    granted = admit(claims, capacity, others).granted
    waiting = [c for c in claims if granted[c.name] < c.entitled <= capacity - others]
    for one in waiting:
        assert all(granted[later.name] <= later.held for later in claims if order(later) > order(one))


@given(CLAIMS, CAPACITY)
def test_nobody_waits_for_devices_that_nobody_before_him_wants(claims: list[Claim], capacity: int) -> None:
    found = admit(claims, capacity)
    wanting = sorted((c for c in claims if found.granted[c.name] < c.entitled <= capacity), key=order)
    assert not wanting or wanting[0].entitled - wanting[0].held > found.free


@given(CLAIMS, CAPACITY, st.data())
def test_the_same_in_any_order(claims: list[Claim], capacity: int, data: st.DataObject) -> None:
    assert admit(data.draw(st.permutations(claims)), capacity) == admit(claims, capacity)


@given(st.lists(st.tuples(SIZE, st.integers(0, 3), st.integers(0, 5)), max_size=12), CAPACITY, st.data())
def test_however_they_arrive(rows: list[tuple[int, int, int]], capacity: int, data: st.DataObject) -> None:
    """One after the other, several at once, some asked for twice: what is held never exceeds what there is."""
    arriving = [claim(f"a{n:02}", size, 0, priority, minutes) for n, (size, priority, minutes) in enumerate(rows)]
    there: list[Claim] = []
    while arriving:
        there += [arriving.pop() for _ in range(data.draw(st.integers(1, len(arriving))))]
        granted = admit(there, capacity).granted
        there = [Claim(c.name, c.entitled, granted[c.name], c.priority_class, c.created) for c in there]
        assert sum(c.held for c in there) <= capacity


def test_order_is_by_class_age_and_name() -> None:
    first, second, third = claim("b", 4, priority=2), claim("a", 4, priority=2, minutes=1), claim("b", 4, 0, 2, 1)
    assert sorted([third, first, second], key=order) == [first, second, third]
