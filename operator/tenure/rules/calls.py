"""What an organization's memory comes to in the calls of a year and of the next, in sentences: R20..R25."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tenure.api.conditions import Said
from tenure.api.organization import Remembered
from tenure.rules.memory import REWARDED, barred, continuous_support, weighs

WORDS = {
    "Excellent": "the excellent report (R23)",
    "EarlyReturn": "the early return (R22)",
    "DataShared": "the data shared (R24)",
    "PromiseUnproven": "a promise without evidence (R21)",
    "ReportMissing": "the performance report",
}


def remembered(memory: Sequence[Remembered], year: int) -> Said:
    """The condition Remembered. Its reason is the gravest of what it says."""
    found = [*_weighing(memory, year), *_weighing(memory, year + 1), *_beside(memory, year)]
    if not found:
        return Said("Remembered", False, "Nothing", f"Nothing weighs in the calls of {year} and {year + 1}.")
    reasons = [reason for reason, _ in found]
    gravest = next(one for one in ("Barred", "RankedLast", "ClassUp", "ReportMissing", "MayContinue") if one in reasons)
    return Said("Remembered", True, gravest, " ".join(text for _, text in found))


def _weighing(memory: Sequence[Remembered], year: int) -> Iterator[tuple[str, str]]:
    """Reason and sentence of a year, as `priority_class` and `barred` have it."""
    bar, mine = barred(memory, year), [entry for entry in memory if weighs(entry, year)]
    unproven = [entry for entry in mine if entry.kind == "PromiseUnproven"]
    merits = [entry for entry in mine if entry.kind in REWARDED]
    if bar is not None:
        yield "Barred", bar
    elif unproven:
        yield "RankedLast", f"Ranked last in the calls of {year} (R21) for {_named(unproven)}."
    elif merits:
        yield "ClassUp", f"One priority class up in the calls of {year} (R25) for {_named(merits)}."


def _beside(memory: Sequence[Remembered], year: int) -> Iterator[tuple[str, str]]:
    """What moves no class."""
    missing = [entry for entry in memory if entry.kind == "ReportMissing"]
    if missing:
        yield "ReportMissing", f"Still missing (R23): {_named(missing)}; the days are those on which each was due."
    support = continuous_support(entry for entry in memory if entry.day.year >= year - 1)
    if support is not None:
        yield "MayContinue", support


def _named(entries: Iterable[Remembered]) -> str:
    return ", ".join(f"{WORDS[entry.kind]} of {entry.allocation} of {entry.day}" for entry in entries)
