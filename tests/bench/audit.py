"""`python -m bench.audit 10000 8`: how long an export of so many allocations takes to write and to verify, and its size.

Each allocation has so many Decisions, of which each ends a review with a ledger of 92 days. Prints one JSON object.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tenure.api import names
from tenure.rules import record
from tenure.rules.audit.written import Entry, lines
from unit.build import allocation, documents
from unit.chains import ORIGIN, Told

Body = dict[str, Any]
VERIFY = """
import pathlib, sys
from tenure.cli.audit.verify import checked
found = checked(pathlib.Path(sys.argv[1]))
assert not found.faults, found.faults[:3]
(peak,) = (line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(found.decisions, int(peak.split()[1]) // 1024)
"""
PROFILE = {"profile": "dcgm", "spec": documents("manifests/telemetry-profiles.yaml")[0]["spec"]}


def chain(reviews: int) -> list[Body]:
    """One allocation's Decisions. The review of one quarter again and again, each time for an award with another end."""
    told = Told()
    for number in range(reviews):
        end = date(2026, 12, 31) + timedelta(days=number)
        told.allocation = allocation(storage="20T", term=f"2026-07-01 {end}")
        told.review(18.4)
    return [spec.wire() for spec in told.made]


def entries(allocations: int, reviews: int) -> Iterator[Entry]:
    """The same for so many allocations."""
    template = chain(reviews)
    for number in range(allocations):
        previous = ""
        for one in template:
            body = _of(f"award-{number:05}", one, previous)
            previous = body["hash"]
            name = names.decision(body["allocation"], body["review"], body["awardDigest"])
            yield Entry.of(name, f"{number:036}", "2026-10-22T03:00:00Z", body)


def _of(name: str, body: Body, previous: str) -> Body:
    """The Decision of another allocation, as long as one that was measured."""
    ledger = {**body["evidence"]["ledger"], "answers": ["db2989ee1703"] * len(body["evidence"]["ledger"]["states"])}
    evidence = {**body["evidence"], "ledger": ledger, "telemetry": PROFILE}
    body = {**body, "allocation": name, "previous": previous, "evidence": evidence}
    return {**body, "hash": record.digest(body)}


def main(allocations: int, reviews: int) -> Body:
    """All figures. The file is verified in a process of its own, as the command does it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "export.jsonl"
        every = list(entries(allocations, reviews))
        began, before = time.monotonic(), time.process_time()
        with file.open("w", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in lines(ORIGIN, every))
        written, spent = time.monotonic(), time.process_time() - before
        done = subprocess.run([sys.executable, "-c", VERIFY, str(file)], stdout=subprocess.PIPE, text=True, check=True)
        decisions, peak = map(int, done.stdout.split())
        return {
            "decisions": decisions,
            "megabytes": round(file.stat().st_size / 1e6, 1),
            "write_seconds": round(written - began, 1),
            "write_cpu_seconds": round(spent, 1),
            "write_peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "verify_seconds": round(time.monotonic() - written, 1),
            "verify_cpu_seconds": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, 1),
            "verify_peak_mib": peak,
        }


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:] or ("10000", "8")))))
