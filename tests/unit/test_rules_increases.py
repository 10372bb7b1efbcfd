"""R7, R10, R17: approved increases compete for free devices, with awards that wait and among each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import Review
from tenure.rules.capacity import Claim, admit, order
from tenure.rules.increases import Answer, Wish, approved, offered
from tenure.rules.utilization import Ratio
from unit.build import DATES, at, verdict, wish


def claim(name: str, entitled: int, held: int = 0, priority: int = 3) -> Claim:
    return Claim(name, entitled, held, priority, at("2026-06-20"))


def told(answers: Mapping[str, Answer]) -> dict[str, str]:
    """Allocation -> the devices it was granted, or its place among those that wait."""
    return {name: f"{a.devices}" if a.granted else f"{a.place} of {a.waiting}" for name, a in answers.items()}


FULL = [claim("full", 8, held=8)]
QUEUES = [
    pytest.param([wish("a")], [], 8, 0, {"a": "8"}, id="R17 there is room"),
    pytest.param([wish("a")], [], 5, 0, {"a": "1 of 1"}, id="R17 there is none: whole bundles only"),
    pytest.param([wish("a", 4)], [], 4, 2, {"a": "4"}, id="R7 two are reserved and two are not"),
    pytest.param([wish("a", 4)], [], 4, 3, {"a": "1 of 1"}, id="R7 never from what a round has reserved"),
    pytest.param(
        *([wish("a", utilization=Ratio(51, 100)), wish("b", utilization=Ratio(52, 100))], [], 6, 0),
        {"a": "1 of 1", "b": "8"},
        id="R10 the higher utilization",
    ),
    pytest.param(
        *([wish("b", utilization=Ratio(2, 3)), wish("a", utilization=Ratio(66666667, 100000000))], [], 6, 0),
        {"a": "8", "b": "1 of 1"},
        id="R16 compared exactly",
    ),
    pytest.param([wish("b"), wish("a")], [], 6, 0, {"a": "8", "b": "1 of 1"}, id="R10 then the name"),
    pytest.param(
        *([wish("a", utilization=Ratio(90, 100)), wish("b", priority_class=2)], [], 6, 0),
        {"a": "1 of 1", "b": "8"},
        id="R10 the priority class before utilization",
    ),
    pytest.param(
        *([wish("a", 8, utilization=Ratio(9, 10)), wish("b", 4)], [claim("x", 8, 8)], 12, 0),
        {"a": "1 of 2", "b": "2 of 2"},
        id="R10 a smaller one does not overtake",
    ),
    pytest.param(
        *([wish("a", 8, utilization=Ratio(9, 10)), wish("b", 4)], [claim("x", 5, 5)], 8, 0),
        {"a": "1 of 2", "b": "2 of 2"},
        id="R10 not even where much is missing for the first",
    ),
    pytest.param(
        *([wish("a", 8, utilization=Ratio(9, 10)), wish("b", 4)], [], 5, 0),
        {"a": "1 of 1", "b": "4"},
        id="R10 but one that is larger than the whole centre holds up nobody",
    ),
    pytest.param(
        *([wish("a")], [claim("award", 4)], 8, 0),
        {"a": "1 of 1"},
        id="R10 an award of the same class goes first, even if nothing is left then",
    ),
    pytest.param(*([wish("a", 4)], [claim("award", 4)], 6, 0), {"a": "4"}, id="R10 or both are granted where both fit"),
    pytest.param(
        *([wish("a", 4)], [claim("x", 4, 4), claim("award", 8)], 8, 0),
        {"a": "2 of 2"},
        id="R10 an award of the same class that waits holds it up",
    ),
    pytest.param(
        *([wish("a", 4)], [claim("x", 4, 4), claim("award", 8, priority=4)], 8, 0),
        {"a": "4"},
        id="R10 an award of a later class comes after it",
    ),
    pytest.param(
        *([wish("a", promised=8), wish("b", priority_class=0)], [], 6, 0),
        {"a": "8", "b": "1 of 1"},
        id="what was granted and is being decided is not taken back",
    ),
    pytest.param(
        *([wish("a", organization="o", room=2), wish("b", organization="o", room=2)], [], 40, 0),
        {"a": "4", "b": "2"},
        id="R1 one cap for both projects of an organization",
    ),
    pytest.param([wish("a", room=-3)], [], 40, 0, {"a": "2"}, id="R1 the cap leaves nothing"),
    pytest.param(
        *([wish("a", None, utilization=Ratio(9, 10)), wish("b")], [], 8, 0),
        {"b": "1 of 1"},
        id="R10 what is offered to a better one is kept for it until the committee had its time",
    ),
    pytest.param(
        *([wish("a", None, utilization=Ratio(9, 10)), wish("b")], [], 12, 0),
        {"b": "8"},
        id="R10 unless there is enough for both",
    ),
    pytest.param(
        *([wish("a", None), wish("b", utilization=Ratio(9, 10))], [], 6, 0),
        {"b": "8"},
        id="R10 what is offered to somebody behind holds up nobody",
    ),
]


@pytest.mark.parametrize(("wishes", "claims", "capacity", "reserved", "answers"), QUEUES)
def test_who_gets_how_many(
    wishes: list[Wish], claims: list[Claim], capacity: int, reserved: int, answers: dict[str, str]
) -> None:
    assert told(admit(claims, capacity, wishes=wishes, reserved=reserved).answers) == answers


def test_an_increase_that_waits_holds_devices_up_for_later_awards_but_not_those_reserved() -> None:
    """R7, R10: class 0 wants six and finds four that are not reserved. An award of class 4 takes the two that are."""
    claims = [claim("x", 8, 8), claim("round", 2, priority=4), claim("later", 2, priority=5)]
    found = admit(claims, 14, wishes=[wish("a", priority_class=0)], reserved=2)
    assert (found.granted["round"], found.granted["later"]) == (2, 0)
    assert found.answers["a"] == Answer(8, 8, False, 1, 2, 4)


def test_an_offer_holds_up_no_award() -> None:
    found = admit([claim("new", 4, priority=3)], 6, wishes=[wish("a", None, priority_class=0)])
    assert found.granted["new"] == 4


def test_it_says_how_many_are_open_before_anybody_is_served() -> None:
    (answer,) = admit([claim("x", 8, 8)], 11, wishes=[wish("a")], reserved=1).answers.values()
    assert answer.open == 2


SIZE = st.sampled_from([0, 1, 2, 4, 8])
CLAIMS = st.lists(
    st.builds(claim, st.sampled_from("abcd"), SIZE, SIZE, st.integers(0, 3)), max_size=4, unique_by=lambda c: c.name
)
WISHES = st.lists(
    st.builds(
        wish,
        st.sampled_from("mnopq"),
        st.sampled_from([None, 1, 4, 8]),
        st.sampled_from([1, 2, 4]),
        organization=st.sampled_from(["o", "p"]),
        priority_class=st.integers(0, 3),
        utilization=st.builds(Ratio, st.integers(50, 60), st.just(100)),
        room=st.integers(-2, 8),
    ),
    max_size=5,
    unique_by=lambda w: w.name,
)
CAPACITY, RESERVED = st.integers(0, 40), st.integers(0, 10)


@given(CLAIMS, WISHES, CAPACITY, RESERVED)
def test_never_oversold_and_never_from_what_is_reserved(
    claims: list[Claim], wishes: list[Wish], capacity: int, reserved: int
) -> None:
    found = admit(claims, capacity, wishes=wishes, reserved=reserved)
    held = sum(max(c.held, found.granted[c.name]) for c in claims)
    grown = sum(a.devices - w.held for w in wishes if (a := found.answers.get(w.name)) and a.granted)
    assert found.used == held + grown
    assert found.used <= max(capacity, sum(c.held for c in claims))
    assert not grown or sum(c.held for c in claims) + grown <= capacity - reserved


@given(CLAIMS, WISHES, CAPACITY, RESERVED)
def test_no_increase_overtakes_one_that_waits(
    claims: list[Claim], wishes: list[Wish], capacity: int, reserved: int
) -> None:
    answers = admit(claims, capacity, wishes=wishes, reserved=reserved).answers
    waiting = [w for w in wishes if (a := answers.get(w.name)) and not a.granted and a.devices <= capacity - reserved]
    for one in waiting:
        behind = [w for w in wishes if order(w) > order(one) and w.name in answers]
        assert all(not answers[w.name].granted or answers[w.name].devices == w.held for w in behind)


@given(CLAIMS, WISHES, CAPACITY, RESERVED)
def test_no_organization_grows_beyond_its_cap(
    claims: list[Claim], wishes: list[Wish], capacity: int, reserved: int
) -> None:
    answers = admit(claims, capacity, wishes=wishes, reserved=reserved).answers
    for name in ("o", "p"):
        mine = [w for w in wishes if w.organization == name and w.name in answers and answers[w.name].granted]
        grown = sum(answers[w.name].devices - w.held for w in mine)
        assert grown <= max(0, *(w.room for w in mine)) if mine else grown == 0


@given(CLAIMS, WISHES, CAPACITY, RESERVED, st.data())
def test_the_same_in_any_order(
    claims: list[Claim], wishes: list[Wish], capacity: int, reserved: int, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(wishes))
    assert admit(claims, capacity, wishes=shuffled, reserved=reserved) == admit(
        claims, capacity, wishes=wishes, reserved=reserved
    )


@given(WISHES, CAPACITY)
def test_what_an_award_gets_does_not_depend_on_increases_of_its_class_or_later(
    wishes: list[Wish], capacity: int
) -> None:
    first = claim("first", 4, priority=0)
    alone = admit([first], capacity).granted
    assert admit([first], capacity, wishes=wishes).granted == alone


def review(recommendation: str | None = "Increase", outcome: str = "", **given: Any) -> Review:
    """A review whose window is over."""
    spec = {"allocation": "a", "review": "2026-Q3"} | ({"verdict": verdict(**given).wire()} if given else {})
    status = {"dates": DATES, "outcome": outcome} | ({"recommendation": recommendation} if recommendation else {})
    return Review.parse({"metadata": {"name": "a-2026-q3"}, "spec": spec, "status": status})


@pytest.mark.parametrize(
    ("of", "up_to", "open_"),
    [
        pytest.param(review(), None, True, id="offered"),
        pytest.param(review(plan="Adequate"), None, True, id="offered, and the plan is judged"),
        pytest.param(review(plan="Adequate", increase_to=8), 8, False, id="approved"),
        pytest.param(review(increase_to=8), None, False, id="how far, and not whether"),
        pytest.param(review(plan="Inadequate"), None, False, id="the plan is inadequate"),
        pytest.param(review(None, override="Increase", increase_to=4, reason="R."), 4, False, id="by override"),
        pytest.param(review(override="Continue", reason="R."), None, False, id="overridden"),
        pytest.param(review("Continue", plan="Adequate", increase_to=8), None, False, id="not recommended any more"),
        pytest.param(review(outcome="Continue", plan="Adequate", increase_to=8), None, False, id="decided"),
    ],
)
def test_which_increases_there_are(of: Review, up_to: int | None, open_: bool) -> None:
    due = date(2026, 10, 15)
    assert (approved(of), offered(of, due)) == (up_to, open_)
    assert not offered(of, due + timedelta(days=1))
