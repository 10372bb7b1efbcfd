"""`tenure audit verify`: an export checked from the file alone. It opens no connection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from rich.console import Console

from tenure.cli.output import Value, say, write
from tenure.cli.problem import BAD_USAGE, DIFFERENCE, Problem
from tenure.rules.audit.check import Checked, check

MOST = 50
"""Faults that are printed for people; -o json has them all."""
LONGEST_LINE = 64 << 20
"""Bytes of a line that are read at once. A header of 100,000 allocations has 25 MB; what is longer is no export."""
WHOLE = re.compile("[0-9a-f]{64}")
"""SHA-256, as it is printed."""


def run(file: Path, digest: str, output: str) -> int:
    """Print what was found and return the exit code. `digest` is the one of the export, if it is at hand. Raises Problem."""
    if digest and not WHOLE.fullmatch(digest):
        raise Problem(
            f"{digest} is no digest of an export. Copy all 64 letters and digits that `tenure audit export` has printed.",
            BAD_USAGE,
        )
    found = checked(file, digest)
    write(found, output, partial(show, compared=bool(digest)), report)
    return DIFFERENCE if found.faults else 0


def checked(file: Path, digest: str = "") -> Checked:
    """What was found in a file. Raises Problem where it cannot be read."""
    try:
        with file.open("rb") as lines:
            return check(iter(partial(lines.readline, LONGEST_LINE), b""), digest)
    except OSError as error:
        raise Problem(f"{file} cannot be read: {error.strerror}. Check the name.", BAD_USAGE) from error


def show(found: Checked, console: Console, *, compared: bool) -> None:
    """Sentences: where it comes from, what is wrong, and what that says of the rest."""
    for text in _told(found, compared=compared):
        say(console, text)


def _told(found: Checked, *, compared: bool) -> Iterator[str]:
    if found.header:
        yield _origin(found)
    for fault in found.faults[:MOST]:
        yield fault.text
    if len(found.faults) > MOST:
        yield f"{len(found.faults) - MOST} more faults are not printed; -o json has them all."
    if found.begin_later:
        yield (
            f"{found.begin_later} of {found.allocations} allocations begin with a Decision that follows on one which is not in "
            "this file, as after a pruning or with --since."
        )
    if found.faults:
        yield (
            f"Faults: {len(found.faults)}. Decisions: {found.decisions}. Compare with another copy, and with the cluster if the "
            "Decisions are still there."
        )
        return
    yield (
        f"{found.decisions} Decisions of {found.allocations} allocations are as they were exported, and each comes to what it "
        "says by its own evidence."
    )
    if compared:
        yield "The digest over all lines is the one that was written down, so this is the very file that was exported."
        return
    yield (
        f"The digest over all lines is {found.digest}. Only whoever wrote it down at the export can tell whether all of the file "
        "was made anew since: verify it with --digest."
    )


def _origin(found: Checked) -> str:
    header = found.header
    cluster, by = header.get("cluster") or "unknown", header.get("by") or "nobody known"
    return f"Exported at {header.get('at')} by {by} from cluster {cluster} with tenure {header.get('version')}."


def report(found: Checked) -> Value:
    """The same for programs."""
    header = {key: value for key, value in found.header.items() if key not in ("chains", "digest", "line")}
    return {
        "header": header,
        "decisions": found.decisions,
        "allocations": found.allocations,
        "beginLater": found.begin_later,
        "digest": found.digest,
        "faults": [{"line": fault.line, "text": fault.text} for fault in found.faults],
    }
