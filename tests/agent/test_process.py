"""The agent as a process: started without a driver, found by a driver that comes, ended by SIGTERM."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .kubelet import Kubelet
from .machine import Machine

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the agent until it ends by itself."""
    command = [sys.executable, "-m", "tenure.agent"]
    return subprocess.run(command, env=env, check=False, capture_output=True, text=True, timeout=30)


class Agent:
    """`python -m tenure.agent` on a node whose library folder is empty at first."""

    def __init__(self, folder: Path, kubelet: Kubelet, machine: Machine) -> None:
        self.library = folder / "lib"
        self.library.mkdir()
        self.port = free_port()
        self.log = folder / "log"
        settings = {
            "PORT": str(self.port),
            "NODE": "n1",
            "POD_RESOURCES": str(kubelet.socket),
            "POD_LOGS": str(kubelet.pod_logs),
            "PROC": str(kubelet.proc),
        }
        env = os.environ | {f"TENURE_AGENT_{name}": value for name, value in settings.items()}
        env |= {"LD_LIBRARY_PATH": str(self.library), "PYTHONPATH": str(ROOT / "operator")}
        env["TENURE_NVML_STANDIN"] = str(machine.path)
        with self.log.open("w") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "tenure.agent"], env=env, stderr=log)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    def wait_for(self, found: Callable[[str], bool], seconds: float = 30) -> str:
        """The first scrape that shows it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if found(text := self.get("/metrics")):
                    return text
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        pytest.fail(f"Never shown. The log:\n{self.log.read_text()}")


@pytest.fixture
def agent(tmp_path: Path, kubelet: Kubelet) -> Iterator[Agent]:
    machine = Machine(tmp_path / "machine")
    machine.run(machine.card(), 41, 70)
    kubelet.give("nvidia0", "team-a", "train-0")
    agent = Agent(tmp_path, kubelet, machine)
    yield agent
    agent.process.kill()
    agent.process.wait()
    os.environ.pop("TENURE_NVML_STANDIN")


def test_it_stays_up_without_a_driver_finds_it_when_it_comes_and_ends_when_told(agent: Agent, library: Path) -> None:
    text = agent.wait_for(lambda text: 'tenure_agent_up{reason="NoDriver"} 0.0' in text)
    assert "DCGM_FI" not in text
    assert agent.get("/healthz") == "ok\n"
    shutil.copy(library, agent.library / "libnvidia-ml.so.1")
    text = agent.wait_for(lambda text: "DCGM_FI_DEV_GPU_UTIL{" in text)
    assert 'tenure_agent_up{reason=""} 1.0' in text
    [line] = [line for line in text.splitlines() if line.startswith("DCGM_FI_DEV_GPU_UTIL{")]
    assert 'namespace="team-a"' in line
    assert float(line.split()[-1]) == 70
    assert "mean of the last 60 s" in text
    agent.process.send_signal(signal.SIGTERM)
    assert agent.process.wait(timeout=10) == 0
    assert agent.log.read_text().count("libnvidia-ml.so.1 is not here") == 1


def test_a_port_that_is_taken_ends_it_with_a_sentence(agent: Agent) -> None:
    agent.wait_for(lambda text: "tenure_agent_up" in text)
    env = os.environ | {"TENURE_AGENT_PORT": str(agent.port), "PYTHONPATH": str(ROOT / "operator")}
    second = start(env)
    assert second.returncode == 1
    assert f"Port {agent.port} cannot be had" in second.stderr


def test_a_bad_setting_ends_it_with_a_sentence() -> None:
    env = os.environ | {"TENURE_AGENT_PORT": "http", "PYTHONPATH": str(ROOT / "operator")}
    answer = start(env)
    assert answer.returncode == 2
    assert answer.stderr == "tenure: TENURE_AGENT_PORT is 'http'. Write a whole number from 1 to 65535.\n"
