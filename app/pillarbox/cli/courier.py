"""A connection to an SMTP server, over which letters are handed in one after the other.

Rules of this module:

* Content crosses as its octets stand; only dots at the beginnings of lines are doubled (RFC 5321 section 4.5.2).
* A parameter is said only when the server offers its extension.
* A reply that says no is smtplib's SMTPResponseException, or a Refusal when it is about one recipient of several; what
  breaks the connection is OSError or another SMTPException.
"""

from __future__ import annotations

import re
import smtplib
import socket
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pillarbox.settings import Address, UnixAddress

TIMEOUT = 30.0
"""Seconds to wait for each reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to hand in; `name` is what people call it, `raw` ends with CRLF.

    `utf8`: its headers are UTF-8 (RFC 6531). `ret`, `envid` (printable ASCII) and `notify` are what RFC 3461 calls so,
    not encoded.
    """

    name: str
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    utf8: bool = False
    ret: str = ""
    envid: str = ""
    notify: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A recipient that the server does not take, and its reply."""

    recipient: str
    code: int
    reply: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The reply that says that a letter was taken, and who of its recipients was not."""

    reply: str
    refused: tuple[Refusal, ...] = ()


class NoRecipient(smtplib.SMTPException):
    """Every recipient was refused."""

    def __init__(self, refused: tuple[Refusal, ...]) -> None:
        super().__init__("every recipient was refused")
        self.refused = refused


class Courier:
    """Connected once built: greeted, and with the server's extensions known. Raises OSError and SMTPException."""

    def __init__(self, address: Address, helo: str = "localhost") -> None:
        self._client = _connect(address, helo)

    def __enter__(self) -> Courier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, stack: TracebackType | None
    ) -> None:
        # Says QUIT, and hangs up whatever comes of it.
        self._client.__exit__(kind, error, stack)

    def reset(self) -> None:
        """Give up the transaction after a refusal, so that another can begin."""
        self._client.rset()

    def hand_in(self, letter: Letter, *, to_some: bool = False) -> Taken:
        """Deliver a letter to all of its recipients, or `to_some`: then only when nobody is left it has failed.

        Raises SMTPResponseException with the reply that says no, and NoRecipient only with `to_some`.
        """
        client = self._client
        try:
            _expect(2, *client.docmd("MAIL", " ".join((f"FROM:<{letter.sender}>", *self._mail_parameters(letter)))))
            refused = self._name_recipients(letter, to_some=to_some)
        except UnicodeEncodeError:
            raise smtplib.SMTPResponseException(
                553, b"the server takes no addresses with letters beyond ASCII"
            ) from None
        if len(refused) == len(letter.recipients):
            raise NoRecipient(refused)
        _expect(3, *client.docmd("DATA"))
        client.send(_stuffed(letter.raw) + b".\r\n")
        return Taken(reply(*_expect(2, *client.getreply())), refused)

    def _mail_parameters(self, letter: Letter) -> list[str]:
        client = self._client
        wide = not "".join((letter.sender, *letter.recipients)).isascii()
        found = []
        if client.has_extn("size"):
            found.append(f"SIZE={len(letter.raw)}")
        if not letter.raw.isascii() and client.has_extn("8bitmime"):
            found.append("BODY=8BITMIME")
        if (wide or letter.utf8) and client.has_extn("smtputf8"):
            client.command_encoding = "utf-8"
            found.append("SMTPUTF8")
        if client.has_extn("dsn"):
            found += [f"RET={letter.ret}"] if letter.ret else []
            found += [f"ENVID={_xtext(letter.envid)}"] if letter.envid else []
        return found

    def _name_recipients(self, letter: Letter, *, to_some: bool) -> tuple[Refusal, ...]:
        notify = f" NOTIFY={letter.notify}" if letter.notify and self._client.has_extn("dsn") else ""
        refused = []
        for recipient in letter.recipients:
            code, text = self._client.docmd("RCPT", f"TO:<{recipient}>{notify}")
            if to_some and code // 100 != 2:
                refused.append(Refusal(recipient, code, reply(code, text)))
            else:
                _expect(2, code, text)
        return tuple(refused)


def reply(code: int, text: bytes | str) -> str:
    """`250 2.0.0 Ok` on one line."""
    return f"{code} {text if isinstance(text, str) else text.decode('utf-8', 'replace')}".replace("\n", " ")


def why(error: Exception) -> str:
    """What became of a conversation, in a few words: the reply, or what the system says."""
    if isinstance(error, smtplib.SMTPResponseException):
        return reply(error.smtp_code, error.smtp_error)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def unspeakable(address: str) -> bool:
    """Whether it holds what would end its line or its brackets on the wire."""
    return re.search(r"[\x00-\x1f\x7f<>]", address) is not None


def dial(address: Address, timeout: float = TIMEOUT) -> socket.socket:
    """A connection and nothing said on it yet. Raises OSError."""
    if isinstance(address, UnixAddress):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(timeout)
        sock.connect(str(address.path))
        return sock
    return socket.create_connection((address.host, address.port), timeout)


class _UnixSmtp(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return dial(UnixAddress(Path(host)), timeout)


def _connect(address: Address, helo: str) -> smtplib.SMTP:
    if isinstance(address, UnixAddress):
        client: smtplib.SMTP = _UnixSmtp(local_hostname=helo, timeout=TIMEOUT)
        code, text = client.connect(str(address.path), 25)
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)
    else:
        client = smtplib.SMTP(str(address.host), address.port, local_hostname=helo, timeout=TIMEOUT)
    client.ehlo_msg = "EHLO"
    client.ehlo_or_helo_if_needed()
    return client


def _stuffed(raw: bytes) -> bytes:
    """Dots doubled at the beginnings of lines, which CRLF alone ends."""
    return (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]


def _xtext(text: str) -> str:
    """RFC 3461 section 4."""
    return re.sub(r"[^!-~]|[+=]", lambda found: f"+{ord(found[0]):02X}", text)


def _expect(kind: int, code: int, text: bytes) -> tuple[int, bytes]:
    if code // 100 != kind:
        raise smtplib.SMTPResponseException(code, text)
    return code, text
