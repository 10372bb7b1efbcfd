"""The process: one thread reads every second, the event loop answers /metrics and /healthz."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import threading
import time
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from tenure.agent.exposition import Exposition
from tenure.agent.meter import Moment
from tenure.agent.node import Node
from tenure.agent.settings import Settings

LOG = logging.getLogger("tenure.agent")
HUNG_SECONDS = 60
"""After this long within one reading /healthz fails, so that the kubelet starts the agent anew."""


def run(settings: Settings) -> int:
    """Measure and answer until SIGTERM or SIGINT. Returns the exit code: 0, or 1 if the port cannot be had."""
    return asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    node = Node(settings)
    stop = threading.Event()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    runner = web.AppRunner(application(node, time.monotonic), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, port=settings.port).start()
    except OSError as error:
        LOG.error("Port %d cannot be had: %s. Set TENURE_AGENT_PORT to another.", settings.port, error)  # noqa: TRY400
        return 1
    LOG.info("Measuring %s; /metrics and /healthz on port %d.", settings.node, settings.port)
    # A daemon, because a driver that hangs must not keep the process from ending.
    threading.Thread(target=_measure, args=(node, stop), daemon=True).start()
    await ended.wait()
    stop.set()
    await runner.cleanup()
    return 0


def _measure(node: Node, stop: threading.Event) -> None:
    # Unevenly, because a load that repeats each second would otherwise be met at the same point each time where the
    # driver keeps no samples.
    while not stop.wait(random.uniform(0.75, 1.25)):
        try:
            node.tick(Moment(time.monotonic(), time.time()))
        except Exception:
            LOG.exception("A second could not be read. The next one is tried.")


def application(node: Node, clock: Callable[[], float]) -> web.Application:
    """/metrics, and /healthz, which answers as long as readings come to an end."""
    registry = CollectorRegistry()
    registry.register(Exposition(lambda: node.state, clock, node.settings.node, node.settings.window_seconds))
    started = clock()

    async def healthz(_: web.Request) -> web.Response:
        if clock() - max(node.state.at, started) > HUNG_SECONDS:
            return web.Response(status=503, text="The last reading does not come to an end: the NVIDIA driver hangs.\n")
        return web.Response(text="ok\n")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    return app
