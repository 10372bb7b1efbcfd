"""Every bad input in one table, and the page that shows it.

`python -m cluster.refusals` (with operator/ and tests/ on the path) writes the page.
"""

from __future__ import annotations

from .refusals_at_apply import AT_APPLY
from .refusals_by_condition import BY_CONDITION
from .refusals_of_causes import CAUSES
from .refusals_of_measuring import MEASURING
from .scene import ROOT

PAGE = ROOT / "docs" / "refusals.md"
TABLE = [*AT_APPLY, *MEASURING, *CAUSES, *BY_CONDITION]
INTRODUCTION = """# What is refused, and when

*At apply*: the object alone shows that it is wrong. The API server refuses it, with or without a running operator, and
`kubectl apply` prints the sentence. *By a condition*: only other objects show it. The object is stored, and within a
second or two its condition `Accepted` is False with the reason and the sentence; nothing is granted meanwhile. Where
what is missing arrives later, or what is wrong is put right elsewhere, the object is accepted without being touched.

Rules are cited by number; `docs/rules.md` has them. Each row is a test in `tests/cluster/test_refusals.py` against a
real API server. This page is written from the table of the tests (`tests/cluster/refusals.py`), and a test compares the
two.

| kind | what was written | when it is refused | what is said | rule | test |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The page in Markdown."""
    return INTRODUCTION + "\n".join(refusal.row for refusal in TABLE) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
