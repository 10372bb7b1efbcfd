"""What several commands are told in the same way. It imports nothing of the client, so that `tenure -h` stays quick."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.candidates import allocations, projects, reviews


class Output(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


def day(text: str) -> date:
    """A date as it is typed. Raises typer.BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date. Write one such as 2026-07-01.") from None


Format = Annotated[Output, typer.Option("--output", "-o", metavar="table|json|yaml", help="How the result is written.")]
Project = Annotated[
    str,
    typer.Argument(
        metavar="PROJECT",
        help="The project. Without it, the namespace of the current context.",
        autocompletion=projects,
        show_default=False,
    ),
]
OfAllocation = Annotated[
    str,
    typer.Option(
        "--allocation",
        metavar="NAME",
        help="Which allocation, where the project has several.",
        autocompletion=allocations,
        show_default=False,
    ),
]
OfReview = Annotated[
    str,
    typer.Option(
        "--review",
        metavar="NAME",
        help="Which review, for example 2026-Q3. Without it, the one that is open.",
        autocompletion=reviews,
        show_default=False,
    ),
]
FromFile = Annotated[
    Path | None,
    typer.Option(
        "--file", "-f", metavar="FILE", help="Read the text from a file; - is what is piped in.", show_default=False
    ),
]
Catalogue = Annotated[
    list[Path] | None,
    typer.Option(
        "--catalogue",
        metavar="FILE",
        help="Accelerators, Programmes and TelemetryProfiles as they are to be installed; a folder is all of its files. May be "
        "given several times.",
        show_default=False,
    ),
]
