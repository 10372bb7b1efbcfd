"""HTML in which no text is ever taken for markup, and no link runs anything."""

from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.report.markup import el, join, reference, typed

XHTML = "{http://www.w3.org/1999/xhtml}"


def parsed(markup: str) -> list[str]:
    """Names of the elements that a browser makes of it."""
    return [str(one.tag).replace(XHTML, "") for one in html5lib.parseFragment(markup).iter()][1:]


@given(st.text())
def test_any_text_stays_one_text(words: str) -> None:
    found = html5lib.parseFragment(el("p", typed(words), title=words))
    assert [one.tag.replace(XHTML, "") for one in found.iter()][1:] == ["p", "span"]
    (paragraph,) = found
    assert set(paragraph.attrib) == {"title"}


@pytest.mark.parametrize(
    "words",
    [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "' onclick='x",
        '"><b>',
        "&lt;b&gt;",
        "<!--",
    ],
)
def test_hostile_text_is_shown_as_it_was_typed(words: str) -> None:
    found = html5lib.parseFragment(el("p", words, title=words))
    assert (found[0].text, found[0].attrib["title"], len(found[0])) == (words, words, 0)


def test_letters_that_html_does_not_have_are_replaced() -> None:
    assert el("p", "a\x00b\x1b\ud800\r\nc") == "<p>a\ufffdb\ufffd\ufffd\nc</p>"


def test_pieces_that_are_markup_already_are_not_escaped_twice() -> None:
    assert el("p", el("b", "&"), join(el("i", 1), None, "<")) == "<p><b>&amp;</b><i>1</i>&lt;</p>"


def test_attributes() -> None:
    made = el("input", type="search", data_of="x", class_="a", hidden=True, disabled=False, title=None)
    assert made == '<input type="search" data-of="x" class="a" hidden>'


LINKS = ["https://lab.example/a?b=1&c=2#d", "http://lab.example", "HTTPS://LAB.example/", " https://lab.example "]


@pytest.mark.parametrize("link", LINKS)
def test_http_and_https_become_links_that_tell_the_other_side_nothing(link: str) -> None:
    (found,) = html5lib.parseFragment(reference(link))
    assert found.attrib == {"href": link.strip(), "rel": "noopener noreferrer", "target": "_blank"}


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//lab.example/a",
        "https:lab.example",
        "https://",
        "https://lab.example/a b",
        "https://user:secret@lab.example/",
        "https://:secret@lab.example/",
        "https://@lab.example/",
        "https://lab.example\\@evil.example/",
        "https://evil.example\\.lab.example/",
        "https://evil.example/\u202efdp.exe",
        "https://lab\u200b.example/",
        "https://[::1",
        "https://lab.example/\x00",
        "ftp://lab.example",
        "lab.example",
        "",
    ],
)
def test_nothing_else_is_a_link(link: str) -> None:
    assert "a" not in parsed(reference(link))
