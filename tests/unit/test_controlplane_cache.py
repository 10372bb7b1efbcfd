"""The control plane's own bookkeeping: the cache of programs, records, locks and settings. No Go needed."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from controlplane import ControlPlaneError, binaries, build, cluster, existing, processes, record, toolchain
from controlplane.binaries import ensure
from controlplane.cluster import Settings
from controlplane.nodes import accelerator_node
from controlplane.paths import SOURCE, locked, state_folder, tail
from controlplane.ports import free_port
from controlplane.record import Record

NAMES = ("etcd", "kwok", "promtool")


class Builder:
    """Stands in for the Go compiler: writes a file per name and remembers what it was asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []

    def __call__(self, names: Sequence[str], folder: Path) -> None:
        self.calls.append(tuple(names))
        assert list(folder.iterdir()) == []
        for name in names:
            (folder / name).write_text(f"program {name}")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENURE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_programs_are_built_once() -> None:
    builder = Builder()
    folder = ensure(NAMES, builder)
    assert ensure(NAMES, builder) == folder
    assert builder.calls == [NAMES]
    assert sorted(path.name for path in folder.iterdir()) == ["etcd", "kwok", "manifest.json", "promtool"]


def test_only_what_is_asked_for_is_built() -> None:
    builder = Builder()
    ensure(("kwok",), builder)
    ensure(NAMES, builder)
    assert builder.calls == [("kwok",), ("etcd", "promtool")]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda program: program.unlink(), id="missing"),
        pytest.param(lambda program: program.write_text("program kw"), id="cut short"),
        pytest.param(lambda program: program.write_text("program KWOK"), id="same size, other content"),
    ],
)
def test_a_damaged_program_is_built_again_and_no_other(damage: object) -> None:
    builder = Builder()
    folder = ensure(NAMES, builder)
    assert callable(damage)
    damage(folder / "kwok")
    ensure(NAMES, builder)
    assert builder.calls == [NAMES, ("kwok",)]
    assert (folder / "kwok").read_text() == "program kwok"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"kwok": null}'])
def test_without_a_sound_manifest_everything_is_built_again(content: str) -> None:
    builder = Builder()
    (ensure(NAMES, builder) / "manifest.json").write_text(content)
    ensure(NAMES, builder)
    assert builder.calls == [NAMES, NAMES]


def test_a_build_that_fails_leaves_the_good_programs_and_no_claim_about_the_bad() -> None:
    def broken(names: Sequence[str], folder: Path) -> None:
        (folder / names[0]).write_text("half a prog")
        raise ControlPlaneError("out of disk")

    builder = Builder()
    folder = ensure(("etcd",), builder)
    with pytest.raises(ControlPlaneError, match="out of disk"):
        ensure(NAMES, broken)
    assert binaries.unsound(folder, NAMES) == ["kwok", "promtool"]
    ensure(NAMES, builder)
    assert builder.calls == [("etcd",), ("kwok", "promtool")]


