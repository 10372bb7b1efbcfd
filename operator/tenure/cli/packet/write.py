"""Gathers a packet with the user's own rights and writes it to a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tenure.cli import centre
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.reading import now
from tenure.report import packet as reported
from tenure.report.centre import Centre
from tenure.report.packet import Packet
from tenure.report.page import page
from tenure.report.spreadsheet import as_csv, as_xlsx
from tenure.rules.words import many

BOM = "\ufeff"
"""Spreadsheet programs take CSV for UTF-8 only where it begins with it."""
FORMATS: dict[str, Callable[[Packet], bytes]] = {
    ".html": lambda packet: page(packet).encode(),
    ".xlsx": as_xlsx,
    ".csv": lambda packet: (BOM + as_csv(packet)).encode(),
}
"""Ending of the file -> what is in it."""


def run(quarter: str, output: Path) -> None:
    """Write the packet and say so. Raises Problem."""
    write = FORMATS.get(output.suffix.lower())
    if write is None:
        raise Problem(
            f"{output} does not say what it is to be. Name a file that ends in {', '.join(FORMATS)}.", BAD_USAGE
        )
    found = _packet(asyncio.run(centre.read()), quarter)
    content = write(found)
    try:
        _save(output, content)
    except FileExistsError as error:
        raise Problem(f"{output} is there already, and somebody may have filled it in. Name another file.") from error
    except OSError as error:
        raise Problem(f"{output} cannot be written: {error.strerror}. Name another file.") from error
    print(f"Wrote {many(len(found.items), 'review')} of {found.quarter} to {output}, {len(content) // 1000:,} kB.")


def _save(output: Path, content: bytes) -> None:
    """A page may take the place of an older one; a sheet never does: what was filled in would be lost."""
    with output.open("wb" if output.suffix.lower() == ".html" else "xb") as file:
        file.write(content)


def _packet(read: Centre, quarter: str) -> Packet:
    found = reported.packet(read, read.quarter(quarter), now())
    if found.items:
        return found
    names = sorted({review.spec.review for group in read.reviews.values() for review in group})
    there = f"There are reviews of {', '.join(names)}." if names else "Tenure opens them when a window begins."
    raise Problem(f"There is no review {quarter} in this centre. {there}")
