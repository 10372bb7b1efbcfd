"""How `tenure adopt` is typed. What it needs is imported when it runs."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tenure.cli.options import Catalogue, day


def adopt(
    namespaces: Annotated[list[str], typer.Argument(metavar="NAMESPACE...", help="Namespaces that exist.")],
    *,
    organization: Annotated[
        str, typer.Option(metavar="NAME", help="The Organization that they belong to.", show_default=False)
    ],
    accelerator: Annotated[
        str, typer.Option(metavar="NAME", help="The Accelerator that their pods hold.", show_default=False)
    ],
    until: Annotated[date, typer.Option(parser=day, metavar="DATE", help="Last day of the term.", show_default=False)],
    programme: Annotated[str, typer.Option(metavar="NAME", help="The Programme whose rules hold.")] = "default",
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Write adoptNamespace: true, where nothing that works now would stop.")
    ] = False,
    catalogue: Catalogue = None,
) -> None:
    """Print the Project and Allocation of namespaces that exist, and what taking them over would change. Writes nothing."""
    from tenure.cli.adopt.run import Wanted, run  # noqa: PLC0415

    wanted = Wanted(tuple(namespaces), organization, accelerator, programme, until, take_over, tuple(catalogue or ()))
    raise typer.Exit(run(wanted))
