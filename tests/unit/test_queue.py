"""The work queue: one run per key at a time, merged, delayed, tried again, and never dropped. Order only, no durations."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenure.control import queue as module
from tenure.control.queue import Depth, Key, WorkQueue

A, B, C = (Key("project", name) for name in "abc")
Handle = Callable[[Key], Awaitable[None]]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come at once."""
    monkeypatch.setattr(module, "FIRST_RETRY", 0.0005)
    monkeypatch.setattr(module, "LONGEST_RETRY", 0.001)


async def until(done: Callable[[], bool], *queues: WorkQueue) -> None:
    """Run the queues until something is so, and then until nothing is left to do."""
    tasks = [asyncio.create_task(queue.run()) for queue in queues]
    async with asyncio.timeout(10):
        while not done() or any(queue.busy for queue in queues):
            await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_the_same_key_added_several_times_is_one_run() -> None:
    ran: list[Key] = []

    async def handle(key: Key) -> None:
        ran.append(key)

    async def play() -> None:
        queue = WorkQueue(handle, 4)
        for key in (A, B, A, A, B):
            queue.add(key)
        await until(lambda: len(ran) > 1, queue)

    asyncio.run(play())
    assert ran == [A, B]


def test_a_key_runs_once_at_a_time_and_once_more_if_it_is_added_meanwhile() -> None:
    running, most, ran = Counter[Key](), Counter[Key](), Counter[Key]()

    async def play() -> None:
        async def handle(key: Key) -> None:
            running[key] += 1
            most[key] = max(most[key], running[key])
            if ran[key] == 0:
                for _ in range(3):
                    queue.add(key)
            await asyncio.sleep(0)
            running[key] -= 1
            ran[key] += 1

        queue = WorkQueue(handle, 8)
        for key in (A, B, C):
            queue.add(key)
        await until(lambda: sum(ran.values()) > 5, queue)

    asyncio.run(play())
    assert ran == Counter({A: 2, B: 2, C: 2})
    assert set(most.values()) == {1}


def test_different_keys_run_at_the_same_time() -> None:
    met: list[Key] = []

    async def play() -> None:
        both = asyncio.Barrier(2)

        async def handle(key: Key) -> None:
            await both.wait()
            met.append(key)

        queue = WorkQueue(handle, 2)
        queue.add(A)
        queue.add(B)
        await until(lambda: len(met) > 1, queue)

    asyncio.run(play())
    assert sorted(met) == [A, B]


def test_delayed_keys_run_in_the_order_of_their_time() -> None:
    ran: list[Key] = []

    async def handle(key: Key) -> None:
        ran.append(key)

    async def play() -> None:
        queue = WorkQueue(handle, 1)
        queue.add(C, 0.03)
        queue.add(A, 0.01)
        queue.add(B, 0.02)
        await until(lambda: len(ran) > 2, queue)

    asyncio.run(play())
    assert ran == [A, B, C]


def test_of_two_times_the_earlier_stands() -> None:
    ran: list[Key] = []

    async def handle(key: Key) -> None:
        ran.append(key)

    async def play() -> None:
        queue = WorkQueue(handle, 1)
        queue.add(A, 3600)
        queue.add(A, 0.01)
        queue.add(A, 3600)
        queue.add(B, 0.02)
        await until(lambda: B in ran, queue)

    asyncio.run(play())
    assert ran == [A, B]


def test_a_run_at_once_leaves_the_later_one() -> None:
    ran: list[Key] = []

    async def handle(key: Key) -> None:
        ran.append(key)

    async def play() -> None:
        queue = WorkQueue(handle, 1)
        queue.add(A, 0.01)
        queue.add(A)
        queue.add(B, 0.02)
        await until(lambda: B in ran, queue)

    asyncio.run(play())
    assert ran == [A, A, B]


def test_what_fails_is_tried_again_and_holds_nobody_up() -> None:
    ran: list[Key] = []

    async def handle(key: Key) -> None:
        ran.append(key)
        if key == A and ran.count(A) < 5:
            raise RuntimeError("not yet")

    async def play() -> None:
        queue = WorkQueue(handle, 1)
        queue.add(A)
        queue.add(B)
        await until(lambda: ran.count(A) > 4, queue)

    asyncio.run(play())
    assert ran[:2] == [A, B]
    assert Counter(ran) == Counter({A: 5, B: 1})


