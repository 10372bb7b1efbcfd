"""Channels: the address in a file, and sending to it. Its secrets stay where they are, and what people typed is only text."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest
from tenure.control import channels
from tenure.control.channels import NotTaken, address, file_of, send, without
from tenure.rules.texts import Message
from unit.build import DEFAULT, programme, project
from unit.receivers import mail_server, webhook

HELLO = Message("vision-2026: 4 devices", "It was decided.")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none", None, "is not in the folder"),
        ("empty", "# nothing\n", "has 0 addresses"),
        ("two", "json://a\njson://b\n", "has 2 addresses"),
        ("two-in-a-line", "json://a json://b\n", "has 2 addresses"),
        ("../etc", None, "outside the folder"),
        ("/etc/passwd", None, "outside the folder"),
    ],
)
def test_a_file_without_one_address_says_what_is_wrong(
    tmp_path: Path, name: str, content: str | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(NotTaken, match=sentence):
        address(tmp_path, name)


def test_no_folder_of_channels_says_which_setting_is_missing() -> None:
    with pytest.raises(NotTaken, match="TENURE_CHANNELS"):
        address(None, "mail")


def test_each_tenant_has_a_file_of_its_own() -> None:
    channel = programme(DEFAULT, channels=[{"urlFile": "{organization}.{project}"}]).spec.channels[0]
    assert file_of(channel, project()) == "hanbit.vision"


def test_what_people_typed_gets_into_no_header_of_a_mail() -> None:
    typed = "See above.\r\nBcc: everybody@rival.example\r\n\r\n<b>Pay now</b>"
    with mail_server() as mail:
        send(mail.url, Message(f"4 devices {typed}", typed))
    [heads] = mail.heads
    assert "bcc" not in heads
    [(_, text)] = mail.messages
    assert "<b>Pay now</b>" in text


def test_a_refusal_says_why_without_the_address() -> None:
    with webhook() as hook:
        hook.refuses = True
        secret = hook.url.replace("json://", "json://robot:pa55word@") + "/t0ken-1234?+X-Key=s3cr3t"
        with pytest.raises(NotTaken) as refused:
            send(secret, HELLO)
    said = str(refused.value)
    assert "503" in said
    assert not [part for part in ("robot", "pa55word", "t0ken", "s3cr3t") if part in said]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Failed for robot with pa55 word.", "Failed for *** with ***."),
        (
            "GET https://hooks.example/T0KEN%2F1?key=abcdef answered 404.",
            "GET https://hooks.example/***?key=*** answered 404.",
        ),
        ("Failed to send to hooks.example: 500.", "Failed to send to hooks.example: 500."),
    ],
)
def test_no_part_of_an_address_is_repeated_but_its_host(said: str, kept: str) -> None:
    assert without(said, "jsons://robot:pa55%20word@hooks.example:8443/T0KEN%2F1?key=abcdef") == kept


def test_what_a_channel_says_is_cut_short() -> None:
    assert len(without("x" * 10_000, "json://hooks.example")) < 310


def test_a_server_that_never_comes_to_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers a little, again and again, so that no time-out of a single read ends it."""
    monkeypatch.setattr(channels, "PATIENCE_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=(server,), daemon=True).start()
        with pytest.raises(NotTaken, match=r"did not (finish|answer)"):
            send(f"json://127.0.0.1:{server.getsockname()[1]}/", HELLO)


def _drip(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65_536)
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            for number in range(100):
                connection.sendall(f"X-{number}: on and on\r\n".encode())
                time.sleep(0.05)
        except OSError:
            return


def test_a_webhook_cannot_send_the_operator_on() -> None:
    """To the metadata service of a cloud, for example. The address itself may allow it."""
    with webhook() as inner, webhook() as outer:
        outer.sends_on_to = inner.url.replace("json://", "http://")
        with pytest.raises(NotTaken, match="307"):
            send(outer.url, HELLO)
        assert inner.messages == []
        send(f"{outer.url}?redirect=yes", HELLO)
        assert inner.titles == [HELLO.title]


@pytest.mark.parametrize("url", ["nonsense://host", "hello", "http//host"])
def test_what_is_no_address_is_said_without_it(url: str) -> None:
    with pytest.raises(NotTaken, match="The address cannot be read") as refused:
        send(url, HELLO)
    assert url not in str(refused.value)
