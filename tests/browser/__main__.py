"""How long a packet of N reviews takes to make, to open and to work with: python -m browser N [FOLDER for screenshots]."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tenure.report.page import page
from tenure.report.spreadsheet import as_xlsx
from unit.packets import made

from .chromium import Chromium, program

ROUNDS = 5
PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))))"
ACTS = {
    "sort by utilization": "document.querySelectorAll('#reviews thead button')[2].click()",
    "search one": "search.value = 'tenant-0009'; search.dispatchEvent(new Event('input'))",
    "open one review": "document.querySelector('#reviews details').open = true",
    "open all": "document.getElementById('open').click()",
}
SHOTS = {
    "packet-desktop": (1280, 900, False, "scrollTo(0, 0)"),
    "packet-review": (1280, 1000, False, "OPEN"),
    "packet-phone": (390, 844, True, "OPEN"),
}
OPEN = (
    "(body => { body.querySelector('details').open = true; body.scrollIntoView() })"
    "(document.getElementById('tenant-0006.tenant-0006-2026-q3'))"
)


def measure(browser: Chromium, count: int, file: Path) -> dict[str, object]:
    """Seconds, medians of five, and sizes."""
    packet = made(count)
    began = time.perf_counter()
    content = page(packet).encode()
    writing = time.perf_counter() - began
    file.write_bytes(content)
    began = time.perf_counter()
    as_xlsx(packet)
    sheet = time.perf_counter() - began
    opened = [browser.load(file) for _ in range(ROUNDS)]
    acts = {name: _took(browser, file, act) for name, act in ACTS.items()}
    browser.load(file)
    used = {one["name"]: one["value"] for one in browser.send("Performance.getMetrics")["metrics"]}
    return {
        "reviews": count,
        "kB": len(content) // 1000,
        "writing the page": round(writing, 2),
        "writing the workbook": round(sheet, 2),
        "opening": round(statistics.median(opened), 2),
        "opening, slowest": round(max(opened), 2),
        **acts,
        "elements": browser.ask("document.querySelectorAll('*').length"),
        "JavaScript heap MB": round(used["JSHeapUsedSize"] / 1e6, 1),
    }


def _took(browser: Chromium, file: Path, act: str) -> float:
    found = []
    for _ in range(ROUNDS):
        browser.load(file)
        start = "const search = document.getElementById('search'), began = performance.now()"
        found.append(float(browser.ask(f"(() => {{ {start}; {act}; return {PAINTED} }})()")) / 1000)
    return round(statistics.median(found), 2)


def photograph(browser: Chromium, folder: Path, file: Path) -> None:
    """What the documentation shows."""
    file.write_text(page(made(110)), encoding="utf-8")
    for name, (width, height, touch, act) in SHOTS.items():
        browser.load(file, width, height, touch=touch)
        browser.ask(OPEN if act == "OPEN" else act)
        browser.ask("new Promise(done => setTimeout(done, 300))")
        browser.photograph(folder / f"{name}.png")


def main(count: int, folder: Path | None) -> None:
    """Print the figures as JSON."""
    path = program()
    if path is None:
        sys.exit("There is no Chromium here. Install one, or name it in TENURE_CHROMIUM.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        browser = Chromium(path, Path(place) / "profile")
        try:
            print(json.dumps(measure(browser, count, Path(place) / "packet.html"), indent=2))
            if folder is not None:
                photograph(browser, folder, Path(place) / "packet.html")
        finally:
            browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
