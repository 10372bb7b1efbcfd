"""What people are told, in their language: the title and the text of an occasion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Literal, NamedTuple

from tenure.rules import texts_en, texts_ko
from tenure.rules.occasions import Occasion

LANGUAGES: Mapping[str, ModuleType] = {"ko": texts_ko, "en": texts_en}


class Message(NamedTuple):
    """A message as it is sent."""

    title: str
    text: str


def written(occasion: Occasion, language: Literal["ko", "en"], number: str) -> Message:
    """The message of an occasion. `number` is its own and stands at the end. Raises KeyError for an unknown occasion."""
    found, title, text = LANGUAGES[language], *_filled(occasion, language)
    footer = found.FOOTER.format(**occasion.fields, number=number)
    return Message(title, f"{text}\n\n{footer}\n")


def gathered(occasions: Sequence[Occasion], language: Literal["ko", "en"], number: str) -> Message:
    """One message of many occasions, all for the same people: a line for each."""
    found, first = LANGUAGES[language], occasions[0]
    every = sorted(occasions, key=lambda o: (o.what, o.fields["project"], o.about, o.mark))
    lines = "\n".join(f"- {_filled(one, language)[0]}" for one in every)
    fields = {"count": len(every), "lines": lines, "zone": first.fields["zone"], "number": number}
    title, text = found.DIGESTS[first.to]
    return Message(title.format(**fields), f"{text.format(**fields)}\n\n{found.DIGEST_FOOTER.format(**fields)}\n")


def _filled(occasion: Occasion, language: Literal["ko", "en"]) -> tuple[str, str]:
    """Title and text."""
    found = LANGUAGES[language]
    words = {name: found.WORDS[word] for name, word in occasion.words.items()}
    fields = {**occasion.fields, **words}
    title, text = found.TEXTS[occasion.what]
    return title.format(**fields), text.format(**fields)
