"""docs/cli.md names every command, and of each exactly the options that it has."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tenure.cli.main import app
from typer.main import get_command
from unit.build import ROOT

PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
SECTIONS = re.findall(r"^## `tenure ([a-z-]+)`\n+```\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
"""Each command that has a section of its own, and how the section says that it is typed."""
OPTION = re.compile(r"(?<![\w-])(--[a-z-]+|-o)(?![\w-])")


def options(name: str) -> set[str]:
    """The long names of its options, and -o, under which everybody knows --output."""
    found = [parameter for parameter in COMMANDS[name].params if parameter.param_type_name == "option"]
    longest = {max(parameter.opts, key=len) for parameter in found} - {"--help"}
    return {"-o" if option == "--output" else option for option in longest}


@pytest.mark.parametrize(("name", "typed"), SECTIONS, ids=[name for name, _ in SECTIONS])
def test_a_section_names_the_options_that_are_there(name: str, typed: str) -> None:
    assert set(OPTION.findall(typed)) == options(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_table(name: str) -> None:
    assert f"| `tenure {name}` |" in PAGE


def test_the_page_speaks_of_commands_that_exist() -> None:
    assert set(re.findall(r"\| `tenure ([a-z-]+)` \|", PAGE)) <= COMMANDS.keys()
