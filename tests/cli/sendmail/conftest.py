"""sendmail called within this process, and one catcher for all tests of a module."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from pillarbox.cli.sendmail import sendmail
from tests.wire.catching import Catcher


@dataclass(frozen=True, slots=True)
class Call:
    """What became of a call: exit code, standard output and error, and the message that it left, if it left one."""

    code: int
    said: str
    errors: str
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    raw: bytes = b""

    @property
    def head(self) -> list[str]:
        return self.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]


Sendmail = Callable[..., Call]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catcher]:
    catcher = Catcher(tmp_path_factory.mktemp("sendmail"))
    yield catcher
    catcher.close()


@pytest.fixture
def call(box: Catcher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sendmail:
    """Call sendmail with options, a message and variables; it sends to the box unless these say otherwise."""

    def run(*arguments: str, data: bytes = b"Subject: x\n\nhi\n", called: str = "sendmail", **variables: str) -> Call:
        before = len(box.messages())
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        environ = {"PILLARBOX_SMTP": f"{box.host}:{box.port}", "NAME": "", **variables}
        code = sendmail(arguments, environ, called)
        said = capsys.readouterr()
        new = box.messages()[before:]
        if not new:
            return Call(code, said.out, said.err)
        assert len(new) == 1
        found = new[0]
        return Call(code, said.out, said.err, found.mail_from, found.rcpt_to, box.raw(found.id))

    return run
