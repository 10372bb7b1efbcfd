"""How `tenure costs` is typed. What it needs is imported when it runs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tenure.cli.candidates import projects


class CostsOutput(StrEnum):
    """How the costs are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    YAML = "yaml"


def costs(
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="The month, for example 2026-10.")],
    project: Annotated[str, typer.Option(help="Only this project.", autocompletion=projects, show_default=False)] = "",
    output: Annotated[CostsOutput, typer.Option("--output", "-o", help="How it is written.")] = CostsOutput.TABLE,
) -> None:
    """What a month costs by days actually granted, and what was granted, requested and busy."""
    from tenure.cli.costs.show import run  # noqa: PLC0415
    from tenure.rules.pricing import Month  # noqa: PLC0415

    try:
        wanted = Month.parse(month)
    except ValueError:
        raise typer.BadParameter(f"{month!r} is no month. Write one such as 2026-10.", param_hint="--month") from None
    run(wanted, project, output)
