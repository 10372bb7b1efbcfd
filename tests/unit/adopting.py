"""What `tenure adopt` makes of a namespace that runs, for the tests of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml
from tenure.api.allocation import Term
from tenure.cli.adopt.changes import Change
from tenure.cli.adopt.document import document
from tenure.cli.adopt.plan import Plan, Terms, plan
from unit.build import A100, ACCELERATORS, DEFAULT, Body, programme
from unit.running import MINE, pod, thing, workspace

TODAY = date(2026, 9, 1)
TERM = Term(start=TODAY, end=date(2027, 6, 30))
T4 = ACCELERATORS["t4-16gb"]
OPEN = programme(tenancy={"network": "Open"})
BIG: dict[str, Any] = {"limits": {"cpu": "12", "memory": "225G"}, "requests": {"cpu": "12", "memory": "225G"}}


def planned(*objects: Body, name: str = MINE, **terms: Any) -> Plan:
    """The plan for a namespace with these objects, by the default programme."""
    given_terms = Terms("hanbit", A100, terms.pop("programme", DEFAULT), terms.pop("term", TERM))
    return plan(workspace(*objects, name=name), given_terms, [A100, T4])


def about(found: Plan, word: str) -> Change:
    """The one change that is about something."""
    (change,) = (one for one in found.changes if one.about == word)
    return change


def written(found: Plan, *, take_over: bool = False) -> tuple[str, list[Body]]:
    """The text, and the objects in it."""
    text = document(found, TODAY, take_over=take_over)
    return text, [body for body in yaml.safe_load_all(text) if body]


def service(name: str = "web", **spec: Any) -> Body:
    """A Service that leads to the pod WEB."""
    return thing("Service", name, spec={"selector": {"app": "web"}, **spec})


WEB = pod("web", metadata={"labels": {"app": "web"}})
