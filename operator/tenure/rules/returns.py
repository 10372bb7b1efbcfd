"""R22: a tenant gives back devices, storage or all of it. It takes effect at once, and several returns add up."""

from __future__ import annotations

from datetime import date, timedelta

from tenure.api import Return
from tenure.api.accelerator import AcceleratorSpec
from tenure.api.allocation import Grant
from tenure.api.conditions import find
from tenure.api.decision import DecisionSpec
from tenure.api.giving_back import ReturnSpec
from tenure.api.programme import TenancyRules
from tenure.api.quantity import parse, write
from tenure.rules import bundles, record
from tenure.rules.acceptance import Refusal
from tenure.rules.cause import Holder, Step, accepted, amount, recorded, refused
from tenure.rules.record import Settled

FOR_GOOD = frozenset({"UnknownAllocation", "NothingHeld", "MoreThanHeld", "NoSuchBundle"})
"""Refusals of what was written. It must not come to life months later, when something else is held."""


def occasion(about: Return) -> str:
    """What its Decision is decided in."""
    said = about.spec.model_copy(update={"by": ""}).wire()
    return record.occasion("Return", about.metadata.namespace, about.name, said)


def refused_for_good(about: Return) -> bool:
    """Whether it was refused for what it says."""
    said = find(about.status.conditions, "Accepted")
    return said is not None and said.status == "False" and said.reason in FOR_GOOD


def early(day: date, end: date, days: int) -> bool:
    """R22: whether what is given back on a day is so many days before the end of its term, or more."""
    return (end - day).days >= days


def judge(about: Return, holder: Holder, decided: DecisionSpec | None) -> Step:
    """What comes of a Return that was not refused for good."""
    if decided is not None:
        return recorded(decided)
    if not holder.running:
        return refused("NothingHeld", _nothing_held(about.spec.allocation, holder))
    found = left(holder.held, about.spec, holder.accelerator, holder.programme.tenancy)
    if isinstance(found, Refusal):
        return refused(found.reason, found.message)
    return accepted(_settled(about, holder, found))


def left(held: Grant, given: ReturnSpec, accelerator: AcceleratorSpec | None, tenancy: TenancyRules) -> Grant | Refusal:
    """What stays: a rung of the ladder with its CPU and memory, storage alone, or nothing."""
    devices, storage = held.devices - given.devices, parse(held.storage) - parse(given.storage)
    if devices < 0 or storage < 0:
        text = f"{given.allocation} holds {amount(held)}; no more than that can be given back. Write another Return."
        return Refusal("MoreThanHeld", text)
    if not devices and not storage:
        return Grant()
    if not devices:
        return Grant(cpu=tenancy.storage_only_cpu, memory=tenancy.storage_only_memory, storage=write(storage))
    if not given.devices:
        return held.model_copy(update={"storage": write(storage)})
    if accelerator is None or bundles.rung(accelerator, devices) is None:
        return Refusal("NoSuchBundle", _no_such_bundle(held.devices, devices, accelerator))
    return bundles.with_devices(Grant(storage=write(storage)), accelerator, devices)


def _nothing_held(allocation: str, holder: Holder) -> str:
    if holder.over_since is not None:
        return f"The grant of {allocation} is over since {holder.over_since}; there is nothing to give back."
    return f"The term of {allocation} begins on {holder.spec.term.start}; there is nothing to give back before."


def _no_such_bundle(held: int, devices: int, accelerator: AcceleratorSpec | None) -> str:
    rungs = (
        sorted({held - bundle.devices for bundle in accelerator.ladder if bundle.devices < held}) if accelerator else []
    )
    choices = ", ".join(map(str, [*rungs, held]))
    return (
        f"{devices} devices would stay, which is no bundle (R1). Of {held} devices {choices} can be given back: "
        "write another Return."
    )


def _settled(about: Return, holder: Holder, after: Grant) -> Settled:
    given, today, by = about.spec, holder.today, about.spec.by or "the tenant"
    what = amount(Grant(devices=given.devices, storage=write(parse(given.storage))))
    lead = f"Given back on {today}: {what}"
    if after != Grant():
        return Settled("Return", holder.held, after, today, f"{lead}. What stays: {amount(after)}.", None, by, given.by)
    kept = today + timedelta(days=holder.programme.storage.retention_days)
    text = f"{lead}, which is all that was held; data kept until {kept}. The performance report is mandatory (R22)."
    return Settled("Return", holder.held, after, today, text, kept, by, given.by)
