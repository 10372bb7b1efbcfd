"""The key to the plots of the packet, and the patterns that they are filled with."""

from __future__ import annotations

from tenure.report.markup import Markup, Value, el, join

KEYS = (
    ("busy", "busy device-hours of a day"),
    ("unknown", "unknown day: it counts neither way"),
    ("unavailable", "unavailable: the centre's own fault"),
    ("set-up", "set-up day (R14)"),
)
LINES = (("edge", "edge of the decision table (R17)"), ("second", "second signal (power, memory)"))


def key() -> Markup:
    """The key to the plots; the patterns that they use are drawn here once."""
    boxes = (_key(el("rect", width=20, height=12, class_=name), text) for name, text in KEYS)
    lines = (_key(el("path", d="M0 6H20", class_=name), text) for name, text in LINES)
    return join(_patterns(), el("ul", *boxes, *lines, class_="key", aria_label="Key to the plots"))


def _key(shape: Markup, text: str) -> Markup:
    return el("li", el("svg", shape, viewBox="0 0 20 12", aria_hidden="true"), text)


def _patterns() -> Markup:
    hatched = el("rect", width=6, height=6, fill="#fff"), el("rect", width=2, height=6, fill="#7a8490")
    dotted = el("rect", width=6, height=6, fill="#fff3d6"), el("circle", cx=3, cy=3, r="1.4", fill="#7a5200")
    size: dict[str, Value] = {"width": 6, "height": 6, "patternUnits": "userSpaceOnUse"}
    made = (
        el("pattern", *hatched, id="hatched", patternTransform="rotate(45)", **size),
        el("pattern", *dotted, id="dotted", **size),
    )
    return el("svg", el("defs", *made), class_="sheet", aria_hidden="true")
