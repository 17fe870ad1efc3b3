"""Messages as the API tells them, field by field (docs/api.md); a name that Python has taken ends in `_`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Addr:
    """One mailbox of an address header."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Summary:
    """One message as lists show it; `size` is octets, times are in UTC."""

    id: int
    inbox: str
    session_id: int | None
    received_at: datetime
    size: int
    mail_from: str
    rcpt_to: tuple[str, ...]
    from_: tuple[Addr, ...]
    to: tuple[Addr, ...]
    cc: tuple[Addr, ...]
    bcc: tuple[str, ...]
    reply_to: tuple[Addr, ...]
    subject: str
    date: datetime | None
    message_id: str | None
    snippet: str
    attachment_count: int
    lint_count: int
    read: bool
    pinned: bool
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    address: str
    params: Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class Recipient:
    address: str
    role: Literal["to", "cc", "bcc"]
    params: Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What MAIL and RCPT said; a parameter without a value is True."""

    mail_from: Sender
    rcpt_to: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One node of the MIME tree; `n` is its number for `part`, `size` octets after decoding."""

    n: int
    parent: int | None
    content_type: str
    charset: str | None
    disposition: str | None
    filename: str | None
    content_id: str | None
    inline: bool
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    text: str
    source: Literal["html", "text"]


@dataclass(frozen=True, slots=True)
class Code:
    """What looks like a one-time code, with the words around it."""

    value: str
    context: str
    source: str


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong with the bytes; `part` is the number of the part that has it."""

    code: str
    message: str
    part: int | None


@dataclass(frozen=True, slots=True)
class Lint:
    """A finding about the transaction or the session."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    rfc: str | None
    entry: int | None
    header: str | None


@dataclass(frozen=True, slots=True)
class Attendee:
    name: str
    address: str
    role: str
    status: str
    rsvp: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """One event of an invitation (RFC 5545). `start` and `end` are RFC 3339, or dates when it is `all_day`."""

    part: int
    method: str | None
    uid: str | None
    summary: str
    description: str
    start: str | None
    end: str | None
    all_day: bool
    time_zone: str | None
    location: str
    organizer: Addr | None
    attendees: tuple[Attendee, ...]
    status: str | None
    sequence: int
    recurrence: tuple[str, ...]
    url: str | None


@dataclass(frozen=True, slots=True)
class Message(Summary):
    """One message whole. `codes` come best first; `attachments` are the leaves that are neither `text` nor `html`."""

    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    envelope: Envelope
    parts: tuple[Part, ...]
    attachments: tuple[Part, ...]
    links: tuple[Link, ...]
    codes: tuple[Code, ...]
    list_unsubscribe: tuple[str, ...]
    calendars: tuple[Calendar, ...]
    defects: tuple[Defect, ...]
    lint: tuple[Lint, ...]

    def header(self, name: str) -> str | None:
        """The first header of this name, in any case; None when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Newest first. `next` goes into `before` for the page after this, `cursor` into `after` for what comes later."""

    messages: tuple[Summary, ...]
    next: int | None
    total: int
    total_exact: bool
    cursor: str
