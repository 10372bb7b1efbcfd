"""HTML in which a text is never taken for markup: what is no Markup is escaped, always."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from tenure.report.letters import allowed

VOID = frozenset({"br", "col", "input", "meta"})


class Markup(str):
    """HTML that may be written as it is: made here, or a file of ours."""

    __slots__ = ()


Child = str | int | None
Value = str | int | bool | None


def el(name: str, /, *children: Child, **attributes: Value) -> Markup:
    """An element. None is left out; `class_` is class, `data_v` is data-v; True is an attribute without a value."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """Several pieces one after the other."""
    return Markup("".join(_child(child) for child in children if child is not None))


def _child(child: str | int) -> str:
    return child if isinstance(child, Markup) else text(str(child))


def text(words: str) -> Markup:
    """Text as it was typed, escaped."""
    return Markup(escape(allowed(words)))


def _attribute(key: str, value: Value) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'


def typed(words: str, name: str = "span", /, **attributes: Value) -> Markup:
    """What a person typed, in its own direction, so that it can neither be markup nor turn the page's text around."""
    return el(
        name,
        words,
        dir="auto",
        class_=" ".join(filter(None, ("typed", str(attributes.pop("class_", ""))))),
        **attributes,
    )


def reference(words: str) -> Markup:
    """A reference that was typed: a link where it is http or https with a host, else plain text."""
    link = words.strip()
    return (
        typed(link)
        if not _linkable(link)
        else el("a", typed(link), href=link, rel="noopener noreferrer", target="_blank")
    )


def _linkable(link: str) -> bool:
    """Only what leads where it seems to: no letter that hides or turns others, no login, no backslash for a slash."""
    if "\\" in link or not link.isprintable() or any(letter.isspace() for letter in link):
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
