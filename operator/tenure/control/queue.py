"""A work queue: one run per key at a time, duplicates merged, delayed keys, jittered retries, nothing ever dropped."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tenure.control.metrics import FAILURES, RECONCILES

LOG = logging.getLogger("tenure.queue")
FIRST_RETRY = 0.2
LONGEST_RETRY = 60.0
PATIENCE = 60.0
"""Longest wait, in seconds, of one key for the queue that goes first."""


@dataclass(frozen=True, order=True)
class Key:
    """What to reconcile: a kind of work and the name of its subject."""

    work: str
    name: str


@dataclass(frozen=True)
class Depth:
    """How many keys a queue has, and for how many seconds the oldest of the ready ones has waited."""

    ready: int
    running: int
    delayed: int
    oldest: float


class WorkQueue:
    """Keys in, one worker at a time per key out. A key that is added while it runs, runs once more afterwards.

    A queue `behind` another lets that one's work go first, for as long as PATIENCE.
    """

    def __init__(self, handle: Callable[[Key], Awaitable[None]], workers: int, behind: WorkQueue | None = None) -> None:
        self._handle = handle
        self._workers = workers
        self._behind = behind
        self._ready: asyncio.Queue[Key] = asyncio.Queue()
        self._waiting: dict[Key, float] = {}
        self._running: set[Key] = set()
        self._again: set[Key] = set()
        self._failures: dict[Key, int] = {}
        self._later: list[tuple[float, int, Key]] = []
        self._due: dict[Key, float] = {}
        self._count = itertools.count()
        self._wake = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether keys are waiting or running now."""
        return bool(self._waiting or self._running)

    @property
    def depth(self) -> Depth:
        """What is in it now. Keys that are ready are kept in the order in which they came."""
        first = next(iter(self._waiting.values()), None)
        oldest = 0.0 if first is None else time.monotonic() - first
        return Depth(len(self._waiting), len(self._running), len(self._due), oldest)

    def add(self, key: Key, after: float = 0.0) -> None:
        """Run the key now, or after so many seconds; an earlier time that is already set stands."""
        if after > 0:
            self._add_later(key, time.monotonic() + after)
        elif key in self._running:
            self._again.add(key)
        elif key not in self._waiting:
            self._waiting[key] = time.monotonic()
            self._ready.put_nowait(key)

    def _add_later(self, key: Key, when: float) -> None:
        if self._due.get(key, float("inf")) <= when:
            return
        self._due[key] = when
        heapq.heappush(self._later, (when, next(self._count), key))
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._timer())
            for _ in range(self._workers):
                group.create_task(self._work())

    async def _timer(self) -> None:
        while True:
            self._wake.clear()
            now = time.monotonic()
            while self._later and self._later[0][0] <= now:
                when, _, key = heapq.heappop(self._later)
                if self._due.get(key) == when:
                    del self._due[key]
                    self.add(key)
            pause = self._later[0][0] - now if self._later else None
            # Not wait_for: in Python 3.11 it may swallow a cancellation, and the process would not end.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    async def _work(self) -> None:
        while True:
            key = await self._ready.get()
            await self._let_go_first()
            self._waiting.pop(key, None)
            self._running.add(key)
            try:
                with RECONCILES.labels(key.work).time():
                    await self._handle(key)
                self._failures.pop(key, None)
            except Exception as error:
                self._retry(key, error)
            finally:
                self._running.discard(key)
                if key in self._again:
                    self._again.discard(key)
                    self.add(key)

    async def _let_go_first(self) -> None:
        until = time.monotonic() + PATIENCE
        while self._behind is not None and self._behind.busy and time.monotonic() < until:
            await asyncio.sleep(0.1)

    def _retry(self, key: Key, error: Exception) -> None:
        """Full jitter: somewhere between nothing and a bound that doubles with each failure."""
        FAILURES.labels(key.work).inc()
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        bound = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(failures, 16))
        pause = random.uniform(FIRST_RETRY / 2, bound)
        level = logging.WARNING if failures > 3 else logging.INFO
        LOG.log(level, "%s %s failed %d times and runs again in %.1f s: %s", key.work, key.name, failures, pause, error)
        if not hasattr(error, "code"):
            LOG.error("The error is not one of the API server's.", exc_info=error)
        self._add_later(key, time.monotonic() + pause)
