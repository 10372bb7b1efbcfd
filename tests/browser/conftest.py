"""One browser for all tests of pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tenure.report.page import page
from unit.packets import HOSTILE, made

from .chromium import Chromium, program


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A Chromium; without one the tests are skipped."""
    path = program()
    if path is None:
        pytest.skip("There is no Chromium here. Install one, or name it in TENURE_CHROMIUM.")
    found = Chromium(path, tmp_path_factory.mktemp("chromium"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def packet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of thirteen reviews of tenants that type whatever they can."""
    file = tmp_path_factory.mktemp("packet") / "packet.html"
    file.write_text(page(made(13, HOSTILE)), encoding="utf-8")
    return file
