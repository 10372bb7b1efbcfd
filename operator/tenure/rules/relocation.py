"""R21: a promised relocation or founding is proven in time, or the grant ends after notice. Evidence stops the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tenure.api import Relocation
from tenure.api.allocation import Promise
from tenure.api.conditions import Said
from tenure.api.decision import DecisionSpec
from tenure.rules import calendar, record
from tenure.rules.cause import Holder, Step, ended, judged, ready
from tenure.rules.record import Settled

TABLE = "the programme's rule (R21)"
WRITE = "write spec.evidence of this Relocation, for example a memorandum or a relocation plan"


def occasion(about: Relocation) -> str:
    """What its Decision is decided in."""
    return record.occasion("Relocation", about.metadata.namespace, about.name, {})


def opens(holder: Holder) -> bool:
    """Whether there is a promise to be proven."""
    return holder.spec.promise is not None and holder.in_use_from is not None and holder.over_since is None


def due(promise: Promise, holder: Holder, opened: date) -> date:
    """The last day on which evidence is in time. No deadline runs before it was announced."""
    service = holder.in_use_from or opened
    third = calendar.months_after(service, holder.programme.ends.promise_months) - timedelta(days=1)
    return max(promise.evidence_due or third, opened + timedelta(days=holder.programme.review.plan_days))


@dataclass(frozen=True)
class _Matter:
    """A Relocation on a day."""

    about: Relocation
    holder: Holder
    promise: Promise
    opened: date
    due: date
    mark: str
    fresh: bool
    """Whether the committee's finding was given on this very evidence."""

    @property
    def handed_in(self) -> date | None:
        """The day on which evidence was first seen."""
        return (self.about.status.submitted_on or self.holder.today) if self.about.spec.evidence else None

    def step(self, proven: Said, noticed: Said, noticed_on: date | None = None, settled: Settled | None = None) -> Step:
        """It stands so."""
        facts = {"opened_on": self.opened, "due": self.due, "submitted_on": self.handed_in, "judged": self.mark}
        done = ready(proven.status is True, proven.message)
        effective = noticed_on and noticed_on + timedelta(days=self.holder.programme.review.notice_days)
        days = (self.due + timedelta(days=1), effective)
        again = min((day for day in days if day is not None and day > self.holder.today), default=None)
        said = (self._submitted(), proven, noticed, done)
        return Step(said, settled, again, {**facts, "noticed_on": noticed_on})

    def _submitted(self) -> Said:
        if self.handed_in is not None:
            return Said("Submitted", True, "Submitted", f"Evidence was handed in on {self.handed_in}.")
        if self.holder.today <= self.due:
            return Said("Submitted", False, "Awaited", f"Evidence is due on {self.due}: {WRITE} (R21).")
        return Said(
            "Submitted", False, "Overdue", f"Evidence was due on {self.due} and is still awaited: {WRITE} (R21)."
        )


def judge(about: Relocation, holder: Holder, decided: DecisionSpec | None) -> Step:
    """What comes of a Relocation."""
    promise, opened = holder.spec.promise, about.status.opened_on or holder.today
    if decided is not None:
        return Step((Said("Proven", False, "Unproven", decided.message), ready(True, decided.message)))
    if promise is None:
        return _nothing_due(opened, "The award has no promise any more, so nothing is due.")
    last = due(promise, holder, opened)
    if holder.over_since is not None and holder.over_since <= last:
        return _nothing_due(opened, f"The grant was over on {holder.over_since}, before evidence was due.")
    mark, fresh = _judged(about)
    return _open(_Matter(about, holder, promise, opened, last, mark, fresh))


def _judged(about: Relocation) -> tuple[str, bool]:
    spec = about.spec
    if spec.finding is None:
        return "", False
    return judged(about.status.judged, spec.finding, {"text": spec.text, "evidence": list(spec.evidence)})


def _open(m: _Matter) -> Step:
    finding = m.about.spec.finding
    if finding is not None and finding.accepted:
        text = f"The committee has accepted the evidence of the promised {m.promise.kind.lower()} (R21)."
        return m.step(Said("Proven", True, "Proven", text), Said("Noticed", True, "NotNeeded", "Nothing is taken."))
    if m.about.spec.evidence and not m.fresh:
        text = f"The evidence waits for the committee since {m.handed_in}. Until it answers nothing is taken."
        waits = Said("Noticed", False, "NotYet", "Nothing is taken while the committee has not answered.")
        return m.step(Said("Proven", False, "Awaited", text), waits)
    return _without(m)


def _without(m: _Matter) -> Step:
    """No evidence, or none that the committee has accepted: awaited until it is due, then notice, then the end."""
    proven, today = _not_proven(m), m.holder.today
    if today <= m.due or m.holder.programme.mode == "Observe":
        return m.step(proven, Said("Noticed", False, "NotYet", f"Nothing is taken before {m.due + timedelta(days=1)}."))
    given = m.about.status.noticed_on
    noticed_on = given or today
    effective = noticed_on + timedelta(days=m.holder.programme.review.notice_days)
    then = (
        "the grant ends"
        if m.holder.over_since is None
        else "the grant is over, and this is recorded for later calls (R25)"
    )
    text = (
        f"No evidence of the promised {m.promise.kind.lower()} was accepted by {m.due}: {then} on {effective}. "
        f"Until then evidence still counts: {WRITE} (R21)."
    )
    if given is None and not m.holder.told:
        waits = f"{text} The notice is being sent; its days run from when every channel to the tenant has taken it."
        return m.step(proven, Said("Noticed", False, "BeingTold", waits))
    noticed = Said("Noticed", True, "Given", text)
    if given is None or today < effective:
        return m.step(proven, noticed, noticed_on)
    lead = f"No evidence of the promised {m.promise.kind.lower()} was accepted by {m.due} (R21)."
    finding = m.about.spec.finding
    by = (finding.decided_by or finding.by, finding.by) if finding is not None else (TABLE, "")
    return m.step(proven, noticed, noticed_on, ended(m.holder, "PromiseUnproven", lead, *by))


def _not_proven(m: _Matter) -> Said:
    finding = m.about.spec.finding
    if finding is None or not m.about.spec.evidence:
        return Said("Proven", False, "NotYet", f"There is no evidence yet; it is due on {m.due}: {WRITE} (R21).")
    reason = f" {finding.reason.rstrip('.')}." if finding.reason else ""
    text = f"The committee has not accepted the evidence.{reason} Better may be handed in until {m.due}: {WRITE} (R21)."
    return Said("Proven", False, "NotAccepted", text)


def _nothing_due(opened: date, text: str) -> Step:
    said = (
        Said("Submitted", False, "NotNeeded", text),
        Said("Proven", False, "NotYet", text),
        Said("Noticed", True, "NotNeeded", "Nothing is taken."),
        ready(True, text),
    )
    return Step(said, facts={"opened_on": opened})
