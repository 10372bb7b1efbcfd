"""Words for people: how many of something, and a sentence of what is said in the middle of one."""

from __future__ import annotations


def many(number: int, what: str, others: str = "") -> str:
    """1 device, 2 devices; `others` where more than one is another word: 1 day counts, 2 days count."""
    return f"{number} {what if number == 1 else others or f'{what}s'}"


def sentence(text: str) -> str:
    """The text with a large first letter and one full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
