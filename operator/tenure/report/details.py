"""One review in full: plot, figures, plan with evidence, appeal, history, and what each outcome would do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from tenure.api.conditions import TABLE
from tenure.api.decision import DecisionSpec
from tenure.report.effects import Effect
from tenure.report.item import Item
from tenure.report.markup import Markup, el, join, reference, typed
from tenure.report.sentences import figures, summary
from tenure.report.spans import span_text, spans


def details(number: int, item: Item) -> Markup:
    """Everything beside the row. `number` is the review's place in the values that plots are drawn from."""
    parts = [
        el("section", el("h3", "Use day by day"), _plot(number, item)),
        el("section", el("h3", "Figures"), *(el("p", sentence) for sentence in figures(item)), *_reasons(item)),
        el("section", el("h3", "What each outcome would do"), *_outcomes(item)),
        el("section", el("h3", "Plan for the next quarter (R18)"), *_plan(item), *_usage_plan(item)),
        el("section", el("h3", "Appeal and verdict"), *_appeal(item), *_verdict(item)),
        el("section", el("h3", "History of the grant"), _history(item)),
    ]
    heading = el("summary", "Plan, days and outcomes of ", item.review.spec.allocation)
    return el("details", heading, el("div", *parts, class_="parts"))


def _plot(number: int, item: Item) -> Markup:
    ledger = item.review.status.ledger
    if ledger is None or not ledger.states:
        return el("p", "No day was read yet.")
    figure = el("figure", el("figcaption", summary(item)), data_days=number)
    return join(figure, el("details", el("summary", "The days as a table"), class_="days scroll"))


def _reasons(item: Item) -> Iterator[Markup]:
    """Why days do not simply count, each reason once."""
    ledger = item.review.status.ledger
    by_reason: dict[str, list[date]] = defaultdict(list)
    for day, reason in ledger.reasons.items() if ledger else ():
        by_reason[reason].append(date.fromisoformat(day))
    for reason, days in sorted(by_reason.items()):
        when = ", ".join(map(span_text, spans(days)))
        yield el("p", el("strong", reason), f" on {when}: {TABLE['Measured'].get(reason, '')}")


def _outcomes(item: Item) -> Iterator[Markup]:
    if item.decided is not None:
        yield el("p", typed(item.decided.message), " Decided by ", typed(item.decided.decided_by), ".")
    elif outcome := item.review.status.outcome:
        yield el("p", f"{outcome} was decided, and the Decision {item.review.status.decision} is not there any more.")
    elif not item.effects:
        yield el("p", "Nobody can say: the Allocation, its Accelerator or its Programme is not there any more.")
    else:
        names = ("Outcome", "Devices", "CPU", "Memory", "Free after it", "Note")
        yield _table("Outcomes", names, (_effect(item, effect) for effect in item.effects))


def _table(label: str, names: Sequence[str], rows: Iterable[Markup]) -> Markup:
    """A table that scrolls by itself where the screen is narrow, by the keyboard as well."""
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in names)))
    table = el("table", head, el("tbody", *rows), class_="plain")
    return el("div", table, class_="scroll", tabindex="0", role="group", aria_label=label)


def _effect(item: Item, effect: Effect) -> Markup:
    after, held = effect.after, item.held.devices
    note = " ".join(filter(None, ("Recommended." if effect.outcome == item.leads_to else "", effect.note)))
    return el(
        "tr",
        el("th", el("span", effect.outcome, class_=f"mark {effect.outcome}"), scope="row"),
        el("td", f"{held} → {after.devices}"),
        el("td", after.cpu),
        el("td", after.memory),
        el("td", effect.free, class_="number"),
        el("td", note),
    )


def _plan(item: Item) -> Iterator[Markup]:
    plan, said = item.review.spec.plan, item.said("PlanSubmitted")
    if said is not None and said.message:
        yield el("p", said.message)
    if plan is None:
        yield el("p", "There is no plan.")
        return
    yield typed(plan.summary, "div", class_="text")
    if plan.change_of_plan:
        yield el("p", "Change of plan, a justified one carries no penalty (R19):")
        yield typed(plan.change_of_plan, "div", class_="text")
    if plan.evidence:
        yield el("p", "Evidence:")
        yield el("ul", *(el("li", reference(one)) for one in plan.evidence))


def _usage_plan(item: Item) -> Iterator[Markup]:
    months = item.allocation.spec.usage_plan if item.allocation else ()
    if months:
        yield el("p", "Month by month plan of the application (R15):")
        rows = (
            el(
                "tr",
                el("th", m.month, scope="row"),
                el("td", f"{m.device_hours:,}", class_="number"),
                el("td", typed(m.text)),
            )
            for m in months
        )
        yield _table("Usage plan", ("Month", "Planned device-hours", "What"), rows)


def _appeal(item: Item) -> Iterator[Markup]:
    appeal = item.review.spec.appeal
    if item.review.status.notice:
        yield el("p", f"Notice was given: {item.review.status.notice}.")
    if appeal is None:
        yield el("p", "There is no appeal.")
    else:
        yield el("p", "The tenant appeals:")
        yield typed(appeal.reason, "div", class_="text")


def _verdict(item: Item) -> Iterator[Markup]:
    verdict = item.review.spec.verdict
    if verdict is None:
        yield el("p", "There is no verdict yet.")
        return
    said = {
        "the plan is": verdict.plan,
        "confirmed": verdict.confirms,
        "increase up to devices": verdict.increase_to,
        "decided against the table": verdict.override,
        "the appeal is": verdict.appeal,
        "took no part": ", ".join(verdict.recused),
        "decided by": verdict.decided_by,
        "entered by": verdict.by,
    }
    parts = [join(f"{name} ", typed(f"{value}")) for name, value in said.items() if value]
    yield el("p", "Verdict: ", *(join("; " if number else "", part) for number, part in enumerate(parts)), ".")
    if verdict.reason:
        yield typed(verdict.reason, "div", class_="text")


def _history(item: Item) -> Markup:
    if not item.history:
        return el("p", "Nothing was decided about it before.")
    return _table("History", ("Occasion", "Decision", "Devices", "From", "By"), map(_past, item.history))


def _past(decision: DecisionSpec) -> Markup:
    return el(
        "tr",
        el("th", decision.review, scope="row"),
        el("td", decision.kind),
        el("td", f"{decision.before.devices} → {decision.after.devices}"),
        el("td", f"{decision.effective}"),
        el("td", typed(decision.decided_by)),
    )
