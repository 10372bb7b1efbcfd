"""The mean of the last seconds.

A scrape sees one number for half a minute or more, NVML's own reading covers the last sixth of a second to a second.
So readings are taken every second and the scrape gets their mean over a fixed window. The window belongs to the
agent and not to whoever asks: two servers that scrape at different times both get the truth, and a scrape changes
nothing. If scrapes are no further apart than the window, no moment is left out; the sum over a day is that of the
load, moved by at most one window at its two ends.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple


class Reading(NamedTuple):
    """What was read at `at` stands for the `seconds` before it. Both are of a clock that only goes forward."""

    at: float
    seconds: float
    value: float


class Window:
    """Readings of one quantity, no older than `length` seconds."""

    def __init__(self, length: float) -> None:
        self._length = length
        self._readings: deque[Reading] = deque()

    def add(self, reading: Reading) -> None:
        """Keep a reading, and forget those that are too old."""
        self._readings.append(reading)
        self._forget(reading.at)

    def mean(self, now: float) -> float | None:
        """The mean, each reading weighing as much as the time it stands for; None if there is no reading."""
        self._forget(now)
        seconds = sum(reading.seconds for reading in self._readings)
        return sum(reading.seconds * reading.value for reading in self._readings) / seconds if seconds else None

    def _forget(self, now: float) -> None:
        while self._readings and self._readings[0].at <= now - self._length:
            self._readings.popleft()
