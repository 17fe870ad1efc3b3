"""Inboxes by name: what a name can be, and which ones a message names.

Rules of this module:

* A message is in one inbox. Whoever comes first of these decides: the recipients in RCPT order, the header X-Inbox, who
  the client authenticated as. Of one recipient the domain comes before what stands behind the plus sign.
* A domain under `DOMAIN` and the header make an inbox that does not exist. The others choose one that does and are
  passed over otherwise: every address with a plus sign, and every app with SMTP credentials, would make one.
* What was meant to make an inbox and is no name is passed over too, and is a defect of the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pillarbox.mail.defects import Defects
from pillarbox.mail.envelope import Envelope
from pillarbox.mail.message import Defect

DOMAIN = "inbox.test"
"""RFC 2606 section 2: nobody has a domain under .test."""

HEADER = "x-inbox"

NAMES = "a name has up to 63 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit"
"""Half a sentence for whoever typed another one."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_BELOW = "." + DOMAIN


class Named(NamedTuple):
    """A name in lower case; `makes`: the inbox is made when it does not exist."""

    name: str
    makes: bool


def folded(text: str) -> str | None:
    """The name as inboxes have it; None when it cannot be one. `folded("Checkout")` is `"checkout"`."""
    return text.lower() if _NAME.fullmatch(text) else None


def of_address(address: str) -> Iterator[Named]:
    """The inboxes that a mailbox names, the one of its domain first."""
    if (label := _label(address)) is not None and (name := folded(label)) is not None:
        yield Named(name, True)
    if "+" in address and (name := folded(_behind_plus(address))) is not None:
        yield Named(name, False)


def named(envelope: Envelope, fields: Sequence[tuple[str, str]], username: str | None) -> tuple[Named, ...]:
    """The inboxes that may be meant, best first, up to the first one that needs not exist.

    `fields` are the headers, decoded, as (name, value).
    """
    found: list[Named] = []
    for one in _all_named(envelope, fields, username):
        found.append(one)
        if one.makes:
            break
    return tuple(found)


def _all_named(envelope: Envelope, fields: Sequence[tuple[str, str]], username: str | None) -> Iterator[Named]:
    for recipient in envelope.rcpt_to:
        if "+" in recipient.address or _label(recipient.address) is not None:
            yield from of_address(recipient.address)
    for value in _headers(fields):
        if (name := folded(value)) is not None:
            yield Named(name, True)
    if username and (name := folded(username)) is not None:
        yield Named(name, False)


def defects(envelope: Envelope, fields: Sequence[tuple[str, str]]) -> tuple[Defect, ...]:
    """What names no inbox and was meant to."""
    found = Defects()
    for recipient in envelope.rcpt_to:
        if (label := _label(recipient.address)) is not None and folded(label) is None:
            found.note("inbox-address-invalid")
    for value in _headers(fields):
        if folded(value) is None:
            found.note("inbox-header-invalid")
    return found.listed()


def _label(address: str) -> str | None:
    """What stands before `.inbox.test`; None of an address of another domain."""
    if address[-1:] == ".":
        address = address[:-1]
    if address[-len(_BELOW) :].lower() != _BELOW:
        return None
    return address.rpartition("@")[2][: -len(_BELOW)]


def _behind_plus(address: str) -> str:
    """What stands behind the first plus sign of the local part; "" where there is none."""
    return address.rpartition("@")[0].strip('"').partition("+")[2]


def _headers(fields: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, value in fields:
        if len(name) == len(HEADER) and name.lower() == HEADER:
            yield value.strip()
