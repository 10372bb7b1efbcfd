"""Chains of Decisions as the operator writes them, and files of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from tenure.api import Relocation, Report, Return, Sanction, names
from tenure.api.allocation import Grant
from tenure.api.decision import DecisionSpec, Telemetry
from tenure.api.programme import ProgrammeSpec
from tenure.rules import bundles, record, relocation, reports, returns, sanctions
from tenure.rules.audit.check import Checked
from tenure.rules.audit.written import Entry, Origin, lines
from tenure.rules.cause import Holder
from tenure.rules.grant import Entitlement, digest, entitled
from tenure.rules.increases import Answer
from unit.build import A100, DEFAULT, PLAN, QUARTER, allocation, at, case, used, verdict
from unit.course import live

ORIGIN = Origin("6f1c", "kim@centre.example", "2028-01-10T09:00:00+09:00", "0.1.0")
CHAIR = {"by": "chair@committee.example"}


class Told:
    """The life of one allocation, Decision by Decision, each made by the rules from those before it."""

    def __init__(self, name: str = "vision-2026", **award: Any) -> None:
        self.allocation = allocation(name, **{"storage": "20T", **award})
        self.rules: ProgrammeSpec = DEFAULT.spec
        self.accelerator = A100.spec if self.allocation.spec.accelerator else None
        self.made: list[DecisionSpec] = []

    def _entitled(self, day: date) -> Entitlement:
        spec = self.allocation.spec
        award = bundles.award(spec, self.accelerator, self.rules.tenancy)
        return entitled(award, spec.term, self.made, digest(spec), day)

    @property
    def held(self) -> Grant:
        return self._entitled(self.allocation.spec.term.end).grant

    def review(self, percent: float, judged: dict[str, Any] | None = None, states: str = QUARTER, **more: Any) -> Told:
        """The review 2026-Q3, lived through day by day. With `judged` the plan was handed in and got that verdict."""
        found = self._entitled(min(date(2026, 10, 1), self.allocation.spec.term.end))
        writes: dict[str, Any] = {}
        if judged is not None:
            writes = {"2026-07-01": {"plan": PLAN}, "2026-10-05": {"verdict": verdict(**judged)}}
        days = used(percent, states, found.grant.devices)
        asked = case(days, "2026-07-01", held=found.grant.devices, decisions=found.history, **more)
        asked = replace(asked, held=found.grant, term=self.allocation.spec.term)
        course = live(asked, "2026-12-31", writes)
        assert course.ruling is not None, course.told
        ended, ruling = course.case, course.ruling
        after = ended.held
        if ruling.devices != after.devices:
            after = bundles.with_devices(after, A100.spec, ruling.devices)
        said = ended.spec.verdict
        settled = record.Settled(
            ruling.kind,
            ended.held,
            after,
            ruling.effective,
            ruling.message,
            ruling.data_kept_until,
            record.decided_by(said),
            said.by if said is not None else "",
        )
        return self._add(ended.spec.review, settled, record.of_review(ended, days, Telemetry()), ended.now.isoformat())

    def cause(self, about: Return | Sanction | Relocation | Report, day: str) -> Told:
        """What comes of a Return, Sanction, Relocation or Report on a day."""
        judge, occasion = {
            Return: (returns.judge, returns.occasion),
            Sanction: (sanctions.judge, sanctions.occasion),
            Relocation: (relocation.judge, relocation.occasion),
            Report: (reports.judge, reports.occasion),
        }[type(about)]
        spec, since = self.allocation.spec, date(2026, 7, 1)
        there = self._entitled(date.fromisoformat(day))
        holder = Holder(spec, self.rules, self.accelerator, there, since, at(day))
        step = judge(about, holder, None)  # type: ignore[operator]
        assert step.settled is not None, step.said
        facts = step.facts
        evidence = record.of_cause(about.spec.wire(), facts.get("opened_on"), facts.get("noticed_on"))
        return self._add(occasion(about), step.settled, evidence, at(day).isoformat())  # type: ignore[operator]

    def _add(self, occasion: str, settled: record.Settled, evidence: Any, now: str) -> Told:
        spec = self.allocation.spec
        made = record.decision(
            subject=record.Subject(self.allocation.name, spec.project, "hanbit", digest(spec)),
            circumstances=record.Circumstances(spec, self.rules, self.accelerator, date(2026, 7, 1)),
            occasion=occasion,
            settled=settled,
            evidence=evidence,
            earlier=self.made,
            now=at(now[:10]),
        )
        self.made.append(made)
        return self

    def give_back(self, devices: int = 0, storage: str = "0", day: str = "2026-08-15") -> Told:
        spec = {"allocation": self.allocation.name, "devices": devices, "storage": storage, "reason": "Done.", **CHAIR}
        return self.cause(Return.parse({"metadata": _meta(f"r{len(self.made)}"), "spec": spec}), day)

    def sanctioned(self, day: str = "2026-11-02", ground: str = "OffPurpose") -> Told:
        spec = {"allocation": self.allocation.name, "ground": ground, "evidence": ["x"], "reason": "Coins.", **CHAIR}
        return self.cause(Sanction.parse({"metadata": {"name": "s"}, "spec": spec}), day)

    def unproven(self, day: str = "2026-10-08", **written: Any) -> Told:
        status = {"openedOn": "2026-07-01", "noticedOn": "2026-10-01"}
        body = {"metadata": _meta("m"), "spec": {"allocation": self.allocation.name, **written}, "status": status}
        return self.cause(Relocation.parse(body), day)

    def assessed(self, day: str = "2026-12-10", **found: bool) -> Told:
        spec = {
            "allocation": self.allocation.name,
            "submitted": True,
            "assessment": {"accepted": True, **found, **CHAIR},
        }
        return self.cause(Report.parse({"metadata": _meta("p"), "spec": spec}), day)


def _meta(name: str) -> dict[str, str]:
    return {"name": name, "namespace": "vision"}


PROMISE: dict[str, Any] = {"promise": {"kind": "Relocation", "text": "A laboratory."}}
LIVES = {
    "revoked": lambda: Told().review(3.1).assessed(excellent=True),
    "reduced": lambda: Told().review(18.4).assessed(),
    "judged": lambda: Told().review(18.4, {"plan": "Inadequate", "reason": "No data."}),
    "adequate": lambda: Told().review(18.4, {"plan": "Adequate"}),
    "continued": lambda: Told().review(62.0),
    "exempt": lambda: Told(term="2026-07-01 2026-09-30").review(2.0),
    "few days": lambda: Told().review(3.1, states="S" * 70 + "C" * 22),
    "increased": lambda: (
        Told(devices=2)
        .review(62.0, {"plan": "Adequate", "increase_to": 4}, increase=Answer(4, 4))
        .assessed(shared=True)
    ),
    "overridden": lambda: Told().review(3.1, {"override": "Continue", "reason": "A flood.", "decided_by": "the board"}),
    "revoked by a person": lambda: Told().review(62.0, {"override": "Revoke", "reason": "As agreed."}),
    "returned in parts": lambda: Told().give_back(4).give_back(0, "10T").review(18.4).give_back(4, "10T", "2026-11-20"),
    "returned early": lambda: Told().give_back(8, "20T").assessed("2026-09-10", excellent=True, shared=True),
    "off-purpose": lambda: Told().give_back(4).sanctioned(),
    "off-purpose, over already": lambda: Told().give_back(8, "20T").sanctioned(),
    "promise broken": lambda: Told(**PROMISE).sanctioned(ground="PromiseBroken"),
    "promise unproven": lambda: Told(**PROMISE).unproven(),
    "promise not proven by its evidence": lambda: Told(**PROMISE).unproven(
        evidence=["https://x/memo"], finding={"accepted": False, "reason": "It is not signed.", **CHAIR}
    ),
    "increase that found no larger bundle": lambda: Told(devices=4).review(
        62.0, {"plan": "Adequate", "increase_to": 4}, increase=Answer(4, 4)
    ),
    "increase that nobody approved": lambda: Told(devices=4).review(62.0, {"plan": "Adequate"}),
    "storage": lambda: Told(devices=0, accelerator="").give_back(0, "10T").assessed(),
}
"""One of everything that can be decided."""


def entries(chains: Iterable[Sequence[DecisionSpec]]) -> list[Entry]:
    """As the API server lists them."""
    return [
        Entry.of(name_of(spec), f"uid-{spec.hash[:8]}", "2026-10-22T03:00:00Z", spec.wire())
        for chain in chains
        for spec in chain
    ]


def name_of(spec: DecisionSpec) -> str:
    return names.decision(spec.allocation, spec.review, spec.award_digest)


def written(chains: Iterable[Sequence[DecisionSpec]]) -> list[str]:
    """The lines of an export."""
    return list(lines(ORIGIN, entries(chains)))


def raw(text: Iterable[str]) -> list[bytes]:
    """As they are read from a file."""
    return [f"{line}\n".encode() for line in text]


@cache
def life(name: str) -> tuple[DecisionSpec, ...]:
    """The Decisions of one of LIVES."""
    return tuple(LIVES[name]().made)


def texts(found: Checked) -> list[str]:
    """What is wrong with a file."""
    return [fault.text for fault in found.faults]
