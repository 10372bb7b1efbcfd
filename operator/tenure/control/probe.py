"""What the kubelet and Prometheus ask: /healthz answers while the event loop turns, /metrics has the counters."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from tenure.control.metrics import REGISTRY

PORT = 8080


async def serve(port: int) -> web.AppRunner:
    """Answer /healthz and /metrics on all addresses. An event loop that hangs does not answer, which is what is asked."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, port=port).start()
    return runner
