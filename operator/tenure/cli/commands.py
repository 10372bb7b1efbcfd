"""How the commands of tenants, committee and admins are typed. What each needs is imported when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.candidates import every_allocation
from tenure.cli.options import Format, FromFile, OfAllocation, OfReview, Output, Project
from tenure.cli.problem import BAD_USAGE, Problem

Evidence = Annotated[
    list[str] | None,
    typer.Option(
        "--evidence", metavar="LINK", help="A link or a reference. May be given several times.", show_default=False
    ),
]
ChangeOfPlan = Annotated[
    str,
    typer.Option(
        "--change-of-plan",
        metavar="TEXT",
        help="Where the plan has changed: the justification (R19).",
        show_default=False,
    ),
]


def status(project: Project = "", *, output: Format = Output.TABLE) -> None:
    """What the project holds, how it is doing, and what has to be done by when."""
    from tenure.cli.tenant.status import run  # noqa: PLC0415

    raise typer.Exit(run(project, output))


def plan(
    project: Project = "",
    *,
    summary: Annotated[
        str, typer.Option(metavar="TEXT", help="What will be done, and why the devices are needed.", show_default=False)
    ] = "",
    file: FromFile = None,
    evidence: Evidence = None,
    change_of_plan: ChangeOfPlan = "",
    allocation: OfAllocation = "",
    review: OfReview = "",
    output: Format = Output.TABLE,
) -> None:
    """Hand in the plan for the next quarter; without a text, show the one that is in."""
    from tenure.cli.tenant.plan import Wanted, run  # noqa: PLC0415

    text = _text(summary, file, "--summary")
    wanted = Wanted(project, allocation, review, text, tuple(evidence or ()), change_of_plan)
    raise typer.Exit(run(wanted, output))


def appeal(
    project: Project = "",
    *,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why the figures or the outcome are wrong.", show_default=False)
    ] = "",
    file: FromFile = None,
    allocation: OfAllocation = "",
    review: OfReview = "",
    output: Format = Output.TABLE,
) -> None:
    """Appeal against what notice was given of. Nothing is taken until the committee has answered."""
    from tenure.cli.tenant.appeal import Wanted, run  # noqa: PLC0415

    text = _text(reason, file, "--reason")
    if not text:
        raise Problem("Say why the figures or the outcome are wrong: --reason TEXT, or --file FILE.", BAD_USAGE)
    raise typer.Exit(run(Wanted(project, allocation, review, text), output))


def give_back(
    project: Project = "",
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, in words.", show_default=False)],
    devices: Annotated[int, typer.Option(min=0, metavar="N", help="Devices to give back.")] = 0,
    storage: Annotated[
        str, typer.Option(metavar="QUANTITY", help="Storage quota to give back, in steps of 10 TB: 10T.")
    ] = "0",
    everything: Annotated[bool, typer.Option("--all", help="Give back all of it: the grant ends.")] = False,
    change_of_plan: ChangeOfPlan = "",
    allocation: OfAllocation = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    output: Format = Output.TABLE,
) -> None:
    """Give devices or storage back before the term ends (R22). Shows what that means, and asks."""
    from tenure.cli.tenant.give_back import Wanted, run  # noqa: PLC0415

    if everything and (devices or storage != "0"):
        raise Problem("--all is everything; leave out --devices and --storage.", BAD_USAGE)
    wanted = Wanted(project, allocation, devices, storage, everything, reason, change_of_plan, yes)
    raise typer.Exit(run(wanted, output))


def report(
    project: Project = "",
    *,
    template: Annotated[bool, typer.Option("--template", help="Print an empty form in YAML, with comments.")] = False,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", metavar="FILE", help="Fill the report in from a form; - is what is piped in."),
    ] = None,
    submit: Annotated[
        bool, typer.Option("--submit", help="Hand it in. From then on only the committee writes.")
    ] = False,
    allocation: OfAllocation = "",
    output: Format = Output.TABLE,
) -> None:
    """Fill in and hand in the performance report (R23); without options, show it."""
    from tenure.cli.tenant import form  # noqa: PLC0415
    from tenure.cli.tenant.report import Wanted, run  # noqa: PLC0415

    if template:
        print(form.template())
        raise typer.Exit
    fields = form.read(_read(file), _called(file)) if file is not None else {}
    raise typer.Exit(run(Wanted(project, allocation, fields, submit), output))


def relocation(
    project: Project = "",
    *,
    text: Annotated[str, typer.Option(metavar="TEXT", help="What has been done, in words.", show_default=False)] = "",
    evidence: Evidence = None,
    allocation: OfAllocation = "",
    output: Format = Output.TABLE,
) -> None:
    """Hand in evidence of a promised relocation or founding (R21); without options, show it."""
    from tenure.cli.tenant.relocation import Wanted, run  # noqa: PLC0415

    raise typer.Exit(run(Wanted(project, allocation, text, tuple(evidence or ())), output))


def reviews(
    project: Project = "",
    *,
    of_all: Annotated[bool, typer.Option("--all", help="Of all projects; for the committee and admins.")] = False,
    output: Format = Output.TABLE,
) -> None:
    """What each review comes to, for whom it waits and since when."""
    from tenure.cli.reviews import run  # noqa: PLC0415

    raise typer.Exit(run(project, output, of_all=of_all))


def explain(
    allocation: Annotated[
        str, typer.Argument(metavar="ALLOCATION", help="The Allocation.", autocompletion=every_allocation)
    ],
    *,
    output: Format = Output.TABLE,
) -> None:
    """Why an allocation's grant is what it is, Decision by Decision. For the committee and admins."""
    from tenure.cli.explain import run  # noqa: PLC0415

    raise typer.Exit(run(allocation, output))