def test_two_that_need_the_programs_at_once_build_them_once() -> None:
    builder = Builder()
    threads = [threading.Thread(target=ensure, args=(NAMES, builder)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert builder.calls == [NAMES]


def test_the_key_follows_the_pinned_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = binaries.cache_key()
    for file in ("go.mod", "go.sum"):
        (tmp_path / file).write_bytes((SOURCE / file).read_bytes())
    monkeypatch.setattr(binaries, "SOURCE", tmp_path)
    assert binaries.cache_key() == before
    (tmp_path / "go.mod").write_text((tmp_path / "go.mod").read_text() + "// newer\n")
    assert binaries.cache_key() != before


def test_every_program_is_built_by_a_line_of_go_mod() -> None:
    tools = (SOURCE / "go.mod").read_text().split("tool (")[1].split(")")[0].split()
    assert sorted(build.PACKAGES[name] for name in binaries.ALL) == sorted(tools)


def test_what_only_some_tests_need_is_pinned_and_not_built_for_a_cluster() -> None:
    others = {name: package for name, package in build.PACKAGES.items() if name not in binaries.ALL}
    assert set(others) == {"helm", "kind", *binaries.VICTORIAMETRICS}
    assert all(re.search(r"@v\d+\.\d+\.\d+$", package) for package in others.values())


def test_go_versions_are_compared_as_numbers(tmp_path: Path) -> None:
    assert toolchain.wanted_version("module x\n\ngo 1.26.0\n\ntool x\n") == (1, 26, 0)
    command = tmp_path / "go"
    command.write_text("#!/bin/sh\necho go version go1.9.12 linux/amd64\n")
    command.chmod(0o755)
    found = toolchain.version_of(command)
    assert found == (1, 9, 12)
    assert found < (1, 26, 0)
    assert toolchain.version_of(tmp_path / "none") is None


def test_a_record_survives_being_written(tmp_path: Path) -> None:
    settings = Settings(("kube-scheduler",), {"kube-apiserver": {"v": "2"}})
    wanted = Record("tests", "kwok", settings, tmp_path)
    wanted.write(tmp_path)
    found = record.read(tmp_path)
    assert found == wanted
    assert not found.is_up_as(wanted)  # it was written before the cluster had come up


def test_a_record_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    assert record.read(tmp_path) is None
    for content in ("", "[]", "{}", '{"name": "tests", "surprise": 1}'):
        (tmp_path / "record.json").write_text(content)
        assert record.read(tmp_path) is None


@pytest.mark.parametrize("name", ["", "Tests", "a/b", "..", "-a", "a" * 31])
def test_a_name_that_could_leave_the_state_folder_is_refused(name: str) -> None:
    with pytest.raises(ControlPlaneError, match="cannot name a control plane"):
        state_folder(name)


@pytest.mark.parametrize("environment", [{}, {"KUBECONFIG": "f"}, {"TENURE_CONTEXT": "c"}])
def test_an_existing_cluster_is_never_guessed(environment: dict[str, str]) -> None:
    with pytest.raises(ControlPlaneError, match=r"set KUBECONFIG .* and TENURE_CONTEXT"):
        existing.chosen_context(environment)


def test_an_existing_cluster_that_is_named_is_used() -> None:
    assert existing.chosen_context({"KUBECONFIG": "f", "TENURE_CONTEXT": "c"}) == "c"


def test_settings_reach_the_configuration_of_kwokctl() -> None:
    settings = Settings(("kube-controller-manager",), {"etcd": {"unsafe-no-fsync": "true"}})
    content = cluster.configuration(settings, Path("/programs"))
    assert "kube-controller-manager" not in content["options"]["components"]
    patch = {"name": "etcd", "extraArgs": [{"key": "unsafe-no-fsync", "value": "true"}]}
    assert content["componentsPatches"] == [patch]


def test_a_node_offers_the_devices_it_was_given() -> None:
    node = accelerator_node("gpu-1", "nvidia.com/gpu", 8, labels={"type": "a100"})
    assert node["status"]["allocatable"]["nvidia.com/gpu"] == "8"
    assert node["metadata"]["annotations"] == {"kwok.x-k8s.io/node": "fake"}
    assert node["metadata"]["labels"]["type"] == "a100"


def test_processes_are_found_by_their_folder_and_ended(tmp_path: Path) -> None:
    link = tmp_path / "bin" / "sleep"
    link.parent.mkdir()
    link.symlink_to("/bin/sleep")
    processes.start(link, ["60"], tmp_path / "log")
    assert list(processes.running(tmp_path).values()) == ["sleep"]
    assert processes.running(tmp_path / "bi") == {}
    processes.end(tmp_path)
    assert processes.running(tmp_path) == {}


def test_a_command_that_fails_shows_the_end_of_its_log(tmp_path: Path) -> None:
    script = "print('a\\n' * 50); print('the reason'); raise SystemExit(3)"
    with pytest.raises(ControlPlaneError, match="the reason") as caught:
        processes.run(tmp_path / "log", sys.executable, "-c", script)
    assert str(tmp_path / "log") in str(caught.value)
    assert len(str(caught.value).splitlines()) < 20
    assert tail(tmp_path / "none") == "    (the log is empty)"


def test_a_lock_keeps_another_process_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = (
        "import sys; from pathlib import Path; from controlplane.paths import locked\n"
        "with locked(Path(sys.argv[1]), 'It waits.'): print('in')"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "lock")]
    with locked(tmp_path / "lock", "unused"):
        other = subprocess.Popen(command, cwd=SOURCE.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert other.stderr is not None
        assert other.stderr.readline() == "It waits.\n"
        assert other.poll() is None
    output, _ = other.communicate(timeout=10)
    assert output == "in\n"
    assert capsys.readouterr().err == ""


def test_a_port_in_use_is_not_given_away() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = int(listener.getsockname()[1])
        assert free_port(taken) != taken
    assert free_port(taken) == taken
