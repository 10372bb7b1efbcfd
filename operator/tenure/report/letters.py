"""Which letters a report may have, whoever typed the text."""

from __future__ import annotations

import re

_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


def allowed(words: str) -> str:
    """The text without the characters that HTML, CSV or a spreadsheet may not have; each becomes U+FFFD."""
    return _NOT_ALLOWED.sub("\ufffd", words.replace("\r\n", "\n"))
