"""What keeps a command from being carried out."""

from __future__ import annotations

FAILED = 1
BAD_USAGE = 2
DIFFERENCE = 3
"""Exit codes; docs/cli.md explains them. 0 is done, and for --verify that all agrees."""


class Problem(Exception):
    """A sentence for the person who typed the command, with the next step in it."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code
