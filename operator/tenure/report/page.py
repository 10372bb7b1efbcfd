"""The packet as one self-contained page. It asks the network for nothing, and its policy lets nothing else run in it."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files

from tenure.report.item import Item
from tenure.report.legend import key
from tenure.report.markup import Markup, el
from tenure.report.packet import Packet, Stock
from tenure.report.plot import script
from tenure.report.rows import CHOICES, body, head

LABELS = {"outcome": "Outcome", "waits": "Waits for", "plan": "Plan", "type": "Accelerator", "programme": "Programme"}


def page(packet: Packet) -> str:
    """The whole document."""
    style, code = _asset("packet.css"), _asset("packet.js")
    title = f"Reviews {packet.quarter}"
    top = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(style, code)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        el("style", style),
    )
    return f"<!doctype html>\n{el('html', top, el('body', *_content(packet, title, code)), lang='en')}\n"


def _asset(name: str) -> Markup:
    """A file of this package. It is ours, and it may not end the element that it stands in."""
    text = (files("tenure.report") / "assets" / name).read_text(encoding="utf-8")
    assert "</" not in text
    return Markup(text)


def _policy(style: str, code: str) -> str:
    """Nothing is loaded, and nothing runs or styles but these two texts."""

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; script-src 'sha256-{digest(code)}'; style-src 'sha256-{digest(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _content(packet: Packet, title: str, code: Markup) -> Iterator[Markup]:
    made = packet.made_at.isoformat(sep=" ", timespec="minutes")
    yield el("a", "Skip to the reviews", href="#reviews", class_="skip")
    yield el("header", el("h1", title), el("p", f"As of {made}. {_standing(packet)}"), *_stocks(packet.stocks))
    yield el(
        "main",
        el("h2", "Reviews"),
        _controls(packet.items),
        el(
            "noscript",
            el("p", "Sorting, choosing and plots need JavaScript. All figures and texts are here without it."),
        ),
        key(),
        el(
            "table",
            el(
                "caption",
                f"{title}: sort by the buttons in the head row, open a review below its row.",
                class_="hidden",
            ),
            head(),
            *(body(number, item) for number, item in enumerate(packet.items)),
            id="reviews",
            role="table",
            tabindex="-1",
        ),
    )
    yield el("script", script(packet.items), type="application/json", id="days")
    yield el("script", code)


def _standing(packet: Packet) -> str:
    waits = Counter(item.waits_for for item in packet.items)
    decided = sum(bool(item.review.status.outcome) for item in packet.items)
    return (
        f"{len(packet.items)} reviews: {decided} decided, {waits['Committee']} wait for the committee, {waits['Tenant']} for the "
        f"tenant, {waits['Capacity']} for free devices."
    )


def _stocks(stocks: Iterable[Stock]) -> Iterator[Markup]:
    rows = [_stock(stock) for stock in stocks]
    if not rows:
        return
    names = (
        "Accelerator",
        "Devices",
        "Granted",
        "Free",
        "Reserved",
        "Waited for",
        "Would come free",
        "Would be asked for",
    )
    top = el("thead", el("tr", *(el("th", name, scope="col") for name in names)))
    caption = el(
        "caption", "Free devices, and what would become of them if every recommendation were followed", class_="hidden"
    )
    yield el("h2", "Free devices")
    table = el("table", caption, top, el("tbody", *rows), class_="plain")
    yield el("div", table, class_="scroll", tabindex="0", role="region", aria_label="Free devices")


def _stock(stock: Stock) -> Markup:
    spec, status = stock.accelerator.spec, stock.accelerator.status
    figures = (status.capacity, status.granted, status.free, spec.reserved, status.waiting, stock.freed, stock.asked)
    return el(
        "tr",
        el("th", spec.title or stock.accelerator.name, scope="row"),
        *(el("td", figure, class_="number") for figure in figures),
    )


def _controls(items: Iterable[Item]) -> Markup:
    every = [*items]
    return el(
        "div",
        el("label", "Search", el("input", type="search", id="search", autocomplete="off")),
        *(_choice(name, of, every) for name, of in CHOICES.items()),
        el("button", "Clear", type="button", id="clear"),
        el("button", "Open all shown", type="button", id="open"),
        el("button", "Close all", type="button", id="close"),
        el("p", f"{len(every)} reviews.", id="shown", role="status"),
        class_="controls",
        role="search",
    )


def _choice(name: str, of: Callable[[Item], str], items: Iterable[Item]) -> Markup:
    values = sorted({of(item) for item in items})
    options = (el("option", value, value=value) for value in values)
    return el("label", LABELS[name], el("select", el("option", "all", value=""), *options, data_of=name))
