"""A real Prometheus on a loopback port, filled with history and asked like any other."""

from __future__ import annotations

import json
import shutil
import tempfile
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from . import ControlPlaneError, processes
from .paths import tail
from .ports import free_port

RETENTION = "400d"
# promtool reads its whole input once per block, so one block for half a year is several times faster
# than one per day.
BLOCK_DURATION = "4380h"


@dataclass(frozen=True)
class Settings:
    """How a Prometheus was started: its port, its scrape targets (host:port) and added flags."""

    port: int
    scrape: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prometheus:
    """One Prometheus: everything it has lies in `folder`, its programs in `programs`.

    Two objects with the same folder speak of the same server, also from two processes.
    """

    folder: Path
    programs: Path

    @property
    def url(self) -> str:
        """The base address of its HTTP API. A stopped one keeps it, one never started has none."""
        settings = self._settings()
        if settings is None:
            raise ControlPlaneError(f"The Prometheus in {self.folder} was never started.")
        return f"http://127.0.0.1:{settings.port}"

    @property
    def queries(self) -> Path:
        """The log of every query that was answered, one JSON object per line."""
        return self.folder / "queries.log"

    def start(self, scrape: Sequence[str] = (), flags: Sequence[str] = ()) -> None:
        """Start it; one that already runs with the same settings is left alone.

        `scrape` lists targets as host:port, read every 5 s. `flags` are added to the command line, such as
        `--query.max-samples=1000`.
        """
        before = self._settings()
        if before and before == Settings(before.port, tuple(scrape), tuple(flags)) and self.ready():
            return
        self.stop()
        port = free_port(before.port if before else None)
        self._write(Settings(port, tuple(scrape), tuple(flags)))
        self._launch()

    def stop(self) -> None:
        """Stop it and keep its data, settings and address."""
        processes.end(self._bin, grace_seconds=30)

    def restart(self) -> None:
        """Stop it and start it with the settings and at the address it had."""
        self.stop()
        self._launch()

    def ready(self) -> bool:
        """Tell whether it serves queries."""
        if not processes.running(self._bin):
            return False
        without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with without_proxy.open(f"{self.url}/-/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def backfill(self, openmetrics: Path) -> None:
        """Add the samples of an OpenMetrics file; they can be queried when this returns."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder) as blocks:
            self.create_blocks(openmetrics, Path(blocks))
            self.install_blocks(Path(blocks))

    def create_blocks(self, openmetrics: Path, into: Path) -> None:
        """Turn an OpenMetrics file (it must end in `# EOF`) into blocks that `install_blocks` takes."""
        arguments = ("create-blocks-from", "openmetrics", "--quiet", f"--max-block-duration={BLOCK_DURATION}")
        promtool = self.programs / "promtool"
        processes.run(self.folder / "promtool.log", promtool, "tsdb", *arguments, openmetrics, into)

    def install_blocks(self, blocks: Path) -> None:
        """Copy blocks into the data; a running Prometheus is restarted so that it has them at once."""
        was_running = bool(processes.running(self._bin))
        self.stop()
        for meta in blocks.glob("*/meta.json"):
            shutil.copytree(meta.parent, self.folder / "data" / meta.parent.name, dirs_exist_ok=True)
        if was_running:
            self._launch()

    @property
    def _bin(self) -> Path:
        return self.folder / "bin"

    def _settings(self) -> Settings | None:
        try:
            written = json.loads((self.folder / "settings.json").read_text())
            return Settings(written["port"], tuple(written["scrape"]), tuple(written["flags"]))
        except (OSError, ValueError, LookupError):
            return None

    def _write(self, settings: Settings) -> None:
        self._bin.mkdir(parents=True, exist_ok=True)
        (self.folder / "settings.json").write_text(json.dumps(asdict(settings)))
        job = {"job_name": "static", "static_configs": [{"targets": list(settings.scrape)}]}
        asked = {"scrape_interval": "5s", "query_log_file": str(self.queries)}
        configuration = {"global": asked, "scrape_configs": [job]}
        (self.folder / "prometheus.yaml").write_text(yaml.safe_dump(configuration))

    def _launch(self) -> None:
        """Start through a link of its own, by which its process is found again, and wait for it."""
        link, log = self._bin / "prometheus", self.folder / "prometheus.log"
        link.unlink(missing_ok=True)
        link.symlink_to(self.programs / "prometheus")
        processes.start(link, self._arguments(), log)
        processes.wait_until(lambda: self.ready() or not processes.running(self._bin), 120)
        if not self.ready():
            self.stop()
            raise ControlPlaneError(f"Prometheus did not become ready. Its log {log} ends:\n{tail(log)}")

    def _arguments(self) -> list[str]:
        settings = self._settings()
        return [
            f"--config.file={self.folder}/prometheus.yaml",
            f"--storage.tsdb.path={self.folder}/data",
            f"--storage.tsdb.retention.time={RETENTION}",
            f"--web.listen-address={self.url.removeprefix('http://')}",
            *(settings.flags if settings else ()),
        ]
