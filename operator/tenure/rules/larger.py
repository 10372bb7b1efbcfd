"""R1, R10, R17: an approved increase takes its turn, waits for devices, and lapses with the next review."""

from __future__ import annotations

from tenure.rules.case import waiting_since
from tenure.rules.matter import Finding, Matter, outcome_of
from tenure.rules.words import many


def larger(m: Matter, message: str) -> Finding:
    """An approved increase, once its devices are free and its turn has come. It is bounded by the organization's cap (R1)."""
    verdict = m.case.spec.verdict
    if verdict is None or verdict.increase_to is None:
        text = f"{message}. The committee still has to say how far, by spec.verdict.increaseTo."
        return Finding("AwaitingApproval", text, recommendation="Increase")
    answer, held = m.case.increase, m.case.held.devices
    if answer is None or not answer.granted:
        return _lapsed(m, message) or Finding("AwaitingCapacity", _in_line(m, message), recommendation="Increase")
    target = max(held, answer.devices)
    if target > held:
        return Finding("Recommended", message, "Increase", target, "Increase")
    why = f"no larger bundle fits into the approved {many(answer.approved, 'device')} and the organization's cap (R1)"
    return Finding("Recommended", f"{message}, {why}", "Continue", held, "Continue")


def _in_line(m: Matter, message: str) -> str:
    """Its place, since when it waits, and until when."""
    answer, since = m.case.increase, waiting_since(m.case, "AwaitingCapacity")
    lapse = m.case.following
    until = f" It lapses on {lapse.effective}, or once {lapse.review} is decided." if lapse else ""
    if answer is None:
        return f"{message}: the increase is approved and takes its turn once devices are free. It waits since {since}.{until}"
    return (
        f"{message}: the increase to {many(answer.devices, 'device')} is approved and waits since {since} as number "
        f"{answer.place} of {answer.waiting} that wait for devices; {answer.open} are free and not reserved.{until}"
    )


def _lapsed(m: Matter, message: str) -> Finding | None:
    """What was not granted by then makes room for the next quarter's increases."""
    following = m.case.following
    if following is None:
        return None
    decided = any(one.review == following.review for one in m.case.decisions)
    if not decided and m.case.today < following.effective:
        return None
    since = waiting_since(m.case, "AwaitingCapacity")
    text = f"{message}; the increase was approved and waited for devices since {since}, until {following.review} took its place"
    return outcome_of(m, "Continue", text)
