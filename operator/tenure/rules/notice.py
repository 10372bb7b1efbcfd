"""What notice is given of, as the Review keeps it in status.notice."""

from __future__ import annotations

import re
from typing import NamedTuple

WORDS = re.compile(r"(\w+) from (\d+) to (\d+) devices")


class Notice(NamedTuple):
    """A cut: its outcome, and the devices before and after it."""

    outcome: str
    before: int
    after: int

    def __str__(self) -> str:
        return f"{self.outcome} from {self.before} to {self.after} devices"

    @classmethod
    def read(cls, text: str) -> Notice | None:
        """The notice of a Review; None where none is given."""
        found = WORDS.fullmatch(text)
        return cls(found[1], int(found[2]), int(found[3])) if found is not None else None
