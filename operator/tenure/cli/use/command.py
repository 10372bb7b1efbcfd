"""How `tenure use` is typed. What it needs is imported when it runs."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tenure.cli.candidates import allocations
from tenure.cli.options import Format, Output, Project, day


def use(
    project: Project = "",
    *,
    allocation: Annotated[
        str, typer.Option(metavar="NAME", help="Only this allocation.", autocompletion=allocations, show_default=False)
    ] = "",
    since: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="First day. Without dates: the latest reviews.")
    ] = None,
    until: Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="Last day.")] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Ask Prometheus again for each day and show what differs.")
    ] = False,
    prometheus: Annotated[
        str, typer.Option(metavar="URL", help="With --verify: instead of TENURE_PROMETHEUS_URL.")
    ] = "",
    output: Format = Output.TABLE,
) -> None:
    """What was used day by day, and why any day does not simply count."""
    from tenure.cli.use.run import Wanted, run  # noqa: PLC0415

    wanted = Wanted(project, allocation, since, until)
    raise typer.Exit(run(wanted, output, prometheus=prometheus, verify=verify))
