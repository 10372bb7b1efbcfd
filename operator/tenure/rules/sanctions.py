"""R20, R21: a person ends a grant within its period, with evidence. It takes effect at once, without notice."""

from __future__ import annotations

import textwrap

from tenure.api import Sanction
from tenure.api.decision import DecisionSpec
from tenure.rules import record
from tenure.rules.cause import Holder, Step, accepted, ended, recorded, refused

LONGEST_REASON = 1000
"""Letters of a reason that are repeated in the sentence for the tenant; the Decision has all of it as its cause."""
LEAD = {"OffPurpose": "Off-purpose use (R20)", "PromiseBroken": "A promise was not carried out (R21)"}


def occasion(about: Sanction) -> str:
    """What its Decision is decided in."""
    return record.occasion("Sanction", "", about.name, about.spec.model_copy(update={"by": ""}).wire())


def judge(about: Sanction, holder: Holder, decided: DecisionSpec | None) -> Step:
    """What comes of a Sanction."""
    if decided is not None:
        return recorded(decided)
    spec = about.spec
    if spec.ground == "PromiseBroken" and holder.spec.promise is None:
        text = f"{spec.allocation} has no spec.promise that could have been broken (R21). Delete this Sanction."
        return refused("NothingPromised", text)
    reason = textwrap.shorten(spec.reason, LONGEST_REASON, placeholder=" ...").rstrip(".")
    lead = f"{LEAD[spec.ground]}: {reason}."
    return accepted(ended(holder, spec.ground, lead, spec.decided_by or spec.by, spec.by))
