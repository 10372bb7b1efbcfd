"""`make bench N=1000`: allocations reconciled per second against a bare loop of POSTs, and how fast cuts bite.

Prints one JSON object. Both parts run on a fresh control plane of their own within the same run, so that the ratio
compares like with like on whatever machine it is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml
from controlplane.paths import say
from controlplane.target import ControlPlane, bring_down, bring_up
from harness.centre import ROOT, Centre
from harness.operator_process import OperatorProcess
from tenure.api.quantity import parse

from bench import world
from bench.api import Api, Manifest
from bench.process import cpu_seconds, peak_mib

NAME = "bench"
MERGE = "application/merge-patch+json"
ALLOCATIONS = "/apis/tenure.dev/v1alpha1/allocations"
QUOTAS = "/api/v1/resourcequotas"
DEVICES_KEY = "requests.nvidia.com/gpu"


@dataclass
class Bench:
    """One run over N allocations."""

    count: int
    bare_loop: bool = True

    def run(self) -> dict[str, Any]:
        """All figures."""
        bare = asyncio.run(self._on_fresh_plane(self._bare)) if self.bare_loop else {}
        found: dict[str, Any] = {"allocations": self.count, **bare, **asyncio.run(self._on_fresh_plane(self._operator))}
        if bare:
            found |= _ratios(found)
        return found

    async def _on_fresh_plane(self, part: Callable[[ControlPlane, Api], Any]) -> dict[str, Any]:
        bring_down(NAME)
        plane = bring_up(NAME)
        try:
            Centre(plane).install()
            Centre(plane).apply(world.catalogue(self.count))
            async with Api(plane.kubeconfig) as api:
                found: dict[str, Any] = await part(plane, api)
                return found
        finally:
            bring_down(NAME)

    async def _bare(self, _: ControlPlane, api: Api) -> dict[str, Any]:
        """The ceiling: the same children by POST, in order within a namespace, 32 namespaces at a time."""
        programme = yaml.safe_load((ROOT / "manifests" / "programme-default.yaml").read_text())
        accelerator = world.catalogue(self.count)[0]
        sets = [world.children(number, programme, accelerator) for number in range(self.count)]

        async def one(bodies: list[tuple[str, Manifest]]) -> None:
            for path, body in bodies:
                await api.send("POST", path, body)

        say(f"The bare loop writes {len(sets[0])} objects for each of {self.count} allocations.")
        begun = time.monotonic()
        await api.each([partial(one, bodies) for bodies in sets])
        seconds = time.monotonic() - begun
        return {
            "bareSeconds": round(seconds, 1),
            "barePerSecond": round(self.count / seconds, 1),
            "bareWritesPerAllocation": len(sets[0]),
        }

    async def _operator(self, plane: ControlPlane, api: Api) -> dict[str, Any]:
        say(f"Writing {self.count} projects and allocations; then the operator starts.")
        root = "/apis/tenure.dev/v1alpha1"
        for make, plural in ((world.project, "projects"), (world.allocation, "allocations")):
            await api.each([partial(api.send, "POST", f"{root}/{plural}", make(n)) for n in range(self.count)])
        operator = OperatorProcess(plane, name="bench-operator")
        ready = asyncio.create_task(self._until(api, ALLOCATIONS, _is_ready))
        begun = time.monotonic()
        await asyncio.to_thread(operator.start)
        try:
            await ready
            found = self._figures(operator, time.monotonic() - begun)
            say(f"All are Ready after {found['readySeconds']} s. Now every grant is cut.")
            return found | await self._cut(api)
        finally:
            operator.stop()

    def _figures(self, operator: OperatorProcess, seconds: float) -> dict[str, Any]:
        assert operator.process is not None
        requests = _requests(operator.port)
        writes = sum(n for verb, n in requests.items() if verb != "GET")
        return {
            "readySeconds": round(seconds, 1),
            "allocationsPerSecond": round(self.count / seconds, 1),
            "requestsPerAllocation": {verb: round(n / self.count, 2) for verb, n in sorted(requests.items())},
            "writesPerAllocation": round(writes / self.count, 2),
            "operatorCpuSeconds": round(cpu_seconds(operator.process.pid), 1),
            "operatorPeakRssMiB": round(peak_mib(operator.process.pid)),
        }

    async def _cut(self, api: Api) -> dict[str, Any]:
        """Every award is edited to 4 devices; how long until every quota says so, and until every one binds."""
        spec = asyncio.create_task(self._until(api, QUOTAS, lambda quota: _hard(quota, "spec")))
        status = asyncio.create_task(self._until(api, QUOTAS, lambda quota: _hard(quota, "status")))
        change = {"spec": {"devices": world.CUT_TO}}
        begun = time.monotonic()
        await api.each(
            [partial(api.send, "PATCH", f"{ALLOCATIONS}/bench-{n:05d}", change, MERGE) for n in range(self.count)]
        )
        edited = time.monotonic()
        times = [at - begun for at in (edited, await spec, await status)]
        return dict(
            zip(("editSeconds", "cutSpecSeconds", "cutStatusSeconds"), (round(t, 1) for t in times), strict=True)
        )

    async def _until(self, api: Api, path: str, right: Callable[[Manifest], bool]) -> float:
        """Watch a collection until N objects are right; the instant of the last."""
        done: set[str] = set()
        async for body in api.watch(path):
            meta = body["metadata"]
            if right(body):
                done.add(f"{meta.get('namespace', '')}/{meta['name']}")
            if len(done) == self.count:
                return time.monotonic()
        raise RuntimeError(f"The watch of {path} ended early.")


def _ratios(found: dict[str, Any]) -> dict[str, float]:
    """Against the ceiling: writes per second, and allocations per second (the operator also writes status)."""
    writes = found["allocationsPerSecond"] * found["writesPerAllocation"]
    ceiling = found["barePerSecond"] * found["bareWritesPerAllocation"]
    return {
        "ratio": round(writes / ceiling, 2),
        "ratioOfAllocations": round(found["allocationsPerSecond"] / found["barePerSecond"], 2),
    }


def _is_ready(body: Manifest) -> bool:
    conditions = body.get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _hard(quota: Manifest, part: str) -> bool:
    hard = quota.get(part, {}).get("hard", {})
    return DEVICES_KEY in hard and parse(hard[DEVICES_KEY]) == world.CUT_TO


def _requests(port: int) -> Counter[str]:
    """The operator's own count of its requests, by verb."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    found: Counter[str] = Counter()
    for line in lines:
        if line.startswith("tenure_api_requests_total{"):
            found[line.split('verb="')[1].split('"')[0]] += int(float(line.rsplit(" ", 1)[1]))
    return found


def main() -> int:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    print(json.dumps(Bench(parser.parse_args().count).run(), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
