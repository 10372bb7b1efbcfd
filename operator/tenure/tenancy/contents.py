"""Everything that a Project's namespace contains, as a function of what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tenure.api import names
from tenure.api.accelerator import Accelerator
from tenure.api.programme import Programme
from tenure.api.project import Project
from tenure.tenancy.access import role_bindings
from tenure.tenancy.defaults import limit_range
from tenure.tenancy.holding import Holding
from tenure.tenancy.manifest import Manifest
from tenure.tenancy.namespace import namespace
from tenure.tenancy.network import network_policy
from tenure.tenancy.quota import resource_quota
from tenure.tenancy.storage import claims
from tenure.tenancy.summary import summary


@dataclass(frozen=True)
class Reading:
    """How the data of a namespace in which every grant is over is read."""

    only: bool = False
    """No pod starts there but Tenure's reader."""
    pod: Manifest | None = None
    """The reader, once it may start; None while it waits."""
    ending: Manifest | None = None
    """The reader that is there and is to go: it is counted until it has gone."""


NOTHING_READ = Reading()


@dataclass(frozen=True)
class Contents:
    """The objects of one namespace, without status."""

    namespace: Manifest
    limit_range: Manifest
    quota: Manifest
    claims: tuple[Manifest, ...]
    network_policy: Manifest | None
    role_bindings: tuple[Manifest, ...]
    reader: Manifest | None = None
    """The pod in which data is read. It is kept by control/reader.py."""

    def in_order(self) -> tuple[Manifest, ...]:
        """The objects in the order in which to create them.

        The LimitRange before the first claim, which otherwise stalls; the quota before what it has to bind;
        access last, once everything that limits it is there.
        """
        policies = () if self.network_policy is None else (self.network_policy,)
        return (self.namespace, self.limit_range, self.quota, *self.claims, *policies, *self.role_bindings)


def desired(
    project: Project,
    holdings: Sequence[Holding],
    programme: Programme,
    catalogue: Sequence[Accelerator],
    notes: Mapping[str, str],
    *,
    reading: Reading = NOTHING_READ,
) -> Contents:
    """What the project's namespace should contain.

    `catalogue` is every Accelerator there is: of those that are not held, 0 devices are allowed. `notes` are further
    annotations of the ResourceQuota (use so far, next review). The same arguments in any order of holdings give
    the same objects. Raises ValueError where devices of two accelerator types are held (R4).
    """
    held = sorted(holdings, key=lambda holding: holding.allocation)
    rules = programme.spec.tenancy
    told = {**notes, names.HOLDS: summary(programme, held)}
    return Contents(
        namespace=namespace(project, held, rules, reader_only=reading.only),
        limit_range=limit_range(project, held),
        quota=resource_quota(project, held, catalogue, told, reading.pod or reading.ending),
        claims=claims(project, held, programme.spec.storage),
        network_policy=network_policy(project, rules),
        role_bindings=role_bindings(project, held),
        reader=reading.pod,
    )
