"""A Chromium without a screen, driven over its DevTools protocol: load, ask, type, measure, photograph."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
KEYS = {"Tab": 9, "Enter": 13, " ": 32, "ArrowDown": 40}
T = TypeVar("T")


def program() -> str | None:
    """The browser: TENURE_CHROMIUM, else the first one on the PATH; None where there is none."""
    return os.environ.get("TENURE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """One tab. Every call waits until it is done."""

    def __init__(self, path: str, folder: Path) -> None:
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-port=0",
            f"--user-data-dir={folder}",
        ]
        command = [path, *options, "about:blank"]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        self._loop = asyncio.new_event_loop()
        self._number = 0
        self.events: list[dict[str, Any]] = []
        """Whatever the tab has told since the last load: requests, errors, what the console said."""
        self._run(self._connect(folder / "DevToolsActivePort"))
        for domain in ("Page", "Runtime", "Network", "Log", "Performance"):
            self.send(f"{domain}.enable")

    def close(self) -> None:
        """End it with all its processes; the program may be a script that started the browser."""
        self._run(self._session.close())
        self._loop.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command of the protocol and its result."""
        return self._run(self._send(method, parameters))

    def load(self, page: Path, width: int = 1280, height: int = 900, *, touch: bool = False) -> float:
        """Open a file at a size in CSS pixels. Returns the seconds until it is loaded, laid out and painted."""
        size = {"width": width, "height": height, "deviceScaleFactor": 2 if touch else 1, "mobile": touch}
        self.send("Emulation.setDeviceMetricsOverride", **size)
        self.events.clear()
        began = time.perf_counter()
        self.send("Page.navigate", url=page.resolve().as_uri())
        self._run(self._until("Page.loadEventFired"))
        self.ask("new Promise(done => requestAnimationFrame(() => setTimeout(() => done(1))))")
        return time.perf_counter() - began

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; a promise is waited for."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, *, shift: bool = False) -> None:
        """A key, as a person presses it."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        common = {
            "key": key,
            "code": "Space" if key == " " else key,
            "windowsVirtualKeyCode": KEYS[key],
            "modifiers": 8 * shift,
        }
        self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def write(self, text: str) -> None:
        """Text into what has the focus."""
        self.send("Input.insertText", text=text)

    def photograph(self, to: Path) -> None:
        """What the window shows, as PNG."""
        to.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(asyncio.wait_for(work, 120))

    async def _connect(self, port_file: Path) -> None:
        while len(lines := _lines(port_file)) < 2:
            assert self._process.poll() is None, "the browser ended"
            await asyncio.sleep(0.05)
        port = lines[0]
        self._session = aiohttp.ClientSession()
        async with self._session.get(f"http://127.0.0.1:{port}/json") as answer:
            tab = next(one for one in await answer.json() if one["type"] == "page")
        self._socket = await self._session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0)

    async def _send(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        mine = self._number
        await self._socket.send_json({"id": mine, "method": method, "params": parameters})
        while True:
            message = json.loads((await self._socket.receive()).data)
            if message.get("id") == mine:
                assert "error" not in message, message["error"]
                result: dict[str, Any] = message["result"]
                return result
            self.events.append(message)

    async def _until(self, event: str) -> None:
        while all(message.get("method") != event for message in self.events):
            self.events.append(json.loads((await self._socket.receive()).data))


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []
