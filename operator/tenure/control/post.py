"""Sending a message to the address in a file. An address that does not take one is left alone for a while."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tenure.control.channels import NotTaken, address, send
from tenure.control.clock import Clock
from tenure.rules.texts import Message

LOG = logging.getLogger("tenure.post")
SENDERS = 8
"""Messages that are sent at the same time, no two of them to one address."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Down:
    """An address that did not take a message."""

    failures: int
    until: datetime
    """When it is tried again."""
    why: str


class Post:
    """All addresses, by the name of their file."""

    def __init__(self, clock: Clock, folder: Path | None) -> None:
        self._clock = clock
        self._folder = folder
        self._threads = ThreadPoolExecutor(SENDERS, thread_name_prefix="tell")
        self._down: dict[str, Down] = {}
        self._one: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def down(self, file: str) -> Down | None:
        """Why the last message was not taken; None where it was."""
        return self._down.get(file)

    def pause(self, file: str) -> float:
        """Seconds for which the address is left alone."""
        down = self._down.get(file)
        return max(0.0, (down.until - self._clock.now()).total_seconds()) if down is not None else 0.0

    async def taken(self, file: str, message: Message) -> bool:
        """Whether the address has taken a message. It is not asked while its pause lasts."""
        async with self._one[file]:
            if self.pause(file) > 0:
                return False
            try:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._threads, lambda: send(address(self._folder, file), message))
            except NotTaken as error:
                self._fail(file, str(error))
                return False
        self._down.pop(file, None)
        return True

    def _fail(self, file: str, why: str) -> None:
        """The pause doubles with each failure."""
        before = self._down.get(file)
        failures = before.failures + 1 if before is not None else 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10))
        self._down[file] = Down(failures, self._clock.now() + pause, why)
        LOG.warning("Channel %s did not take a message and is tried again in %s: %s", file, pause, why)
