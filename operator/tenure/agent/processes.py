"""Which pod a process belongs to: its cgroup names the pod's UID, and the kubelet's folder of logs the UID's name.

It needs the node's processes (hostPID). /proc/PID/cgroup may be read by everybody, so no capability is needed.
"""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from typing import NamedTuple


class Pod(NamedTuple):
    """Namespace and name."""

    namespace: str
    name: str


class Not(Enum):
    """Why a process is no pod's."""

    A_PODS = "it runs on the node itself"
    KNOWN = "its pod has no name here"
    THERE = "no such process"


# pod0a1b2c3d-...; under systemd pod0a1b2c3d_...; of a static pod 32 digits without either.
_POD = re.compile(r"pod([0-9a-f]{8}([-_]?)[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{12})\b")


def pod_uid(cgroup: str) -> str | None:
    """The UID in the text of /proc/PID/cgroup, as the API writes it; None for a process of the node."""
    found = _POD.search(cgroup)
    return found.group(1).replace("_", "-") if found else None


class Processes:
    """Looks processes up. Names are read again only when a UID turns up that is not known."""

    def __init__(self, proc: Path, pod_logs: Path) -> None:
        self._proc = proc
        self._pod_logs = pod_logs
        self._names: dict[str, Pod] = {}

    def pod(self, pid: int) -> Pod | Not:
        """The pod of a process of the node."""
        try:
            uid = pod_uid((self._proc / str(pid) / "cgroup").read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return Not.THERE
        if uid is None:
            return Not.A_PODS
        if uid not in self._names:
            self._names = self._read_names()
        return self._names.get(uid, Not.KNOWN)

    def _read_names(self) -> dict[str, Pod]:
        try:
            entries = [path.name.split("_") for path in self._pod_logs.iterdir()]
        except OSError:
            return {}
        # Neither a namespace nor a name has an underscore.
        return {parts[2]: Pod(parts[0], parts[1]) for parts in entries if len(parts) == 3}
