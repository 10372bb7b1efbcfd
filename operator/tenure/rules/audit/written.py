"""The file: JSON Lines. A header, one line per Decision in the order of each allocation's chain, and a last line over all.

Every line has its number and a digest over itself. So it is told which one was altered, is missing, is there twice or
stands elsewhere. The format has a number of its own, for a Tenure that is years younger.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import chain as chain_of
from typing import Any

from tenure.rules.audit.links import boundary, chained

FORMAT = 1
FASTEST = 1
"""Level of compression. A Decision comes to a seventh of its size."""
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """A Decision as the cluster has it. What is written of it is kept compressed: tens of thousands fit into memory."""

    allocation: str
    award_digest: str
    hash: str
    previous: str
    decided_at: datetime
    effective: date
    packed: bytes

    @classmethod
    def of(cls, name: str, uid: str, created: str, spec: Body) -> Entry:
        """From what the API server sent. Raises KeyError or ValueError for what is no Decision."""
        body = canonical({"name": name, "uid": uid, "created": created, "spec": spec})
        return cls(
            allocation=spec["allocation"],
            award_digest=spec["awardDigest"],
            hash=spec["hash"],
            previous=spec.get("previous", ""),
            decided_at=datetime.fromisoformat(spec["decidedAt"]),
            effective=date.fromisoformat(spec["effective"]),
            packed=zlib.compress(body.encode(), FASTEST),
        )

    @property
    def body(self) -> dict[str, Any]:
        """Name, uid, creation and spec."""
        found: dict[str, Any] = json.loads(zlib.decompress(self.packed))
        return found


@dataclass(frozen=True)
class Origin:
    """Where an export comes from."""

    cluster: str
    """The uid of the namespace kube-system, which no two clusters share; empty where it could not be read."""
    by: str
    """Who exported it: the user that the API server knows."""
    at: str
    version: str
    """Of the Tenure that exported it."""
    since: str = ""
    until: str = ""


def canonical(value: Any) -> str:
    """The one way in which a value is written."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def utf8(text: str) -> bytes:
    """Half a character, which is in no UTF-8 and may be in JSON, is taken as it stands."""
    return text.encode(errors="surrogatepass")


def seal(body: Body) -> str:
    """SHA-256 over a line without its digest."""
    rest = {key: value for key, value in body.items() if key != "digest"}
    return hashlib.sha256(utf8(canonical(rest))).hexdigest()


def lines(origin: Origin, entries: Iterable[Entry]) -> Iterator[str]:
    """Every line of the file, without its end of line. The last one has SHA-256 over the digests of all others."""
    ordered = [entry for chain in by_allocation(entries) for entry in chain]
    header = {"tenureAudit": FORMAT, **asdict(origin), "count": len(ordered), "chains": _chains(ordered)}
    whole = hashlib.sha256()
    for number, body in enumerate(chain_of([header], (entry.body for entry in ordered)), 1):
        digest = seal({"line": number, **body})
        whole.update(digest.encode())
        yield canonical({"line": number, **body, "digest": digest})
    last = {"line": len(ordered) + 2, "count": len(ordered), "end": whole.hexdigest()}
    yield canonical({**last, "digest": seal(last)})


def _chains(ordered: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """Allocation -> how many Decisions it has, and the hashes of the first and the last."""
    chains: dict[str, dict[str, Any]] = {}
    for entry in ordered:
        chain = chains.setdefault(entry.allocation, {"count": 0, "first": entry.hash})
        chain |= {"count": chain["count"] + 1, "last": entry.hash}
    return chains


def of_period(entries: Iterable[Entry], since: date, until: date) -> Iterator[Entry]:
    """What took effect from one day to another, and what each of them is recomputed from.

    That is: of an award of which something took effect then, also the Decisions before.
    """
    for chain in by_allocation(entry for entry in entries if entry.effective <= until):
        start = next((place for place, entry in enumerate(chain) if entry.effective >= since), len(chain))
        yield from chain[boundary(chain, start) :]


def by_allocation(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The Decisions of each allocation, in the order of its chain."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.allocation].append(entry)
    for name in sorted(groups):
        yield list(chained(groups[name]))
