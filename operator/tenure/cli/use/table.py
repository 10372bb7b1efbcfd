"""A report for people: tables that fit 80 columns, and sentences. No colours where nobody looks at a terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from rich.console import Console
from rich.table import Table

from tenure.cli.output import columns, grid, say
from tenure.cli.use import reasons, summary
from tenure.cli.use.days import Shown
from tenure.report.spans import span_text, spans
from tenure.telemetry.facts import DayFacts, State
from tenure.telemetry.verify import Difference, Field, Verdict

WORDS = {
    State.COUNTED: "counted",
    State.SETUP: "set-up",
    State.UNAVAILABLE: "unavailable",
    State.UNKNOWN: "unknown",
}
STYLES = {State.COUNTED: "", State.SETUP: "dim", State.UNAVAILABLE: "cyan", State.UNKNOWN: "yellow"}
FOUND = {
    Verdict.DIFFERS: "different",
    Verdict.OTHER_ANSWER: "same amounts, other answer",
    Verdict.GONE: "not verifiable any more",
    Verdict.NOT_ANSWERED: "not answered",
}


def show(shown: Iterable[Shown], console: Console) -> None:
    """Print every review: its days, why any does not simply count, what it comes to, and what verifying has found."""
    for one in shown:
        say(console, _title(one), style="bold", whole=True)
        grid(console, _days(one.days))
        console.print()
        _say(console, _reasons(one.days))
        _say(console, summary.sentences(one.review))
        if one.found is not None:
            _show_found(one.days, one.found, console)


def _title(one: Shown) -> str:
    dates = one.review.status.dates
    window = f", {dates.window_start} to {dates.window_end}" if dates is not None else ""
    return f"{one.review.spec.allocation}, review {one.review.spec.review}{window}, in device-hours"


def _days(days: Mapping[date, DayFacts]) -> Table:
    """Columns that have nothing in them are left out."""
    estimated = any(facts.estimated for facts in days.values())
    second = any(facts.second is not None for facts in days.values())
    table = _table(
        "date", "state", granted=True, requested=True, measured=True, busy=True, estimated=estimated, second=second
    )
    for day, facts in days.items():
        amounts = [facts.granted, facts.requested, facts.measured, facts.busy]
        more = [facts.estimated] * estimated + [facts.second] * second
        table.add_row(f"{day}", WORDS[facts.state], *map(_hours, [*amounts, *more]), style=STYLES[facts.state])
    return table


def _table(*words: str, **numbers: bool) -> Table:
    table = columns()
    for word in words:
        table.add_column(word, no_wrap=True)
    for name, wanted in numbers.items():
        if wanted:
            table.add_column(name, justify="right", no_wrap=True)
    return table


def _reasons(days: Mapping[date, DayFacts]) -> Iterable[str]:
    """One sentence for each run of days with the same reason, in order of the dates."""
    by_reason: dict[str, list[date]] = defaultdict(list)
    for day, facts in days.items():
        by_reason[facts.reason].append(day)
    told = [(span, reason) for reason, found in by_reason.items() for span in spans(found)]
    for span, reason in sorted(told):
        if text := reasons.sentence(reason):
            yield f"{span_text(span)}, {reason}: {text}"


def _show_found(days: Mapping[date, DayFacts], found: Mapping[date, Difference], console: Console) -> None:
    rows = [(day, one) for day, difference in found.items() for one in difference.fields if _told(difference)]
    if rows:
        table = _table("date", "device-seconds", **{"in the ledger": True, "asked now": True, "difference": True})
        for day, one in rows:
            table.add_row(f"{day}", one.name.replace("_", " "), _exact(one.ledger), _exact(one.now), _less(one))
        grid(console, table)
    by_why: dict[tuple[str, str], list[date]] = defaultdict(list)
    for day, difference in found.items():
        by_why[FOUND[difference.verdict], difference.why].append(day)
    told = [(span, word, why) for (word, why), some in by_why.items() for span in spans(some)]
    texts = [f"{span_text(span)}: {word}. {why}" for span, word, why in sorted(told)]
    _say(console, [*texts, counted(days, found)])


def counted(days: Mapping[date, DayFacts], found: Mapping[date, Difference]) -> str:
    """How many days agree, and how many do not or cannot be verified."""
    verdicts = [difference.verdict for difference in found.values()]
    parts = [f"{verdicts.count(verdict)} {word}" for verdict, word in FOUND.items() if verdict in verdicts]
    agree = f"{len(days) - len(found)} of {len(days)} days agree with Prometheus to the second"
    return f"{agree}; {', '.join(parts)}." if parts else f"{agree}."


def _told(difference: Difference) -> bool:
    """Whether the values are worth a row: of a day that is gone nothing is left to compare with."""
    return difference.verdict in (Verdict.DIFFERS, Verdict.OTHER_ANSWER)


def _less(one: Field) -> str:
    if isinstance(one.ledger, int) and isinstance(one.now, int):
        return f"{one.now - one.ledger:+,}"
    return ""


def _exact(value: int | str | None) -> str:
    return "not known" if value is None else f"{value:,}" if isinstance(value, int) else value


def _hours(seconds: int | None) -> str:
    return "?" if seconds is None else f"{seconds / 3600:,.1f}"


def _say(console: Console, texts: Iterable[str]) -> None:
    """A paragraph of sentences, each on lines of its own; nothing where there are none."""
    said = [*texts]
    for text in said:
        say(console, text)
    if said:
        console.print()
