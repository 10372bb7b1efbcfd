"""R18: the packet. What is in it, in which order, and that the page is safe, whole and readable without a mouse."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import html5lib
import pytest
from tenure.api.review import Verdict
from tenure.report.packet import Packet
from tenure.report.packet import packet as of
from tenure.report.page import page
from tenure.report.rows import CHOICES, COLUMNS
from unit.packets import HOSTILE, LINKS, STATES, centre, made

XHTML = "{http://www.w3.org/1999/xhtml}"
COUNT = 13
Element = Any


@cache
def packet() -> Packet:
    """Thirteen reviews of tenants that type whatever they can."""
    return made(COUNT, HOSTILE)


@cache
def document() -> Element:
    """The page as a browser parses it."""
    return html5lib.parse(page(packet()))


def elements(name: str, within: Element = None) -> list[Element]:
    """All elements of a name."""
    return list((document() if within is None else within).iter(f"{XHTML}{name}"))


def text(element: Element) -> str:
    """All text in it, with spaces as they are shown."""
    return " ".join("".join(element.itertext()).split())


def section(number: int, title: str) -> Element:
    """A part of the details of a review, in the packet's order."""
    body = reviews()[number]
    return next(one for one in elements("section", body) if text(elements("h3", one)[0]).startswith(title))


def reviews() -> list[Element]:
    """The bodies of the table of reviews."""
    (table,) = [one for one in elements("table") if one.get("id") == "reviews"]
    return [one for one in table if one.tag == f"{XHTML}tbody"]


def place(allocation: str) -> int:
    """Where a review stands in the packet."""
    return [item.review.spec.allocation for item in packet().items].index(allocation)


def test_those_that_wait_for_the_committee_come_first_then_by_utilization() -> None:
    waits = [item.waits_for == "Committee" for item in packet().items]
    assert waits == sorted(waits, reverse=True)
    found = [item.review.status.utilization for item in packet().items if item.waits_for == "Committee"]
    used = [Fraction(one.busy_seconds, one.base_seconds) for one in found]
    assert used == sorted(used)


def test_only_reviews_of_that_name_are_in_it() -> None:
    assert of(centre(3), "2026-Q2", packet().made_at).items == ()


