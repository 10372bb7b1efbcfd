"""Programs that outlive the command which started them.

Every control plane runs its programs through links in a folder of its own. A process belongs to it
exactly if it was started from that folder, so nothing depends on process ids written down earlier:
those go stale, and after a reboot they may point at somebody else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from . import ControlPlaneError
from .paths import tail


def running(folder: Path) -> dict[int, str]:
    """Return process id and program name of everything that was started from `folder`."""
    prefix = os.path.join(os.path.abspath(folder), "")
    return {pid: Path(path).name for pid, path in _started_paths() if path.startswith(prefix)}


def start(program: Path, arguments: Sequence[str], log: Path) -> None:
    """Start `program` on its own, with its output appended to `log`, and return once it runs.

    The shell between lets the program be adopted by init, so it never becomes a zombie of ours. Whether
    the program goes on running is for the caller to watch.
    """
    detach = '"$0" "$@" </dev/null >>"$LOG" 2>&1 &'
    command = ["/bin/sh", "-c", detach, os.path.abspath(program), *arguments]
    subprocess.run(command, env={**os.environ, "LOG": str(log)}, start_new_session=True, check=True)
    wait_until(lambda: program.name in running(program.parent).values(), 1, pause=0.01)


def run(log: Path, *command: str | Path) -> None:
    """Run a command to its end with its output in `log`; a failure shows the last lines of it."""
    with log.open("wb") as output:
        done = subprocess.run(command, stdout=output, stderr=output, check=False)
    if done.returncode:
        said = " ".join(str(part) for part in command)
        raise ControlPlaneError(f"'{said}' failed. Its log {log} ends:\n{tail(log)}")


def end(folder: Path, grace_seconds: float = 0) -> None:
    """End everything that was started from `folder`, asking first if there is a grace."""
    if grace_seconds:
        _signal_all(folder, signal.SIGTERM)
        if wait_until(lambda: not running(folder), grace_seconds):
            return
    _signal_all(folder, signal.SIGKILL)
    if not wait_until(lambda: not running(folder), 30):
        left = ", ".join(f"{name} (process {pid})" for pid, name in running(folder).items())
        raise ControlPlaneError(f"Started from {folder} and impossible to end: {left}.")


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Ask again until `condition` holds; False if it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def _signal_all(folder: Path, number: signal.Signals) -> None:
    for pid in running(folder):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _started_paths() -> Iterator[tuple[int, str]]:
    """Give process id and first argument of every process, from /proc or, where there is none, ps."""
    if not Path("/proc/self/cmdline").exists():
        listing = subprocess.run(["ps", "-axww", "-o", "pid=,command="], capture_output=True, check=True)
        for line in listing.stdout.decode(errors="replace").splitlines():
            pid, _, command = line.strip().partition(" ")
            yield int(pid), command
        return
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            yield int(entry.name), (entry / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
        except OSError:  # it ended while we were looking
            continue
