"""The packet in a real browser: by keyboard alone, at desktop and phone width, and against what tenants type."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tenure.api.review import LedgerStatus
from tenure.report.packet import Packet
from tenure.report.page import page as written
from unit.build import ledger
from unit.packets import STATES, made

from .chromium import Chromium

FOCUS = "document.activeElement"
SEEN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
FIRST = "document.querySelector('#reviews > tbody:not([hidden])')"


@pytest.fixture
def page(browser: Chromium, packet: Path) -> Chromium:
    """The packet, freshly loaded at desktop width."""
    browser.load(packet)
    return browser


def tab_to(page: Chromium, test: str, most: int = 40) -> None:
    """Press Tab until the focus is where an expression over `it` holds."""
    for _ in range(most):
        page.press("Tab")
        if page.ask(f"(it => {test})({FOCUS})"):
            return
    raise AssertionError(f"Tab does not come to {test}")


def column(page: Chromium, number: int) -> list[Any]:
    """What the rows that are shown are sorted by in a column, from the top."""
    cell = f"body.rows[0].cells[{number}]"
    found: list[Any] = page.ask(
        f"[...document.querySelectorAll('#reviews > tbody')].map(body => Number({cell}.dataset.v))"
    )
    return found


def test_it_asks_the_network_for_nothing_and_complains_of_nothing(page: Chromium, packet: Path) -> None:
    asked = {e["params"]["request"]["url"] for e in page.events if e["method"] == "Network.requestWillBeSent"}
    assert asked == {packet.resolve().as_uri()}
    assert not [e for e in page.events if e["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")]


def test_nothing_that_was_typed_runs(page: Chromium) -> None:
    assert page.ask("document.title") == "Reviews 2026-Q3"
    assert page.ask("document.scripts.length") == 2


def test_even_markup_that_got_in_would_not_run(page: Chromium) -> None:
    page.ask(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'document.title = 1'}));"
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title = 2\">');"
    )
    page.ask(SEEN)
    assert page.ask("document.title") == "Reviews 2026-Q3"


def test_the_skip_link_comes_first_and_leads_to_the_reviews(page: Chromium) -> None:
    page.press("Tab")
    assert page.ask(f"[{FOCUS}.className, {FOCUS}.getBoundingClientRect().left >= 0]") == ["skip", True]
    page.press("Enter")
    page.ask(SEEN)
    assert page.ask(f"{FOCUS}.id") == "reviews"
    page.press("Tab")
    assert page.ask(f"{FOCUS}.textContent") == "Organization"


def test_every_column_is_sorted_up_and_down_by_the_keyboard(page: Chromium) -> None:
    tab_to(page, "it.textContent === 'Utilization'")
    page.press("Enter")
    assert page.ask(f"{FOCUS}.closest('th').ariaSort") == "ascending"
    assert (found := column(page, 2)) == sorted(found)
    page.press(" ")
    assert page.ask(f"{FOCUS}.closest('th').ariaSort") == "descending"
    assert (found := column(page, 2)) == sorted(found, reverse=True)
    assert len(set(found)) > 5
    page.press("Tab")
    page.press("Enter")
    assert page.ask("[...document.querySelectorAll('[aria-sort]')].map(it => it.textContent)") == ["Coverage"]


def test_the_focus_can_be_seen(page: Chromium) -> None:
    for _ in range(12):
        page.press("Tab")
        assert page.ask(f"getComputedStyle({FOCUS}).outlineStyle") != "none"


def test_a_review_is_opened_by_the_keyboard_and_its_plot_is_drawn_then(page: Chromium) -> None:
    assert page.ask("document.querySelectorAll('figure svg').length") == 0
    tab_to(page, "it.tagName === 'SUMMARY'")
    page.press("Enter")
    page.ask(SEEN)
    assert page.ask("document.querySelectorAll('figure svg').length") == 1
    tab_to(page, "it.textContent === 'The days as a table'")
    page.press(" ")
    page.ask(SEEN)
    assert page.ask(f"{FOCUS}.parentElement.querySelector('table').tBodies[0].rows.length") == len(STATES)


def open_one(page: Chromium, identifier: str) -> str:
    """Open a review; an expression for its body."""
    body = f"document.getElementById('{identifier}')"
    page.ask(f"{body}.querySelector('details').open = true; {body}.scrollIntoView()")
    page.ask(SEEN)
    return body


def test_the_plot_shows_every_day_as_what_it_is(page: Chromium) -> None:
    body = open_one(page, "tenant-0001.tenant-0001-2026-q3")
    counts = ("busy", "set-up", "unknown", "unavailable", "edge", "second")
    found = {name: page.ask(f"{body}.querySelectorAll('svg .{name}').length") for name in counts}
    known = len(STATES) - STATES.count("U")
    assert found == {"busy": known, "set-up": 1, "unknown": 2, "unavailable": 1, "edge": 2, "second": 1}
    assert page.ask(f"[...{body}.querySelectorAll('.edge-label')].map(it => it.textContent)") == [
        "5 %: 3.2 h",
        "50 %: 32.0 h",
    ]


def test_the_table_of_the_days_says_the_same_and_unknown_is_no_number(page: Chromium) -> None:
    body = open_one(page, "tenant-0001.tenant-0001-2026-q3")
    page.ask(f"{body}.querySelector('details.days').open = true")
    page.ask(SEEN)
    rows = page.ask(
        f"[...{body}.querySelectorAll('details.days tr')].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    unknown = STATES.index("U") + 1
    assert rows[unknown] == ["2026-08-14", "unknown", "?", "192.0", "96.0", "1.9", "CoverageGap"]
    assert rows[1][:3] == ["2026-07-01", "set-up", "1.4"]


def test_words_and_choices_narrow_the_table_and_the_number_is_told(page: Chromium) -> None:
    tab_to(page, "it.id === 'search'")
    page.write("gwangju tenant-0009")
    assert page.ask("document.getElementById('shown').textContent") == "1 of 13 reviews are shown."
    assert page.ask(f"{FIRST}.id") == "tenant-0009.tenant-0009-2026-q3"
    page.ask("document.getElementById('clear').click()")
    assert page.ask(f"[{FOCUS}.id, document.getElementById('shown').textContent]") == [
        "search",
        "13 of 13 reviews are shown.",
    ]
    page.ask(
        "(it => { it.value = 'Tenant'; it.dispatchEvent(new Event('change')) })(document.querySelector('[data-of=waits]'))"
    )
    shown = page.ask("[...document.querySelectorAll('#reviews > tbody:not([hidden])')].map(it => it.dataset.waits)")
    assert shown == ["Tenant", "Tenant"]


def test_a_link_to_a_review_opens_it_whatever_was_chosen_before(page: Chromium) -> None:
    tab_to(page, "it.id === 'search'")
    page.write("tenant-0009")
    page.ask("location.hash = '%'")
    page.ask("location.hash = 'tenant-0003.tenant-0003-2026-q3'")
    page.ask(SEEN)
    body = "document.getElementById('tenant-0003.tenant-0003-2026-q3')"
    assert page.ask(f"[{body}.querySelector('details').open, {body}.hidden]") == [True, False]
    assert not [e for e in page.events if e["method"] == "Runtime.exceptionThrown"]


ODD = {
    "one day": (ledger("C", 3600, first="2026-09-30"), ["2026-09-30"]),
    "half a year": (ledger("C" * 184, 0, first="2026-03-01"), None),
    "a leap quarter": (ledger("C" * 91, 0, first="2028-01-01"), ["2028-01", "2028-02", "2028-03"]),
    "half a quarter": (ledger("C" * 46, 0, first="2026-08-16"), ["2026-08-16", "2026-09"]),
    "nothing known": (ledger("U" * 92, 0, first="2026-07-01"), ["2026-07", "2026-08", "2026-09"]),
}
LABELS = "[...document.querySelectorAll('figure svg text')].filter(it => /^[0-9]{4}-[0-9]{2}/.test(it.textContent))"


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", ODD)
def test_any_run_of_days_is_drawn_with_labels_apart(browser: Chromium, tmp_path: Path, name: str, width: int) -> None:
    days, labels = ODD[name]
    file = tmp_path / "odd.html"
    file.write_text(written(with_days(days)), encoding="utf-8")
    browser.load(file, width)
    browser.ask("document.querySelector('#reviews details').open = true")
    browser.ask("document.querySelector('figure').scrollIntoView()")
    browser.ask(SEEN)
    assert browser.ask("document.querySelectorAll('figure svg').length") == 1
    if labels is not None:
        assert browser.ask(f"{LABELS}.map(it => it.textContent)") == labels
    boxes = browser.ask(f"{LABELS}.map(it => it.getBoundingClientRect()).map(it => [it.left, it.right])")
    assert all(one[1] < other[0] for one, other in pairwise(boxes))
    numbers = browser.ask(
        "[...document.querySelectorAll('figure svg *')].flatMap(it => [...it.attributes].map(a => a.value))"
    )
    assert not [value for value in numbers if "NaN" in value or "Infinity" in value or value == "undefined"]


def test_without_any_day_there_is_a_sentence_instead_of_a_plot(browser: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "odd.html"
    file.write_text(written(with_days(ledger("", 0))), encoding="utf-8")
    browser.load(file)
    browser.ask("document.querySelector('#reviews details').open = true")
    assert browser.ask("document.querySelectorAll('figure').length") == 0
    assert "No day was read yet." in browser.ask("document.querySelector('#reviews details').textContent")


def with_days(days: LedgerStatus) -> Packet:
    """One review with these days."""
    found = made(1)
    (item,) = found.items
    review = item.review.model_copy(update={"status": item.review.status.model_copy(update={"ledger": days})})
    return replace(found, items=(replace(item, review=review),))


@pytest.mark.parametrize(
    ("width", "touch"), [(1280, False), (390, True), (360, True)], ids=["desktop", "phone", "small"]
)
def test_nothing_runs_over_the_edge_whatever_is_open(browser: Chromium, packet: Path, width: int, touch: bool) -> None:
    browser.load(packet, width, touch=touch)
    browser.ask("document.querySelectorAll('details').forEach(it => { it.open = true })")
    for number in range(13):
        browser.ask(f"document.querySelectorAll('figure')[{number}].scrollIntoView()")
        browser.ask(SEEN)
    assert browser.ask("document.querySelectorAll('figure svg').length") == 13
    assert browser.ask("document.documentElement.scrollWidth") <= width


def test_on_a_phone_each_review_is_a_card_with_the_columns_names(browser: Chromium, packet: Path) -> None:
    browser.load(packet, 390, touch=True)
    names = browser.ask(f"[...{FIRST}.rows[0].cells].map(it => getComputedStyle(it, '::before').content)")
    assert names[:3] == ['"Organization"', '"Allocation"', '"Utilization"']
    assert browser.ask("document.querySelector('#reviews thead button').offsetHeight") >= 24


def test_on_paper_there_are_figures_and_no_controls(page: Chromium) -> None:
    page.send("Emulation.setEmulatedMedia", media="print")
    page.ask("document.querySelectorAll('#reviews > tbody > tr > td > details').forEach(it => { it.open = true })")
    page.ask("dispatchEvent(new Event('beforeprint'))")
    assert page.ask("getComputedStyle(document.querySelector('.controls')).display") == "none"
    assert page.ask("document.querySelectorAll('figure svg').length") == 13
    page.send("Emulation.setEmulatedMedia", media="")
