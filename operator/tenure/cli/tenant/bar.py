"""A small bar of utilization: how much is used, where the present pace leads, and the edges of the decision table."""

from __future__ import annotations

from collections.abc import Iterable

CELLS = 40
FULL, AHEAD, EMPTY, EDGE = "█", "▒", "░", "│"
PLAIN = str.maketrans({FULL: "#", AHEAD: "+", EMPTY: "-", EDGE: "|"})
"""For terminals that show nothing but ASCII."""


def bar(percent: int, pace: int, edges: Iterable[int], *, ascii_only: bool = False) -> str:
    """Percentages of base time on a scale to 100; what is more fills it. R16 does not clamp, the figure beside it tells.

    An edge stands before the cell that it reaches into, so a bar that ends at it touches it.
    """
    marks = {edge * CELLS // 100 for edge in edges if 0 < edge < 100}
    used, ahead = _cells(percent), _cells(pace)
    text = "".join(
        (EDGE if cell in marks else "") + (FULL if cell < used else AHEAD if cell < ahead else EMPTY)
        for cell in range(CELLS)
    )
    return text.translate(PLAIN) if ascii_only else text


def whole(text: str) -> int:
    """The whole percent of a figure that is written for people; 0 where it says that nothing is known."""
    figure, _, unit = text.partition(" ")
    return int(figure.split(".")[0]) if unit == "%" else 0


def _cells(percent: int) -> int:
    return min(CELLS, percent * CELLS // 100)