def simulate(
    quarter: Annotated[str, typer.Option(metavar="NAME", help="Which review, for example 2026-Q3.")],
    *,
    bands: Annotated[
        str,
        typer.Option(
            metavar="TABLE",
            help="Another decision table (R17): 40:Increase/Continue,10:Continue/Reduce,0:Reduce/Revoke",
            show_default=False,
        ),
    ] = "",
    set_up_days: Annotated[
        int | None, typer.Option(min=0, max=31, metavar="N", help="Other set-up days (R14).")
    ] = None,
    base_hours: Annotated[
        int | None, typer.Option(min=1, max=24, metavar="N", help="Another base time per day (R16).")
    ] = None,
    min_coverage: Annotated[
        int | None, typer.Option(min=0, max=100, metavar="N", help="Another least coverage of a review, in percent.")
    ] = None,
    output: Format = Output.TABLE,
) -> None:
    """What a quarter would have come to under other rules. Writes nothing. For the committee and admins."""
    from tenure.cli import simulate as simulation  # noqa: PLC0415
    from tenure.rules.simulate import Changes  # noqa: PLC0415

    changes = Changes(simulation.bands(bands) if bands else None, set_up_days, base_hours, min_coverage)
    raise typer.Exit(simulation.run(quarter, changes, output))


def _text(typed: str, file: Path | None, option: str) -> str:
    """What was typed or is in the file; empty where there is neither. Raises Problem for both, and for a blank one."""
    if typed and file is not None:
        raise Problem(f"Give the text by {option} or by --file, not by both.", BAD_USAGE)
    text = (typed if file is None else _read(file)).strip()
    if not text and (typed or file is not None):
        where = option if file is None else _called(file)
        raise Problem(f"There is no text in {where}, so nothing was written. Write one, or leave the option out.")
    return text


def _read(file: Path) -> str:
    """A file in UTF-8, with or without the mark that some editors begin it with."""
    try:
        return (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise Problem(f"{_called(file)} cannot be read: {why}. Check --file.") from error


def _called(file: Path) -> str:
    """A file as it is called in a sentence."""
    return "what is piped in" if str(file) == "-" else str(file)
