"""The operator as it is run in a cluster: its own process, under its own ServiceAccount and enumerated rights."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from controlplane.ports import free_port
from controlplane.target import ControlPlane

NAMESPACE = "tenure-system"
START_SECONDS = 60
STOP_SECONDS = 20


def kubeconfig_of(plane: ControlPlane, account: str = "tenure", namespace: str = NAMESPACE) -> Path:
    """A kubeconfig with a token of a ServiceAccount, by default of the operator's namespace, beside the plane's own."""
    token = plane.kubectl("create", "token", account, "--namespace", namespace, "--duration=24h").strip()
    config = yaml.safe_load(plane.kubeconfig.read_text())
    config["users"] = [{"name": account, "user": {"token": token}}]
    current = next(c for c in config["contexts"] if c["name"] == config["current-context"])
    config["contexts"] = [{"name": account, "context": {"cluster": current["context"]["cluster"], "user": account}}]
    config["current-context"] = account
    path = plane.kubeconfig.with_name(f"kubeconfig-{account}")
    path.write_text(yaml.safe_dump(config))
    return path


def end_left_running(plane: ControlPlane, name: str = "operator") -> None:
    """End an operator that another process started on this control plane and left running."""
    file = plane.kubeconfig.with_name(f"{name}.pid")
    try:
        pid = int(file.read_text())
        if b"tenure.cli" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        return


@dataclass
class OperatorProcess:
    """One replica. Use it as a context manager; it is stopped at the end."""

    plane: ControlPlane
    prometheus_url: str = ""
    clock_offset: float = 0.0
    name: str = "operator"
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    port: int = field(default_factory=free_port)
    """Where it answers /healthz and /metrics."""
    _begun: int = 0

    @property
    def log(self) -> Path:
        """Where it writes."""
        return self.plane.kubeconfig.with_name(f"{self.name}.log")

    def launch(self) -> OperatorProcess:
        """Start it, whether or not it comes to lead."""
        environment = os.environ | {
            "KUBECONFIG": self.settings.get("KUBECONFIG") or str(kubeconfig_of(self.plane)),
            "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "operator"),
            "TENURE_PROMETHEUS_URL": self.prometheus_url,
            "TENURE_CLOCK_OFFSET": str(self.clock_offset),
            "TENURE_IDENTITY": self.name,
            "TENURE_PROBE_PORT": str(self.port),
            **self.settings,
        }
        command = [sys.executable, "-c", "from tenure.cli import main; main()", "operator"]
        with self.log.open("ab") as log:
            self._begun = log.tell()
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.log.with_suffix(".pid").write_text(str(self.process.pid))
        return self

    def leads(self) -> bool:
        """Whether it has come to lead since it was started."""
        return self.says(" leads.")

    def says(self, text: str) -> bool:
        """Whether its log says so since it was started."""
        return text.encode() in self.log.read_bytes()[self._begun :]

    def ended(self) -> bool:
        """Whether it has ended, by itself or killed."""
        return self.process is None or self.process.poll() is not None

    def start(self) -> OperatorProcess:
        """Start it and wait until it leads. Raises RuntimeError with the end of its log."""
        self.launch()
        until = time.monotonic() + START_SECONDS
        while not self.leads():
            if self.ended() or time.monotonic() > until:
                raise RuntimeError(f"The operator did not come to lead. Its log {self.log} ends:\n{self.tail()}")
            time.sleep(0.1)
        return self

    def stop(self) -> None:
        """SIGTERM, and SIGKILL if that is not heard."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """SIGKILL: as when the node dies."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def tail(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text().splitlines()[-lines:])

    def __enter__(self) -> OperatorProcess:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