def test_what_the_recommendations_would_free_and_ask_for() -> None:
    (stock,) = packet().stocks
    cuts = [i for i in packet().items if i.leads_to == "Reduce" and not i.decided]
    asked = [i for i in packet().items if i.leads_to == "Increase" and not i.decided and i.held.devices < 8]
    assert stock.freed == sum(i.held.devices // 2 for i in cuts) > 0
    assert stock.asked == sum(4 for _ in asked) > 0


def test_nothing_that_was_typed_becomes_an_element() -> None:
    assert len(elements("script")) == 2
    assert elements("img") == []
    names = {name for one in document().iter() for name in one.attrib}
    assert not [name for name in names if name.startswith("on")]


def test_what_was_typed_is_shown() -> None:
    shown = text(section(0, "Plan"))
    assert "</script><script>document.title='run'</script><img src=x" in shown
    assert "\ufffd" in shown


def test_only_http_and_https_are_linked() -> None:
    links = [one for one in elements("a") if one.get("class") != "skip"]
    assert {one.get("href") for one in links} == {LINKS[1], LINKS[2]}
    assert {one.get("rel") for one in links} == {"noopener noreferrer"}


def test_nothing_is_fetched_and_nothing_but_our_own_texts_may_run_or_style() -> None:
    (policy,) = [one.get("content") for one in elements("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["script-src"] == f"'sha256-{digest(elements('script')[1].text)}'"
    assert rules["style-src"] == f"'sha256-{digest(elements('style')[0].text)}'"
    assert not [one for one in document().iter() if one.get("src") or one.get("style") or one.tag.endswith("}link")]
    assert "url(" not in re.sub(r"url\(#", "", elements("style")[0].text)


def digest(source: str) -> str:
    """As a browser works it out."""
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


def test_the_policy_comes_before_all_that_it_rules() -> None:
    head = elements("head")[0]
    assert [one.get("charset") or one.get("http-equiv") for one in head][:2] == ["utf-8", "Content-Security-Policy"]


def test_the_values_of_the_plots_are_the_ledgers() -> None:
    values = json.loads(elements("script")[0].text)
    assert len(values) == COUNT
    first, ledger = values[0], packet().items[0].review.status.ledger
    assert ledger is not None
    assert (first["f"], first["s"], first["e"]) == ("2026-07-01", STATES, [50, 5])
    devices = ledger.granted_seconds[0] // 86400
    assert (first["g"], first["p"]) == (devices * 240, devices * 80)
    busy = [[(seconds + 180) // 360 for seconds in item.review.status.ledger.busy_seconds] for item in packet().items]  # type: ignore[union-attr]
    assert [one["b"] for one in values] == [column if len(set(column)) > 1 else column[0] for column in busy]
    assert {STATES[int(day)] for day in first["r"]} == {"U"}


def test_every_row_has_every_column_and_its_number_to_sort_by() -> None:
    assert len(reviews()) == len(packet().items)
    for body in reviews():
        row, more = body
        assert [cell.get("data-name") for cell in row] == [column.name for column in COLUMNS]
        assert [cell.get("data-v") is not None for cell in row] == [column.key is not None for column in COLUMNS]
        assert more[0].get("colspan") == str(len(COLUMNS))


def test_every_head_cell_has_a_button() -> None:
    (head,) = [one for one in elements("thead") if one.get("role") == "rowgroup"]
    assert [text(cell[0]) for cell in elements("th", head)] == [column.name for column in COLUMNS]
    assert {cell[0].tag for cell in elements("th", head)} == {f"{XHTML}button"}


def test_every_field_has_a_label_and_every_button_a_text() -> None:
    labelled = [field for label in elements("label") for field in label]
    assert set(elements("input") + elements("select")) <= set(labelled)
    assert all(text(button) for button in elements("button"))
    assert all(button.get("type") == "button" for button in elements("button"))


def test_identifiers_are_unique_and_the_skip_link_leads_to_the_reviews() -> None:
    identifiers = Counter(one.get("id") for one in document().iter() if one.get("id"))
    assert set(identifiers.values()) == {1}
    assert elements("a")[0].get("href") == "#reviews"


def test_every_table_has_heads_with_a_scope() -> None:
    tables = elements("table")
    assert tables
    for table in tables:
        heads = elements("th", table)
        assert heads
        assert {one.get("scope") for one in heads} <= {"col", "row"}


def test_what_scrolls_by_itself_can_be_reached_by_the_keyboard() -> None:
    boxes = [one for one in elements("div") if one.get("class") == "scroll"]
    assert boxes
    assert {one.get("tabindex") for one in boxes} == {"0"}
    assert all(one.get("aria-label") for one in boxes)


def test_headings_do_not_skip_a_level() -> None:
    levels = [int(one.tag[-1]) for one in document().iter() if re.fullmatch(r"\{.*\}h[1-6]", str(one.tag))]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_the_choices_are_what_the_reviews_have() -> None:
    assert {choice.get("data-of") for choice in elements("select")} == {*CHOICES}
    for choice in elements("select"):
        offered = {option.get("value") for option in elements("option", choice)} - {""}
        assert offered == {body.get(f"data-{choice.get('data-of')}") for body in reviews()}


def test_figures_have_both_bounds_the_unknown_days_and_use_against_the_plan() -> None:
    shown = text(section(0, "Figures"))
    found = packet().items[0].review.status.utilization
    assert f"{found.lowest_percent} if all that is missing was idle, {found.highest_percent} if it was fully" in shown
    assert "CoverageGap on 2026-08-14 to 2026-08-15 (2 days), 2026-09-30: Too little" in shown
    assert "480 of 800 planned device-hours so far, 60.0 %." in text(section(place("tenant-0012"), "Figures"))


def test_the_plot_has_its_text() -> None:
    shown = text(section(0, "Use day by day"))
    assert "Busy device-hours per day from 2026-07-01 to 2026-09-30:" in shown
    assert "74 days count, 3 are unknown, 1 unavailable, 14 set-up." in shown
    assert "The days as a table" in shown


def test_each_outcome_shows_grant_and_free_devices() -> None:
    rows = [text(row) for row in elements("tr", section(place("tenant-0001"), "What each outcome"))]
    assert rows[0] == "OutcomeDevicesCPUMemoryFree after itNote"
    assert rows[2:] == [
        "Continue8 → 8921800G4",
        "Reduce8 → 448900G8Recommended.",
        "Revoke8 → 00012No new pods start at once; the data is kept for 30 days.",
    ]


def test_a_decided_review_shows_what_was_decided_and_its_history() -> None:
    number = place(f"tenant-{COUNT - 1:04}")
    assert "Reduced from 8 to 4. Decided by chair@committee.example." in text(section(number, "What each outcome"))
    assert "2026-Q3Reduce8 → 42026-10-22chair@committee.example" in text(section(number, "History"))
    assert packet().items[number].waits_for == ""


def test_a_review_whose_decision_was_pruned_says_that_it_was_decided() -> None:
    pruned = of(replace(centre(2), decisions={}), "2026-Q3", packet().made_at)
    shown = html5lib.parse(page(pruned))
    assert "Reduce was decided, and the Decision tenant-0001-2026-q3-1 is not there any more." in text(shown)


def test_a_name_cannot_turn_around_what_stands_beside_it() -> None:
    """Whoever enters a verdict types who decided; the page says itself who entered it."""
    found = made(2)
    item = found.items[0]
    named = Verdict(plan="Adequate", decided_by="\u202eriahc", by="clerk@centre.example")
    spec = item.review.spec.model_copy(update={"verdict": named})
    shown = page(replace(found, items=(replace(item, review=item.review.model_copy(update={"spec": spec})),)))
    (told,) = [one for one in elements("p", html5lib.parse(shown)) if text(one).startswith("Verdict: ")]
    turned = [one for one in elements("span", told) if "\u202e" in text(one)]
    assert [(one.get("dir"), text(one)) for one in turned] == [("auto", "\u202eriahc")]
    assert text(told).endswith("; entered by clerk@centre.example.")


def test_an_appeal_is_shown() -> None:
    assert "The tenant appeals:Our node was down." in text(section(place("tenant-0005"), "Appeal"))
    assert "There is no appeal." in text(section(place("tenant-0001"), "Appeal"))


def test_a_review_whose_allocation_is_gone_is_still_in_the_packet() -> None:
    gone = replace(centre(2), allocations={}, projects={}, decisions={})
    assert len(html5lib.parse(page(of(gone, "2026-Q3", packet().made_at))).findall(f".//{XHTML}section")) == 12


@pytest.mark.parametrize("name", ["packet.css", "packet.js"])
def test_the_texts_of_the_page_cannot_end_their_elements(name: str) -> None:
    source = (files("tenure.report") / "assets" / name).read_text()
    assert "</" not in source
    assert "<!--" not in source
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|fetch\(|XMLHttp|import\(", source
    )


def test_nothing_moves_by_itself_so_nobody_has_to_ask_for_less_motion() -> None:
    assert not re.search(r"animation|transition|@keyframes|smooth", elements("style")[0].text)
