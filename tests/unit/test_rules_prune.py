"""Which Decisions may go: none that a grant, a review, a chain or a later call still needs, none that is not on file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenure.api import Allocation, Decision
from tenure.api.organization import Remembered
from tenure.rules.audit import prune
from tenure.rules.audit.check import check
from tenure.rules.audit.prune import Asked, Cluster, prunable
from tenure.rules.grant import digest, entitled
from tenure.rules.memory import remembered
from unit.build import DEFAULT, allocation, at, grant, organization, programme
from unit.chains import Told, name_of, raw, written

LATER = date(2033, 3, 1)
"""More than five years after the last term of these tests."""
KEEPING = {"default": programme(DEFAULT, recordsYears=5)}


def chain(**award: Any) -> list[Decision]:
    """8 A100 until the end of 2026: some given back, the rest reduced, and off-purpose use at last."""
    told = Told(**award).give_back(4).review(18.4).sanctioned()
    return [Decision(metadata={"name": name_of(spec)}, spec=spec) for spec in told.made]


def there(*decisions: Decision, standing: tuple[Allocation, ...] = (), known: bool = True, **more: Any) -> Cluster:
    """A cluster in which the organization remembers everything, unless it does not."""
    entries: tuple[Remembered, ...] = tuple(e for one in decisions for e in remembered(one)) if known else ()
    one = organization()
    remembering = one.model_copy(update={"status": one.status.model_copy(update={"memory": entries})})
    allocations = {found.name: found for found in standing}
    return Cluster(decisions, allocations, {"hanbit": remembering}, more.get("programmes", KEEPING))


def asked(*decisions: Decision, before: date = LATER, today: date = LATER) -> Asked:
    return Asked({one.name: one.spec.hash for one in decisions}, before, today)


ALL = chain()


def test_of_an_allocation_that_is_gone_all_may_go_the_oldest_first() -> None:
    found = prunable(there(*ALL[::-1]), asked(*ALL))
    assert (list(found.gone), found.kept) == (ALL, {})


def test_nothing_of_an_award_that_stands_goes_however_old() -> None:
    """Not even a Decision that another one has overtaken: it is also the record that its quarter was reviewed."""
    found = prunable(there(*ALL, standing=(allocation(storage="20T"),)), asked(*ALL))
    assert (found.gone, found.kept) == ((), {prune.STANDING: 3})


def test_of_an_allocation_that_became_another_award_the_newest_stays_with_its_award() -> None:
    """R13: a new application for a new year, under the same name. The next Decision is chained to the newest."""
    renewed = allocation(term="2033-01-01 2033-12-31")
    found = prunable(there(*ALL, standing=(renewed,)), asked(*ALL))
    assert (found.gone, found.kept) == ((), {prune.NEWEST: 1, prune.CHAINED: 2})


def test_once_the_next_award_has_a_decision_the_older_award_goes_as_a_whole() -> None:
    told = Told().give_back(4).review(18.4)
    told.allocation = allocation(storage="20T", term="2033-01-01 2033-12-31")
    told.give_back(4, day="2033-02-01")
    made = [Decision(metadata={"name": name_of(spec)}, spec=spec) for spec in told.made]
    found = prunable(there(*made, standing=(told.allocation,)), asked(*made))
    assert (list(found.gone), found.kept) == (made[:2], {prune.STANDING: 1})


def test_a_record_of_a_quarter_of_the_present_term_stays() -> None:
    """The award was edited within its term: its quarters have their records in Decisions on the award before."""
    edited = allocation(term="2026-07-01 2033-12-31")
    assert prunable(there(*ALL, standing=(edited,)), asked(*ALL)).kept == {prune.STANDING: 3}


@pytest.mark.parametrize(
    ("before", "today", "goes"),
    [
        pytest.param("2033-03-01", "2032-01-01", True, id="five years after the end of the term and a day"),
        pytest.param("2033-03-01", "2031-12-31", False, id="five years after the end of the term"),
        pytest.param("2027-01-01", "2033-03-01", True, id="over before the day that was named"),
        pytest.param("2026-12-31", "2033-03-01", False, id="over on the day that was named"),
    ],
)
def test_the_years_begin_with_the_end_of_the_term(before: str, today: str, goes: bool) -> None:
    wanted = asked(*ALL, before=date.fromisoformat(before), today=date.fromisoformat(today))
    found = prunable(there(*ALL), wanted)
    assert (len(found.gone), found.kept) == ((3, {}) if goes else (0, {prune.YOUNG: 3}))


def test_what_was_decided_after_the_term_keeps_its_award_longer() -> None:
    told = Told().review(18.4).assessed("2027-06-01")
    made = [Decision(metadata={"name": name_of(spec)}, spec=spec) for spec in told.made]
    found = prunable(there(*made), asked(*made, today=date(2032, 3, 1)))
    assert (found.gone, found.kept) == ((), {prune.YOUNG: 1, prune.CHAINED: 1})


@pytest.mark.parametrize(
    ("programmes", "kept"),
    [
        pytest.param({"default": programme(DEFAULT, recordsYears=7)}, 3, id="its programme keeps them longer"),
        pytest.param({"other": programme(DEFAULT, recordsYears=7)}, 3, id="it is gone: the one that keeps longest"),
        pytest.param({"other": programme(DEFAULT, recordsYears=1)}, 0, id="it is gone, and no other keeps longer"),
        pytest.param({}, 3, id="there is no programme to say"),
    ],
)
def test_the_programme_says_how_long(programmes: dict[str, Any], kept: int) -> None:
    found = prunable(there(*ALL, programmes=programmes), asked(*ALL))
    assert sum(found.kept.values()) == kept


def test_what_is_not_on_file_as_it_is_here_stays() -> None:
    wanted = asked(*ALL)
    other = replace(wanted, exported={**wanted.exported, ALL[0].name: "another hash"})
    assert prunable(there(*ALL), other).kept == {prune.NOT_EXPORTED: 1, prune.CHAINED: 2}
    assert prunable(there(*ALL), replace(wanted, exported={})).kept == {prune.NOT_EXPORTED: 3}


def test_what_later_calls_have_to_know_is_remembered_first() -> None:
    """R20, R25."""
    found = prunable(there(*ALL, known=False), asked(*ALL))
    assert (found.gone, found.kept) == ((), {prune.NOT_REMEMBERED: 1, prune.CHAINED: 2})


@given(st.sets(st.integers(0, 2)), st.dates(date(2026, 7, 1), date(2040, 1, 1)), st.booleans())
def test_no_grant_changes_whatever_is_pruned(exported: set[int], today: date, renewed: bool) -> None:
    """Neither of the award that stands nor of one that is applied again as it was."""
    award = allocation(storage="20T")
    standing = allocation(term="2033-01-01 2033-12-31") if renewed else award
    cluster = there(*ALL, standing=(standing,))
    gone = prunable(cluster, asked(*(ALL[n] for n in exported), before=today, today=today)).gone
    left = [one.spec for one in ALL if one not in gone]
    full, mine = grant(8, storage="20T"), digest(standing.spec)
    before = entitled(full, standing.spec.term, [one.spec for one in ALL], mine, today)
    assert entitled(full, standing.spec.term, left, mine, today) == before
    if gone:
        over = entitled(full, award.spec.term, left, digest(award.spec), at(today).date())
        assert over.grant.devices == 0, "the award of what went is over, also if somebody applies it again"


AWARDS = (
    allocation(storage="20T"),
    allocation(storage="20T", term="2026-07-01 2027-06-30"),
    allocation(storage="20T", devices=4),
)


@settings(max_examples=500)
@given(
    st.lists(st.sampled_from(AWARDS), min_size=1, max_size=5),
    st.sets(st.integers(0, 4)) | st.just(set(range(5))),
    st.sampled_from([date(2031, 12, 1), date(2032, 3, 1), date(2033, 1, 1)]),
    st.sampled_from([(), AWARDS[:1], AWARDS[1:2]]),
)
def test_what_is_left_after_a_pruning_still_verifies(
    edits: list[Allocation], exported: set[int], today: date, standing: tuple[Allocation, ...]
) -> None:
    """Whatever the award was edited into meanwhile, and back: no hole in a chain, and no award without its beginning."""
    told = Told()
    for number, award in enumerate(edits):
        told.allocation = award
        told.give_back(0, "2T", f"2026-08-{10 + number}")
    made = [Decision(metadata={"name": name_of(spec)}, spec=spec) for spec in told.made]
    wanted = asked(*(one for number, one in enumerate(made) if number in exported), before=today, today=today)
    gone = prunable(there(*made, standing=standing), wanted).gone
    left = [one.spec for one in made if one not in gone]
    assert check(raw(written([left]))).faults == ()


def test_a_chain_with_a_fault_stays_and_keeps_no_other_from_going() -> None:
    """A Decision was lost years ago. What does not add up is kept, as evidence of that."""
    whole, holed = Told("alpha").review(18.4).made, Told("omega").give_back(4).give_back(2).review(18.4).made
    holed = [holed[0], *holed[2:]]
    made = [Decision(metadata={"name": name_of(spec)}, spec=spec) for spec in (*whole, *holed)]
    found = check(raw(written([whole, holed])))
    assert (len(found.faults) > 0, found.damaged) == (True, ())
    pruning = prunable(there(*made), Asked(found.hashes, LATER, LATER))
    assert [one.spec.allocation for one in pruning.gone] == ["alpha"]
    assert pruning.kept == {prune.NOT_EXPORTED: 2}
