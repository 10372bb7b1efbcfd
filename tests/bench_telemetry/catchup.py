"""`make bench-catchup TENANTS=200 DEVICES=1`: the real operator reads a whole quarter that it has never seen.

Twice, each time on a fresh control plane: left alone, and killed (SIGKILL) once it has read half of the days, then started
again. Prints one JSON object. Exit status 1 with a sentence if the two come to different ledgers, or if the second
operator reads days from Prometheus again that every ledger had.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bench.api import Api
from bench.process import cpu_seconds, peak_mib
from controlplane import binaries
from controlplane.paths import say
from controlplane.target import ControlPlane, bring_down, bring_up
from demo.story import Quarter
from harness.centre import Centre
from harness.operator_process import OperatorProcess

from bench_telemetry import centre
from bench_telemetry.history import History

NAME = "bench-catchup"
REVIEWS = "/apis/tenure.dev/v1alpha1/reviews"
STEP_SECONDS = 300
Manifest = dict[str, Any]


@dataclass
class Ledgers:
    """The ledgers of the quarter's Reviews, as the API server shows them over time."""

    review: str
    by_tenant: dict[str, Manifest] = field(default_factory=dict)
    writes: int = 0
    """How often the status of a Review was written."""

    def see(self, body: Manifest) -> None:
        """One object of the watch."""
        if body["spec"]["review"] != self.review:
            return
        self.writes += "status" in body
        self.by_tenant[body["metadata"]["namespace"]] = body.get("status", {}).get("ledger") or {}

    def days(self) -> list[int]:
        """How many days each ledger has, Unknown ones included."""
        states = (ledger.get("states", "") for ledger in self.by_tenant.values())
        return [len(letters) - letters.count(".") for letters in states]


@dataclass
class Catchup:
    """One quarter of a centre."""

    history: History
    quarter: Quarter

    def run(self) -> tuple[dict[str, Any], list[str]]:
        """All figures, and what is wrong with them."""
        alone, ledgers = asyncio.run(self._on_fresh_plane(self._alone))
        killed, after = asyncio.run(self._on_fresh_plane(self._killed))
        found = []
        if ledgers != after:
            different = sorted(name for name in ledgers if ledgers[name] != after.get(name))
            found.append(f"{len(different)} ledgers differ after the operator was killed, {different[0]} among them.")
        if killed["daysReadAfter"] > self.history.days - killed["daysInEveryLedger"]:
            found.append(f"{killed['daysReadAfter']} days were read after the operator was killed: some of them again.")
        size = {"history": self.history.told, "samplesStored": self.history.samples}
        return {**size, "alone": alone, "killed": killed}, found

    async def _on_fresh_plane(self, part: Callable[[ControlPlane, Ledgers], Any]) -> tuple[dict[str, Any], Manifest]:
        """Run one part while the Reviews are watched; its figures and the ledgers it came to."""
        bring_down(NAME)
        plane = bring_up(NAME)
        ledgers = Ledgers(self.quarter.review)
        try:
            plane.prometheus.install_blocks(self.history.blocks(binaries.ensure(binaries.TELEMETRY)))
            Centre(plane).install()
            Centre(plane).apply(centre.catalogue(self.history))
            Centre(plane).apply(centre.awards(self.history, self.quarter))
            async with Api(plane.kubeconfig) as api:
                watching = asyncio.create_task(self._watch(api, ledgers))
                figures = await part(plane, ledgers)
                watching.cancel()
                with suppress(asyncio.CancelledError):
                    await watching
            return figures, ledgers.by_tenant
        finally:
            bring_down(NAME)

    async def _watch(self, api: Api, ledgers: Ledgers) -> None:
        async for body in api.watch(REVIEWS):
            ledgers.see(body)

    async def _alone(self, plane: ControlPlane, ledgers: Ledgers) -> dict[str, Any]:
        say(f"The operator catches up with {self.history.days} days of {self.history.tenants} tenants.")
        with self._operator(plane) as operator:
            seconds = await _until(lambda: sum(ledgers.days()) >= self._all_days)
            return {**self._figures(plane, operator, ledgers, seconds), "daysRead": days_read(operator.port)}

    async def _killed(self, plane: ControlPlane, ledgers: Ledgers) -> dict[str, Any]:
        say("Once more; it is killed when it has read half of the days, and started again.")
        with self._operator(plane) as operator:
            before = await _until(lambda: days_read(operator.port) >= self.history.days / 2)
            read = days_read(operator.port)
            operator.kill()
        kept = ledgers.days() + [0] * (self.history.tenants - len(ledgers.by_tenant))
        with self._operator(plane) as operator:
            after = await _until(lambda: sum(ledgers.days()) >= self._all_days)
            return {
                **self._figures(plane, operator, ledgers, before + after),
                "secondsBefore": round(before, 1),
                "daysReadBefore": read,
                "daysInEveryLedger": min(kept),
                "daysInLedgers": sum(kept),
                "daysReadAfter": days_read(operator.port),
            }

    @property
    def _all_days(self) -> int:
        return self.history.tenants * self.history.days

    def _operator(self, plane: ControlPlane) -> OperatorProcess:
        return OperatorProcess(plane, plane.prometheus.url, centre.clock_offset(self.quarter), name="bench-operator")

    def _figures(
        self, plane: ControlPlane, operator: OperatorProcess, ledgers: Ledgers, seconds: float
    ) -> dict[str, Any]:
        assert operator.process is not None
        counted = sum(ledger["states"].count("C") for ledger in ledgers.by_tenant.values())
        return {
            "seconds": round(seconds, 1),
            "daysCounted": counted,
            "prometheusQueries": queries(plane.prometheus.url),
            "reviewStatusWrites": ledgers.writes,
            "operatorCpuSeconds": round(cpu_seconds(operator.process.pid), 1),
            "operatorPeakRssMiB": round(peak_mib(operator.process.pid)),
        }


async def _until(true: Callable[[], bool]) -> float:
    """Seconds until it is."""
    begun = time.monotonic()
    while not await asyncio.to_thread(true):
        await asyncio.sleep(0.5)
    return time.monotonic() - begun


def days_read(port: int) -> int:
    """Accelerator-days that an operator has read from Prometheus, by its own count."""
    return _sum(f"http://127.0.0.1:{port}", "tenure_telemetry_reads_total{")


def queries(url: str) -> int:
    """What a Prometheus was asked, by its own count."""
    return _sum(url, 'prometheus_http_requests_total{code="200",handler="/api/v1/query"')


def _sum(url: str, series: str) -> int:
    with urllib.request.urlopen(f"{url}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return round(sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(series)))


def main() -> int:
    """Print the figures as JSON and what is wrong as sentences."""
    parser = argparse.ArgumentParser(prog="bench_telemetry.catchup", description=__doc__)
    parser.add_argument("tenants", type=int, nargs="?", default=200)
    parser.add_argument("devices", type=int, nargs="?", default=1)
    size = parser.parse_args()
    quarter = Quarter.before(date.today())
    days = (quarter.end - quarter.start).days + 1
    figures, found = Catchup(History(size.tenants, size.devices, quarter.start, days, STEP_SECONDS), quarter).run()
    print(json.dumps(figures, indent=2))
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
