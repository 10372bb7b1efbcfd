"""Nothing that goes wrong between two writes changes where it ends: killed, refused or cut off, then as without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.centre import Centre
from unit.receivers import webhook

from .conftest import Operators
from .desk import Desk
from .faults.acts import ACTS, Act
from .faults.company import Company
from .faults.drill import Drill, Played
from .faults.proxy import between
from .faults.writes import REFUSALS, Fault

TENANTS = 92
"""Three rehearse; up to 21 writes are refused in three ways, and the operator is killed at each; two lose the server."""
OF_A_MOMENT = {("Allocation", "GracePeriod")}
"""What pods exceed just then: told anew with the time that is left, or not at all by an operator that comes after it."""
PASSING = {f"POST events {kind} {reason}" for kind, reason in OF_A_MOMENT}


@pytest.fixture(scope="module")
def drill(centre: Centre, operators: Operators) -> Iterator[Drill]:
    """Played in the order of the acts, each once."""
    operators.stop()
    desk = Desk.at(centre.plane)
    with between(centre.plane) as (proxy, kubeconfig), webhook() as letters:
        company = Company(desk, proxy, kubeconfig, desk.name("faults"), letters)
        try:
            company.open(TENANTS)
            yield Drill(company)
        finally:
            company.stop()
            desk.clear()


@pytest.fixture(params=ACTS, ids=[act.name for act in ACTS])
def act(request: pytest.FixtureRequest) -> Act:
    """Notice, cut, Return, Sanction."""
    found: Act = request.param
    return found


@pytest.fixture
def played(drill: Drill, act: Act) -> Played:
    """That act, with everything that went wrong in it."""
    return drill.played(act.name)


def test_whatever_goes_wrong_it_ends_as_if_nothing_had(played: Played) -> None:
    """All objects of every tenant, its Decisions among them, but for times, digests and which of two pods has gone."""
    assert played.astray() == []


def test_every_write_was_refused_and_every_write_killed_the_operator(played: Played, act: Act) -> None:
    """By what is written: how often a status is written differs from run to run."""
    wanted = {(write.what, fault) for write in played.writes for fault in (*REFUSALS, *act.kills)}
    assert wanted - played.met() == set()


def test_no_write_is_left_out(played: Played, act: Act) -> None:
    """Whatever is written anywhere in the act went wrong for somebody, so a new write is among them by itself."""
    assert played.untouched() - PASSING == set()
    assert played.strangers == set()
    assert played.about_all <= {"PATCH accelerators ~ status"}
    assert played.met_by_all == {(what, fault) for what in played.about_all for fault in (*REFUSALS, act.kills[0])}


def test_every_message_is_sent_and_again_only_if_the_operator_died_before_it_had_noted_it(played: Played) -> None:
    """Then it has the same number, by which whoever gets it knows. At most once more for each that died."""
    expected = {title for title, _ in played.letters[played.rehearsed]}
    assert expected
    for name, letters in played.letters.items():
        assert sorted(title for title, _ in letters) == sorted(expected), played.fate(name)
        assert max(letters.values()) <= (1 if played.outlived(name) else 1 + played.deaths), played.fate(name)


def test_every_step_is_told_and_none_twice(played: Played) -> None:
    """By the operator that took it, or by the one that came after."""
    expected = played.told[played.rehearsed]
    steps = {name: {key: n for key, n in told.items() if key not in OF_A_MOMENT} for name, told in played.told.items()}
    wrong = {played.fate(name): told for name, told in steps.items() if told != steps[played.rehearsed]}
    assert wrong == {}, f"all but these were told {expected}"


def test_the_api_server_was_away_for_a_moment_and_for_longer_than_the_operator_waits(drill: Drill) -> None:
    """Before the quota was enforced, and before the Decision was there; where it ends is looked at with all others."""
    away = {what for what, fault in drill.played("cut").met() if fault is Fault.AWAY}
    assert away == {"PATCH resourcequotas tenure status", "POST decisions"}


# What is written in which act, at least. It is seen from outside, so a write that moves elsewhere is noticed here.
STEPS = {
    "notice": {"POST events Review Given", "PATCH reviews ~-2031-q1 status"},
    "cut": {
        "POST decisions",
        "PATCH resourcequotas tenure",
        "PATCH resourcequotas tenure status",
        "POST events Review Enforced",
        "POST pods eviction",
        "PATCH allocations ~ status",
        "PATCH projects ~ status",
        "PATCH organizations ~ status",
    },
    "return": {"POST decisions", "POST events Return Return", "PATCH returns early status", "POST pods eviction"},
    "sanction": {
        "POST decisions",
        "DELETE rolebindings tenure-members",
        "POST reports",
        "POST events Allocation Revoked",
    },
}


def test_the_story_has_the_writes_that_matter(played: Played, act: Act) -> None:
    assert STEPS[act.name] - {write.what for write in played.writes} == set()
