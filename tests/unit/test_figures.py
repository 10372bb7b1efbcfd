"""What is worked out at a scrape: of queues, accelerators, the committee, allocations and their latest reviews."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from tenure.api import Allocation, Review
from tenure.api.conditions import Said
from tenure.api.model import API_VERSION
from tenure.control.cache import Cache
from tenure.control.figures import (
    Families,
    Holder,
    of_accelerators,
    of_allocations,
    of_catalogue,
    of_committee,
    of_reviews,
)
from tenure.control.scrape import holders
from unit import build
from unit.build import DAY, DEFAULT, allocation_body, at, base_seconds, ledger, share
from unit.scraped import DANGER, FORECAST, award, holder, review, seen

A100 = ("a100-40gb",)
OURS = ("vision", "vision-2026", "a100-40gb")


def told(families: Families) -> dict[str, dict[tuple[str, ...], float]]:
    """metric -> values of the labels -> value."""
    return {one.name: {tuple(s.labels.values()): s.value for s in one.samples} for one in families}


def age(now: datetime, *everyone: Holder) -> dict[tuple[str, ...], float]:
    return told(of_accelerators(everyone, now))["tenure_telemetry_age_seconds"]


def test_telemetry_is_as_old_as_the_end_of_the_last_day_read() -> None:
    read_until_9_july = holder(review(ledger("C" * 9)))
    assert age(at("2026-07-10", 1), read_until_9_july) == {A100: 3600}
    assert age(at("2026-07-11", 0), read_until_9_july) == {A100: DAY}


def test_a_day_is_as_old_as_its_zone_makes_it() -> None:
    seoul = holder(review(ledger("C" * 9)))
    utc = Holder(seoul.allocation, seoul.reviews, "UTC")
    assert age(at("2026-07-11"), seoul)[A100] - age(at("2026-07-11"), utc)[A100] == 9 * 3600


def test_the_review_that_is_furthest_behind_counts() -> None:
    ahead, behind = holder(review(ledger("C" * 9))), holder(review(ledger("C" * 4)))
    assert age(at("2026-07-10", 0), ahead, behind) == age(at("2026-07-10", 0), behind, ahead) == {A100: 5 * DAY}


@pytest.mark.parametrize(
    ("states", "reason", "days"),
    [
        ("CCCUU", "QueryFailed", 2),
        ("CCCUU", "PartialAnswer", 2),
        ("CCCUU", "CoverageGap", 0),
        ("CCC..", "CoverageGap", 2),
        ("UUUUU", "QueryFailed", 5),
        ("", "CoverageGap", 5),
    ],
)
def test_a_day_without_an_answer_was_not_read(states: str, reason: str, days: int) -> None:
    """An Unknown day that Prometheus told something of was read all the same."""
    assert age(at("2026-07-06", 0), holder(review(ledger(states, reason=reason)))) == {A100: days * DAY}


@pytest.mark.parametrize(
    "left_alone",
    [
        pytest.param(holder(review(ledger("C" * 92))), id="every day of its window is read"),
        pytest.param(holder(review(ledger("CC"), outcome="Continue")), id="decided"),
        pytest.param(holder(review(None)), id="just opened"),
        pytest.param(holder(), id="without a review"),
        pytest.param(
            holder(review(ledger("CC")), of=award("vision-2026", term="2026-07-01 2026-07-02")), id="its term is over"
        ),
        pytest.param(Holder(award(), (review(ledger("CC")),), "Nowhere/Else"), id="in no time zone"),
        pytest.param(
            holder(
                review(ledger("CC")),
                of=award("vision-2026", Said("Accepted", False, "UnknownProject", "It is not there.")),
            ),
            id="refused",
        ),
    ],
)
def test_who_waits_for_no_day_has_no_age(left_alone: Holder) -> None:
    assert age(at("2026-10-05"), left_alone) == {}


@pytest.mark.parametrize(("found", "value"), [(True, 1), (None, 1), (False, 0)])
def test_an_accelerator_that_prometheus_cannot_see(found: bool | None, value: int) -> None:
    assert told(of_catalogue([seen(found)]))["tenure_telemetry_found"] == {("a100-40gb",): value}


def test_of_an_accelerator_that_was_not_probed_nothing_is_told() -> None:
    assert told(of_catalogue([build.A100]))["tenure_telemetry_found"] == {}


def test_unknown_days_are_counted_by_reason_over_the_latest_reviews() -> None:
    gaps, failed = review(ledger("CUUC")), review(ledger("SUA.", reason="QueryFailed"))
    earlier = review(ledger("U" * 90), year=2025)
    found = told(of_accelerators([holder(earlier, gaps), holder(failed)], at("2026-07-06")))
    unknown = {reason: days for (_, reason), days in found["tenure_accelerator_unknown_dates"].items() if days}
    assert unknown == {"CoverageGap": 2, "QueryFailed": 1}
    assert found["tenure_accelerator_read_dates"] == {A100: 7}


def test_a_counted_day_with_a_reason_is_not_unknown() -> None:
    days = ledger("CC").model_copy(update={"reasons": {"2026-07-01": "Estimated"}})
    found = told(of_accelerators([holder(review(days))], at("2026-07-06")))["tenure_accelerator_unknown_dates"]
    assert set(found.values()) == {0}


@pytest.mark.parametrize(("today", "overdue"), [("2026-10-15", 0), ("2026-10-16", 1)])
def test_a_verdict_is_overdue_the_day_after_it_was_due(today: str, overdue: int) -> None:
    waits = review(ledger("C" * 92), Said("Recommended", None, "AwaitingVerdict", "The committee is waited for."))
    assert waits.status.dates is not None
    assert waits.status.dates.verdict_due == date(2026, 10, 15)
    found = told(of_committee([holder(waits)], at(today)))
    assert found["tenure_reviews_waiting"]["AwaitingVerdict",] == 1
    assert found["tenure_reviews_overdue"]["AwaitingVerdict",] == overdue


@pytest.mark.parametrize(
    "other",
    [
        review(ledger("C"), Said("Recommended", None, "AwaitingPlan", "The tenant is waited for.")),
        review(ledger("C"), Said("Recommended", None, "AwaitingVerdict", "It was."), outcome="Continue"),
        review(ledger("C")),
    ],
    ids=["waits for the tenant", "is decided", "was just opened"],
)
def test_the_committee_is_not_waited_for(other: Review) -> None:
    found = told(of_committee([holder(other)], at("2026-12-31")))
    assert set(found["tenure_reviews_waiting"].values()) == set(found["tenure_reviews_overdue"].values()) == {0}


@pytest.mark.parametrize(
    ("reason", "granted", "waiting"), [("WaitingForCapacity", 4, 4), ("Admitted", 8, 0), ("NotStarted", 0, 0)]
)
def test_an_award_waits_for_what_it_is_entitled_to_and_not_granted(reason: str, granted: int, waiting: int) -> None:
    admitted = Said("Admitted", reason == "Admitted", reason, "So it is.")
    found = told(of_allocations([holder(of=award("vision-2026", admitted, granted=granted, entitled=8))]))
    assert found["tenure_allocation_granted_devices"] == {OURS: granted}
    assert found["tenure_allocation_waiting_devices"] == {OURS: waiting}


def test_a_review_so_far() -> None:
    """Ten counted days of eight devices at 31 %, among set-up, Unknown and unavailable ones."""
    states = "SS" + "C" * 10 + "UA."
    days = ledger(states, share(31, states), requested=6 * DAY, measured=5 * DAY)
    found = told(of_reviews([holder(review(days, DANGER, forecast=FORECAST))]))
    one = {name: values[*OURS, "2026-Q3"] for name, values in found.items() if "edge" not in name}
    assert one == {
        "tenure_review_granted_device_seconds": 10 * 8 * DAY,
        "tenure_review_requested_device_seconds": 10 * 6 * DAY,
        "tenure_review_measured_device_seconds": 10 * 5 * DAY,
        "tenure_review_busy_device_seconds": 0.31 * base_seconds(states),
        "tenure_review_utilization_ratio": 0.31,
        "tenure_review_forecast_ratio": pytest.approx(0.314),
        "tenure_review_in_danger": 1,
        "tenure_review_unknown_dates": 1,
        "tenure_review_remaining_seconds": 23 * DAY,
    }
    assert found["tenure_review_edge_ratio"] == {(*OURS, "2026-Q3", "50"): 0.5, (*OURS, "2026-Q3", "5"): 0.05}
    needed = found["tenure_review_edge_needed_device_seconds"]
    assert needed == {(*OURS, "2026-Q3", "50"): 360_000, (*OURS, "2026-Q3", "5"): 0}


def test_days_without_known_requests_are_left_out_of_them() -> None:
    days = ledger("CCC").model_copy(update={"requested_seconds": (DAY, -1, DAY)})
    found = told(of_reviews([holder(review(days))]))
    assert found["tenure_review_requested_device_seconds"] == {(*OURS, "2026-Q3"): 2 * DAY}


def test_what_is_not_known_has_no_value() -> None:
    """A ratio of nothing is not zero."""
    unknown = FORECAST.model_copy(update={"percent": "unknown"})
    found = told(of_reviews([holder(review(ledger("SU"), forecast=unknown))]))
    assert found["tenure_review_utilization_ratio"] == found["tenure_review_forecast_ratio"] == {}
    assert found["tenure_review_in_danger"] == {(*OURS, "2026-Q3"): 0}


def test_of_a_review_that_was_just_opened_there_are_no_amounts() -> None:
    assert told(of_reviews([holder(review(None))]))["tenure_review_granted_device_seconds"] == {}


def test_one_odd_ledger_does_not_spoil_the_scrape() -> None:
    """A column of another length and an Unknown day without a reason, as a person might restore them."""
    whole = review(ledger("CU", 7))
    odd = ledger("CU").model_copy(update={"busy_seconds": (5,), "reasons": {}})
    one = holder(whole.model_copy(update={"status": whole.status.model_copy(update={"ledger": odd})}))
    assert told(of_reviews([one]))["tenure_review_busy_device_seconds"] == {(*OURS, "2026-Q3"): 5}
    unknown = told(of_accelerators([one], at("2026-07-06")))["tenure_accelerator_unknown_dates"]
    assert unknown["a100-40gb", "Unknown"] == 1


def test_the_latest_review_is_told_of() -> None:
    found = told(of_reviews([holder(review(ledger("C"), year=2025), review(ledger("C")))]))
    assert found["tenure_review_in_danger"].keys() == {(*OURS, "2026-Q3")}


def cached(*reviews: Review) -> Cache:
    """An award in the cache with its reviews, and one of storage alone."""
    cache, storage = Cache(), allocation_body("archive-2026", devices=0, accelerator="", storage="10T")
    bodies = [allocation_body(), storage, DEFAULT.wire() | {"kind": "Programme"}]
    for body in [*bodies, *(one.wire() | {"apiVersion": API_VERSION, "kind": "Review"} for one in reviews)]:
        cache.put(body, watched=True)
    return cache


def test_the_cache_gives_awards_of_devices_with_their_reviews_in_order() -> None:
    fourth, third = review(ledger("C", first="2026-10-01"), name="Q4"), review(ledger("C"))
    (one,) = holders(cached(fourth, third))
    assert [found.spec.review for found in one.reviews] == ["2026-Q3", "2026-Q4"]
    assert one.zone == "Asia/Seoul"


def test_what_is_gone_from_the_cache_is_gone_at_once() -> None:
    cache = cached(review(ledger("C")))
    assert told(of_reviews(holders(cache)))["tenure_review_in_danger"] != {}
    cache.drop("Allocation", "", "vision-2026")
    assert told(of_reviews(holders(cache)))["tenure_review_in_danger"] == {}
    assert told(of_allocations(holders(cache)))["tenure_allocation_granted_devices"] == {}


def test_a_new_review_without_dates_does_not_hide_the_one_before() -> None:
    opened = review(None, name="Q4")
    bare = opened.model_copy(update={"status": opened.status.model_copy(update={"dates": None})})
    (one,) = holders(cached(review(ledger("C")), bare))
    assert one.reviews[-1].spec.review == "2026-Q3"
    assert isinstance(one.allocation, Allocation)
