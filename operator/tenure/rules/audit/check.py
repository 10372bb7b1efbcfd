"""The whole check of an export: its lines, each allocation's chain, and every Decision recomputed. It needs the file alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tenure.rules.audit.chain import Chain
from tenure.rules.audit.read import Fault, Line, Reader


@dataclass(frozen=True)
class Checked:
    """What was found in a file."""

    header: Mapping[str, Any]
    digest: str
    """Over all lines: the same that was printed when it was exported."""
    decisions: int
    allocations: int
    faults: tuple[Fault, ...]
    damaged: tuple[Fault, ...]
    """Those of them that are of the file itself, and not of the chain of an allocation."""
    begin_later: int
    """Allocations whose first Decision here follows on one that is not in the file."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Name of a Decision -> its hash, of every allocation in whose chain there is no fault."""


def check(lines: Iterable[bytes], digest: str = "") -> Checked:
    """Read all of it once. Faults come in the order of their lines.

    `digest` is what was written down at the export. Nothing else tells of a file that was made anew as a whole.
    """
    reader, chains, faults = Reader(), dict[str, Chain](), list[Fault]()
    latest: Chain | None = None
    for line in reader.read(lines):
        allocation = _spec(line).get("allocation")
        if not isinstance(allocation, str):
            faults.append(_fault(line, "is no Decision: it names no allocation. It was altered."))
            continue
        chain = chains.setdefault(allocation, Chain(allocation))
        if latest is not None and latest is not chain:
            latest.close()
        latest = chain
        faults += (_fault(line, text) for text in chain.add(line))
    damaged = [*reader.faults, *_of_whole(reader, chains, digest)]
    return Checked(
        header=reader.header,
        digest=reader.digest,
        decisions=reader.count,
        allocations=len(chains),
        faults=tuple(sorted([*damaged, *faults], key=lambda fault: fault.line or reader.count + 3)),
        damaged=tuple(damaged),
        begin_later=sum(chain.begins_later for chain in chains.values()),
        hashes={name: hash_ for chain in chains.values() for name, hash_ in chain.hashes.items()},
    )


def _of_whole(reader: Reader, chains: Mapping[str, Chain], digest: str) -> Iterator[Fault]:
    """What is wrong with the file as a whole."""
    if reader.header:
        yield from (Fault(0, text) for text in _against_header(reader.header.get("chains"), chains))
    if digest and reader.digest != digest:
        yield Fault(
            0, "This is not the file that was exported: the digest over all lines is not the one that was written down."
        )


def _spec(line: Line) -> dict[str, Any]:
    spec = line.body.get("spec")
    return spec if isinstance(spec, dict) else {}


def _fault(line: Line, text: str) -> Fault:
    return Fault(line.place, f"Line {line.place} {line.what}{text}")


def _against_header(told: Any, chains: Mapping[str, Chain]) -> list[str]:
    """What the header says of each allocation, beside what is there."""
    there = told if isinstance(told, dict) else {}
    named = sorted(there.keys() | chains.keys())
    return [text for name in named if (text := _against(name, there.get(name), chains.get(name)))]


def _against(name: str, told: Any, chain: Chain | None) -> str:
    if not isinstance(told, dict):
        return f"The header knows nothing of {name}, and there are Decisions of it: they were added."
    if chain is None:
        return f"All {told.get('count')} Decisions of {name} are missing."
    if told.get("count") != chain.count:
        return f"The header counts {told.get('count')} Decisions of {name}; in the file there are {chain.count}."
    if (told.get("first"), told.get("last")) != (chain.first, chain.last):
        return f"The chain of {name} does not begin and end with the Decisions that the header names."
    return ""
