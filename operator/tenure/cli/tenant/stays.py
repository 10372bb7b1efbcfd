"""What stays after a return, and what it means (R22): pure, from what is held and the programme's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tenure.api.allocation import STORAGE_STEP_BYTES
from tenure.api.quantity import parse, write
from tenure.cli.problem import Problem
from tenure.rules.returns import early
from tenure.rules.words import many
from tenure.tenancy.summary import Held, Summary


@dataclass(frozen=True)
class Stays:
    """An allocation after a return."""

    allocation: str
    held: Held
    devices: int
    storage: str
    today: date
    rules: Summary

    @property
    def everything(self) -> bool:
        """Whether the grant ends with it."""
        return self.devices == 0 and parse(self.storage) == 0

    @property
    def kept_until(self) -> date:
        """Until when the data is there, at least, once the grant has ended."""
        return self.today + timedelta(days=self.rules.retention_days)

    @property
    def early(self) -> bool:
        """R22: whether the whole is given back early enough for priority in the next call."""
        return self.everything and early(self.today, self.held.until, self.rules.early_return_days)


def stays(allocation: str, rules: Summary, devices: int, storage: str, today: date) -> Stays:
    """What is left of an allocation. Raises Problem for what cannot be given back."""
    held = rules.allocations[allocation]
    if held.stopped:
        raise Problem(f"{allocation} has ended, so nothing of it can be given back. Its report is what is due now.")
    left, kept = held.devices - devices, parse(held.storage) - amount(storage)
    if left < 0 or kept < 0:
        raise Problem(
            f"{allocation} holds {many(held.devices, 'device')} and {held.storage} of storage; that is less than you give back. "
            "Correct --devices and --storage."
        )
    if left and left not in held.ladder:
        sizes = ", ".join(str(held.devices - size) for size in held.ladder if size < held.devices)
        raise Problem(
            f"{many(left, 'device')} would stay, which is no bundle of {held.accelerator} (R1). You can give back "
            f"{f'{sizes} or ' if sizes else 'none, only '}all {held.devices}."
        )
    return Stays(allocation, held, left, write(kept), today, rules)


def amount(storage: str) -> Decimal:
    """Storage to give back, in bytes, in steps of 10 TB (R3). Raises Problem."""
    try:
        found = parse(storage)
        fits = found >= 0 and found % STORAGE_STEP_BYTES == 0
    except (ValueError, ArithmeticError):
        fits = False
    if not fits:
        raise Problem(f"{storage!r} is no amount of storage to give back. Write --storage 10T, in steps of 10 TB (R3).")
    return found


def sentences(found: Stays) -> Iterator[str]:
    """What the tenant reads before saying yes."""
    held = found.held
    yield (
        f"{found.allocation} holds {many(held.devices, 'device')} of {held.accelerator or 'no accelerator'} and "
        f"{held.storage} of storage until {held.until}."
    )
    if found.everything:
        yield (
            "You give back all of it, at once and for good. No new pods start, running ones are ended after a grace period, "
            f"and the data can be read until {found.kept_until}, at least."
        )
        yield _priority(found)
        yield "The performance report (R23) is due then: tenure report."
        return
    yield (
        f"What stays, at once and for good: {many(found.devices, 'device')} and {found.storage} of storage. A later award may "
        "give more."
    )
    if found.devices < held.devices:
        yield "Pods above what stays are ended after a grace period, lowest priority and newest first."
        yield "A later reduction by a review counts what you give back now as steps taken (R17)."
    if found.storage != held.storage:
        yield "Less storage is a lower quota: no volume is made smaller, and its data stays."
    yield "Priority in the next call (R22) is for whoever gives back all of it early."


def _priority(found: Stays) -> str:
    days, needed = (found.held.until - found.today).days, found.rules.early_return_days
    if found.early:
        return f"{days} days before its end, at least {needed} are asked for: you have priority in the next call (R22)."
    return f"{days} days before its end, {needed} are asked for: there is no priority in the next call for it (R22)."
