"""`tenure audit verify`: what is printed of a file, by which exit code, and that it asks nobody."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tenure.cli.main import app
from tenure.cli.problem import Problem
from typer.testing import CliRunner
from unit.chains import Told, raw, written

RUNNER = CliRunner()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "export.jsonl"
    chains = [Told("alpha").review(3.1).made, Told("omega").give_back(4).review(18.4).made]
    file.write_bytes(b"".join(raw(written(chains))))
    return file


def typed(*words: str) -> tuple[int, str]:
    done = RUNNER.invoke(app, ["audit", *words], env={"COLUMNS": "1000"})
    return done.exit_code, done.stdout


def test_what_is_as_it_was_exported_says_so_with_its_digest(export: Path) -> None:
    code, text = typed("verify", str(export))
    assert code == 0
    assert "Exported at 2028-01-10T09:00:00+09:00 by kim@centre.example from cluster 6f1c with tenure 0.1.0." in text
    assert "3 Decisions of 2 allocations are as they were exported, and each comes to what it says" in text
    assert f"The digest over all lines is {_end(export)}." in text
    assert "verify it with --digest" in text


def _end(export: Path) -> str:
    return str(json.loads(export.read_text().splitlines()[-1])["end"])


def test_with_the_digest_that_was_written_down_it_is_the_very_file(export: Path) -> None:
    code, text = typed("verify", str(export), "--digest", _end(export))
    assert (code, "this is the very file that was exported" in text) == (0, True)


def test_a_file_that_was_made_anew_as_a_whole_is_told_by_the_digest_alone(export: Path) -> None:
    """Somebody drops an allocation and writes every hash, every digest and the header anew: all of it fits together."""
    written_down = _end(export)
    export.write_bytes(b"".join(raw(written([Told("alpha").review(3.1).made]))))
    assert typed("verify", str(export))[0] == 0
    code, text = typed("verify", str(export), "--digest", written_down)
    assert code == 3
    assert (
        "This is not the file that was exported: the digest over all lines is not the one that was written down."
        in text
    )


@pytest.mark.parametrize("typo", ["888366", "8" * 63 + "g", "8" * 65])
def test_what_is_no_digest_is_told(export: Path, typo: str) -> None:
    done = RUNNER.invoke(app, ["audit", "verify", str(export), "--digest", typo])
    assert isinstance(done.exception, Problem)
    assert "is no digest of an export. Copy all 64" in str(done.exception)


def test_what_was_altered_is_a_difference(export: Path) -> None:
    export.write_text(export.read_text().replace('"devices":0', '"devices":4', 1))
    code, text = typed("verify", str(export))
    assert code == 3
    assert text.index("Line 2 (alpha-2026-q3-0a1a518f) was altered: its digest") < text.index("and its evidence gives")
    assert "Faults: 3. Decisions: 3." in text


def test_programs_get_every_fault_with_its_line(export: Path) -> None:
    lines = export.read_text().splitlines(keepends=True)
    export.write_text("".join(lines[:2] + lines[3:]))
    code, text = typed("verify", str(export), "-o", "json")
    told = json.loads(text)
    assert (code, told["decisions"], told["allocations"], told["beginLater"]) == (3, 2, 2, 1)
    assert {"line": 2, "text": "Line 3 of the export is missing: it stood after line 2."} in told["faults"]


def test_a_file_that_is_not_there_is_told() -> None:
    done = RUNNER.invoke(app, ["audit", "verify", "/nowhere/export.jsonl"])
    assert isinstance(done.exception, Problem)
    assert str(done.exception) == "/nowhere/export.jsonl cannot be read: No such file or directory. Check the name."


def test_verifying_loads_no_client_of_the_cluster(export: Path) -> None:
    """It needs the file and nothing else, on whatever machine it is."""
    code = (
        "import sys; from tenure.cli.audit.verify import checked; from pathlib import Path; "
        f"assert not checked(Path({str(export)!r})).faults; print([m for m in sys.modules if m.split('.')[0] == 'kubernetes'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
