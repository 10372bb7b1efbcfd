"""The order of one allocation's Decisions, and where its chain may be cut: never between two of the same award.

The grant is a fold over the Decisions of an award. So whoever has one of them can recompute it only with those before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar


class Link(Protocol):
    """A Decision as far as its place in the chain goes."""

    @property
    def hash(self) -> str:
        """Its own."""

    @property
    def previous(self) -> str:
        """The hash of the one before it."""

    @property
    def decided_at(self) -> datetime:
        """When it was decided."""

    @property
    def award_digest(self) -> str:
        """The award it was decided for."""


L = TypeVar("L", bound=Link)


def chained(group: Sequence[L]) -> Iterator[L]:
    """What follows on nothing that is there comes first; of several, the older."""
    waiting = sorted(group, key=lambda link: (link.decided_at, link.hash))
    while waiting:
        open_ = {link.hash for link in waiting}
        place = next((place for place, link in enumerate(waiting) if link.previous not in open_), 0)
        yield waiting.pop(place)


def boundary(chain: Sequence[Link], start: int) -> int:
    """The last place at `start` or before it where the chain can be cut without parting an award's Decisions."""
    awards = [link.award_digest for link in chain]
    while (first := min(map(awards.index, awards[start:]), default=start)) < start:
        start = first
    return start
