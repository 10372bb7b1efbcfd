"""What is printed is text and whole, whoever typed it and however narrow the window is; and what keeps from looking."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from tenure.api.review import Verdict
from tenure.cli.cluster import refused
from tenure.cli.commands import _text
from tenure.cli.decide.entering import Entered
from tenure.cli.decide.show import Outcome, show
from tenure.cli.output import clean, console, grid, say
from tenure.cli.packet.write import _save
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.reading import named
from tenure.control.kube import ApiError
from tenure.report.sitting import Heard
from tenure.rules.words import many
from unit.test_cli import command

KOREAN = "\ud559\uc2b5\xa0\u3000\U0001f469\u200d\U0001f52c"
"""Letters, a space that does not break, a wide one, and an emoji of two."""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        pytest.param(KOREAN, KOREAN, id="what people write"),
        pytest.param("a\tb\nc", "a\tb\nc", id="lines and tabs"),
        pytest.param("\x1b[2J", "\ufffd[2J", id="a command to the terminal"),
        pytest.param("\x9b2J", "\ufffd2J", id="the same in one letter"),
        pytest.param("a\u202eb\u2066c", "a\ufffdb\ufffdc", id="the other direction"),
        pytest.param("a\u200b\ufeffb", "a\ufffd\ufffdb", id="nothing to see"),
        pytest.param("a\u2028b", "a\ufffdb", id="a line that is none"),
    ],
)
def test_only_what_a_terminal_obeys_or_hides_is_replaced(typed: str, shown: str) -> None:
    assert clean(typed) == shown


def test_markup_and_emoji_mean_nothing_whatever_prints_them() -> None:
    found = console()
    with found.capture() as captured:
        say(found, "[red]x[/nothing] :smile:")
        table = Table(box=None)
        table.add_column()
        table.add_row("[bold]y[/nothing] :smile:")
        grid(found, table)
    assert "[red]x[/nothing] :smile:" in captured.get()
    assert "[bold]y[/nothing] :smile:" in captured.get()


def test_what_the_committee_typed_is_shown_as_text() -> None:
    typed = ("reason: [/nothing] \x1b[31m",)
    heard = Heard(2, "vision", "vision-2026-q3", Verdict(plan="Adequate"), typed, "[red]Reduce")
    found = Outcome(Entered([heard], [], None), dry_run=True)
    file = StringIO()
    show(found, Console(file=file, width=80, highlight=False, markup=False))
    assert "reason: [/nothing] \ufffd[31m" in file.getvalue()
    assert "[red]Reduce" in file.getvalue()


@pytest.mark.parametrize("width", [20, 40, 76, 120])
def test_a_table_has_all_of_its_columns_in_any_window(width: int) -> None:
    table = Table(box=None)
    for name in ("allocation", "quarter", "waits for", "effective"):
        table.add_column(name, overflow="fold")
    table.add_row("vision-2026", "2026-Q3", "committee since 2026-10-09", "2026-10-22")
    file = StringIO()
    found = Console(file=file, width=width)
    grid(found, table)
    assert "vision-2026 2026-Q3" in " ".join(file.getvalue().split())
    assert "2026-10-22" in file.getvalue()
    assert found.width == width


def test_one_is_one_and_none_are_several() -> None:
    assert [many(number, "review") for number in (0, 1, 1200)] == ["0 reviews", "1 review", "1200 reviews"]
    assert many(2, "day counts", "days count") == "2 days count"


@pytest.mark.parametrize("project", ["seen/x", "../x", "Seen", "a?b", "-a", "a-", "a" * 64, "\ud55c\ube5b", "a b"])
def test_what_can_be_no_project_is_not_asked_for(project: str) -> None:
    with pytest.raises(Problem, match="is no name of a project") as caught:
        named(project, "status")
    assert caught.value.code == BAD_USAGE
    assert named("seen-2", "status") == "seen-2"


def test_whose_login_has_failed_is_not_told_of_rights() -> None:
    """A login plugin that fails leaves the client without a name, and the API server calls it anonymous."""
    anonymous = ApiError(403, 'reviews is forbidden: User "system:anonymous" cannot list resource "reviews"', "/")
    assert "does not accept your login" in str(refused(anonymous, "You may not."))
    other = ApiError(403, 'reviews is forbidden: User "kim" cannot list resource "reviews"', "/")
    assert str(refused(other, "You may not.")) == "You may not."


@pytest.mark.parametrize(
    "content", [b"", b"a: [", b"\xff\xfe\x00", b"apiVersion: v1\nkind: Config\ncurrent-context: x\n"]
)
def test_a_file_that_is_no_kubeconfig_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(content)
    code, printed, errors = command("status", KUBECONFIG=str(tmp_path / "config"))
    assert (code, printed) == (1, "")
    assert errors.splitlines()[-1].startswith("tenure: There is no kubeconfig to work with (")
    assert "Traceback" not in errors


def test_a_kubeconfig_that_acts_as_somebody_else_is_refused(tmp_path: Path) -> None:
    """The client would leave that out, and act with the rights of whoever is behind it."""
    user = {"name": "admin", "user": {"token": "x", "as": "minji.kim@hanbit.example"}}
    cluster = {"name": "centre", "cluster": {"server": "http://127.0.0.1:1"}}
    context = {"name": "kim", "context": {"cluster": "centre", "user": "admin"}}
    kubeconfig = {"apiVersion": "v1", "kind": "Config", "current-context": "kim"}
    content = {**kubeconfig, "clusters": [cluster], "users": [user], "contexts": [context]}
    (tmp_path / "config").write_text(json.dumps(content), encoding="utf-8")
    code, _, errors = command("status", "vision", KUBECONFIG=str(tmp_path / "config"))
    assert (code, "This kubeconfig acts as minji.kim@hanbit.example" in errors) == (1, True), errors


def test_a_kubeconfig_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    _, _, errors = command("status", "vision", KUBECONFIG=str(tmp_path / "none"))
    assert len(errors.splitlines()) == 1, errors


@pytest.mark.parametrize(("typed", "content"), [(" ", None), ("", ""), ("", " \n"), ("", "\ufeff\n")])
def test_a_blank_text_is_not_handed_in_and_not_taken_for_none(typed: str, content: str | None, tmp_path: Path) -> None:
    file = None if content is None else tmp_path / "plan.txt"
    if file is not None and content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(Problem, match="There is no text in"):
        _text(typed, file, "--summary")
    assert _text("", None, "--summary") == ""


def test_a_text_comes_from_any_editor(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_bytes(b"\xef\xbb\xbfTrain it.\r\n")
    assert _text("", tmp_path / "plan.txt", "--summary") == "Train it."
    (tmp_path / "plan.txt").write_bytes(b"\xff\xfeT\x00")
    with pytest.raises(Problem, match="it is no text in UTF-8"):
        _text("", tmp_path / "plan.txt", "--summary")


def test_a_sheet_that_may_be_filled_in_is_never_written_over(tmp_path: Path) -> None:
    for name, kept in (("packet.xlsx", True), ("packet.csv", True), ("packet.html", False)):
        (tmp_path / name).write_bytes(b"filled in")
        if kept:
            with pytest.raises(FileExistsError):
                _save(tmp_path / name, b"new")
        else:
            _save(tmp_path / name, b"new")
        assert (tmp_path / name).read_bytes() == (b"filled in" if kept else b"new")
