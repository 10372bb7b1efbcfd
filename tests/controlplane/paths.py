"""Where binaries, cluster state and logs lie, and the locks that keep two processes apart."""

from __future__ import annotations

import fcntl
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import ControlPlaneError

SOURCE = Path(__file__).resolve().parent
# Labels the nodes that one control plane made, so that no others are deleted with them.
MADE_BY = "tenure.dev/control-plane"

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?")
_TAIL_BYTES = 8192


def cache_root() -> Path:
    """Return the folder of everything kept outside git: `TENURE_CACHE`, by default `~/.cache/tenure`."""
    return Path(os.environ.get("TENURE_CACHE") or "~/.cache/tenure").expanduser().resolve()


def state_folder(name: str) -> Path:
    """Return the folder that holds all state and all logs of the control plane called `name`."""
    if not _NAME.fullmatch(name):
        raise ControlPlaneError(
            f"'{name}' cannot name a control plane. Use at most 30 small letters, digits and hyphens."
        )
    return cache_root() / "clusters" / name


def say(sentence: str) -> None:
    """Show progress to a person; standard output stays free for results."""
    print(sentence, file=sys.stderr, flush=True)


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log, indented, or a remark that there is nothing in it."""
    try:
        text = log.read_bytes()[-_TAIL_BYTES:].decode(errors="replace")
    except FileNotFoundError:
        text = ""
    return "\n".join(f"    {line[:400]}" for line in text.splitlines()[-lines:]) or "    (the log is empty)"


@contextmanager
def locked(path: Path, waiting: str) -> Iterator[None]:
    """Hold an exclusive lock on `path`; say the sentence `waiting` if somebody else has it now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
