"""How `tenure decide` is typed. What it needs is imported when it runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.options import Format, Output
from tenure.cli.problem import BAD_USAGE, Problem


class PlanIs(StrEnum):
    """Judgement on a plan (R18)."""

    ADEQUATE = "Adequate"
    INADEQUATE = "Inadequate"


class Outcome(StrEnum):
    """What a review can end with (R17)."""

    INCREASE = "Increase"
    CONTINUE = "Continue"
    REDUCE = "Reduce"
    REVOKE = "Revoke"


class Answer(StrEnum):
    """To an appeal."""

    UPHELD = "Upheld"
    DISMISSED = "Dismissed"


Reviewed = Annotated[str, typer.Argument(metavar="REVIEW", help="Name of the Review, for example vision-2026-2026-q3.")]
Sheet = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="The packet's sheet, filled in: .xlsx or .csv.", show_default=False),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be entered and what is wrong, and enter nothing.")
]
Plan = Annotated[
    PlanIs | None,
    typer.Option(metavar="JUDGEMENT", help="Adequate or Inadequate.", case_sensitive=False, show_default=False),
]
Confirms = Annotated[
    Outcome | None,
    typer.Option(metavar="OUTCOME", help="Confirms this recommendation.", case_sensitive=False, show_default=False),
]
IncreaseTo = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Approves an increase up to so many devices.", show_default=False),
]
Override = Annotated[
    Outcome | None,
    typer.Option(
        metavar="OUTCOME",
        help="Decides otherwise than the table. With a reason.",
        case_sensitive=False,
        show_default=False,
    ),
]
ToAppeal = Annotated[
    Answer | None,
    typer.Option(metavar="ANSWER", help="Upheld or Dismissed.", case_sensitive=False, show_default=False),
]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="The reasons.", show_default=False)]
DecidedBy = Annotated[
    str, typer.Option(metavar="NAME", help="Who decided, where you enter it for others.", show_default=False)
]
Recused = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Who took no part. May be given several times.", show_default=False),
]


def decide(
    review: Reviewed = "",
    *,
    from_: Sheet = None,
    dry_run: DryRun = False,
    plan: Plan = None,
    confirms: Confirms = None,
    increase_to: IncreaseTo = None,
    override: Override = None,
    appeal: ToAppeal = None,
    reason: Reason = "",
    decided_by: DecidedBy = "",
    recused: Recused = None,
    output: Format = Output.TABLE,
) -> None:
    """Enter the committee's verdict on a review, or those of a whole sitting from its sheet."""
    from tenure.cli.decide.run import one, sitting  # noqa: PLC0415

    given: dict[str, object] = {
        "plan is": plan,
        "confirms": confirms,
        "increase to": increase_to,
        "override": override,
        "answer to appeal": appeal,
        "reason": reason,
        "decided by": decided_by,
        "recused": ", ".join(recused or ()),
    }
    said = {title: value for title, value in given.items() if value}
    if from_ is not None:
        if review or said:
            raise Problem(
                "With --from FILE the sheet says everything: leave out the review and what is decided.", BAD_USAGE
            )
        raise typer.Exit(sitting(from_, output, dry_run=dry_run))
    if not review or not said:
        raise Problem(
            "Name a review and what is decided, or a sheet: tenure decide REVIEW --plan Adequate, or --from FILE.",
            BAD_USAGE,
        )
    raise typer.Exit(one(review, said, output, dry_run=dry_run))
