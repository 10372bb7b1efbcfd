"""How `tenure check` is typed. What it needs is imported when it runs."""

from __future__ import annotations

from typing import Annotated

import typer

from tenure.cli.options import Catalogue, Format, Output


def check(
    *,
    prometheus: Annotated[
        str, typer.Option(metavar="URL", help="The Prometheus to ask, instead of TENURE_PROMETHEUS_URL.")
    ] = "",
    catalogue: Catalogue = None,
    output: Format = Output.TABLE,
) -> None:
    """What is there and what is missing, before anything is installed or enforced. Writes nothing."""
    from tenure.cli.check.run import run  # noqa: PLC0415

    raise typer.Exit(run(catalogue or [], output, prometheus=prometheus))
