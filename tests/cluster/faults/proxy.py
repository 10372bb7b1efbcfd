"""A proxy between the operator and the API server that passes everything on, until a fault is ordered."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import yaml
from aiohttp import web
from controlplane.ports import free_port
from controlplane.target import ControlPlane
from harness.operator_process import kubeconfig_of

from .writes import KILLS, REFUSALS, Fault, Write, what

T = TypeVar("T")
HOP_BY_HOP = ("connection", "transfer-encoding", "keep-alive", "host")
ENDLESS = aiohttp.ClientTimeout(total=None)


@dataclass
class Story:
    """What is written about one tenant, and what is to go wrong with which write, once."""

    seen: list[Write] = field(default_factory=list)
    """What has come so far. What went wrong is not in it: when it is tried again it is the same write."""
    at: Write | None = None
    faults: list[Fault] = field(default_factory=list)
    """What is still to go wrong with that write: one each time that it is tried."""
    met: list[tuple[str, Fault]] = field(default_factory=list)
    """What has gone wrong."""
    held: bool = False
    """Whether a write waits now for the operator to be killed."""

    def order(self, at: Write, *faults: Fault) -> None:
        """Let these go wrong with a write."""
        self.at, self.faults = at, [*faults]

    def next(self, about: str) -> Fault | None:
        """One more write; what is to go wrong with it."""
        write = self.coming(about)
        if write == self.at and self.faults:
            self.met.append((about, self.faults.pop(0)))
            return self.met[-1][1]
        self.seen.append(write)
        return None

    def coming(self, about: str) -> Write:
        """The next write of its kind."""
        return Write(about, Counter(one.what for one in self.seen)[about] + 1)


class Proxy:
    """Serves on a loopback port, in a thread of its own."""

    def __init__(self, server: str, trust: ssl.SSLContext) -> None:
        self.port = free_port()
        self.stories: dict[str, Story] = {}
        """Name -> its story. A write belongs to the first whose name is in its path or body."""
        self.strangers: set[str] = set()
        """What was written about nobody of them."""
        self._server = server
        self._trust = trust
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()
        self._run(self._begin())

    def stop(self) -> None:
        """End everything."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def come_back(self) -> None:
        """Connections are accepted again."""
        self._run(self._listen())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _begin(self) -> None:
        connector = aiohttp.TCPConnector(ssl=self._trust, limit=0)
        self._session = aiohttp.ClientSession(timeout=ENDLESS, auto_decompress=False, connector=connector)
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()

    async def _leave(self) -> None:
        """Whoever asks is refused, and whoever is being answered is cut off."""
        await self._site.stop()
        assert self._runner.server is not None
        for connection in list(self._runner.server.connections):
            if connection.transport is not None:
                connection.transport.abort()

    async def _end(self) -> None:
        await self._leave()
        await self._runner.cleanup()
        await self._session.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        name = self._name(f"{request.path} {body.decode()}")
        about = what(request.method, request.path, body, name)
        if not about:
            return await self._pass_on(request, body)
        if not name:
            self.strangers.add(about)
            return await self._pass_on(request, body)
        story = self.stories[name]
        fault = story.next(about)
        if fault is Fault.AWAY:
            self._loop.create_task(self._leave())
            return _cut_off(request)
        if fault in KILLS:
            return await self._hold(request, body, story, fault)
        return _refused(fault) if fault is not None else await self._pass_on(request, body)

    def _name(self, text: str) -> str:
        """Whose story a request belongs to; empty where it is nobody's."""
        return next((name for name in self.stories if name in text), "")

    async def _hold(self, request: web.Request, body: bytes, story: Story, fault: Fault) -> web.StreamResponse:
        """The operator waits for an answer until it is killed: with its connection this ends as well."""
        if fault is Fault.KILLED_AFTER:
            async with self._forward(request, body) as answer:
                await answer.read()
        story.held = True
        try:
            await asyncio.Event().wait()
        finally:
            story.held = False
        return _cut_off(request)

    def _forward(self, request: web.Request, body: bytes) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        headers, url = _end_to_end(request.headers), f"{self._server}{request.raw_path}"
        return self._session.request(request.method, url, headers=headers, data=body or None)

    async def _pass_on(self, request: web.Request, body: bytes) -> web.StreamResponse:
        async with self._forward(request, body) as answer:
            told = web.StreamResponse(status=answer.status, headers=_end_to_end(answer.headers))
            with suppress(ConnectionError):
                await told.prepare(request)
                async for chunk in answer.content.iter_any():
                    await told.write(chunk)
                await told.write_eof()
            return told


def _refused(fault: Fault) -> web.Response:
    """As an API server refuses: with a metav1.Status."""
    reason, message = REFUSALS[fault]
    status = {"kind": "Status", "status": "Failure", "reason": reason, "message": message, "code": fault.value}
    headers = {"Retry-After": "1"} if fault is Fault.TOO_MANY else {}
    return web.json_response(status, status=int(fault.value), headers=headers)


def _cut_off(request: web.Request) -> web.Response:
    """No answer: the connection breaks."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _end_to_end(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}


@contextmanager
def between(plane: ControlPlane) -> Iterator[tuple[Proxy, Path]]:
    """A proxy before a control plane's API server, and a kubeconfig of the operator's account that leads to it."""
    config = yaml.safe_load(kubeconfig_of(plane).read_text())
    cluster = config["clusters"][0]["cluster"]
    proxy = Proxy(cluster["server"], _trust(cluster))
    config["clusters"][0]["cluster"] = {"server": f"http://127.0.0.1:{proxy.port}"}
    kubeconfig = plane.kubeconfig.with_name("kubeconfig-faults")
    kubeconfig.write_text(yaml.safe_dump(config))
    proxy.start()
    try:
        yield proxy, kubeconfig
    finally:
        proxy.stop()


def _trust(cluster: Mapping[str, str]) -> ssl.SSLContext:
    """By the authority that a kubeconfig's cluster has in it or names."""
    inline = cluster.get("certificate-authority-data")
    if inline is not None:
        return ssl.create_default_context(cadata=base64.b64decode(inline).decode())
    return ssl.create_default_context(cafile=cluster["certificate-authority"])
