"""`make bench-telemetry TENANTS=2000 DEVICES=4 DAYS=1`: reading days in bulk against one set of queries per tenant.

All ways ask the same real Prometheus within the same run; it is started anew before each, and all that will be asked for
is read once before the clock runs. Prints one JSON object. Exit status 1 with a sentence if the ways disagree on any
amount, or if the bulk way needs more than a twentieth of the queries or a fifth of the time of the same questions asked
tenant by tenant. The cheapest questions that one could ask of a tenant are timed beside them.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from bench.process import peak_mib
from controlplane import binaries, processes
from controlplane.paths import say
from controlplane.prometheus import Prometheus
from demo.story import Quarter
from harness.exposition import PHASE, REQUESTS
from tenure.telemetry.facts import State
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.window import Window

from bench_telemetry import bulk, naive
from bench_telemetry.history import SIGNALS, History
from bench_telemetry.samples import touched

FEWER_QUERIES, TIMES_FASTER = 20, 5


@contextmanager
def server(history: History) -> Iterator[Prometheus]:
    """A Prometheus with the history, ended afterwards."""
    programs = binaries.ensure(binaries.TELEMETRY)
    blocks = history.blocks(programs)
    with tempfile.TemporaryDirectory() as folder:
        prometheus = Prometheus(Path(folder), programs)
        prometheus.install_blocks(blocks)
        try:
            yield prometheus
        finally:
            prometheus.stop()


def fresh(prometheus: Prometheus, windows: list[Window]) -> None:
    """Start it anew, so that its peak of memory is its own, and have it read every chunk once."""
    prometheus.stop()
    prometheus.start()
    for window in windows:
        for metric in (*SIGNALS, REQUESTS, PHASE):
            Gateway(prometheus.url).query(f"sum(sum_over_time({metric}[1d] offset 1ms))", window.end)


def peak_of(prometheus: Prometheus) -> int:
    """MiB since it was started."""
    return round(max(peak_mib(pid) for pid in processes.running(prometheus.folder / "bin")))


def in_bulk(prometheus: Prometheus, history: History) -> tuple[bulk.Read, dict[str, Any]]:
    """Tenure's way, in a process of its own."""
    say(f"Tenure reads {history.days} day(s) of {history.tenants} tenants at once.")
    fresh(prometheus, history.windows())
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        read = pool.submit(bulk.read, prometheus.url, history).result()
    memory = peak_of(prometheus)
    samples = touched(Gateway(prometheus.url), read.log.asked, history.windows()[0].end)
    figures = {
        **_times(read.seconds, len(read.log.asked), history.tenants * history.days),
        "samplesTouched": samples,
        "peakSamplesOfAQuery": read.log.peak_samples,
        "windowsHalved": read.log.halved,
        "readerPeakRssMiB": round(read.peak_mib),
        "prometheusPeakRssMiB": memory,
    }
    return read, figures


def one_by_one(prometheus: Prometheus, history: History, queries: naive.Queries) -> tuple[naive.Asked, dict[str, Any]]:
    """The naive way; what it takes for all tenants follows in proportion where only some were asked."""
    say(f"Now each tenant is asked for alone, for at most {naive.LIMIT_SECONDS / 60:.0f} minutes.")
    fresh(prometheus, history.windows())
    asked = naive.ask(prometheus.url, history, queries)
    memory = peak_of(prometheus)
    whole = history.tenants * history.days
    share = whole / len(asked.amounts)
    one = list(queries(history.namespaces()[0], history.windows()[0]).values())
    samples = touched(Gateway(prometheus.url), one, history.windows()[0].end)
    figures = {
        **_times(asked.seconds * share, round(asked.queries * share), whole),
        "samplesTouched": samples * whole,
        "tenantDaysAsked": len(asked.amounts),
        "extrapolated": share > 1,
        "prometheusPeakRssMiB": memory,
    }
    return asked, figures


def _times(seconds: float, queries: int, tenant_days: int) -> dict[str, Any]:
    per_day = round(seconds / tenant_days, 6)
    return {"seconds": round(seconds, 2), "secondsPerTenantDay": per_day, "queries": queries}


def faults(history: History, read: bulk.Read, asked: naive.Asked) -> list[str]:
    """Where the two ways give other amounts (by more than a second, since they add up in another order)."""
    found = []
    for (tenant, number), amounts in asked.amounts.items():
        day = read.days[number]
        for name, amount in amounts.items():
            bulk_amount = (getattr(day, name) or {}).get(tenant, 0)
            if abs(bulk_amount - amount) > 1:
                found.append(f"{tenant}, day {number + 1}: {name} is {bulk_amount} s in bulk and {amount} s alone.")
    uncounted = sum(facts.state != State.COUNTED for days in read.facts.values() for facts in days)
    if uncounted:
        found.append(f"{uncounted} of {history.tenants * history.days} tenant-days are not Counted.")
    return found


def compare(history: History) -> tuple[dict[str, Any], list[str]]:
    """All figures, and what is wrong with them."""
    with server(history) as prometheus:
        read, tenure = in_bulk(prometheus, history)
        asked, alike = one_by_one(prometheus, history, naive.alike)
        cheaper, lean = one_by_one(prometheus, history, naive.lean)
    fewer, faster = alike["queries"] / tenure["queries"], alike["seconds"] / tenure["seconds"]
    found = faults(history, read, asked) + faults(history, read, cheaper)
    if fewer < FEWER_QUERIES:
        found.append(f"Tenure needs {fewer:.1f} times fewer queries; {FEWER_QUERIES} times are wanted.")
    if faster < TIMES_FASTER:
        found.append(f"Tenure is {faster:.1f} times as fast; {TIMES_FASTER} times are wanted.")
    figures = {
        "history": history.told,
        "samplesStored": history.samples,
        "tenure": tenure,
        "tenantByTenant": alike,
        "tenantByTenantLean": lean,
        "fewerQueries": round(fewer, 1),
        "timesFaster": round(faster, 2),
        "timesFasterThanLean": round(lean["seconds"] / tenure["seconds"], 2),
    }
    return figures, found


def main() -> int:
    """Print the figures as JSON and what is wrong as sentences."""
    parser = argparse.ArgumentParser(prog="bench_telemetry", description=__doc__)
    for name, default in (("tenants", 2000), ("devices", 4), ("days", 1)):
        parser.add_argument(name, type=int, nargs="?", default=default)
    size = parser.parse_args()
    first = Quarter.before(date.today()).start
    figures, found = compare(History(size.tenants, size.devices, first, size.days))
    print(json.dumps(figures, indent=2))
    for fault in found[:10]:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
