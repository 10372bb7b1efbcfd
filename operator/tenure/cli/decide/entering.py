"""Verdicts are entered only after the API server has said of each that it would take it, and none is entered twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from tenure.api.review import Verdict
from tenure.cli.decide.seats import AT_ONCE, Key, Seats
from tenure.cli.writing import refusal
from tenure.control.kube import MERGE, ApiError, Manifest
from tenure.control.paths import SERVED
from tenure.report.item import Item
from tenure.report.sheet import Wrong
from tenure.report.sitting import Heard

OBJECTIONS = (400, 403, 404, 422)
"""Answers that say something against a verdict itself; all others are of the API server's own troubles."""
MAY_NOT = "You may not write verdicts. Ask the centre's admin for the role tenure-committee."
TRIES = 3
"""How often a review is looked at anew that changed between reading and writing."""
Hear = Callable[[Heard, Item | None], Heard]
"""Hears a row once more, against the review as it is now."""


@dataclass
class Entered:
    """What became of a sitting."""

    heard: Sequence[Heard]
    written: list[Heard] = field(default_factory=list)
    failed: Heard | None = None
    """The one at which writing stopped."""

    @property
    def wrong(self) -> bool:
        """Whether anything contradicts: then nothing was entered."""
        return any(one.wrong for one in self.heard)


async def tried(seats: Seats, heard: Sequence[Heard]) -> list[Heard]:
    """The rows, with what the API server says against them: its policies know who may write what. Raises Problem."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(row: Heard) -> Heard:
        if row.verdict is None:
            return row
        async with gate:
            try:
                await _write(seats, row, row.verdict, dry_run=True)
            except ApiError as error:
                if error.code not in OBJECTIONS:
                    raise refusal(error, MAY_NOT) from error
                return replace(row, verdict=None, wrong=(Wrong("", f"{refusal(error, MAY_NOT)}"),))
        return row

    return list(await asyncio.gather(*map(one, heard)))


async def enter(seats: Seats, heard: Sequence[Heard], again: Hear) -> Entered:
    """Write every verdict, one after the other, and stop at the first that cannot be."""
    result = Entered(heard)
    for row in heard:
        done = await _entered(seats, row, again)
        if done.wrong:
            result.failed = done
            return result
        if done.verdict is not None:
            result.written.append(done)
    return result


async def _entered(seats: Seats, row: Heard, again: Hear) -> Heard:
    for _ in range(TRIES):
        if row.verdict is None:
            return row
        try:
            await _write(seats, row, row.verdict)
        except ApiError as error:
            if error.code != 409:
                return replace(row, wrong=(Wrong("", f"{refusal(error, MAY_NOT)}"),))
            row = again(row, (await seats.items([_key(row)])).get(_key(row)))
        else:
            return row
    return replace(row, wrong=(Wrong("", "It changes all the time. Try again in a minute."),))


async def _write(seats: Seats, row: Heard, verdict: Verdict, *, dry_run: bool = False) -> None:
    """The whole verdict, empty fields too, on the review as it was read. Raises ApiError."""
    fields = {**dict.fromkeys(Verdict().model_dump(by_alias=True)), **verdict.wire()}
    fields["by"] = seats.who  # stamped with the same name, where the cluster stamps
    body: Manifest = {"spec": {"verdict": fields}}
    query = {"fieldManager": "tenure-decide"}
    if dry_run:
        query["dryRun"] = "All"
    else:
        body["metadata"] = {"resourceVersion": seats.versions[_key(row)]}
    await seats.kube.request("PATCH", SERVED["Review"].path(*_key(row)), body, query=query, content_type=MERGE)


def _key(row: Heard) -> Key:
    return row.namespace, row.review
