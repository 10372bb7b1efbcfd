"""An export is evidence by itself: it verifies as it was written, and whatever is altered in it is named."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenure.api.decision import DecisionSpec
from tenure.rules import record
from tenure.rules.audit.check import check
from tenure.rules.audit.written import Entry, canonical, lines, of_period, seal
from unit.build import allocation
from unit.chains import LIVES, ORIGIN, Told, entries, life, name_of, raw, texts, written

Body = dict[str, Any]
FIRST = 2
"""The header is line 1."""


@cache
def centre() -> tuple[str, ...]:
    """Three allocations with eight Decisions between them."""
    others = [Told("alpha").review(3.1).made, Told("omega").give_back(4).review(18.4).made]
    return tuple(written([*others, [*life("revoked"), *()], Told("zeta", devices=2).review(62.0).assessed().made]))


@pytest.mark.parametrize("name", LIVES)
def test_everything_that_can_be_decided_is_recomputed(name: str) -> None:
    found = check(raw(written([life(name)])))
    assert (found.faults, found.begin_later) == ((), 0)
    assert (found.decisions, found.allocations) == (len(life(name)), 1)


def test_it_is_the_same_file_in_whatever_order_the_api_server_lists_them() -> None:
    every = entries(life(name) for name in ("returned in parts", "revoked"))
    renamed = [
        Entry.of(**{**_parts(one), "spec": {**_parts(one)["spec"], "allocation": f"a{n // 4}"}})
        for n, one in enumerate(every)
    ]
    assert list(lines(ORIGIN, renamed)) == list(lines(ORIGIN, renamed[::-1]))


def _parts(entry: Entry) -> Body:
    return entry.body


def test_the_header_says_where_it_comes_from_and_what_is_in_it() -> None:
    header = json.loads(centre()[0])
    assert (header["tenureAudit"], header["cluster"], header["by"], header["count"]) == (1, "6f1c", ORIGIN.by, 7)
    assert header["chains"]["omega"]["count"] == 2
    assert check(raw(centre())).header == header


@settings(max_examples=400)
@given(st.data())
def test_no_byte_can_be_flipped_without_the_line_being_named(data: st.DataObject) -> None:
    """Of any field of any line, the header and the last line as well."""
    place = data.draw(st.integers(1, len(centre())))
    line = bytearray(centre()[place - 1].encode())
    at = data.draw(st.integers(0, len(line) - 1))
    line[at] ^= data.draw(st.integers(1, 255))
    if line[at] == ord("\n"):
        return  # it is two lines then; the next test has that
    altered = raw(centre())
    altered[place - 1] = bytes(line) + b"\n"
    assert any(fault.line == place for fault in check(altered).faults)


@given(st.integers(0, 10**9))
def test_a_line_that_is_broken_in_two_is_named(where: int) -> None:
    whole = b"".join(raw(centre()))
    at = where % (len(whole) - 1)
    if whole[at] == ord("\n"):
        return
    broken = whole[:at] + b"\n" + whole[at + 1 :]
    place = whole[:at].count(b"\n") + 1
    assert any(fault.line == place for fault in check(broken.splitlines(keepends=True)).faults)


@given(st.integers(2, len(centre())))
def test_a_missing_line_is_told_with_its_place(place: int) -> None:
    without = raw(centre())
    del without[place - 1]
    found = check(without)
    if place == len(centre()):
        assert any("has no last line: it was cut off" in text for text in texts(found))
    else:
        assert f"Line {place} of the export is missing: it stood after line {place - 1}." in texts(found)


@given(st.integers(2, len(centre()) - 1), st.integers(2, len(centre())))
def test_a_line_that_is_there_twice_is_named(place: int, again: int) -> None:
    doubled = raw(centre())
    doubled.insert(max(again, place), doubled[place - 1])
    found = check(doubled)
    if max(again, place) < len(centre()):
        assert any(f"is line {place} once more." in text for text in texts(found))
    else:
        assert any("stands after the last line" in text for text in texts(found))


@given(st.integers(2, len(centre()) - 2))
def test_lines_that_were_exchanged_are_named(place: int) -> None:
    swapped = raw(centre())
    swapped[place - 1], swapped[place] = swapped[place], swapped[place - 1]
    assert any(f"is out of order: it was line {place} of the export." in text for text in texts(check(swapped)))


@given(st.integers(0, len(centre())))
def test_a_file_that_was_cut_off_says_so(kept: int) -> None:
    found = check(raw(centre())[:kept])
    assert found.faults if kept < len(centre()) else not found.faults


def test_an_empty_file_is_no_export() -> None:
    assert texts(check([]))[0] == "The file has no header: its first line is missing or was altered."


def test_another_format_is_told_with_the_version_that_can_read_it() -> None:
    header = {**json.loads(centre()[0]), "tenureAudit": 2, "version": "9.0.0"}
    found = check([*_sealed(header), *raw(centre())[1:]])
    assert any("verify it with tenure 9.0.0" in fault.text for fault in found.faults if fault.line == 1)


def _sealed(body: Body) -> list[bytes]:
    return raw([canonical({**body, "digest": seal(body)})])


def test_a_decision_that_was_taken_out_of_a_chain_breaks_it() -> None:
    """Also where the file was written anew without it."""
    one, _, *rest = life("returned in parts")
    found = check(raw(written([[one, *rest]])))
    assert any("breaks the chain of vision-2026" in fault.text for fault in found.faults if fault.line == FIRST + 1)


def test_a_decision_under_another_name_is_named() -> None:
    (entry,) = entries([life("judged")])
    odd = Entry.of(**{**_parts(entry), "name": "vision-2026-2026-q4-01234567"})
    (fault,) = check(raw(lines(ORIGIN, [odd]))).faults
    assert "is named otherwise than what it decides: the review 2026-Q3 of vision-2026" in fault.text


@cache
def edited(name: str = "vision-2026", *, back: bool = False) -> tuple[DecisionSpec, ...]:
    """An award, the one that it was edited into in autumn, and perhaps the first one again: all in one chain."""
    told = Told(name).give_back(4).review(18.4)
    first, told.allocation = told.allocation, allocation(name, storage="20T", term="2026-10-24 2027-06-30")
    told.give_back(4, day="2026-11-20")
    if back:
        told.allocation = first
        told.give_back(0, "10T", "2026-12-01")
    return tuple(told.made)


def test_a_chain_that_begins_with_a_later_award_is_no_fault_and_is_counted() -> None:
    """After older awards were pruned. All that the later one is worked out from is there."""
    assert check(raw(written([edited()]))).faults == ()
    found = check(raw(written([edited()[2:]])))
    assert (found.faults, found.begin_later) == ((), 1)


def test_a_chain_that_begins_within_an_award_is_not_believed() -> None:
    """Nobody can recompute a grant without the Decisions before, so whoever drops them hides nothing by it."""
    text, *_ = texts(check(raw(written([life("returned in parts")[2:]]))))
    assert "says that 4 devices and 10T of storage were held before it" in text
    assert "Or one before it is missing: the first Decision of this allocation here follows on another." in text


@given(st.integers(0, 9), st.integers(0, 9))
def test_an_export_of_a_period_can_be_recomputed_by_itself(first: int, last: int) -> None:
    """Whichever days are named: each award that something was decided for then is there from its beginning."""
    every = entries([life("returned in parts"), edited("alpha"), edited("omega", back=True)])
    days = sorted({entry.effective for entry in every})
    since, until = days[first % len(days)], days[last % len(days)]
    chosen = list(of_period(every, since, until))
    assert check(raw(lines(ORIGIN, chosen))).faults == ()
    wanted = {entry.hash for entry in every if since <= entry.effective <= until}
    assert wanted <= {entry.hash for entry in chosen}
    assert all(entry.effective <= until for entry in chosen)


def test_awards_that_were_over_before_are_not_in_an_export_of_a_period() -> None:
    found = of_period(entries([edited()]), date(2026, 11, 1), date.max)
    assert [entry.hash for entry in found] == [edited()[-1].hash]


def test_names_and_hashes_are_there_for_whoever_prunes() -> None:
    found = check(raw(written([life("revoked")])))
    assert found.hashes == {name_of(spec): spec.hash for spec in life("revoked")}


def resealed(text: str, /, **changed: Any) -> bytes:
    """A line that says something else, with a digest that fits."""
    body = {**json.loads(text), **changed}
    return _sealed({key: value for key, value in body.items() if key != "digest" and value is not None})[0]


# What stands on line 2 of the file, and what is said of it
ODD = [
    (b'{"digest":"\\ud800","line":2}\n', "was altered: its digest"),
    (b'{"line":2,"line":2}\n', "was altered: its digest"),
    (b"[" * 100_000 + b"\n", "cannot be read"),
    (b"9" * 5_000 + b"\n", "cannot be read"),
    (b"\xff\xfe\n", "cannot be read"),
    (resealed(centre()[1], line=10**30), "is out of order: it was line 3"),
    (resealed(centre()[1], line=-1), ""),
    (resealed(centre()[1], spec=None), "is no Decision: it names no allocation"),
    (resealed(centre()[1], spec={"allocation": "alpha"}), "is no Decision as Tenure writes it: "),
    (resealed(centre()[0], line=2), "is a second header, so it was added"),
]  # fmt: skip


@pytest.mark.parametrize(("odd", "said"), ODD)
def test_whatever_stands_on_a_line_the_others_are_still_read(odd: bytes, said: str) -> None:
    """Nothing that somebody writes into a file ends the check before its end."""
    altered = raw(centre())
    altered[1] = odd
    found = check(altered)
    assert said in " ".join(fault.text for fault in found.faults if fault.line in (2, 3))
    assert found.decisions >= len(centre()) - 3
    assert found.digest


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_value_in_a_decision_ends_the_check(data: st.DataObject) -> None:
    """Any part of it replaced by anything, with every digest and the hash written anew."""
    chain = life(data.draw(st.sampled_from(sorted(LIVES))))
    body = json.loads(json.dumps(chain[0].wire()))
    inner: Any = body
    while True:
        key = data.draw(st.sampled_from(sorted(inner)) if isinstance(inner, dict) else st.integers(0, len(inner) - 1))
        deeper = inner[key]
        if not deeper or not isinstance(deeper, dict | list) or data.draw(st.booleans()):
            break
        inner = deeper
    inner[key] = data.draw(ANY)
    body["hash"] = record.digest(body)
    line = {"line": 2, "name": name_of(chain[0]), "uid": "u", "created": "", "spec": body}
    found = check([raw(centre())[0], *_sealed(line), *raw(centre())[-1:]])
    assert found.decisions == 1


def test_an_allocation_whose_decisions_stand_apart_is_told() -> None:
    """So that no more than one allocation has to be kept in memory, however large the file is."""
    header, *middle, last = centre()
    omega, others = ([line for line in middle if ('"omega"' in line) is is_omega] for is_omega in (True, False))
    again = [omega[0], *others, *omega[1:]]
    moved = [resealed(line, line=number) for number, line in enumerate(again, 2)]
    found = texts(check([*raw([header]), *moved, *raw([last])]))
    assert any("stands apart from the other Decisions of omega." in text for text in found)


@pytest.mark.parametrize("chains", [None, {}, "none"])
def test_a_header_that_does_not_say_which_chains_there_are_vouches_for_none(chains: Any) -> None:
    found = texts(check([resealed(centre()[0], chains=chains), *raw(centre())[1:]]))
    assert "The header knows nothing of zeta, and there are Decisions of it: they were added." in found


def test_a_whole_allocation_that_was_dropped_is_told_by_the_header() -> None:
    without = [line for line in raw(centre()) if b'"allocation":"zeta"' not in line]
    found = texts(check(without))
    assert "All 2 Decisions of zeta are missing." in found
    assert "Each of the lines 7 to 8 of the export is missing: it stood after line 6." in found


def test_text_is_kept_letter_by_letter() -> None:
    """Composed or not, beyond the basic plane, separators of lines, what markup and terminals would take for theirs."""
    odd = "\u00e9 e\u0301 \U0001f4be \u2028 \u0085 \x7f \\u00e9 <b>\t\\n"
    told = Told().review(18.4, {"plan": "Inadequate", "reason": odd})
    found = check(raw(written([told.made])))
    assert (found.faults, found.decisions) == ((), 1)
    composed = b"".join(raw(written([told.made]))).replace(b"e\xcc\x81", b"\xc3\xa9")
    assert any("was altered" in text for text in texts(check(composed.splitlines(keepends=True))))


def test_a_key_that_is_there_twice_is_named_whichever_value_counts() -> None:
    """JSON lets the last one win; another reader may take the first."""
    line = centre()[1].replace('"kind":"Revoke"', '"kind":"Continue","kind":"Revoke"', 1)
    assert json.loads(line) == json.loads(centre()[1])
    (fault,) = check([*raw([centre()[0], line]), *raw(centre()[2:])]).faults
    assert (fault.line, "is not spelt as Tenure writes it" in fault.text) == (FIRST, True)


@pytest.mark.parametrize("name", LIVES)
def test_no_decision_has_a_fraction_in_it(name: str) -> None:
    """The API server writes 1.0 as 1, and the hash would be another one."""
    assert not [value for spec in life(name) for value in _values(spec.wire()) if isinstance(value, float)]


def _values(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(deeper for one in inner for deeper in _values(one))]
