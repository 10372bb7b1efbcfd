"""Whoever alters a Decision and writes every hash and digest anew is told by what no longer follows from the evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tenure.api.decision import DecisionSpec
from tenure.rules import record
from tenure.rules.audit.check import Checked, check
from unit.chains import life, raw, texts, written

Body = dict[str, Any]
FIRST = 2
"""The header is line 1."""


def forged(chain: Sequence[DecisionSpec], change: Callable[[Body], None], place: int = 0) -> Checked:
    """Somebody alters a Decision and writes every hash, name, digest and the last line anew."""
    again: list[DecisionSpec] = []
    for number, spec in enumerate(chain):
        body = spec.model_dump(mode="json", by_alias=True, exclude_none=True)
        if number == place:
            change(body)
        body["previous"] = again[-1].hash if again else body.get("previous", "")
        body["hash"] = record.digest(body)
        again.append(DecisionSpec.model_validate(body))
    return check(raw(written([again])))


def put(path: str, value: Any) -> Callable[[Body], None]:
    """Writes a value at a path such as after.devices."""

    def change(body: Body) -> None:
        inner: Any = body
        *way, last = (int(step) if step.isdecimal() else step for step in path.split("."))
        for step in way:
            inner = inner[step]
        inner[last] = value

    return change


# The life, what is altered in its first Decision, and what is said of it
FORGERIES = [
    ("revoked", put("kind", "Reduce"), "decides Reduce to 20T of storage, and its evidence gives Revoke"),
    ("reduced", put("after.devices", 2), "decides Reduce to 2 devices and 20T of storage, and its evidence gives Reduce to 4"),
    ("reduced", put("after.cpu", "96"), "and its evidence gives Reduce to 4 devices"),
    ("reduced", put("before.devices", 4), "says that 4 devices and 20T of storage were held before it"),
    ("reduced", put("effective", "2026-10-21"), "takes effect on 2026-10-21, and it was decided on 2026-10-22"),
    ("revoked", put("dataKeptUntil", "2026-10-23"), "keeps the data until 2026-10-23, and its evidence gives 2026-11-21"),
    ("reduced", put("decidedBy", "the board"), "names the board as who decided"),
    ("judged", put("enteredBy", "kim@centre.example"), "and kim@centre.example as who entered it"),
    ("reduced", put("evidence.ledger.busySeconds.7", 0), "says a utilization of 18.4 %, and its days come to 18.2 % (R16)"),
    ("reduced", put("evidence.utilization.percent", "19.0 %"), "says a utilization of 19.0 %"),
    ("reduced", put("evidence.utilization.countedDays", 91), "says a utilization of 18.4 %"),
    ("reduced", put("evidence.ledger.states", "C" * 91), "says a utilization of"),
    ("reduced", put("evidence.ledger.busySeconds", []), "has evidence that cannot be worked with (IndexError)"),
    (
        "revoked",
        put("evidence.rules.review.bands.2.inadequate", "Reduce"),
        "decided then: Reduce from 8 to 4 devices takes effect on",
    ),
    ("reduced", put("evidence.rules.measurement.baseHoursPerDay", 24), "says a utilization of 18.4 %"),
    ("reduced", put("evidence.rules.ladder.1.devices", 6), "decided then: Reduce from 8 to 6 devices takes effect on"),
    ("judged", put("evidence.verdict.plan", "Adequate"), "and its evidence gives Continue to 8 devices"),
    ("judged", put("evidence.verdict", None), "by its evidence nothing was to be decided then"),
    ("adequate", put("evidence.plan", None), "by its evidence nothing was to be decided then"),
    ("reduced", put("evidence.course", {}), "by its evidence nothing was to be decided then"),
    ("reduced", put("evidence.course.noticedOn", "2026-10-20"), "by its evidence nothing was to be decided then"),
    ("reduced", put("evidence.award.devices", 4), "was decided for an award that is not the one in its evidence"),
    ("reduced", put("evidence.award", {}), "has evidence that cannot be worked with (ValidationError)"),
    ("reduced", put("evidence.award.storage", "10T"), "were held before it, and the award with the earlier Decisions gives"),
    ("increased", put("evidence.verdict.increaseTo", 2), "decides Increase to 4 devices"),
    ("returned early", put("evidence.cause.devices", 4), "and its evidence gives Return to 4 devices"),
    ("returned early", put("after.storage", "20T"), "and its evidence gives Return to nothing"),
    (
        "off-purpose, over already",
        put("evidence.cause.allocation", "other"),
        "decides Return, and nothing follows from its cause",
    ),
    ("promise broken", put("evidence.award.promise", None), "decides PromiseBroken, and nothing follows from its cause"),
    ("promise broken", put("evidence.cause.by", "kim"), "as who entered it, and its evidence names kim and kim"),
    ("promise unproven", put("evidence.course", {}), "decides PromiseUnproven, and nothing follows from its cause"),
    ("promise unproven", put("evidence.cause.evidence", ["x"]), "decides PromiseUnproven, and nothing follows from its cause"),
    ("reduced", put("review", "2026-Q9"), "has evidence that cannot be worked with (ValueError)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "said"), FORGERIES)
def test_a_forgery_with_every_hash_written_anew_does_not_add_up(
    name: str, change: Callable[[Body], None], said: str
) -> None:
    found = forged(life(name), change)
    assert any(fault.line == FIRST and said in fault.text for fault in found.faults), texts(found)


def test_what_was_held_before_is_told_from_the_decisions_before() -> None:
    found = forged(life("returned in parts"), put("before.devices", 8), place=2)
    assert any(f.line == FIRST + 2 and "says that 8 devices and 10T of storage" in f.text for f in found.faults)


def test_less_may_have_been_held_where_a_record_was_missing() -> None:
    """Then the live quota was the limit, and the evidence says so."""
    capped = put("before", life("reduced")[1].before.wire())

    def change(body: Body) -> None:
        capped(body)
        body["after"] = {**body["after"], "devices": 2, "cpu": "24", "memory": "450G"}
        body["evidence"]["withoutRecord"] = ["2026-Q2"]

    said = texts(forged(life("reduced")[:1], change))
    assert not any("were held before it" in text for text in said)


def test_a_decision_of_another_version_says_so_where_it_does_not_add_up() -> None:
    def change(body: Body) -> None:
        body["evidence"]["version"] = "0.0.1"
        body["kind"] = "Continue"

    (text,) = [text for text in texts(forged(life("judged"), change)) if "decides Continue" in text]
    assert text.endswith("ask that version as well.")
    assert "It was decided by tenure 0.0.1" in text


WITHIN = [
    ("reduced", put("message", "The grant was doubled.")),
    ("reduced", put("enteredAt", "2026-10-05T12:00:00Z")),
    ("judged", put("evidence.verdict.reason", "They are late.")),
]
"""What nothing is worked out from."""


@pytest.mark.parametrize(("name", "change"), WITHIN)
def test_what_nothing_follows_from_is_told_by_the_digest_alone(name: str, change: Callable[[Body], None]) -> None:
    """The limit of what a file says of itself, as docs/audit.md has it."""
    true, found = check(raw(written([life(name)]))), forged(life(name), change)
    assert found.faults == ()
    assert found.digest != true.digest
