from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pillarbox.cli.serve import greeting, program
from pillarbox.service.endpoints import Endpoints
from pillarbox.service.listeners import Bound


@pytest.fixture
def bound() -> Iterator[Bound]:
    with socket.socket() as sock:
        yield Bound(sock, "127.0.0.1", 2525)


def endpoints(*, smtp: tuple[Bound, ...] = (), lmtp: tuple[Bound, ...] = ()) -> Endpoints:
    return Endpoints(version="1", url="http://x", http=(), smtp=smtp, lmtp=lmtp, database="sqlite:///x")


def test_the_greeting_ends_with_the_line_that_sends_a_first_mail(bound: Bound) -> None:
    told = greeting(endpoints(smtp=(bound,), lmtp=(bound,)), "pillarbox").splitlines()
    assert told[0] == "Pillarbox 1 takes mail on 127.0.0.1:2525 and 127.0.0.1:2525 (LMTP) and delivers none."
    assert told[-1].split() == ["First", "mail", "pillarbox", "send", "--smtp", "127.0.0.1:2525"]


def test_without_a_plain_listener_no_first_mail_is_promised(bound: Bound) -> None:
    told = greeting(endpoints(lmtp=(bound,)), "pillarbox")
    assert "takes mail on 127.0.0.1:2525 (LMTP) and" in told
    assert "First mail" not in told
    assert "takes mail on its API only" in greeting(endpoints(), "pillarbox")


def test_the_program_is_named_from_here_when_it_lies_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert program(str(tmp_path / "bin" / "pillarbox")) == "bin/pillarbox"
    assert program("bin/pillarbox") == "bin/pillarbox"


def test_the_program_beside_us_is_not_looked_for_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert program("./pillarbox") == "./pillarbox"


@pytest.mark.parametrize("here", ["/", "/usr"])
def test_the_program_is_named_whole_when_it_lies_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: str
) -> None:
    monkeypatch.chdir(here)
    started_as = str(tmp_path / "bin" / "pillarbox")
    assert program(started_as) == started_as


def test_a_way_that_leads_out_of_here_is_named_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert program("../bin/pillarbox") == f"{tmp_path}/../bin/pillarbox"
