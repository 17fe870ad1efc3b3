"""What a client may expect of a session, as a model: small, slow and written from the RFCs, not from the server.

A `Command` is what is sent; `Model.expect` says the code of its reply, and `Model.goes_on` what the session is then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

LARGEST = 400
"""Octets of the largest message in these sessions."""

MOST = 3
"""Recipients of a message at most."""

Kind = Literal["greet", "mail", "rcpt", "data", "bdat", "rset", "etrn", "starttls", "plain"]
Chunks = Literal["none", "open", "refused"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command line with what belongs to it.

    `code` is the reply where nothing stands in its way; `echo` words that come back in it. `body` is the content of
    DATA as the message will be stored, or a chunk's octets; `last`: the chunk is.
    """

    kind: Kind
    line: bytes
    code: int
    echo: str = ""
    body: bytes = b""
    last: bool = False


@dataclass(slots=True)
class Model:
    """`whole` counts the messages that have come whole and could be taken; `kept` are those that the store took, none
    where it is `broken`."""

    greeted: bool = False
    sender: bool = False
    recipients: int = 0
    chunks: Chunks = "none"
    chunked: bytes = b""
    secure: bool = False
    broken: bool = False
    whole: int = 0
    kept: list[bytes] = field(default_factory=list)

    def expect(self, command: Command) -> int:
        """The code of the reply to a command; for DATA of the first one."""
        out_of_order = getattr(self, f"_{command.kind}")(command)
        return out_of_order or command.code

    def _greet(self, command: Command) -> int:
        return 0

    _rset = _plain = _greet

    def _mail(self, command: Command) -> int:
        return 503 if not self.greeted or self.sender or self.chunks != "none" else 0

    def _rcpt(self, command: Command) -> int:
        if not self.sender or self.chunks != "none":
            return 503
        return 452 if command.code == 250 and self.recipients >= MOST else 0

    def _data(self, command: Command) -> int:
        if self.chunks != "none" or not self.sender:
            return 503
        return 0 if self.recipients else 554

    def _bdat(self, command: Command) -> int:
        if self.chunks == "refused":
            return 551
        if not self.sender:
            return 503
        if not self.recipients:
            return 554
        return 552 if len(self.chunked) + len(command.body) > LARGEST else 0

    def _etrn(self, command: Command) -> int:
        return 503 if not self.greeted or self.sender else 0

    def _starttls(self, command: Command) -> int:
        return 554 if self.secure and command.code == 220 else 0

    def goes_on(self, command: Command) -> None:
        """What the session is after the command and its reply, and after the content where there is some."""
        code = self.expect(command)
        if command.kind == "bdat":
            self._went_on_with_a_chunk(command, code)
        elif code == 354:
            if len(command.body) <= LARGEST:
                self._came(command.body)
            self._reset()
        elif code >= 400:
            return
        elif command.kind in ("greet", "rset"):
            self._reset()
            self.greeted = self.greeted or command.kind == "greet"
        elif command.kind == "starttls":
            self._reset()
            self.greeted, self.secure = False, True
        elif command.kind == "mail":
            self.sender = True
        elif command.kind == "rcpt":
            self.recipients += 1

    def _went_on_with_a_chunk(self, command: Command, code: int) -> None:
        if code == 250:
            self.chunks, self.chunked = "open", self.chunked + command.body
        else:
            self.chunks, self.chunked = "refused", b""
        if command.last:
            if code == 250:
                self._came(self.chunked)
            self._reset()

    def _came(self, message: bytes) -> None:
        self.whole += 1
        if not self.broken:
            self.kept.append(message)

    def _reset(self) -> None:
        self.sender, self.recipients, self.chunks, self.chunked = False, 0, "none", b""
