"""The probe that the kubelet asks: alive while the event loop turns and, for the leader, the queue moves."""

from __future__ import annotations

from aiohttp import web

PORT = 8080


async def serve(port: int) -> web.AppRunner:
    """Answer /healthz on all addresses. An event loop that hangs does not answer, which is what is asked."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, port=port).start()
    return runner
