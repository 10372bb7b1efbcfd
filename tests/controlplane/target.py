"""Brings up, finds again and ends a control plane by name, wherever `CLUSTER` says it shall run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from . import ControlPlaneError, binaries, cluster, existing, kind, kubectl, processes, record
from .cluster import Settings
from .paths import cache_root, locked, say, state_folder
from .prometheus import Prometheus
from .record import Record

PROGRAMS = {
    "kwok": binaries.ALL,
    "kind": ("kwok", *binaries.CLIENTS, *binaries.TELEMETRY),
    "existing": binaries.CLIENTS + binaries.TELEMETRY,
}


@dataclass(frozen=True)
class ControlPlane:
    """A running control plane: a cluster, by kubeconfig and context, and a Prometheus beside it."""

    name: str
    kubeconfig: Path
    context: str
    prometheus: Prometheus

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """Run the pinned kubectl and return its output; a ControlPlaneError has its complaint."""
        return kubectl.run(self.prometheus.programs, self.kubeconfig, *arguments, stdin=stdin)


def bring_up(
    name: str,
    settings: Settings | None = None,
    *,
    scrape: Sequence[str] = (),
    prometheus_flags: Sequence[str] = (),
) -> ControlPlane:
    """Return the control plane called `name`: a healthy one as it is, else a new, empty one.

    The environment variable CLUSTER says where: `kwok` (the default), `kind` or `existing`. Several may
    run at once under different names. `settings` alter the components, which only kwok allows; one that
    runs with others is replaced. Raises ControlPlaneError with the log to read.
    """
    folder = state_folder(name)
    wanted = _wanted(name, settings or Settings())
    with _lock():
        found = record.read(folder)
        if not (found and found.is_up_as(wanted) and _healthy(folder, found)):
            _replace(folder, found, wanted)
        prometheus = Prometheus(folder / "prometheus", wanted.programs)
        prometheus.start(scrape, prometheus_flags)
    return _described(folder, wanted)


def find(name: str) -> ControlPlane | None:
    """Return the control plane called `name` if it is up and healthy; change nothing."""
    folder = state_folder(name)
    found = record.read(folder)
    return _described(folder, found) if found and found.up and _healthy(folder, found) else None


def bring_down(name: str) -> None:
    """End everything that belongs to the control plane called `name`, and delete its state and logs."""
    folder = state_folder(name)
    with _lock():
        _end(folder, record.read(folder))
        shutil.rmtree(folder, ignore_errors=True)


def chosen_cluster() -> str:
    """Return where the cluster shall run, from the environment variable CLUSTER."""
    chosen = os.environ.get("CLUSTER") or "kwok"
    if chosen not in PROGRAMS:
        raise ControlPlaneError(f"CLUSTER is '{chosen}'; it can be {', '.join(PROGRAMS)}.")
    return chosen


def _wanted(name: str, settings: Settings) -> Record:
    chosen = chosen_cluster()
    if chosen != "kwok" and settings != Settings():
        raise ControlPlaneError(f"CLUSTER={chosen} cannot alter the components; CLUSTER=kwok can.")
    context = existing.chosen_context() if chosen == "existing" else ""
    return Record(name, chosen, settings, binaries.ensure(PROGRAMS[chosen]), context)


def _lock() -> AbstractContextManager[None]:
    """One control plane comes up at a time, so that no two choose the same free port."""
    return locked(cache_root() / "clusters" / ".lock", "Another control plane is coming up; this one waits.")


def _healthy(folder: Path, found: Record) -> bool:
    if found.cluster == "kwok":
        return cluster.healthy(folder, found.name, found.settings, found.programs)
    if found.cluster == "kind":
        return kind.healthy(folder, found.programs)
    return kubectl.ready(found.programs, folder / "kubeconfig")


def _replace(folder: Path, found: Record | None, wanted: Record) -> None:
    """End what is there and start anew; the record says `up` only once that has worked."""
    if found:
        say(f"What there is of '{wanted.name}' is broken or was set up differently, so it is replaced.")
    _end(folder, found)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wanted.write(folder)
    try:
        _start(folder, wanted)
    except BaseException:
        processes.end(folder)
        raise
    replace(wanted, up=True).write(folder)


def _start(folder: Path, wanted: Record) -> None:
    if wanted.cluster == "kwok":
        cluster.up(folder, wanted.name, wanted.settings, wanted.programs)
    elif wanted.cluster == "kind":
        kind.up(folder, wanted.name, wanted.programs)
    else:
        existing.up(folder, wanted.programs, wanted.context)


def _end(folder: Path, found: Record | None) -> None:
    if found and found.cluster == "kind":
        kind.down(folder, found.name)
    if found and found.cluster == "existing" and found.up:
        existing.down(folder, found.programs, found.name)
    processes.end(folder)


def _described(folder: Path, found: Record) -> ControlPlane:
    kubeconfig = folder / "kubeconfig"
    context = str(yaml.safe_load(kubeconfig.read_text())["current-context"])
    return ControlPlane(found.name, kubeconfig, context, Prometheus(folder / "prometheus", found.programs))
