"""Keeping the objects in a tenant's namespace as they should be: create first, apply where drift is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tenure.api.names import MANAGED, NODE_VALUE, PROJECT
from tenure.api.quantity import lower, same
from tenure.control.cache import Cache
from tenure.control.kube import ApiError, Kube, Manifest, served
from tenure.control.live import enforced
from tenure.tenancy.contents import Contents

CREATED_ONLY = {"PersistentVolumeClaim"}
"""Kinds that are made once: they hold data. What becomes of a claim afterwards is in growth.py and retention.py."""
COUNTED_MEANWHILE = 3
"""How often a quota is read again because it was counted just then. After that the whole project is run again."""
OURS = "tenure.dev/"
"""How the names of our annotations begin."""


class NotOurs(Exception):
    """An object of that name exists and is not managed by Tenure."""


def covers(live: Any, desired: Any) -> bool:
    """Whether the live value has all that is desired; what the server or others add to maps is theirs."""
    if isinstance(desired, dict):
        return isinstance(live, dict) and all(covers(live.get(key), value) for key, value in desired.items())
    if isinstance(desired, list):
        return (
            isinstance(live, list)
            and len(live) == len(desired)
            and all(covers(one, other) for one, other in zip(live, desired, strict=True))
        )
    return bool(live == desired)


def as_desired(live: Manifest, desired: Manifest) -> bool:
    """Whether a live object is what it should be. A quota has exactly the desired amounts and notes, not more."""
    if desired["kind"] == "ResourceQuota":
        same_amounts = same(live.get("spec", {}).get("hard", {}), desired["spec"]["hard"])
        if not same_amounts or _notes(live).keys() - _notes(desired).keys():
            return False
    return covers(live, {key: value for key, value in desired.items() if key != "apiVersion"})


class Children:
    """Writes the contents of namespaces."""

    def __init__(self, kube: Kube, cache: Cache, freed: Callable[[], None] = lambda: None) -> None:
        """`freed` is called after an enforced quota was lowered."""
        self._kube = kube
        self._cache = cache
        self._freed = freed
        self.refused: dict[tuple[str, str], str] = {}
        """Namespace and name of a volume claim -> what the API server said against it when it was last tried."""

    async def ensure(self, contents: Contents) -> bool:
        """Bring a namespace to its contents. Access comes last, once our own watch has seen the quota enforced.

        Returns whether all of it is there. Raises ApiError.
        """
        if self._known(contents.quota) is not None and not contents.namespace["metadata"]["annotations"][NODE_VALUE]:
            await self.put_quota(contents.quota)  # while devices are in it, the namespace has to say of which type
        await self._put(contents.namespace)
        await self._put(contents.limit_range)
        await self.put_quota(contents.quota)
        for claim in contents.claims:
            await self._claim(claim)
        if contents.network_policy is not None:
            await self._put(contents.network_policy)
        if not enforced(self._cache, contents.quota):
            return False
        for binding in contents.role_bindings:
            await self._put(binding)
        await self._remove_stale(contents)
        return True

    async def _claim(self, claim: Manifest) -> None:
        """One volume claim. A quota or a policy of others that refuses it holds up nothing else."""
        where = (claim["metadata"]["namespace"], claim["metadata"]["name"])
        self.refused.pop(where, None)
        try:
            if not await self._stored(claim):
                await self._put(claim)
        except ApiError as error:
            if not error.refused:
                raise
            self.refused[where] = error.message

    async def _stored(self, claim: Manifest) -> bool:
        """Whether a namespace that was taken over has volume claims of its own: no other is made beside these (R3)."""
        if self._known(claim) is not None:
            return False
        found = [one async for one in self._kube.list(served(claim), claim["metadata"]["namespace"])]
        return any(one["metadata"].get("labels", {}).get(MANAGED) != "true" for one in found)

    async def _put(self, desired: Manifest) -> None:
        live = self._known(desired)
        if live is None:
            live = await self._create(desired)
        if live["metadata"].get("deletionTimestamp") or desired["kind"] in CREATED_ONLY or as_desired(live, desired):
            return
        self._seen(await self._kube.apply(served(desired), desired))

    async def _create(self, desired: Manifest) -> Manifest:
        try:
            created = await self._kube.create(served(desired), desired)
        except ApiError as error:
            if not error.exists:
                raise
            created = await self._existing(desired)
        self._seen(created)
        return created

    async def _existing(self, desired: Manifest) -> Manifest:
        """An object that the watch has not shown yet. It is only touched if it is ours."""
        meta = desired["metadata"]
        found = await self._kube.get(served(desired), meta.get("namespace", ""), meta["name"])
        if found is None:
            raise NotOurs(f"{desired['kind']} {meta['name']} comes and goes; trying again.")
        found["kind"] = desired["kind"]
        labels = found["metadata"].get("labels", {})
        ours = labels.get(MANAGED) == "true" and labels.get(PROJECT) == meta["labels"][PROJECT]
        if not ours and desired["kind"] == "Namespace":
            raise NotOurs(f"Namespace {meta['name']} exists and is not managed by Tenure.")
        return found

    async def put_quota(self, desired: Manifest) -> None:
        """Write the quota and, ourselves, the status that binds (the controller manager takes seconds to minutes)."""
        meta, hard = desired["metadata"], desired["spec"]["hard"]
        live = self._known(desired)
        if live is None:
            live = await self._create(desired)
        if not as_desired(live, desired):
            notes = {**dict.fromkeys(_notes(live).keys() - meta["annotations"].keys()), **meta["annotations"]}
            body = {
                "metadata": {"labels": meta["labels"], "annotations": notes},
                "spec": _exactly(hard, live.get("spec", {}).get("hard", {})),
            }
            live = self._seen(await self._kube.merge(served(desired), meta["namespace"], meta["name"], body))
        before = live.get("status", {})
        if not same(before.get("hard", {}), hard) or hard.keys() - before.get("used", {}).keys():
            known = self._cache.entry(desired["kind"], meta["namespace"], meta["name"])
            await self._bind(desired, before, str(known.version) if known is not None else "")
            if lower(hard, before.get("hard", {})):
                self._freed()

    async def _bind(self, desired: Manifest, before: Manifest, version: str, tries: int = COUNTED_MEANWHILE) -> None:
        """Write status.hard. Where nothing was counted, nothing is used, so that it binds at once.

        In a namespace with running pods that is wrong once the controller has counted them, and it would not count again for
        minutes. So zeros are only written onto the version that was seen.
        """
        meta, hard = desired["metadata"], desired["spec"]["hard"]
        unused = {name: "0" for name in hard if name not in before.get("used", {})}
        body: Manifest = {"status": _exactly(hard, before.get("hard", {}))}
        if unused:
            body["status"]["used"] = unused
            body["metadata"] = {"resourceVersion": version}
        try:
            self._seen(await self._kube.merge(served(desired), meta["namespace"], meta["name"], body, "status"))
        except ApiError as error:
            if error.code != 409 or not tries:
                raise
            counted = self._seen(await self._existing(desired))
            version = counted["metadata"]["resourceVersion"]
            await self._bind(desired, counted.get("status", {}), version, tries - 1)

    async def _remove_stale(self, contents: Contents) -> None:
        """Access and isolation that are no longer wanted. Nothing else is ever deleted."""
        namespace = contents.namespace["metadata"]["name"]
        wanted = {m["metadata"]["name"] for m in contents.in_order() if m["kind"] in ("RoleBinding", "NetworkPolicy")}
        for kind in ("RoleBinding", "NetworkPolicy"):
            for where, name in self._cache.refs_in(kind, namespace):
                if name not in wanted:
                    await self._kube.delete(served({"kind": kind}), where, name)
                    self._cache.drop(kind, where, name)

    def _known(self, desired: Manifest) -> Manifest | None:
        meta = desired["metadata"]
        return self._cache.body(desired["kind"], meta.get("namespace", ""), meta["name"])

    def _seen(self, answer: Manifest) -> Manifest:
        self._cache.put(answer, watched=False)
        return answer


def _notes(quota: Manifest) -> dict[str, str]:
    """Our annotations of a quota."""
    notes = quota["metadata"].get("annotations", {})
    return {name: text for name, text in notes.items() if name.startswith(OURS)}


def _exactly(hard: dict[str, str], before: dict[str, str]) -> Manifest:
    """A merge patch to exactly these amounts: what was there and is not wanted is taken out."""
    return {"hard": {**dict.fromkeys(before.keys() - hard.keys()), **hard}}
