"""How `tenure audit` is typed. What it needs is imported when it runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import Format, Output, day

audit = typer.Typer(
    name="audit",
    help="Export the Decisions as evidence, verify an export offline, and prune what was exported.",
    no_args_is_help=True,
)
Exported = typer.Argument(metavar="FILE", help="An export.", show_default=False)


@audit.command()
def export(
    *,
    since: Annotated[
        date | None,
        typer.Option(
            parser=day,
            metavar="DATE",
            help="Only what took effect on this day or later, and what it is recomputed from.",
        ),
    ] = None,
    until: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="Only what took effect on this day or before.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write. It must not exist yet.")
    ],
) -> None:
    """Write every Decision with all of its evidence to a file, as JSON Lines. For the committee and admins."""
    from tenure.cli.audit.export import run  # noqa: PLC0415

    raise typer.Exit(run(output, since, until))


@audit.command()
def verify(
    file: Annotated[Path, Exported],
    *,
    digest: Annotated[
        str,
        typer.Option(
            metavar="SHA256", help="What the export printed. Without it a file made anew as a whole is not told."
        ),
    ] = "",
    output: Format = Output.TABLE,
) -> None:
    """Recompute every Decision of an export from the file alone, and name each line that was altered or is missing."""
    from tenure.cli.audit.verify import run  # noqa: PLC0415

    raise typer.Exit(run(file, digest, output))


@audit.command()
def prune(
    *,
    exported: Annotated[Path, typer.Option(metavar="FILE", help="An export that has them.", show_default=False)],
    before: Annotated[
        date,
        typer.Option(parser=day, metavar="DATE", help="Only what was over before this day.", show_default=False),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be deleted, and delete nothing.")] = False,
    output: Format = Output.TABLE,
) -> None:
    """Delete Decisions that were exported and that nothing is worked out from any more. Needs the right to prune."""
    from tenure.cli.audit.prune import run  # noqa: PLC0415

    raise typer.Exit(run(exported, before, output, dry_run=dry_run))
