"""A real VictoriaMetrics, a single node on a loopback port, filled with history and asked like a Prometheus."""

from __future__ import annotations

import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import ControlPlaneError, processes
from .paths import tail
from .ports import free_port

RETENTION = "400d"


@dataclass(frozen=True)
class VictoriaMetrics:
    """One VictoriaMetrics: everything it has lies in `folder`, its program in `programs`. It keeps its port."""

    folder: Path
    programs: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """The base address of its HTTP API."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, flags: Sequence[str] = ()) -> None:
        """Start it anew with its data. `flags` are added, such as `-search.maxSamplesPerSeries=700`."""
        self.stop()
        link, log = self._bin / "victoria-metrics", self.folder / "victoria-metrics.log"
        self._bin.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(self.programs / link.name)
        processes.start(link, [*self._arguments(), *flags], log)
        processes.wait_until(lambda: self.ready() or not processes.running(self._bin), 120)
        if not self.ready():
            self.stop()
            raise ControlPlaneError(f"VictoriaMetrics did not become ready. Its log {log} ends:\n{tail(log)}")

    def stop(self) -> None:
        """Stop it and keep its data."""
        processes.end(self._bin, grace_seconds=30)

    def ready(self) -> bool:
        """Tell whether it serves queries."""
        try:
            return bool(processes.running(self._bin)) and self._ask("/health") == b"OK"
        except OSError:
            return False

    def backfill(self, openmetrics: Path) -> None:
        """Add the samples of an OpenMetrics file; they can be queried when this returns. It has to run.

        The import takes times in milliseconds, and times as small as those of the format as seconds.
        """
        self._ask("/api/v1/import/prometheus", openmetrics.read_bytes())
        self._ask("/internal/force_flush")

    @property
    def _bin(self) -> Path:
        return self.folder / "bin"

    def _ask(self, path: str, body: bytes | None = None) -> bytes:
        without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with without_proxy.open(f"{self.url}{path}", body, timeout=120) as answer:
            return bytes(answer.read())

    def _arguments(self) -> list[str]:
        return [
            f"-storageDataPath={self.folder}/data",
            f"-retentionPeriod={RETENTION}",
            f"-httpListenAddr=127.0.0.1:{self.port}",
        ]
