"""The machine that the stand-in for libnvidia-ml.so.1 shows: a file that both map, written here and read there."""

from __future__ import annotations

import ctypes
import mmap
import os
import shutil
import subprocess
from ctypes import c_char, c_double, c_uint32, c_uint64
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("libnvidia-ml.c")
GIB = 1024**3


class Load(ctypes.Structure):
    """`percent` for the first `busy` seconds of every `period`; without a period always."""

    _fields_ = [("percent", c_double), ("period", c_double), ("busy", c_double)]


class Process(ctypes.Structure):
    _fields_ = [("bytes", c_uint64), ("load", Load), ("pid", c_uint32), ("unused", c_uint32)]


class Instance(ctypes.Structure):
    """A MIG GPU instance."""

    _fields_ = [
        ("used", c_uint64),
        ("free", c_uint64),
        ("engine", Load),
        ("dram", Load),
        ("id", c_uint32),
        ("unused", c_uint32),
        ("uuid", c_char * 64),
        ("profile", c_char * 16),
    ]


class Card(ctypes.Structure):
    _fields_ = [
        ("used", c_uint64),
        ("free", c_uint64),
        ("copy", Load),
        *((name, c_uint32) for name in ("milliwatts", "minor", "lost", "mig", "gpm")),
        *(
            (name, c_uint32)
            for name in ("keeps_samples", "tells_processes", "wild", "mps", "unused", "processes", "instances")
        ),
        ("uuid", c_char * 64),
        ("name", c_char * 64),
        ("bus", c_char * 32),
        ("process", Process * 4),
        ("instance", Instance * 4),
    ]


class _Machine(ctypes.Structure):
    _fields_ = [
        ("now", c_double),
        ("loaded", c_uint32),
        ("cards", c_uint32),
        ("driver", c_char * 32),
        ("card", Card * 4),
    ]


def compile_library(folder: Path) -> Path:
    """libnvidia-ml.so.1 in `folder`. Skips the test where no C compiler is."""
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None:
        pytest.skip("No C compiler is here (cc, gcc or clang), so the stand-in for libnvidia-ml.so.1 cannot be built.")
    library = folder / "libnvidia-ml.so.1"
    flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-Wl,-soname,libnvidia-ml.so.1"]
    subprocess.run([compiler, *flags, str(SOURCE), "-o", str(library), "-lm"], check=True)
    return library


class Machine:
    """Cards that a test sets up, and their clock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_bytes(bytes(ctypes.sizeof(_Machine)))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)
        self._state = _Machine.from_buffer(self._memory)
        self._state.loaded = 1
        self._state.driver = b"570.86.15"
        os.environ["TENURE_NVML_STANDIN"] = str(path)

    def card(self, name: str = "NVIDIA H200", *, gpm: bool = True, mig: bool = False, tells: bool = True) -> Card:
        """One more card, idle."""
        index = self._state.cards
        card: Card = self._state.card[index]
        card.uuid = f"GPU-{index:08x}-1111-2222-3333-444444444444".encode()
        card.name, card.bus = name.encode(), f"00000000:{0x1A + index:02X}:00.0".encode()
        card.minor, card.gpm, card.mig, card.milliwatts = index, gpm, mig, 75_000
        card.used, card.free = 2 * GIB, 78 * GIB
        card.keeps_samples, card.tells_processes = 1, tells
        self._state.cards = index + 1
        return card

    def run(self, card: Card, pid: int, percent: float, period: float = 0, busy: float = 0) -> Process:
        """One more process on the card."""
        process: Process = card.process[card.processes]
        process.pid, process.bytes, process.load = pid, 3 * GIB, Load(percent, period, busy)
        card.processes += 1
        return process

    def divide(self, card: Card, profile: str, instance: int) -> Instance:
        """One more MIG instance, idle."""
        one: Instance = card.instance[card.instances]
        one.id, one.profile = instance, profile.encode()
        one.uuid = f"MIG-{instance:08x}-5555-6666-7777-888888888888".encode()
        one.used, one.free = 1 * GIB, 9 * GIB
        card.instances += 1
        return one

    @property
    def now(self) -> float:
        """Unix seconds; 0 is the real time."""
        return float(self._state.now)

    @now.setter
    def now(self, seconds: float) -> None:
        self._state.now = seconds

    @property
    def loaded(self) -> bool:
        """Whether the kernel module is there."""
        return bool(self._state.loaded)

    @loaded.setter
    def loaded(self, value: bool) -> None:
        self._state.loaded = value
