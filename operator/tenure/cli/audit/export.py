"""`tenure audit export`: every Decision of the cluster, in one file."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tenure import __version__
from tenure.cli.audit.cluster import decisions, identity
from tenure.cli.cluster import connection, login
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.reading import now
from tenure.control.kube import Kube, Manifest
from tenure.rules.audit.written import Entry, Origin, lines, of_period


def run(output: Path, since: date | None, until: date | None) -> int:
    """Write the file and say its digest. Raises Problem."""
    if since is not None and until is not None and since > until:
        raise Problem(f"--since {since} is after --until {until}.", BAD_USAGE)
    if output.exists():
        raise Problem(f"{output} is there already. Evidence is not written over: name another file.")
    count, digest = asyncio.run(_export(output, since, until))
    print(f"{count} Decisions were exported to {output}.")
    print(f"Write this down where nobody alters it, for example in the minutes: {digest}")
    print(f"Check the file at any time, without a cluster: tenure audit verify {output} --digest {digest}")
    return 0


async def _export(output: Path, since: date | None, until: date | None) -> tuple[int, str]:
    async with connection() as (kube, _):
        origin = await _origin(kube, since, until)
        every = [_entry(body) async for body in decisions(kube)]
    chosen = list(of_period(every, since or date.min, until or date.max))
    return len(chosen), _write(output, lines(origin, chosen))


async def _origin(kube: Kube, since: date | None, until: date | None) -> Origin:
    days = ["" if day is None else day.isoformat() for day in (since, until)]
    at = now().replace(microsecond=0).isoformat()
    return Origin(await identity(kube), await login(kube), at, __version__, *days)


def _entry(body: Manifest) -> Entry:
    meta = body["metadata"]
    try:
        return Entry.of(meta["name"], meta["uid"], meta["creationTimestamp"], body["spec"])
    except (KeyError, ValueError) as error:
        raise Problem(
            f"Decision {meta['name']} is not as Tenure writes them ({error}). Nothing was exported."
        ) from error


def _write(output: Path, text: Iterable[str]) -> str:
    """All or nothing: what is there under the name is complete. Returns the digest over all lines."""
    partial, line = output.with_name(f"{output.name}.partial"), ""
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            for line in text:
                file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
        partial.rename(output)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise Problem(f"{output} cannot be written: {error.strerror}. Name another file.") from error
    return str(json.loads(line)["end"])
