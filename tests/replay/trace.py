"""A trace of devices: gzip CSV with the columns pod, second, percent."""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

COLUMNS = {"pod", "second", "percent"}
Samples = dict[float, float]
"""second -> percent"""


class TraceError(Exception):
    """The file is not of that form; the sentence says what to mend."""


@dataclass(frozen=True)
class Group:
    """The devices of one project."""

    project: str
    devices: tuple[Samples, ...]


def read(path: Path) -> dict[str, Samples]:
    """Samples of every pod, by its name. A row without a percentage is a missing sample. Raises TraceError."""
    pods: dict[str, Samples] = defaultdict(dict)
    try:
        with gzip.open(path, "rt", newline="") as file:
            rows = csv.DictReader(file)
            if not set(rows.fieldnames or ()) >= COLUMNS:
                raise TraceError(f"{path} needs the columns pod, second and percent; it has {rows.fieldnames}.")
            for row in rows:
                pods[row["pod"]] |= _sample(row, path, rows.line_num)
    except (OSError, EOFError) as error:
        raise TraceError(f"{path} cannot be read as gzip CSV: {error}. Give a file such as trace.csv.gz.") from error
    if not pods:
        raise TraceError(f"{path} has no rows.")
    return dict(pods)


def _sample(row: dict[str, str], path: Path, line: int) -> Samples:
    text = (row["percent"] or "").strip()
    try:
        second, percent = float(row["second"]), float(text) if text else math.nan
    except (TypeError, ValueError):
        raise TraceError(f"{path}, line {line}: second and percent must be numbers, not {row}.") from None
    return {} if math.isnan(percent) else {second: percent}


def groups(pods: dict[str, Samples], size: int) -> list[Group]:
    """Every `size` pods, in order of name, are the devices of one project; the last may have fewer."""
    names = sorted(pods)
    cut = [names[at : at + size] for at in range(0, len(names), size)]
    return [Group(f"replay-{number:03d}", tuple(pods[name] for name in part)) for number, part in enumerate(cut)]


def scrape_interval(pods: dict[str, Samples]) -> int:
    """The interval at which the trace was sampled, in whole minutes up to 15, in seconds."""
    steps = [b - a for samples in pods.values() for a, b in _pairs(sorted(samples))]
    return min(900, max(60, math.ceil(median(steps) / 60) * 60)) if steps else 60


def _pairs(values: list[float]) -> list[tuple[float, float]]:
    return list(pairwise(values))
