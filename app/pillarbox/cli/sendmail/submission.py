"""A message as a program pipes it into sendmail, made into one that SMTP can carry, as Postfix does.

Rules of this module:

* Lines end with LF or CRLF and become CRLF (RFC 5321 section 2.3.8); carriage returns elsewhere stay. An octet that is
  none of a line's end is never changed.
* A line with a dot alone ends the message, unless dots are text. `From ` lines of an mbox before the headers go.
* The headers end at the blank line, or at the first line that is none; then a blank line comes between.
* What is missing of Message-ID, Date and From is added behind the last header (RFC 6409 section 8), as Resent- fields
  when the message has such. Nothing else is added, and nothing is removed but Bcc, and that only when recipients are
  taken from the headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import format_datetime, formataddr, localtime, make_msgid

from pillarbox.mail.address import addresses
from pillarbox.mail.headers import undecorated

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_MBOX = re.compile(rb">*From ")
_RECIPIENTS = ("to", "cc", "bcc")


@dataclass(frozen=True, slots=True)
class Author:
    """Who From names when the message does not: an address, and a name or ""."""

    address: str
    name: str

    def mailbox(self) -> str:
        """`"Shop, The" <shop@example.test>`, the name quoted or encoded where it must be, on one line."""
        name = _CONTROLS.sub(" ", self.name).strip()
        return f"{formataddr((name, '')).removesuffix('<>')}<{self.address}>" if name else self.address


@dataclass(slots=True)
class Submission:
    """Header fields, folded lines and CRLF included, by their names in lower case; and what follows them.

    `body` begins with the blank line, or is empty when the message ended within its headers.
    """

    fields: list[tuple[str, bytes]]
    body: bytes

    @property
    def resent(self) -> str:
        """`resent-` for a message that has been sent on, whose own fields count then (RFC 5322 section 3.6.6)."""
        return "resent-" if any(name.startswith("resent-") for name, _ in self.fields) else ""

    def recipients(self) -> list[str]:
        """The addresses of To, Cc and Bcc, in the order of the headers."""
        wanted = {self.resent + name for name in _RECIPIENTS}
        values = [field.partition(b":")[2] for name, field in self.fields if name in wanted]
        return listed([undecorated(value.strip(), _pass) for value in values])

    def without_bcc(self) -> None:
        self.fields = [(name, field) for name, field in self.fields if name not in ("bcc", "resent-bcc")]

    def complete(self, author: Author, host: str) -> None:
        """Add what every message has."""
        there = {name for name, _ in self.fields}
        prefix = self.resent
        for name, value in (
            ("Message-ID", make_msgid(domain=host)),
            ("Date", format_datetime(localtime())),
            ("From", author.mailbox()),
        ):
            if prefix + name.lower() not in there:
                self.fields.append((prefix + name.lower(), f"{prefix.title()}{name}: {value}\r\n".encode()))

    @property
    def utf8(self) -> bool:
        """Whether the headers are UTF-8 beyond ASCII, for which the client says SMTPUTF8."""
        head = b"".join(field for _, field in self.fields)
        try:
            return not head.isascii() and bool(head.decode())
        except UnicodeDecodeError:
            return False

    def octets(self) -> bytes:
        return b"".join(field for _, field in self.fields) + self.body


def submission(lines: Iterable[bytes], *, dots_are_text: bool) -> Submission:
    """Read a message; stops at its end, so that a program that keeps the pipe open is not waited for."""
    mails = _lines(lines, dots_are_text=dots_are_text)
    fields: list[tuple[str, bytes]] = []
    body = []
    for line in mails:
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] = (fields[-1][0], fields[-1][1] + line)
        elif found := _FIELD.match(line):
            fields.append((found[1].decode("ascii").lower(), line))
        else:
            body = [line] if line == b"\r\n" else [b"\r\n", line]
            break
    body.extend(mails)
    return Submission(fields, b"".join(body))


def _lines(lines: Iterable[bytes], *, dots_are_text: bool) -> Iterable[bytes]:
    """The message's lines, each with CRLF."""
    begun = False
    for line in lines:
        if not begun and _MBOX.match(line):
            continue
        begun = True
        text = line.removesuffix(b"\n").rstrip(b"\r")
        if text == b"." and not dots_are_text:
            return
        yield text + b"\r\n"


def listed(values: Sequence[str]) -> list[str]:
    """The addresses of these lists: names, comments and groups go; "" stands for what is no address."""
    return [one.address for one in addresses(list(values), _pass)]


def _pass(defect: str) -> None:
    """What is wrong with an address shows in what becomes of it."""
