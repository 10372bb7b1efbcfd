"""The agent against nvidia-smi on a real NVIDIA device: an idle minute, a full one, a half-duty one.

    PYTHONPATH=operator python tests/agent/check_device.py [GPU index]

Needs a Linux machine with an NVIDIA driver, nvidia-smi, a CUDA build of PyTorch, and a device that nobody else uses.
It needs no Kubernetes: the device is nobody's. Prints a Markdown table for docs/agent.md and exits with 1 if a reading
is off by more than 3 points.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path

import grpc
from tenure.agent.exposition import series
from tenure.agent.meter import Moment
from tenure.agent.metrics import ENGINE, UTIL
from tenure.agent.node import Node
from tenure.agent.podresources import METHOD, Request, Response
from tenure.agent.settings import Settings

SECONDS = 60
TOLERANCE = 3
BURN = """
import sys, time, torch
device, duty = f"cuda:{sys.argv[1]}", float(sys.argv[2])
a = torch.randn(4096, 4096, device=device)
while True:
    end = time.monotonic() + 10 * duty
    while time.monotonic() < end:
        for _ in range(20): a @ a
        torch.cuda.synchronize()
    time.sleep(10 * (1 - duty))
"""


@contextmanager
def load(index: str, duty: float) -> Iterator[None]:
    """A process that multiplies matrices for this part of every ten seconds."""
    if not duty:
        yield
        return
    process = subprocess.Popen([sys.executable, "-c", BURN, index, str(duty)])
    try:
        time.sleep(20)  # until CUDA is up
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def kubelet() -> Iterator[Path]:
    """A pod-resources server on which nobody holds anything."""
    with tempfile.TemporaryDirectory() as folder:
        _, service, method = METHOD.split("/")
        handler = grpc.unary_unary_rpc_method_handler(
            lambda request, context: Response(), Request.FromString, Response.SerializeToString
        )
        server = grpc.server(futures.ThreadPoolExecutor(1))
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
        socket = Path(folder) / "kubelet.sock"
        server.add_insecure_port(f"unix:{socket}")
        server.start()
        yield socket
        server.stop(None).wait()


def nvidia_smi(index: str, stop: threading.Event, found: list[float]) -> None:
    """Its utilization five times a second."""
    command = ["nvidia-smi", "-i", index, "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "-lms", "200"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for line in process.stdout:
        if stop.is_set():
            break
        if line.strip().isdigit():
            found.append(float(line))
    process.kill()
    process.wait()


def measure(index: str, socket: Path) -> tuple[dict[str, float], float]:
    """What the agent says of the device after a minute, and the mean of what nvidia-smi said in it."""
    node = Node(Settings(pod_resources=socket))
    stop, found = threading.Event(), list[float]()
    other = threading.Thread(target=nvidia_smi, args=(index, stop, found))
    other.start()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        node.tick(Moment(time.monotonic(), time.time()))
        time.sleep(1)
    stop.set()
    other.join()
    values = {
        name: value
        for reading in node.state.readings
        if str(reading.device.index) == index
        for name, _, value in series(reading)
    }
    return values, statistics.fmean(found)


def main(index: str) -> int:
    """Exit code."""
    name = subprocess.check_output(
        ["nvidia-smi", "-i", index, "--query-gpu=name,driver_version", "--format=csv,noheader"], text=True
    ).strip()
    print(f"{name}, {time.strftime('%Y-%m-%d')}\n")
    print("| load | nvidia-smi, mean of the minute | agent, GPU_UTIL | agent, GR_ENGINE_ACTIVE |\n|---|---|---|---|")
    good = True
    with kubelet() as socket:
        for title, duty in (("idle minute", 0.0), ("full minute", 1.0), ("half-duty minute, 5 s of 10", 0.5)):
            with load(index, duty):
                values, other = measure(index, socket)
            engine = f"{values[ENGINE] * 100:.1f} %" if ENGINE in values else "not offered"
            print(f"| {title} | {other:.1f} % | {values[UTIL]:.1f} % | {engine} |", flush=True)
            good = good and abs(values[UTIL] - other) <= TOLERANCE and abs(values[UTIL] - duty * 100) <= TOLERANCE
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["0"]))
