"""What tenants write is never so large that Tenure could not write its status, or a Decision with a copy of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tenure.api import Relocation, Report, Return, Review
from tenure.api.crd import crd

TAKEN_BY_ETCD = 1_572_864
BESIDE = 64 * 1024 * 6 + 128 * 1024
"""Annotations as the policies allow them, field managers, and the status with a ledger of 400 days."""
LETTER = 6
"""Bytes of a letter that JSON escapes, such as <."""


def largest(schema: Mapping[str, Any]) -> int:
    """Bytes of the largest value that a schema allows."""
    properties = schema.get("properties", {})
    if properties:
        return sum(len(name) + 4 + largest(below) for name, below in properties.items())
    if schema.get("type") == "array":
        return int(schema["maxItems"]) * (1 + largest(schema["items"]))
    if schema.get("type") == "string" and "enum" not in schema:
        return int(schema["maxLength"]) * LETTER
    return 64


@pytest.mark.parametrize("kind", [Review, Return, Report, Relocation])
def test_the_largest_one_can_be_recorded(kind: Any) -> None:
    (version,) = crd(kind)["spec"]["versions"]
    spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
    assert largest(spec) + BESIDE < TAKEN_BY_ETCD
