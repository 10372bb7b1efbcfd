"""The pinned programs, built from Go source once and kept in the cache.

A manifest beside the programs has the size and the SHA-256 of each. A program that is missing, half
written or altered is noticed by it and built again; the others stay.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from .build import FLAGS, build
from .paths import SOURCE, cache_root, locked, say

SERVERS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "kwokctl")
TELEMETRY = ("prometheus", "promtool")
VICTORIAMETRICS = ("victoria-metrics",)
CLIENTS = ("kubectl",)
ALL = SERVERS + CLIENTS + TELEMETRY

Builder = Callable[[Sequence[str], Path], None]


def ensure(names: Sequence[str] = ALL, builder: Builder = build) -> Path:
    """Return the folder that holds the programs called `names`, building those that are not sound.

    `builder(names, folder)` leaves one executable per name in an empty folder. Two processes that need
    programs at the same time build them once. Raises ControlPlaneError if a build fails.
    """
    folder = cache_root() / "bin" / cache_key()
    if not unsound(folder, names):
        return folder
    waiting = f"Another process is building programs in {folder}; this one waits for it."
    with locked(folder.with_suffix(".lock"), waiting):
        missing = unsound(folder, names)
        if missing:
            _add(folder, missing, builder)
    return folder


def helm() -> Path:
    """Return the helm command, built if need be; charts are tested with it."""
    return ensure(("helm",)) / "helm"


def cache_key() -> str:
    """Return a name that changes with the pinned versions, the build flags and the kind of machine."""
    digest = hashlib.sha256()
    for part in ((SOURCE / "go.mod").read_bytes(), (SOURCE / "go.sum").read_bytes(), repr(FLAGS).encode()):
        digest.update(hashlib.sha256(part).digest())
    return f"{platform.system()}-{platform.machine()}-{digest.hexdigest()[:12]}".lower()


def unsound(folder: Path, names: Iterable[str]) -> list[str]:
    """Return the names whose program is not in `folder` exactly as the manifest describes it."""
    manifest = _read_manifest(folder)
    return [name for name in names if manifest.get(name, "") != _describe(folder / name)]


def _add(folder: Path, names: Sequence[str], builder: Builder) -> None:
    """Build into a folder beside, then move each program in and write the manifest last."""
    manifest = _read_manifest(folder)
    damaged = [name for name in names if name in manifest or (folder / name).exists()]
    if damaged:
        say(f"Damaged or half built in {folder}, so built again: {', '.join(damaged)}.")
    fresh = _empty(folder.with_suffix(".building"))
    builder(names, fresh)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        manifest[name] = _describe(fresh / name)
        (fresh / name).replace(folder / name)
    draft = fresh / "manifest.json"
    draft.write_text(json.dumps(manifest, indent=1, sort_keys=True))
    draft.replace(folder / "manifest.json")
    _empty(fresh).rmdir()


def _read_manifest(folder: Path) -> dict[str, object]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _describe(program: Path) -> dict[str, object] | None:
    try:
        with program.open("rb") as handle:
            sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return None
    return {"size": program.stat().st_size, "sha256": sha256}


def _empty(folder: Path) -> Path:
    """Make `folder` exist and be empty; what an earlier, interrupted build left there is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.iterdir():
        leftover.unlink()
    return folder
