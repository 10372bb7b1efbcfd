"""R22: what is given back, what stays, and what cannot be given back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import Return
from tenure.api.allocation import Grant
from tenure.api.conditions import Said, conditions
from tenure.api.decision import DecisionSpec
from tenure.api.giving_back import ReturnSpec
from tenure.api.quantity import parse
from tenure.rules import record, returns
from tenure.rules.acceptance import Refusal
from tenure.rules.cause import Step
from tenure.rules.grant import digest, entitled
from tenure.rules.record import Subject
from unit.build import A100, DEFAULT, allocation, at, grant
from unit.causes import holder

TENANCY = DEFAULT.spec.tenancy
HELD = grant(8, storage="20T")
STORAGE_ONLY = Grant(cpu=TENANCY.storage_only_cpu, memory=TENANCY.storage_only_memory, storage="20T")


def giving(devices: int = 0, storage: str = "0", name: str = "early", **spec: Any) -> Return:
    wanted = {"allocation": "vision-2026", "devices": devices, "storage": storage, "reason": "We are done.", **spec}
    return Return.parse({"metadata": {"name": name, "namespace": "vision", "uid": "u"}, "spec": wanted})


def outcome(step: Step) -> str:
    """Devices, CPU and storage that stay, or the reason of the refusal."""
    if step.settled is None:
        return step.said[0].reason
    after = step.settled.after
    return f"{after.devices} {after.cpu} {after.storage}"


@pytest.mark.parametrize(
    ("devices", "storage", "comes_to"),
    [
        pytest.param(4, "0", "4 48 20T", id="R22 some devices, with their CPU"),
        pytest.param(4, "10T", "4 48 10T", id="R22 some of both"),
        pytest.param(0, "10T", "8 92 10T", id="R22 some storage"),
        pytest.param(0, "20T", "8 92 0", id="R22 all storage"),
        pytest.param(8, "0", "0 4 20T", id="R3 R22 all devices: a storage-only grant is left"),
        pytest.param(8, "10T", "0 4 10T", id="R3 R22 all devices and some storage"),
        pytest.param(8, "20T", "0 0 0", id="R22 all of it"),
        pytest.param(8, "20000G", "0 0 0", id="R22 all of it, in other words"),
        pytest.param(3, "0", "NoSuchBundle", id="R1 five is no bundle"),
        pytest.param(9, "0", "MoreThanHeld", id="R22 more devices than are held"),
        pytest.param(4, "30T", "MoreThanHeld", id="R22 more storage than is held"),
    ],
)
def test_what_stays(devices: int, storage: str, comes_to: str) -> None:
    assert outcome(returns.judge(giving(devices, storage), holder(HELD), None)) == comes_to


@pytest.mark.parametrize(
    ("storage", "comes_to"), [("10T", "0 4 10T"), ("20T", "0 0 0"), ("30T", "MoreThanHeld")], ids=lambda value: value
)
def test_a_storage_only_grant(storage: str, comes_to: str) -> None:
    """R3"""
    assert outcome(returns.judge(giving(0, storage), holder(STORAGE_ONLY, devices=0), None)) == comes_to


@pytest.mark.parametrize(
    ("today", "message"),
    [
        pytest.param("2026-06-30", "The term of vision-2026 begins on 2026-07-01", id="R13 before the term"),
        pytest.param("2027-01-01", "The grant of vision-2026 is over since 2027-01-01", id="R13 after the term"),
    ],
)
def test_outside_the_term_there_is_nothing_to_give_back(today: str, message: str) -> None:
    step = returns.judge(giving(8), holder(HELD, today), None)
    assert outcome(step) == "NothingHeld"
    assert step.said[0].message.startswith(message)


def test_all_of_it_says_until_when_the_data_is_kept() -> None:
    settled = returns.judge(giving(8, "20T", by="kim@hanbit"), holder(HELD, "2026-11-22"), None).settled
    assert settled is not None
    assert (settled.kind, settled.effective, settled.data_kept_until) == (
        "Return",
        date(2026, 11, 22),
        date(2026, 12, 22),
    )
    assert (settled.decided_by, settled.entered_by) == ("kim@hanbit", "kim@hanbit")
    assert settled.message == (
        "Given back on 2026-11-22: 8 devices and 20T of storage, which is all that was held; data kept until 2026-12-22. "
        "The performance report is mandatory (R22)."
    )


def test_some_of_it_says_what_stays() -> None:
    settled = returns.judge(giving(4), holder(HELD, "2026-11-22"), None).settled
    assert settled is not None
    assert settled.message == "Given back on 2026-11-22: 4 devices. What stays: 4 devices and 20T of storage."
    assert (settled.data_kept_until, settled.decided_by) == (None, "the tenant")


def test_the_refusal_names_what_can_be_given_back() -> None:
    message = returns.judge(giving(3), holder(HELD), None).said[0].message
    assert "Of 8 devices 4, 6, 7, 8 can be given back" in message


def test_a_refusal_of_what_was_written_is_for_good() -> None:
    """It must not come to life when something else is held."""
    for reason in returns.FOR_GOOD:
        said = conditions((), [Said("Accepted", False, reason, "No.")], generation=1, now=at("2026-11-22"))
        about = giving(3)
        about = about.model_copy(update={"status": about.status.model_copy(update={"conditions": said})})
        assert returns.refused_for_good(about)
    assert not returns.refused_for_good(giving(3))


def test_it_is_the_same_occasion_whoever_restored_it_and_another_one_under_another_name() -> None:
    one = returns.occasion(giving(4, by="kim@hanbit"))
    assert one == returns.occasion(giving(4, by="a backup"))
    assert one != returns.occasion(giving(4, name="second"))
    assert one != returns.occasion(giving(2))
    assert one.startswith("return-")


AMOUNTS = st.tuples(st.integers(0, 10), st.integers(0, 4))


@given(st.sampled_from([0, 2, 4, 8]), st.integers(0, 5), AMOUNTS)
def test_nothing_is_gained_and_what_stays_can_be_held(devices: int, tens: int, given_back: tuple[int, int]) -> None:
    held = grant(devices, storage=f"{tens * 10}T")
    spec = ReturnSpec(allocation="a", devices=given_back[0], storage=f"{given_back[1] * 10}T", reason="Done.")
    after = returns.left(held, spec, A100.spec, TENANCY)
    if isinstance(after, Refusal):
        return
    assert after.devices == held.devices - spec.devices
    assert parse(after.storage) == parse(held.storage) - parse(spec.storage)
    assert after.devices in (0, *(bundle.devices for bundle in A100.spec.ladder))
    assert (after.cpu == "0") == (after == Grant())


@given(
    st.permutations([giving(2, name="a"), giving(2, name="b"), giving(0, "10T", name="c"), giving(0, "10T", name="d")])
)
def test_several_returns_add_up_in_any_order(ones: list[Return]) -> None:
    award = allocation(storage="20T")
    mine = digest(award.spec)
    subject = Subject("vision-2026", "vision", "hanbit", mine)
    made: list[DecisionSpec] = []
    for hour, one in enumerate(ones):
        now = at("2026-11-22", hour)
        found = entitled(HELD, award.spec.term, made, mine, now.date())
        step = returns.judge(one, holder(found.grant, "2026-11-22", accelerator=LADDER), None)
        assert step.settled is not None
        evidence = record.of_cause(one.spec.wire())
        made.append(
            record.decision(
                subject=subject,
                circumstances=record.Circumstances(award.spec, DEFAULT.spec, LADDER),
                occasion=returns.occasion(one),
                settled=step.settled,
                evidence=evidence,
                earlier=made,
                now=now,
            )
        )
    last = entitled(HELD, award.spec.term, made, mine, date(2026, 11, 22)).grant
    assert (last.devices, last.storage) == (4, "0")


SIX = {**A100.spec.wire(), "ladder": [{"devices": n, "cpu": str(n), "memory": f"{n}G"} for n in (8, 6, 4, 2)]}
LADDER = A100.spec.model_validate(SIX)
