"""Reads what is decided, hears it against the cluster, and enters it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from tenure.cli.cluster import connection
from tenure.cli.decide.entering import Entered, Hear, enter, tried
from tenure.cli.decide.seats import Seats
from tenure.cli.decide.show import Outcome, report, show
from tenure.cli.output import write
from tenure.cli.problem import BAD_USAGE, DIFFERENCE, FAILED, Problem
from tenure.cli.reading import now
from tenure.report.filled_in import Row, rows
from tenure.report.item import Item
from tenure.report.sheet import read
from tenure.report.sitting import Heard, hear, hear_one


def sitting(path: Path, output: str, *, dry_run: bool) -> int:
    """All verdicts of a sheet. Returns the exit code. Raises Problem."""
    try:
        found = rows(path)
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}. Check --from.", BAD_USAGE) from error
    except ValueError as error:
        raise Problem(f"{error}", BAD_USAGE) from error
    return _told(asyncio.run(_sitting([row for row in found if not row.open], dry_run=dry_run)), output)


def one(review: str, given: Mapping[str, object], output: str, *, dry_run: bool) -> int:
    """One verdict. Returns the exit code. Raises Problem."""
    return _told(asyncio.run(_one(review, given, dry_run=dry_run)), output)


def _told(outcome: Outcome, output: str) -> int:
    write(outcome, output, show, report)
    if outcome.entered.wrong:
        return DIFFERENCE
    return FAILED if outcome.entered.failed is not None else 0


async def _sitting(filled: Sequence[Row], *, dry_run: bool) -> Outcome:
    async with connection() as (kube, _):
        seats = Seats(kube)
        await seats.open()
        items = await seats.items((read(row.cells.get("namespace")), read(row.cells.get("review"))) for row in filled)
        by_number = {row.number: row for row in filled}

        def again(heard: Heard, item: Item | None) -> Heard:
            found = {(heard.namespace, heard.review): item} if item is not None else {}
            return hear([by_number[heard.number]], found, seats.who, now())[0]

        return await _through(seats, hear(filled, items, seats.who, now()), again, dry_run=dry_run)


async def _one(review: str, given: Mapping[str, object], *, dry_run: bool) -> Outcome:
    async with connection() as (kube, _):
        seats = Seats(kube)
        await seats.open()
        item = await seats.named(review)
        hearing = partial(hear_one, given=given, who=seats.who, now=now())

        def again(_: Heard, item: Item | None) -> Heard:
            assert item is not None
            return hearing(item)

        return await _through(seats, [hearing(item)], again, dry_run=dry_run)


async def _through(seats: Seats, heard: Sequence[Heard], again: Hear, *, dry_run: bool) -> Outcome:
    """The API server is asked about every row before the first is written."""
    checked = await tried(seats, heard)
    if dry_run or any(one.wrong for one in checked):
        return Outcome(Entered(checked), dry_run)
    return Outcome(await enter(seats, checked, again), dry_run)
