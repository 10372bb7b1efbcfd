"""One bad input: what was written, when it is refused, and what is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .client import Manifest


@dataclass(frozen=True)
class Refusal:
    """A manifest that is not taken: either by the API server itself, or by a condition `Accepted=False` with `reason`.

    `says` is a piece of the sentence. `given` is there already. `cure` is what, applied later, makes it accepted
    without anybody touching it.
    """

    what: str
    manifest: Manifest
    says: str
    rule: str = ""
    reason: str = ""
    given: tuple[Manifest, ...] = field(default=())
    cure: tuple[Manifest, ...] = field(default=())

    @property
    def kind(self) -> str:
        """The kind that is written."""
        return str(self.manifest["kind"])

    @property
    def when(self) -> Literal["at apply", "by a condition"]:
        """By the API server at once, or by Tenure a moment later."""
        return "by a condition" if self.reason else "at apply"

    @property
    def test(self) -> str:
        """The name of its test."""
        return f"{'test_condition' if self.reason else 'test_at_apply'}[{self.id}]"

    @property
    def id(self) -> str:
        """What tells its test from the others."""
        return f"{self.kind}: {self.what.replace('`', '')}"

    @property
    def row(self) -> str:
        """The row of the page."""
        when = f"{self.when}, `{self.reason}`" if self.reason else self.when
        says = self.says.replace("|", "\\|")
        return f"| {self.kind} | {self.what} | {when} | {says} | {self.rule or '-'} | `{self.test}` |"
