"""How `tenure packet` is typed. What it needs is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def packet(
    quarter: Annotated[str, typer.Option(metavar="NAME", help="Name of the reviews, for example 2026-Q3.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where it is written: .html, .xlsx or .csv.", dir_okay=False
        ),
    ],
) -> None:
    """Write all reviews of a quarter for the committee: a page to look at, or a spreadsheet to fill in."""
    from tenure.cli.packet.write import run  # noqa: PLC0415

    run(quarter, output)
