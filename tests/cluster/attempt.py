"""One thing that somebody tried: who, what, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .client import Manifest
from .scene import Scene

Who = Literal[
    "member", "robot", "viewer", "leaver", "account", "stranger", "committee", "guest", "chair", "keeper", "admin"
]
Act = Callable[[Scene], Manifest]
Check = Callable[[Scene, Manifest], None]


@dataclass(frozen=True)
class Attempt:
    """Either refused, with `says` in the API server's sentence, or through, and `check` sees what came of it."""

    who: Who
    what: str
    through: bool
    says: str
    do: Act
    check: Check

    @property
    def row(self) -> str:
        """The row of the page."""
        result = f"goes through: {self.says}" if self.through else f"**refused**: “{self.says}”"
        return f"| {self.who} | {self.what} | {result} |"


def refused(who: Who, what: str, says: str, do: Act) -> Attempt:
    """An attempt that the API server refuses with these words."""
    return Attempt(who, what, False, says, do, _nothing)


def through(who: Who, what: str, outcome: str, do: Act, check: Check) -> Attempt:
    """An attempt that goes through, with this outcome."""
    return Attempt(who, what, True, outcome, do, check)


def _nothing(scene: Scene, made: Manifest) -> None:
    """A refused attempt leaves nothing to look at."""
