"""Every bad input is refused where the table says so, with that sentence."""

from __future__ import annotations

import pytest

from .awards import core
from .client import RefusedError, folder_of
from .conftest import Operators
from .desk import Desk
from .refusal import Refusal
from .refusals import PAGE, TABLE, page
from .refusals_at_apply import AT_APPLY
from .refusals_by_condition import BY_CONDITION
from .refusals_of_causes import CAUSES
from .refusals_of_measuring import MEASURING

STRICTLY = "dryRun=All&fieldValidation=Strict"
"""As kubectl asks for it: a field that is not known is an error."""


def written(desk: Desk, refusal: Refusal) -> None:
    """Asked for as the operator's account, so that none of its guards but the object's own rules say anything."""
    if refusal.given:
        desk.operator.merge(refusal.manifest, refusal.manifest)
    else:
        desk.operator.call("POST", folder_of(refusal.manifest), refusal.manifest, query=STRICTLY)


@pytest.mark.parametrize("refusal", [*AT_APPLY, *MEASURING, *CAUSES], ids=lambda refusal: refusal.id)
def test_at_apply(desk: Desk, refusal: Refusal) -> None:
    for manifest in refusal.given:
        desk.record(manifest)
    with pytest.raises(RefusedError) as refused:
        written(desk, refusal)
    assert refusal.says in str(refused.value)


@pytest.mark.parametrize("refusal", BY_CONDITION, ids=lambda refusal: refusal.id)
def test_condition(desk: Desk, operators: Operators, refusal: Refusal) -> None:
    operators.now()
    desk.apply(*refusal.given, refusal.manifest)
    said = desk.await_reason(refusal.manifest, "Accepted", refusal.reason, 10)
    assert said["status"] == "False"
    assert refusal.says in said["message"]
    desk.await_reason(refusal.manifest, "Ready", "NotReady", 5)
    if refusal.kind == "Allocation":
        nothing_granted(desk, refusal)
    if refusal.cure:
        desk.apply(*refusal.cure)
        desk.await_reason(refusal.manifest, "Accepted", "Accepted", 10)
        desk.await_reason(refusal.manifest, "Ready", "Ready", 10)


def nothing_granted(desk: Desk, refusal: Refusal) -> None:
    """No devices, and no namespace of Tenure's."""
    live = desk.live(refusal.manifest) or {}
    assert live["status"]["grant"]["devices"] == 0
    namespace = desk.live(core("Namespace", live["spec"]["project"]))
    assert namespace is None or "tenure.dev/managed" not in namespace["metadata"]["labels"]


def test_the_page_shows_this_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it again: PYTHONPATH=operator:tests python -m cluster.refusals"
    )


def test_nothing_stands_there_twice() -> None:
    tests = [refusal.test for refusal in TABLE]
    assert len(set(tests)) == len(tests)
