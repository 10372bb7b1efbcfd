"""The chain of one allocation's Decisions, line by line: each hashed, named after what it decides, and after the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from tenure import __version__
from tenure.api import names
from tenure.api.decision import DecisionSpec, Evidence
from tenure.rules.audit.outcome import disagreement
from tenure.rules.audit.read import Line
from tenure.rules.record import digest


@dataclass
class Chain:
    """What was seen of an allocation so far."""

    allocation: str
    count: int = 0
    first: str = ""
    """The hash of its first Decision in the file."""
    last: str = ""
    """The hash of the latest."""
    begins_later: bool = False
    """Whether the first one follows on one that is not in the file."""
    broken: bool = False
    """Whether any of its lines has a fault."""
    hashes: dict[str, str] = field(default_factory=dict)
    """Name of a Decision -> its hash; of none where the chain is broken."""
    closed: bool = False
    """Whether those of another allocation have followed. Then nothing is kept but the above."""
    _seen: list[DecisionSpec] = field(default_factory=list)
    """Without their evidence, which is not needed any more."""

    def close(self) -> None:
        """A file has the Decisions of an allocation one after the other, so that not all need be kept at once."""
        self.closed = True
        self._seen.clear()

    def add(self, line: Line) -> list[str]:
        """Every fault of a line, as what follows `Line 7 (name) `."""
        found = list(self._faults(line))
        if found:
            self.broken = True
            self.hashes.clear()
        elif not self.broken:
            self.hashes[line.body["name"]] = self.last
        return found

    def _faults(self, line: Line) -> Iterator[str]:
        body: dict[str, Any] = line.body["spec"]
        try:
            spec = DecisionSpec.model_validate(body)
        except ValidationError as error:
            first = error.errors()[0]
            yield f"is no Decision as Tenure writes it: {'.'.join(map(str, first['loc']))}: {first['msg']}."
            return
        if digest(body) != spec.hash:
            yield f"was altered: its hash says {_short(spec.hash)}, and its fields come to {_short(digest(body))}."
        if line.body.get("name") != names.decision(spec.allocation, spec.review, spec.award_digest):
            yield f"is named otherwise than what it decides: the review {spec.review} of {spec.allocation}."
        if self.closed:
            yield f"stands apart from the other Decisions of {self.allocation}."
        else:
            yield from self._linked(spec)
            yield from self._recomputed(spec)
            self._seen.append(spec.model_copy(update={"evidence": Evidence()}))
        self.count, self.last = self.count + 1, spec.hash

    def _linked(self, spec: DecisionSpec) -> Iterator[str]:
        """Whether it follows on the one before."""
        if not self._seen:
            self.first, self.begins_later = spec.hash, bool(spec.previous)
            return
        if spec.previous != self.last:
            known = any(one.hash == spec.previous for one in self._seen)
            follows = f"the Decision with the hash {_short(spec.previous)}" if spec.previous else "none"
            why = "which another one follows on already" if known else f"and the one before it has {_short(self.last)}"
            yield f"breaks the chain of {self.allocation}: it follows on {follows}, {why}. One is missing, or was added."
        if spec.decided_at < self._seen[-1].decided_at:
            yield f"was decided at {spec.decided_at.isoformat()}, before the one that it stands after."

    def _recomputed(self, spec: DecisionSpec) -> Iterator[str]:
        found = disagreement(spec, self._seen)
        if found is None:
            return
        if self.begins_later:
            found += " Or one before it is missing: the first Decision of this allocation here follows on another."
        if spec.evidence.version not in ("", __version__):
            made = spec.evidence.version
            found += f" It was decided by tenure {made} and this is {__version__}: ask that version as well."
        yield found


def _short(text: str) -> str:
    """Enough of a hash to tell it by."""
    return text[:12]
