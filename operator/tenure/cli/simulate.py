"""`tenure simulate`: what a quarter would have come to under other rules. It reads, and writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.table import Table

from tenure.api import Review
from tenure.api.decision import REVIEWED, DecisionSpec
from tenure.api.programme import Band
from tenure.cli.centre import read
from tenure.cli.output import Value, columns, grid, say, write
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.reading import now
from tenure.report.centre import Centre
from tenure.rules.recorded import LeftOut, Sources, put_together
from tenure.rules.simulate import Changes, End, Outcomes, Recorded, compare, freed
from tenure.rules.verdict import ORDER
from tenure.rules.words import many

LATEST = 4
"""Quarters that are named where another one was asked for."""
EXAMPLE = "40:Increase/Continue,10:Continue/Reduce,0:Reduce/Revoke"


@dataclass(frozen=True)
class Simulated:
    """Every review of the quarter as it came out and as it would have, and those that cannot be told."""

    quarter: str
    changes: Changes
    outcomes: Sequence[Outcomes]
    left_out: Sequence[LeftOut]

    @property
    def told(self) -> list[Outcomes]:
        """Those whose own rules give what was decided: of the others nothing can be said."""
        return [one for one in self.outcomes if one.reproduced]


def bands(text: str) -> tuple[Band, ...]:
    """A decision table as it is typed: the lowest percentage of each row, and its two outcomes. Raises Problem."""
    rows = [_band(part.strip()) for part in text.split(",")]
    percents = [row.from_percent for row in rows]
    if sorted(set(percents), reverse=True) != percents or percents[-1] != 0:
        raise Problem(f"List the rows from the highest percentage down to 0, for example {EXAMPLE}", BAD_USAGE)
    return tuple(rows)


def _band(text: str) -> Band:
    percent, _, cells = text.partition(":")
    adequate, _, inadequate = cells.partition("/")
    if not percent.isdecimal() or adequate not in ORDER or inadequate not in ORDER:
        raise Problem(
            f"{text!r} is no row of the decision table. Write PERCENT:WITH-AN-ADEQUATE-PLAN/OTHERWISE, for example {EXAMPLE}",
            BAD_USAGE,
        )
    if ORDER.index(adequate) > ORDER.index(inadequate):
        raise Problem(f"{text}: an adequate plan must come to at least as much as an inadequate one.", BAD_USAGE)
    return Band(from_percent=int(percent), adequate=adequate, inadequate=inadequate)


def run(quarter: str, changes: Changes, output: str) -> int:
    """Print what would be different and return the exit code. Raises Problem."""
    write(asyncio.run(_look(quarter, changes)), output, show, report)
    return 0


async def _look(quarter: str, changes: Changes) -> Simulated:
    return simulated(await read(), quarter, changes, now())


def simulated(centre: Centre, quarter: str, changes: Changes, at: datetime) -> Simulated:
    """Every review of the quarter that a Decision or a Review is on record of. Raises Problem where there is none."""
    quarter = centre.quarter(quarter)
    reviews = {name: one for name, some in centre.reviews.items() for one in some if one.spec.review == quarter}
    decided = {
        name: one.spec
        for name, some in centre.decisions.items()
        for one in some
        if one.spec.review == quarter and one.spec.kind in REVIEWED
    }
    if not reviews and not decided:
        raise _nothing(centre, quarter)
    every = (_sources(centre, quarter, name, reviews, decided) for name in sorted({*reviews, *decided}))
    found = [put_together(one, at) for one in every]
    outcomes = compare((one for one in found if isinstance(one, Recorded)), changes)
    return Simulated(quarter, changes, outcomes, [one for one in found if isinstance(one, LeftOut)])


def _nothing(centre: Centre, quarter: str) -> Problem:
    decided = {one.spec.review for some in centre.decisions.values() for one in some if one.spec.kind in REVIEWED}
    known = sorted({one.spec.review for some in centre.reviews.values() for one in some} | decided)
    there = f" There are {', '.join(known[-LATEST:])}." if known else ""
    return Problem(f"Nothing is on record of {quarter}: neither a Review nor a Decision.{there} Check --quarter.")


def _sources(
    centre: Centre, quarter: str, name: str, reviews: Mapping[str, Review], decided: Mapping[str, DecisionSpec]
) -> Sources:
    allocation = centre.allocations.get(name)
    spec = allocation.spec if allocation is not None else None
    return Sources(
        quarter,
        allocation,
        centre.programmes.get(spec.programme) if spec is not None else None,
        centre.accelerators.get(spec.accelerator) if spec is not None else None,
        reviews.get(name),
        decided.get(name),
        [decision.spec for decision in centre.decisions.get(name, ())],
    )


def show(found: Simulated, console: Console) -> None:
    """The reviews that would end differently, and what that frees."""
    say(console, f"{found.quarter} {_rules(found.changes)}", style="bold")
    changed = [one for one in found.told if one.differs]
    if changed:
        grid(console, _table(changed))
    say(
        console,
        f"{len(changed)} of {many(len(found.told), 'review')} would have ended differently. Nothing was written.",
    )
    for text in _freed(found):
        say(console, text)
    for text in _untold(found):
        say(console, text)


def _table(changed: Sequence[Outcomes]) -> Table:
    table = columns()
    table.add_column("allocation", overflow="fold")
    for name in ("use", "then"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("came to", "would come to"):
        table.add_column(name, overflow="fold")
    table.add_column("freed", justify="right", no_wrap=True)
    for one in changed:
        more = one.freed(one.would) - one.freed(one.was)
        table.add_row(
            one.recorded.allocation,
            one.was.percent,
            one.would.percent,
            _end(one.was),
            _end(one.would),
            f"{more:+}" if more else "0",
        )
    return table


def _end(end: End) -> str:
    waits = f" ({end.recommendation})" if end.kind is None and end.recommendation is not None else ""
    return f"{end.words}{waits}, {end.devices}"


def _rules(changes: Changes) -> str:
    """What is different, for the title."""
    rows = ", ".join(f"{row.from_percent} %: {row.adequate}/{row.inadequate}" for row in changes.bands or ())
    parts = [
        f"the table {rows}" if rows else "",
        f"{changes.set_up_days} set-up days" if changes.set_up_days is not None else "",
        f"{changes.base_hours} base hours a day" if changes.base_hours is not None else "",
        f"at least {changes.minimum_coverage_percent} % coverage"
        if changes.minimum_coverage_percent is not None
        else "",
    ]
    told = "; ".join(part for part in parts if part)
    return f"with {told}" if told else "under its own rules"


def _freed(found: Simulated) -> Iterator[str]:
    for name, (was, would) in freed(found.told).items():
        yield f"{name}: {_devices(was)} as it came out, {_devices(would)} as it would have: {would - was:+}."


def _devices(freed_: int) -> str:
    """Increases may take more than all else frees."""
    return f"{many(freed_, 'device')} freed" if freed_ >= 0 else f"{many(-freed_, 'more device')} held"


def _untold(found: Simulated) -> Iterator[str]:
    """Reviews of which nothing can be said, and why."""
    other = [one.recorded.allocation for one in found.outcomes if not one.reproduced]
    if other:
        yield (
            f"Left out, because their records alone do not give what was decided: {', '.join(other)}. tenure explain says "
            "what was."
        )
    for one in found.left_out:
        yield f"Left out: {one.allocation}, for {one.why}."


def report(found: Simulated) -> Value:
    """For programs: every review, changed or not."""
    changes = found.changes
    return {
        "quarter": found.quarter,
        "rules": {
            "bands": [row.wire() for row in changes.bands] if changes.bands is not None else None,
            "setUpDays": changes.set_up_days,
            "baseHoursPerDay": changes.base_hours,
            "minimumReviewCoveragePercent": changes.minimum_coverage_percent,
        },
        "reviews": [_plain(one) for one in found.outcomes],
        "freed": {name: {"was": was, "would": would} for name, (was, would) in freed(found.told).items()},
        "leftOut": [{"allocation": one.allocation, "why": one.why} for one in found.left_out],
    }


def _plain(one: Outcomes) -> Value:
    return {
        "allocation": one.recorded.allocation,
        "project": one.recorded.project,
        "accelerator": one.recorded.accelerator,
        "decided": one.recorded.decided is not None,
        "reproduced": one.reproduced,
        "differs": one.differs,
        "was": _end_plain(one.was),
        "would": _end_plain(one.would),
    }


def _end_plain(end: End) -> Value:
    return {
        "outcome": end.kind,
        "devices": end.devices,
        "utilization": end.percent,
        "reason": end.reason,
        "recommendation": end.recommendation,
    }
