"""`pillarbox send`: put messages into a catcher, or into any SMTP server, as their bytes stand.

Rules of this module:

* A file's content is sent unchanged, with one exception: one that has no CRLF at all is a Unix text file, whose line
  ends become CRLF, because SMTP has no others (RFC 5321 section 2.3.8).
* The envelope comes from --from and --to, else from the headers From, To and Cc.
* A message that is refused does not keep the others back; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import re
import smtplib
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from pillarbox.cli import samples
from pillarbox.cli.progress import Progress
from pillarbox.errors import UsageError
from pillarbox.settings import Address, TcpAddress, UnixAddress, read_address

_TIMEOUT = 30.0
"""Seconds to wait for each reply."""

_SHOWN = 10
"""Up to so many messages have a line each; more have only the sum."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to send; `name` is what people call it, `raw` ends with CRLF."""

    name: str
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


def send(options: argparse.Namespace) -> int:
    """0 when all were taken, 1 when not. Raises UsageError."""
    try:
        address = read_address(options.smtp)
    except ValueError as error:
        raise UsageError(f"--smtp says {options.smtp!r}, which cannot be used: {error}.") from None
    if isinstance(address, TcpAddress) and address.host is None:
        address = TcpAddress("127.0.0.1", address.port)
    if not re.fullmatch(r"[1-9][0-9]{0,8}", options.count):
        raise UsageError(f"--count says {options.count!r}; write a whole number from 1 on.")
    letters = [_letter(name, raw, options) for name, raw in _messages(options.files)] * int(options.count)
    try:
        client = _connect(address)
    except (OSError, smtplib.SMTPException) as error:
        return _no(f"Nothing takes mail at {address} ({_why(error)}); start pillarbox, or name another with --smtp.")
    with client:
        return _send_all(client, address, letters)


def _send_all(client: smtplib.SMTP, address: Address, letters: list[Letter]) -> int:
    refused = 0
    with Progress(len(letters)) as progress:
        for number, letter in enumerate(letters):
            try:
                reply = _send_one(client, letter)
            except smtplib.SMTPResponseException as error:
                refused += 1
                client.rset()
                progress.say(f"pillarbox: {letter.name} was refused: {_reply(error.smtp_code, error.smtp_error)}")
            except (OSError, smtplib.SMTPException) as error:
                progress.say(f"pillarbox: {address} hung up after {number} of {len(letters)} messages: {_why(error)}")
                return 1
            else:
                if len(letters) <= _SHOWN:
                    progress.say(f"{letter.name}: {reply}", error=False)
            progress.step()
    sent = len(letters) - refused
    print(f"{sent} {'message' if sent == 1 else 'messages'} sent to {address}.")
    return 1 if refused else 0


def _messages(files: list[str]) -> list[tuple[str, bytes]]:
    if not files:
        return samples.all_of_them()
    found = []
    for name in files:
        try:
            raw = Path(name).read_bytes()
        except OSError as error:
            raise UsageError(
                f"The message {name} cannot be read ({error.strerror}); name a file that exists."
            ) from None
        found.append((name, raw))
    return found


def _letter(name: str, raw: bytes, options: argparse.Namespace) -> Letter:
    from pillarbox.mail.parse import digest

    if b"\r\n" not in raw:
        raw = raw.replace(b"\n", b"\r\n")
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    headers = digest(raw)
    sender = options.sender if options.sender is not None else headers.from_[0].address if headers.from_ else ""
    recipients = options.recipients or [address.address for address in (*headers.to, *headers.cc)]
    if not recipients:
        raise UsageError(f"The message {name} names no recipient in To or Cc; name one with --to ADDRESS.")
    for address in (sender, *recipients):
        if re.search(r"[\x00-\x1f\x7f<>]", address):
            raise UsageError(f"The address {address!r} of {name} cannot be sent; name another with --from or --to.")
    return Letter(name, sender, tuple(recipients), raw)


class _UnixSmtp(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(timeout)
        sock.connect(host)
        return sock


def _connect(address: Address) -> smtplib.SMTP:
    if isinstance(address, UnixAddress):
        client: smtplib.SMTP = _UnixSmtp(local_hostname="localhost", timeout=_TIMEOUT)
        code, text = client.connect(str(address.path), 25)
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)
    else:
        client = smtplib.SMTP(str(address.host), address.port, local_hostname="localhost", timeout=_TIMEOUT)
    client.ehlo_msg = "EHLO"
    client.ehlo_or_helo_if_needed()
    return client


def _send_one(client: smtplib.SMTP, letter: Letter) -> str:
    """The reply that says it was taken. Raises SMTPResponseException with the one that says it was not."""
    eight_bit = not letter.raw.isascii()
    wide = not "".join((letter.sender, *letter.recipients)).isascii()
    options = []
    if client.has_extn("size"):
        options.append(f"SIZE={len(letter.raw)}")
    if eight_bit and client.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if wide and client.has_extn("smtputf8"):
        client.command_encoding = "utf-8"
        options.append("SMTPUTF8")
    try:
        _expect(2, *client.docmd("MAIL", " ".join((f"FROM:<{letter.sender}>", *options))))
        for recipient in letter.recipients:
            _expect(2, *client.docmd("RCPT", f"TO:<{recipient}>"))
    except UnicodeEncodeError:
        raise smtplib.SMTPResponseException(553, b"the server takes no addresses with letters beyond ASCII") from None
    _expect(3, *client.docmd("DATA"))
    client.send(_stuffed(letter.raw) + b".\r\n")
    return _reply(*_expect(2, *client.getreply()))


def _stuffed(raw: bytes) -> bytes:
    """Dots doubled at the beginnings of lines, which CRLF alone ends (RFC 5321 section 4.5.2)."""
    return (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]


def _expect(kind: int, code: int, text: bytes) -> tuple[int, bytes]:
    if code // 100 != kind:
        raise smtplib.SMTPResponseException(code, text)
    return code, text


def _reply(code: int, text: bytes | str) -> str:
    return f"{code} {text if isinstance(text, str) else text.decode('utf-8', 'replace')}".replace("\n", " ")


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _no(sentence: str) -> int:
    print(f"pillarbox: {sentence}", file=sys.stderr)
    return 1
