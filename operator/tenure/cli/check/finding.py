"""One line of the page: how it stands, what it is about, and the sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something stands, from good to bad."""

    OK = "ok"
    NOTE = "note"
    UNSEEN = "unseen"
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """What was found, in whole sentences with the number and the next step."""

    state: State
    about: str
    text: str


def ok(about: str, text: str) -> Finding:
    """As it should be."""
    return Finding(State.OK, about, text)


def note(about: str, text: str) -> Finding:
    """Nothing has to be done before Tenure is installed or enforces, but it should be known."""
    return Finding(State.NOTE, about, text)


def unseen(about: str, text: str) -> Finding:
    """It could not be looked at, so nobody may take it for well."""
    return Finding(State.UNSEEN, about, text)


def missing(about: str, text: str) -> Finding:
    """Something has to be done first."""
    return Finding(State.MISSING, about, text)


def listing(names: Iterable[str], most: int = 6) -> str:
    """Names in order, the first few of many: a, b and 3 more."""
    every = sorted(names)
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 node, 3 nodes."""
    return f"{number} {one if number == 1 else many or one + 's'}"
