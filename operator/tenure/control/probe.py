"""What the kubelet and Prometheus ask: /healthz answers while the event loop turns, /metrics has the counters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from tenure.control.metrics import REGISTRY

PORT = 8080


async def serve(port: int, look: Callable[[], Collector | None]) -> web.AppRunner:
    """Answer /healthz and /metrics on all addresses. An event loop that hangs does not answer, which is what is asked.

    `look` gives what is worked out at a scrape, or None on a replica that tells nothing beyond its counters.
    """

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def metrics(_: web.Request) -> web.Response:
        # With 1,000 allocations the text takes a good part of a second to make; meanwhile the loop goes on.
        body = await asyncio.to_thread(exposition, look())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, port=port).start()
    return runner


def exposition(seen: Collector | None) -> bytes:
    """The text of all metrics in Prometheus' format."""
    return generate_latest(REGISTRY) + (generate_latest(seen) if seen is not None else b"")
