"""Where a row of the committee's sheet contradicts the cluster or itself; each is one small check with what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tenure.api.review import Verdict
from tenure.report import sheet
from tenure.report.filled_in import Row
from tenure.report.hearing import Told
from tenure.report.item import Item
from tenure.report.sheet import Wrong
from tenure.rules.words import sentence

SEEN = ("utilization", "lowest", "highest", "coverage", "recommendation")
"""Columns of which it is said what they were and what they are."""
TEXTS = ("plan", "change of plan", "appeal")
"""Columns of which it is said that they are others."""
OPTIONS = {
    "plan is": "--plan",
    "confirms": "--confirms",
    "increase to": "--increase-to",
    "override": "--override",
    "answer to appeal": "--appeal",
    "reason": "--reason",
    "decided by": "--decided-by",
    "recused": "--recused",
}
"""Column -> the option that says the same of one review, without a sheet."""


@dataclass(frozen=True)
class Matter:
    """A row with what it is about."""

    row: Row
    item: Item
    verdict: Verdict
    who: str
    told: Told | None

    @property
    def alone(self) -> bool:
        """Whether it came without a sheet: then there are options and no cells."""
        return self.row.number == 0

    def place(self, title: str) -> str:
        """Where something is written."""
        return OPTIONS[title] if self.alone else f"the column {title}"

    def out(self, title: str) -> str:
        """How it is taken out; what is not given of one review alone stays as it was entered."""
        if not self.alone:
            return "empty the cell"
        before = sheet.entered(self.item.review.spec.verdict)[title]
        if before and sheet.read(before) == sheet.read(self.row.cells.get(title)):
            return "take out in the packet's sheet what was entered before"
        return f"leave {OPTIONS[title]} out"


def contradictions(matter: Matter) -> tuple[Wrong, ...]:
    """All that is wrong with a row. One that is of yesterday is not judged any further."""
    stale = _decided(matter) or _moved(matter)
    if stale is not None:
        return (stale,)
    return tuple(found for check in CHECKS if (found := check(matter)) is not None)


def _decided(m: Matter) -> Wrong | None:
    status = m.item.review.status
    if not status.outcome:
        return None
    text = f"It was decided meanwhile: {status.outcome} (Decision {status.decision}). Nothing can be entered"
    return Wrong("", f"{text}.") if m.alone else Wrong("review", f"{text}; empty the row.")


def _moved(m: Matter) -> Wrong | None:
    """What the committee saw is not what is there: it should look again."""
    if sheet.read(m.row.cells.get("as of")) == sheet.as_of(m.item.review):
        return None
    now = sheet.row(m.item)
    was = {title: sheet.read(m.row.cells.get(title)) for title in (*SEEN, *TEXTS)}
    told_ = [
        f"{t} was {was[t] or 'empty'} and is {sheet.read(now[t]) or 'empty'}"
        for t in SEEN
        if was[t] != sheet.read(now[t])
    ]
    told_ += [f"the {title} is another one" for title in TEXTS if was[title] != sheet.read(now[title])]
    verdict = m.item.review.spec.verdict
    if not told_ and verdict is not None:
        told_ = [f"{verdict.by or 'somebody'} has entered a verdict"]
    text = f"It has changed since the sheet was made: {', '.join(told_) or 'its figures'}. Look at it in a new packet."
    return Wrong("review", text)


def _nothing(m: Matter) -> Wrong | None:
    if m.verdict.recused or m.verdict.decides:
        return None
    what = (
        "Say what is decided, for example with --plan Adequate."
        if m.alone
        else "Fill in one of the columns before it, or empty it."
    )
    return Wrong("reason", f"A reason is given, but nothing is decided. {what}")


def _plan(m: Matter) -> Wrong | None:
    if m.verdict.plan is None or m.told is None:
        return None
    if m.told.plan == "Awaited":
        dates = m.item.review.status.dates
        due = dates.plan_due if dates else "its due date"
        return Wrong("plan is", f"The plan is not in and may still come until {due}. Judge it then.")
    if m.told.plan == "NotNeeded":
        return Wrong("plan is", f"No plan is judged here. {m.told.message} {sentence(m.out('plan is'))}")
    return None


def _confirmation(m: Matter) -> Wrong | None:
    confirms = m.verdict.confirms
    if confirms is None or m.told is None or m.verdict.appeal == "Upheld" or confirms == m.told.recommendation:
        return None
    out = m.out("confirms")
    if m.told.recommendation is None:
        return Wrong("confirms", f"Nothing is recommended yet. {sentence(out)}")
    said = "is entered" if m.alone else "this row says"
    text = f"{confirms} is confirmed, but {m.told.recommendation} is recommended with what {said}."
    return Wrong("confirms", f"{text} Write what is recommended, or {out}.")


def _increase(m: Matter) -> Wrong | None:
    to, override = m.verdict.increase_to, m.verdict.override
    if to is None:
        text = "An increase by override needs the number of devices that it may go up to."
        return Wrong("increase to", text) if override == "Increase" else None
    return _size(m, to) or (_not_offered(m) if to > m.item.held.devices else None)


def _size(m: Matter, to: int) -> Wrong | None:
    """R1: whole bundles, within the cap of the organization."""
    held = m.item.held.devices
    if to < held:
        less = f"{to} is less than the {held} devices held."
        return Wrong("increase to", f"{less} Less is decided in {m.place('override')}: Reduce.")
    ladder = sorted(bundle.devices for bundle in m.item.accelerator.spec.ladder) if m.item.accelerator else []
    if ladder and to not in ladder:
        return Wrong("increase to", f"There is no bundle of {to} devices, but of {', '.join(map(str, ladder))} (R1).")
    most = max((one.after.devices for one in m.item.effects if one.outcome == "Increase"), default=to)
    if to > max(most, held):
        return Wrong("increase to", f"{m.item.holder} may hold at most {most} devices here (R1), not {to}.")
    return None


def _not_offered(m: Matter) -> Wrong | None:
    if m.told is None or (m.told.recommendation == "Increase" and m.told.reason != "AwaitingVerdict"):
        return None
    if m.told.reason == "AwaitingVerdict":
        return Wrong("plan is", "An increase needs a plan that is judged adequate. Write Adequate there.")
    return Wrong("increase to", f"No increase is offered here. {m.told.message} {sentence(m.out('increase to'))}")


def _override(m: Matter) -> Wrong | None:
    if m.verdict.override is None or m.verdict.reason:
        return None
    return Wrong("reason", "Whoever decides otherwise than the table says why: give the reason.")


def _appeal(m: Matter) -> Wrong | None:
    if m.verdict.appeal is None or m.item.review.spec.appeal is not None:
        return None
    return Wrong("answer to appeal", f"There is no appeal to answer. {sentence(m.out('answer to appeal'))}")


def _recusal(m: Matter) -> Wrong | None:
    """Who decides is named, or enters it. Who is named to have decided is looked at before anything is decided, too."""
    deciding = sheet.names(m.verdict.decided_by) or ((m.who,) if m.verdict.decides else ())
    recused = {name.casefold() for name in m.verdict.recused}
    both = next((name for name in deciding if name.casefold() in recused), None)
    if both is None:
        return None
    text = f"{both} took no part and decides at the same time. Name who decided in {m.place('decided by')}."
    return Wrong("recused", text)


CHECKS: tuple[Callable[[Matter], Wrong | None], ...] = (
    _nothing,
    _plan,
    _confirmation,
    _increase,
    _override,
    _appeal,
    _recusal,
)
