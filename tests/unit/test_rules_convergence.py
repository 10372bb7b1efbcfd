"""Bringing running pods under a lowered quota: which go, when, and no more than needed (R17)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.programme import Convergence
from tenure.rules.convergence import RunningPod, excess, stage, victims
from unit.build import at

BORN = at("2026-07-01")
GPU = "requests.nvidia.com/gpu"


def pod(name: str, gpus: int = 1, priority: int = 0, minutes: int = 0, cpu: int = 0) -> RunningPod:
    uses = {GPU: Decimal(gpus), "requests.cpu": Decimal(cpu), "pods": Decimal(1)}
    return RunningPod(name, name, priority, BORN + timedelta(minutes=minutes), uses)


def hard(gpus: int = 100, cpu: int = 100, pods: int = 100) -> dict[str, Decimal]:
    return {GPU: Decimal(gpus), "requests.cpu": Decimal(cpu), "pods": Decimal(pods)}


@pytest.mark.parametrize(
    ("pods", "quota", "gone"),
    [
        pytest.param([pod("a"), pod("b")], hard(2), [], id="R17 they fit"),
        pytest.param([], hard(0), [], id="R17 nothing runs"),
        pytest.param([pod("a"), pod("b", minutes=1)], hard(1), ["b"], id="R17 the newest first"),
        pytest.param([pod("a", priority=1), pod("b")], hard(1), ["b"], id="R17 the lowest priority first"),
        pytest.param([pod("old", priority=-1), pod("new", minutes=9)], hard(1), ["old"], id="R17 priority before age"),
        pytest.param([pod("b"), pod("a")], hard(1), ["a"], id="R17 the name decides between equals"),
        pytest.param(
            [pod("cpu", gpus=0, minutes=9), pod("gpu")], hard(0), ["gpu"], id="R17 only what uses what is short"
        ),
        pytest.param(
            [pod("small", 1, minutes=2), pod("large", 4, minutes=1), pod("old", 4)],
            *(hard(5), ["large"]),
            id="R17 a small one stays if the large one has to go anyway",
        ),
        pytest.param([pod("a"), pod("b")], hard(0), ["a", "b"], id="R17 revoked: all of them"),
        pytest.param([pod("a", 0), pod("b", 0)], hard(pods=0), ["a", "b"], id="R13 the term is over: no pods"),
        pytest.param(
            [pod("a", cpu=8), pod("b", cpu=1, minutes=1)], hard(2, cpu=8), ["b"], id="R1 CPU comes with the bundle"
        ),
    ],
)
def test_which_pods_go(pods: list[RunningPod], quota: dict[str, Decimal], gone: list[str]) -> None:
    assert sorted(one.name for one in victims(pods, quota)) == gone


PODS = st.lists(
    st.builds(pod, st.uuids().map(str), st.integers(0, 4), st.integers(-1, 1), st.integers(0, 9), st.integers(0, 9)),
    max_size=8,
    unique_by=lambda p: p.uid,
)
HARD = st.builds(hard, st.integers(0, 12), st.integers(0, 30), st.integers(0, 8))


@given(PODS, HARD)
def test_the_rest_fits_and_none_goes_without_need(pods: list[RunningPod], quota: dict[str, Decimal]) -> None:
    gone = victims(pods, quota)
    left = [one for one in pods if one not in gone]
    assert not excess(left, quota)
    for one in gone:
        assert excess([*left, one], quota)


@given(PODS, HARD, st.data())
def test_the_same_in_any_order(pods: list[RunningPod], quota: dict[str, Decimal], data: st.DataObject) -> None:
    assert set(map(_uid, victims(data.draw(st.permutations(pods)), quota))) == set(map(_uid, victims(pods, quota)))


@given(PODS, st.integers(0, 12))
def test_of_equals_the_important_and_older_ones_stay(pods: list[RunningPod], gpus: int) -> None:
    equals = [RunningPod(p.name, p.uid, p.priority, p.created, {GPU: Decimal(1)}) for p in pods]
    gone = victims(equals, {GPU: Decimal(gpus)})
    rank = {p.uid: (p.priority, -p.created.timestamp(), p.name) for p in equals}
    left = [p for p in equals if p not in gone]
    assert all(rank[one.uid] < rank[other.uid] for one in gone for other in left)
    assert len(gone) == max(0, len(equals) - gpus)


def _uid(one: RunningPod) -> str:
    return one.uid


RULES = Convergence(grace_seconds=3600, deadline_seconds=7200)


@pytest.mark.parametrize(
    ("seconds", "step", "until"),
    [
        pytest.param(0, "Wait", 3600, id="R17 grace begins"),
        pytest.param(3599, "Wait", 3600, id="R17 the last second of grace"),
        pytest.param(3600, "Evict", 10800, id="R17 eviction, which budgets may hold"),
        pytest.param(10799, "Evict", 10800, id="R17 the last second for budgets"),
        pytest.param(10800, "Delete", 10800, id="R17 the deadline"),
    ],
)
def test_stages(seconds: int, step: str, until: int) -> None:
    found = stage(BORN, RULES, BORN + timedelta(seconds=seconds))
    assert (found.step, found.until) == (step, BORN + timedelta(seconds=until))
