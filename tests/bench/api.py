"""A thin HTTP client for the bench: the bare loop, edits in bulk, and a watch that tells when all is right."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import aiohttp
import yaml

Manifest = dict[str, Any]
AT_ONCE = 32


class Api:
    """Requests with the kubeconfig's client certificate, 32 at a time."""

    def __init__(self, kubeconfig: Path) -> None:
        config = yaml.safe_load(kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.server = cluster["server"]
        self._tls = ssl.create_default_context(cafile=_file(cluster, "certificate-authority"))
        self._tls.load_cert_chain(_file(user, "client-certificate"), _file(user, "client-key"))
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Api:
        timeout = aiohttp.ClientTimeout(total=None, sock_read=300)
        connector = aiohttp.TCPConnector(ssl=self._tls, limit=AT_ONCE + 4)
        self._session = aiohttp.ClientSession(self.server, connector=connector, timeout=timeout, read_bufsize=2**22)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def send(self, verb: str, path: str, body: Manifest, content: str = "application/json") -> None:
        """One write. Raises RuntimeError for every answer but a 2xx."""
        assert self._session is not None
        headers = {"Content-Type": content}
        async with self._session.request(verb, path, data=json.dumps(body), headers=headers) as answer:
            text = await answer.text()
            if answer.status >= 300:
                raise RuntimeError(f"{verb} {path}: {answer.status} {text[:300]}")

    async def get(self, path: str) -> Manifest:
        """One read."""
        assert self._session is not None
        async with self._session.get(path) as answer:
            body: Manifest = await answer.json()
            return body

    async def each(self, jobs: Iterable[Callable[[], Any]]) -> None:
        """Run all jobs, 32 at a time, each job being a chain of requests."""
        waiting = list(reversed(list(jobs)))

        async def worker() -> None:
            while waiting:
                await waiting.pop()()

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(worker())

    async def watch(self, path: str, selector: str = "") -> AsyncIterator[Manifest]:
        """The objects as they are, and then as they change."""
        assert self._session is not None
        query = f"?labelSelector={selector}" if selector else "?"
        listed = await self.get(path + query)
        for item in listed["items"]:
            yield item
        version = listed["metadata"]["resourceVersion"]
        async with self._session.get(f"{path}{query}&watch=1&resourceVersion={version}") as stream:
            async for line in stream.content:
                yield json.loads(line)["object"]


def _file(config: Manifest, key: str) -> str:
    if key in config:
        return str(config[key])
    with tempfile.NamedTemporaryFile(delete=False, suffix=".pem") as file:
        file.write(base64.b64decode(config[f"{key}-data"]))
    return file.name
