"""The naive way: every tenant is asked for by queries of its own, as tools that measure a single namespace ask.

Two kinds of them. `alike` are Tenure's own queries with the tenant's namespace as one more matcher: the same questions, one
tenant at a time. `lean` are the cheapest that one would write: they select the tenant's series by their namespace label,
collapse exporter replicas and pod restarts, and take a plain sample at each minute. These leave out what costs time: they do
not divide a device that several hold, believe any reading, and carry a sample up to five minutes over a gap.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests
from harness.exposition import DRAM, GPU_UTIL, PHASE, PROF, REQUESTS
from harness.profiles import profile
from tenure.telemetry import promql
from tenure.telemetry.promql import Scope
from tenure.telemetry.window import Window

from bench_telemetry.history import History

LIMIT_SECONDS = 240.0
"""After this long the tenants asked so far, drawn at random, stand for all."""
HALF_A_STEP = "30s"
"""Evaluated so long before the day ends, a subquery of a day has its 1440 minutes in every version of Prometheus."""
_IDENTITY = "exported_namespace, UUID, GPU_I_ID, GPU_I_PROFILE, modelName"
_POD = "namespace, pod, uid"


Queries = Callable[[str, Window], dict[str, str]]
"""Tenant and day -> amount -> its query, which gives one row in device-seconds or none."""


def alike(tenant: str, window: Window) -> dict[str, str]:
    """Tenure's own questions about one tenant."""
    scope = Scope(profile("dcgm"), {"exported_namespace": tenant})
    own = {name: query(window) for name, query in promql.amounts(scope, ()).items()}
    return {**own, "requested": lean(tenant, window)["requested"]}


def lean(tenant: str, _: Window) -> dict[str, str]:
    """The cheapest questions that come to the same on this history."""
    active, witness, memory = (_device(metric, tenant) for metric in (PROF, GPU_UTIL, DRAM))
    zero = f'max by (UUID) ({PROF}{{exported_namespace="{tenant}"}}) == 0'
    wanted = f'{REQUESTS}{{namespace="{tenant}", resource="nvidia_com_gpu"}}'
    running = f'{PHASE}{{namespace="{tenant}", phase="Running"}} == 1'
    held = f"max by ({_POD}, container) ({wanted}) * on ({_POD}) group_left () max by ({_POD}) ({running})"
    return {
        "busy": f"sum(sum_over_time(({active})[1d:1m] offset {HALF_A_STEP})) * 60",
        "measured": f"sum(count_over_time(({active})[1d:1m] offset {HALF_A_STEP})) * 60",
        "second": f"sum(sum_over_time(({memory})[1d:1m] offset {HALF_A_STEP})) * 60",
        "stuck": f"sum(sum_over_time((({witness}) and on (UUID) ({zero}))[1d:1m] offset {HALF_A_STEP})) * 60 / 100",
        "requested": f"sum(sum_over_time((sum by (namespace) ({held}))[1d:1m] offset {HALF_A_STEP})) * 60",
    }


def _device(metric: str, tenant: str) -> str:
    return f'max by ({_IDENTITY}) ({metric}{{exported_namespace="{tenant}"}})'


@dataclass
class Asked:
    """What was answered, and what it took."""

    amounts: dict[tuple[str, int], Mapping[str, int]] = field(default_factory=dict)
    """(tenant, number of the day) -> amount -> device-seconds."""
    queries: int = 0
    seconds: float = 0


def ask(url: str, history: History, queries: Queries) -> Asked:
    """Ask for all tenants, or in random order for as many as the time allows. Raises requests.HTTPError."""
    order = [(tenant, day) for tenant in history.namespaces() for day in range(history.days)]
    random.Random(1).shuffle(order)
    windows, found, begun = history.windows(), Asked(), time.monotonic()
    with requests.Session() as session:
        for tenant, day in order:
            if time.monotonic() - begun > LIMIT_SECONDS:
                break
            texts = queries(tenant, windows[day])
            found.amounts[tenant, day] = {
                name: _answer(session, url, query, windows[day]) for name, query in texts.items()
            }
            found.queries += len(texts)
    found.seconds = time.monotonic() - begun
    return found


def _answer(session: requests.Session, url: str, query: str, window: Window) -> int:
    """The sum of the rows."""
    parameters: dict[str, str | float] = {"query": query, "time": window.end.timestamp()}
    answer = session.get(f"{url}/api/v1/query", params=parameters, timeout=150)
    answer.raise_for_status()
    return round(sum(float(row["value"][1]) for row in answer.json()["data"]["result"]))