def test_a_failed_run_that_was_asked_for_again_is_not_lost() -> None:
    ran: list[Key] = []

    async def play() -> None:
        async def handle(key: Key) -> None:
            ran.append(key)
            if len(ran) == 1:
                queue.add(key)
                raise RuntimeError("not yet")

        queue = WorkQueue(handle, 1)
        queue.add(A)
        await until(lambda: len(ran) > 2, queue)

    asyncio.run(play())
    assert ran == [A, A, A]


def test_the_queue_behind_lets_the_first_one_go() -> None:
    ran: list[Key] = []

    async def handle(key: Key) -> None:
        await asyncio.sleep(0)
        ran.append(key)

    async def play() -> None:
        first = WorkQueue(handle, 1)
        second = WorkQueue(handle, 1, behind=first)
        second.add(C)
        first.add(A)
        first.add(B)
        await until(lambda: len(ran) > 2, second, first)

    asyncio.run(play())
    assert ran == [A, B, C]


def test_its_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first queue that is never done does not keep the other from working."""
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    ran: list[Key] = []

    async def play() -> None:
        done = asyncio.Event()

        async def endless(_: Key) -> None:
            await done.wait()

        async def handle(key: Key) -> None:
            ran.append(key)
            done.set()

        first = WorkQueue(endless, 1)
        second = WorkQueue(handle, 1, behind=first)
        first.add(A)
        second.add(C)
        await until(lambda: bool(ran), first, second)

    asyncio.run(play())
    assert ran == [C]


def test_its_depth_is_what_is_ready_running_and_delayed() -> None:
    seen: list[Depth] = []

    async def play() -> None:
        async def handle(key: Key) -> None:
            seen.append(queue.depth)

        queue = WorkQueue(handle, 1)
        queue.add(A)
        queue.add(B)
        queue.add(A)
        queue.add(C, 3600)
        seen.append(queue.depth)
        await until(lambda: len(seen) > 2, queue)
        seen.append(queue.depth)

    asyncio.run(play())
    assert [(depth.ready, depth.running, depth.delayed) for depth in seen] == [
        (2, 0, 1),
        (1, 1, 1),
        (0, 1, 1),
        (0, 0, 1),
    ]


def test_the_age_of_a_queue_is_that_of_the_key_that_waits_for_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter((100.0, 130.0, 160.0))
    monkeypatch.setattr("tenure.control.queue.time.monotonic", lambda: next(now))

    async def handle(_: Key) -> None: ...

    queue = WorkQueue(handle, 1)
    assert queue.depth.oldest == 0
    queue.add(A)
    queue.add(B)
    queue.add(A)
    assert queue.depth.oldest == 60


STEPS = st.lists(st.tuples(st.sampled_from([A, B, C]), st.sampled_from(["now", "later", "wait", "fail"])), max_size=25)


@settings(max_examples=40)
@given(STEPS, st.integers(1, 4))
def test_the_last_run_of_a_key_begins_after_it_was_added_last(steps: list[tuple[Key, str]], workers: int) -> None:
    """Whatever comes in whatever order, with failures in between: every change has been looked at in the end."""
    changed, seen, failing = Counter[Key](), Counter[Key](), Counter[Key]()

    async def handle(key: Key) -> None:
        looked_at = changed[key]
        await asyncio.sleep(0)
        if failing[key]:
            failing[key] -= 1
            raise RuntimeError("not yet")
        seen[key] = looked_at

    async def add(queue: WorkQueue) -> None:
        for key, how in steps:
            changed[key] += 1
            failing[key] += how == "fail"
            queue.add(key, 0.001 if how == "later" else 0.0)
            if how == "wait":
                await asyncio.sleep(0)

    async def play() -> None:
        queue = WorkQueue(handle, workers)
        adding = asyncio.create_task(add(queue))
        await until(lambda: adding.done() and seen == changed, queue)

    asyncio.run(play())
    assert seen == changed
