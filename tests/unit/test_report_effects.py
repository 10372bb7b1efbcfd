"""R17: what each outcome would do to a grant and to the free devices."""

from __future__ import annotations

import pytest
from tenure.report.effects import Effect, Stand, effects
from unit.build import ACCELERATORS, grant

T4 = ACCELERATORS["t4-16gb"]


def found(held: int, *, cap: int = 8, free: int = 4, reserved: int = 0, before: int = 0) -> dict[str, list[Effect]]:
    """The effects on a grant of T4, by outcome."""
    stand = Stand(
        T4.spec, grant(held, T4, "10T"), cap, free, reserved, retention_days=30, before_returns=max(held, before)
    )
    made = effects(stand)
    return {
        outcome: [one for one in made if one.outcome == outcome]
        for outcome in dict.fromkeys(one.outcome for one in made)
    }


def devices(held: int, **stand: int) -> dict[str, list[tuple[int, int]]]:
    """Outcome -> devices after it and free devices after it."""
    return {outcome: [(one.after.devices, one.free) for one in some] for outcome, some in found(held, **stand).items()}


def test_from_the_best_to_the_worst_with_the_devices_that_come_free() -> None:
    assert devices(4) == {"Increase": [(8, 0)], "Continue": [(4, 4)], "Reduce": [(2, 6)], "Revoke": [(0, 8)]}


def test_every_rung_that_an_increase_could_reach_is_shown() -> None:
    assert devices(1)["Increase"] == [(2, 3), (4, 1), (8, 4)]


@pytest.mark.parametrize(
    ("stand", "note"),
    [
        ({"free": 3}, "It would wait: 4 more are needed and 3 are free and not reserved."),
        ({"free": 6, "reserved": 3}, "It would wait: 4 more are needed and 3 are free and not reserved."),
        ({"free": 6, "reserved": 2}, ""),
        ({"free": 2, "reserved": 5}, "It would wait: 4 more are needed and 0 are free and not reserved."),
        ({"cap": 4}, "There is no larger rung within the 4 devices that the organization may hold here (R1)."),
    ],
)
def test_an_increase_that_cannot_be_granted_at_once_says_why(stand: dict[str, int], note: str) -> None:
    (increase,) = found(4, **stand)["Increase"]
    assert increase.note == note
    if note:
        assert increase.free == stand.get("free", 4)


def test_cpu_and_memory_come_with_the_rung_and_storage_stays() -> None:
    (reduced,), (revoked,) = found(4)["Reduce"], found(4)["Revoke"]
    assert (reduced.after.cpu, reduced.after.memory, reduced.after.storage) == ("12", "175G", "10T")
    assert (revoked.after.cpu, revoked.after.memory, revoked.after.storage) == ("0", "0", "10T")
    assert "kept for 30 days" in revoked.note


def test_on_the_lowest_rung_a_reduction_changes_nothing() -> None:
    (reduced,) = found(1)["Reduce"]
    assert (reduced.after.devices, reduced.free) == (1, 4)
    assert "lowest rung" in reduced.note


def test_where_the_step_was_given_back_already_a_reduction_changes_nothing() -> None:
    (reduced,) = found(4, before=8)["Reduce"]
    assert (reduced.after.devices, reduced.note) == (
        4,
        "4 of 8 devices were given back, which counts as the step (R22).",
    )
