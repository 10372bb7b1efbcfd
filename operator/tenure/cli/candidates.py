"""Names for shell completion, asked of the cluster. Whatever goes wrong, there are none: nobody wants an error there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import typer

SECONDS = 2.0
"""A person who waits longer has typed the name."""
Bodies = list[dict[str, Any]]


def projects(incomplete: str) -> list[str]:
    """The projects, for those who may list them."""
    return _fitting((body["metadata"]["name"] for body in _asked("Project", "")), incomplete)


def allocations(ctx: typer.Context, incomplete: str) -> list[str]:
    """The allocations that have reviews in the project that was typed, or in the context's."""
    return _fitting((review["spec"]["allocation"] for review in _reviews(ctx)), incomplete)


def reviews(ctx: typer.Context, incomplete: str) -> list[str]:
    """The quarters that have reviews there."""
    return _fitting((review["spec"]["review"] for review in _reviews(ctx)), incomplete)


def every_allocation(incomplete: str) -> list[str]:
    """The allocations of the centre, for those who may list them."""
    return _fitting((body["metadata"]["name"] for body in _asked("Allocation", "")), incomplete)


def _fitting(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})


def _reviews(ctx: typer.Context) -> Bodies:
    return _asked("Review", ctx.params.get("project") or None)


def _asked(kind: str, namespace: str | None) -> Bodies:
    """What is in a namespace ("" for all of them, None for the context's)."""
    try:
        return asyncio.run(asyncio.wait_for(_ask(kind, namespace), SECONDS))
    except Exception:  # a broken kubeconfig completes nothing
        return []


async def _ask(kind: str, namespace: str | None) -> Bodies:
    from tenure.cli.cluster import connection  # noqa: PLC0415 - only who presses the tabulator waits for the client
    from tenure.control.paths import SERVED  # noqa: PLC0415

    async with connection() as (kube, here):
        where = here if namespace is None else namespace
        return [body async for body in kube.list(SERVED[kind], where)]
