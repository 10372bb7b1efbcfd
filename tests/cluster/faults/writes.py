"""What the operator writes, by a name that is the same for every tenant, and what can go wrong with a write."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum

WRITES = ("POST", "PUT", "PATCH", "DELETE")
PATH = re.compile(
    r"/(?:api|apis/[^/]+)/[^/]+/(?:namespaces/[^/]+/(?=\w))?(?P<plural>[a-z]+)(?:/(?P<name>[^/]+))?(?:/(?P<part>\w+))?$"
)
NOT_OF_A_STORY = ("leases", "selfsubjectaccessreviews")


class Fault(Enum):
    """What becomes of one write."""

    KILLED_BEFORE = "the operator is killed before it arrives"
    KILLED_AFTER = "the operator is killed before it hears that it was done"
    CONFLICT = 409
    TOO_MANY = 429
    BROKEN = 500
    AWAY = "the API server goes away before it arrives"


KILLS = (Fault.KILLED_BEFORE, Fault.KILLED_AFTER)
REFUSALS = {
    Fault.TOO_MANY: ("TooManyRequests", "too many requests, please try again later"),
    Fault.BROKEN: ("InternalError", "etcdserver: leader changed"),
    Fault.CONFLICT: ("Conflict", "the object has been modified; please apply your changes to the latest version"),
}
"""Reason and message of a refusal. Conflict is no AlreadyExists: the API server also says it where quotas are busy."""


@dataclass(frozen=True)
class Write:
    """A request that changes something: what it does, and the how manieth of its kind in the story it is."""

    what: str
    number: int = 1

    def __str__(self) -> str:
        return self.what if self.number == 1 else f"{self.what} ({self.number})"


def what(method: str, path: str, body: bytes, tenant: str) -> str:
    """What a request writes for a tenant: `POST events Review Given`, `PATCH resourcequotas tenure status`.

    Empty where it is no write. Which of its pods is meant does not matter.
    """
    found = PATH.match(path)
    if method not in WRITES or found is None or found["plural"] in NOT_OF_A_STORY:
        return ""
    if found["plural"] == "events":
        event = json.loads(body)
        return f"{method} events {event['involvedObject']['kind']} {event['reason']}"
    name = "" if found["plural"] == "pods" else (found["name"] or "").replace(tenant, "~")
    return " ".join(part for part in (method, found["plural"], name, found["part"]) if part)
