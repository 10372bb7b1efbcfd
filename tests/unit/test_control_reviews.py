"""Reviews that meet each other, a lost record, or another award of the organization."""

from __future__ import annotations

from unit.build import Body, allocation_body, review_body, used
from unit.world import World

YEAR = allocation_body(term="2026-07-01 2027-06-30", inUseSince="2026-07-01")


def test_two_reviews_that_are_due_on_the_same_day_do_not_undo_each_other() -> None:
    """After an outage the cut of one quarter is due and the next one continues: it continues with what the cut left."""
    world = World("2027-01-25", YEAR)
    world.settle()
    noticed: Body = {"noticedAt": "2026-10-09T00:00:00Z", "notice": "Reduce from 8 to 4 devices"}
    world.put(
        review_body("vision-2026", "2026-Q3", used(31), **noticed),
        review_body("vision-2026", "2026-Q4", used(62, first="2026-10-01")),
    )
    world.hold_reviews()
    steps = {quarter: (made.kind, made.before.devices, made.after.devices) for quarter, made in world.decisions.items()}
    assert steps == {"2026-Q3": ("Reduce", 8, 4), "2026-Q4": ("Continue", 4, 4)}
    assert world.quota() == 4


def test_a_review_whose_record_is_lost_starts_from_what_is_really_held() -> None:
    """The record of a cut to four is lost. Whoever lets the award continue does not give the other four back."""
    world = World("2026-08-15", YEAR)
    world.settle()
    world.write_quota(4, grants={"vision-2026": 4})
    world.turn_to("2026-11-15")
    world.start()
    world.settle()
    assert world.assessed().missing == ("2026-Q3",)
    verdict = {"override": "Continue", "reason": "The record was lost.", "by": "chair@committee.example"}
    late = {"openedAt": "2026-11-15T00:00:00Z"}
    world.put(review_body("vision-2026", "2026-Q3", used(31), verdict, **late))
    world.hold_reviews()
    made = world.decisions["2026-Q3"]
    assert (made.kind, made.before.devices, made.after.devices) == ("Continue", 4, 4)
    assert world.quota() == 4


def test_a_review_whose_award_was_deleted_waits_for_nobody_until_the_award_is_back() -> None:
    world = World("2026-10-12", YEAR)
    world.settle()
    body = review_body("vision-2026", "2026-Q3", used(31), planSubmittedAt="2026-09-01T00:00:00Z")
    body["spec"]["plan"] = {"summary": "More of it."}
    world.put(body)
    world.hold_reviews()
    assert world.live("Review", "vision-2026-2026-q3", "vision")["status"]["waits"]["for"] == "Committee"
    world.remove("Allocation", "vision-2026")
    world.hold_reviews()
    status = world.live("Review", "vision-2026-2026-q3", "vision")["status"]
    said = {one["type"]: (one["reason"], one["message"]) for one in status["conditions"]}
    assert (status.get("waits"), said["Recommended"][0], said["Ready"][0]) == (None, "NoTermLeft", "Ready")
    assert "Its award was deleted" in said["Ready"][1]
    world.put(YEAR)
    world.hold_reviews()
    assert world.live("Review", "vision-2026-2026-q3", "vision")["status"]["waits"]["reason"] == "AwaitingVerdict"


def test_an_award_that_is_still_to_begin_counts_for_the_cap_of_an_increase() -> None:
    """R1: two awards of four devices each fill the cap of eight, although the second begins in October."""
    later = allocation_body("two", term="2026-10-01 2026-12-31", devices=4, created=1)
    world = World("2026-08-15", allocation_body("one", devices=4, inUseSince="2026-07-01"), later)
    world.settle()
    verdict = {"override": "Increase", "increaseTo": 8, "reason": "It is needed.", "by": "chair@committee.example"}
    world.put(review_body("one", "2026-Q3", used(90, "C" * 45, devices=4), verdict))
    world.hold_reviews()
    assert all(made.after.devices == 4 for made in world.decisions.values())
    assert world.quota() == 4
