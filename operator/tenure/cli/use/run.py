"""`tenure use`: reads the reviews with the user's own rights, and asks Prometheus again where that is wanted."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from tenure.cli.cluster import connection
from tenure.cli.output import write
from tenure.cli.problem import DIFFERENCE, FAILED
from tenure.cli.reading import named, reviews_of
from tenure.cli.use.days import Shown, select
from tenure.cli.use.table import show
from tenure.cli.use.values import values
from tenure.telemetry.verify import Verdict


@dataclass(frozen=True)
class Wanted:
    """What is to be shown. Empty: the context's namespace, every allocation, the latest reviews."""

    project: str
    allocation: str
    since: date | None
    until: date | None


def run(wanted: Wanted, output: str, *, prometheus: str, verify: bool) -> int:
    """Print the report and return the exit code. Raises Problem."""
    project, shown = asyncio.run(_look(wanted, prometheus, verify))
    write(shown, output, show, partial(values, project))
    return exit_code(shown)


async def _look(wanted: Wanted, prometheus: str, verify: bool) -> tuple[str, Sequence[Shown]]:
    async with connection() as (kube, namespace):
        project = named(wanted.project or namespace, "use")
        shown = select(await reviews_of(kube, project), wanted.allocation, wanted.since, wanted.until)
        if not verify:
            return project, shown
        from tenure.cli.use import verification  # noqa: PLC0415 - to look takes half of the time without the operator

        given = {"TENURE_PROMETHEUS_URL": prometheus} if prometheus else {}
        return project, await verification.verify(kube, project, shown, {**os.environ, **given})


def exit_code(shown: Sequence[Shown]) -> int:
    """Of what was found: a difference weighs more than a day that was not answered."""
    verdicts = {difference.verdict for one in shown for difference in (one.found or {}).values()}
    if Verdict.DIFFERS in verdicts:
        return DIFFERENCE
    return FAILED if Verdict.NOT_ANSWERED in verdicts else 0
