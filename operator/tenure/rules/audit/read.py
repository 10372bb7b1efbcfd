"""The file, read back line by line: what was altered, is missing, is there twice or stands elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tenure import __version__
from tenure.rules.audit.written import FORMAT, canonical, seal, utf8

LONGEST = 253
"""Letters of what a line says that are repeated in a sentence."""


@dataclass(frozen=True)
class Fault:
    """What is wrong, in a whole sentence, and on which line of the file; 0 where it is about the whole of it."""

    line: int
    text: str


@dataclass(frozen=True)
class Line:
    """A line of a Decision that could be read. `place` is where it stands in the file, from 1."""

    place: int
    body: dict[str, Any]
    intact: bool
    """Whether its digest is that of what it says."""

    @property
    def what(self) -> str:
        """Which Decision it is, as far as it says so, for the middle of a sentence."""
        name = self.body.get("name")
        return f"({name[:LONGEST]}) " if isinstance(name, str) else ""


@dataclass
class Reader:
    """Goes through a file once. Afterwards it has the header, the digest over all lines, and every fault."""

    header: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    """What the last line says over all the others."""
    faults: list[Fault] = field(default_factory=list)
    count: int = 0
    _numbers: dict[int, int] = field(default_factory=dict)
    """Number of a line as exported -> where it stands."""
    _expected: int = 1
    """One more than the highest number so far."""
    _last: dict[str, Any] = field(default_factory=dict)
    _whole: hashlib._Hash = field(default_factory=hashlib.sha256)
    """Over the digests of all lines before the last one, as they stand."""

    def read(self, lines: Iterable[bytes]) -> Iterator[Line]:
        """Every Decision's line that is in its place, as it stands."""
        place = 0
        for place, raw in enumerate(lines, 1):
            found = self._found(place, raw.removesuffix(b"\n"))
            if self._last:
                self._say(place, "stands after the last line of the export, so it was added.")
            elif found is None or not self._numbered(found):
                continue
            elif "end" in found.body:
                self._last = found.body
            elif "tenureAudit" in found.body:
                self._head(found)
            else:
                self.count += 1
                yield found
        self._end(place)

    def _say(self, place: int, text: str) -> None:
        self.faults.append(Fault(place, f"Line {place} {text}"))

    def _found(self, place: int, raw: bytes) -> Line | None:
        """The line as an object; what it says is taken even where it was altered, so that the rest can be told."""
        try:
            text = raw.decode()
            body = json.loads(text)
            spelt = isinstance(body, dict) and canonical(body) == text
        except (ValueError, RecursionError):
            body, spelt = None, False
        if not isinstance(body, dict):
            self._say(place, "cannot be read: it was altered, or the file was cut off in it.")
            self._take_down(self._expected, place)
            return None
        found = Line(place, body, intact=body.get("digest") == seal(body))
        if not found.intact:
            self._say(place, f"{found.what}was altered: its digest is not that of what it says.")
        elif not spelt:
            self._say(place, f"{found.what}was altered: it is not spelt as Tenure writes it.")
        if "end" not in body and not self._last:
            self._whole.update(utf8(str(body.get("digest"))))
        return found

    def _numbered(self, line: Line) -> bool:
        """Take its number down; whether it is there for the first time."""
        number = line.body.get("line")
        if not line.intact or not isinstance(number, int) or number < 1:
            number = self._expected  # an altered line cannot be trusted to say where it stood
        if number in self._numbers:
            self._say(line.place, f"{line.what}is line {self._numbers[number]} once more.")
            return False
        if number < self._expected:
            self._say(line.place, f"{line.what}is out of order: it was line {number} of the export.")
        self._take_down(number, line.place)
        return True

    def _take_down(self, number: int, place: int) -> None:
        self._numbers[number] = place
        self._expected = max(self._expected, number + 1)

    def _head(self, line: Line) -> None:
        if self.header:
            self._say(line.place, "is a second header, so it was added.")
            return
        self.header = line.body
        format_, version = (str(line.body.get(key))[:LONGEST] for key in ("tenureAudit", "version"))
        if format_ != str(FORMAT):
            self._say(
                line.place,
                f"names the format {format_} and this tenure ({__version__}) reads {FORMAT}. If it was not altered, verify it "
                f"with tenure {version}.",
            )

    def _end(self, place: int) -> None:
        """What can only be told once all of it was read."""
        if not self.header:
            self.faults.append(Fault(1, "The file has no header: its first line is missing or was altered."))
        for before, number in self._gaps():
            self.faults.append(Fault(before, f"{number} of the export is missing: it stood after line {before}."))
        if not self._last:
            self.faults.append(Fault(place, f"The file ends with line {place} and has no last line: it was cut off."))
            return
        self.digest = str(self._last.get("end"))
        if self.digest != self._whole.hexdigest():
            text = "The digest over all lines is another: the lines that are there are not those that were exported."
            self.faults.append(Fault(place, text))
        for says in {str(told.get("count")) for told in (self.header, self._last) if told} - {str(self.count)}:
            text = f"{says[:LONGEST]} Decisions were exported, and {self.count} can be read as such in their place."
            self.faults.append(Fault(0, text))

    def _gaps(self) -> Iterator[tuple[int, str]]:
        """Lines that are missing: after which place of the file, and which they were."""
        before, last = 0, 0
        for number in sorted(self._numbers):
            if number > last + 2:
                yield before, f"Each of the lines {last + 1} to {number - 1}"
            elif number == last + 2:
                yield before, f"Line {last + 1}"
            before, last = self._numbers[number], number
