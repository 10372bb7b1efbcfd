"""What a Review shows while its window runs, and what of it the tenant is told."""

from __future__ import annotations

from datetime import date, timedelta

from tenure.api import Programme
from unit.build import DEFAULT, Body, allocation_body, ledger, programme, share
from unit.world import World, body_of

NAME = "vision-2026-2026-q3"


class Quarter:
    """2026-Q3 of eight A100, whose days pass with so many percent of base time each."""

    def __init__(self, term: str = "2026-07-01 2026-12-31", rules: Programme = DEFAULT) -> None:
        self.world = World("2026-07-01", allocation_body(term=term, inUseSince="2026-07-01"))
        self.world.settle()
        self.world.put(body_of(rules))
        self.world.hold_reviews()
        self.daily: list[int] = []

    def pass_days(self, *daily: int, second: int = -1) -> None:
        """Each day is read on the next one, at noon. The second signal is the same on all of them."""
        for percent in daily:
            self.daily.append(share(percent, "C"))
            today = date(2026, 7, 1) + timedelta(days=len(self.daily))
            days = ledger("C" * len(self.daily), second=[second] * len(self.daily))
            self.world.turn_to(today.isoformat())
            self.show(days.model_copy(update={"busy_seconds": tuple(self.daily)}).wire())

    def show(self, days: Body) -> None:
        """The Review has these days and is looked at."""
        body = self.world.live("Review", NAME, "vision")
        self.world.put(body | {"status": body["status"] | {"ledger": days}})
        self.world.hold_reviews()

    @property
    def status(self) -> Body:
        found: Body = self.world.live("Review", NAME, "vision")["status"]
        return found

    def said(self, type_: str) -> Body:
        """A condition of the Review."""
        found: list[Body] = self.status["conditions"]
        return next(one for one in found if one["type"] == type_)

    @property
    def events(self) -> list[tuple[str, str]]:
        """Type and reason of the Events about the Review's course and its second signal."""
        found = [body for (kind, _, _), body in self.world.server.objects.items() if kind == "Event"]
        reasons = {"AboveEdges", "InDanger", "TooEarly", "Over", "Agree", "Disagree", "NotAvailable"}
        return [(one["type"], one["reason"]) for one in found if one["reason"] in reasons]


def test_whoever_is_in_danger_is_told_once_and_not_daily() -> None:
    quarter = Quarter()
    quarter.pass_days(*[20] * 6)
    assert (quarter.events, quarter.said("OnCourse")["reason"]) == ([], "TooEarly")
    quarter.pass_days(20)
    first = quarter.said("OnCourse")
    quarter.pass_days(*[21] * 20)
    assert quarter.events == [("Warning", "InDanger")]
    assert quarter.said("OnCourse")["message"] != first["message"]
    assert quarter.said("OnCourse")["lastTransitionTime"] == first["lastTransitionTime"]


def test_whoever_gets_out_of_danger_is_told_as_well() -> None:
    quarter = Quarter()
    quarter.pass_days(*[20] * 10, *[90] * 20)
    assert quarter.events == [("Warning", "InDanger"), ("Normal", "AboveEdges")]


def test_whoever_never_was_in_danger_is_told_nothing() -> None:
    quarter = Quarter()
    quarter.pass_days(*[60] * 10)
    assert (quarter.events, quarter.said("OnCourse")["reason"]) == ([], "AboveEdges")


def test_a_day_costs_one_write_however_often_it_is_looked_at() -> None:
    quarter = Quarter()
    quarter.pass_days(*[20] * 10)
    quarter.world.server.log.clear()
    quarter.pass_days(20)
    assert quarter.world.server.log.count("merge status Review") == 1
    quarter.world.turn_to("2026-07-12")
    quarter.world.hold_reviews()
    assert quarter.world.server.log.count("merge status Review") == 1


def test_the_forecast_is_shown_also_where_nothing_can_be_taken() -> None:
    quarter = Quarter(term="2026-07-01 2026-09-30")
    quarter.pass_days(*[20] * 10)
    assert quarter.status["exempt"]
    assert quarter.status["forecast"]["percent"] == "20.0 %"
    assert [one["percent"] for one in quarter.status["forecast"]["edges"]] == [50, 5]
    assert (quarter.events, quarter.said("OnCourse")["status"]) == ([], "True")


def test_observe_shows_it_and_tells_nobody() -> None:
    quarter = Quarter(rules=programme(mode="Observe"))
    quarter.pass_days(*[20] * 10)
    assert (quarter.events, quarter.said("OnCourse")["reason"]) == ([], "InDanger")


def test_a_load_without_work_is_shown_in_the_review_and_told_in_no_event() -> None:
    quarter = Quarter()
    quarter.pass_days(*[60] * 10, second=0)
    assert quarter.said("Corroborated")["reason"] == "Disagree"
    assert quarter.status["utilization"]["secondPercent"] == "0.0 %"
    assert quarter.events == []


def test_what_is_decided_has_no_forecast_any_more() -> None:
    """Also where a person decides within the window (R20)."""
    quarter = Quarter()
    quarter.pass_days(*[20] * 10)
    body = quarter.world.live("Review", NAME, "vision")
    verdict = {"override": "Continue", "reason": "They wait for data.", "by": "chair@committee.example"}
    quarter.world.put(body | {"spec": body["spec"] | {"verdict": verdict}})
    quarter.world.hold_reviews()
    assert quarter.status["outcome"] == "Continue"
    assert "forecast" not in quarter.status
    assert quarter.said("OnCourse")["reason"] == "Over"
    assert quarter.said("Corroborated")["reason"] == "NotAvailable"


def test_when_the_window_is_over_the_forecast_is() -> None:
    quarter = Quarter()
    quarter.pass_days(*[20] * 92)
    assert "forecast" not in quarter.status
    assert (quarter.said("OnCourse")["status"], quarter.said("OnCourse")["reason"]) == ("Unknown", "Over")
    assert quarter.events == [("Warning", "InDanger")]
