"""What a message is once it has been read: values that every layer above may hold.

Rules of this module:

* every string is valid Unicode without NUL and without lone surrogates: both databases refuse those;
* what is made of every message before its 250 is a named tuple, the rest frozen dataclasses: those take several times
  as long to make;
* nothing here is needed to keep the message: the bytes are stored first, and all of this can be computed again;
* offsets (`start`, `end`) count octets of the raw message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple


class Addr(NamedTuple):
    """One mailbox of an address header (RFC 5322 section 3.4). `name` is decoded, maybe ""; `address` is as sent."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong with the bytes, as a value. `part` is the number of the part that has it, else None."""

    code: str
    message: str
    part: int | None = None


Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Lint:
    """One finding about a finished transaction. `entry` is a transcript entry's seq, `header` a header's name."""

    code: str
    severity: Severity
    message: str
    rfc: str | None = None
    entry: int | None = None
    header: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One node of the MIME tree, depth first, the root is 0 (RFC 2045, 2046).

    `size` and `sha256` are of the decoded content; for a multipart they are of the bytes as they stand.
    `inline` is true when the part is referenced or displayed rather than attached (RFC 2183).
    `start` and `end` enclose the body in the raw message, `encoding` is the transfer encoding in lower case.
    """

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
    start: int
    end: int
    encoding: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who is invited. `role` and `status` are the ROLE and PARTSTAT of RFC 5545, in capitals, or what it presumes."""

    name: str
    address: str
    role: str
    status: str
    rsvp: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """One event of a calendar in part number `part` (RFC 5545 section 3.6.1); `pillarbox.mail.extract.invitations`.

    `start` and `end` are RFC 3339: times with their offset, dates when `all_day`, the end exclusive; without an offset
    where the zone is not known. `time_zone` is the TZID of the start as written. Texts are "" when there is none.
    `recurrence` are the lines that make it recur, as written.
    """

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
class Mail:
    """A whole message, walked from its raw bytes by `pillarbox.mail.parse.parse`.

    `headers` are in wire order, duplicates kept, values unfolded and decoded. `date` is in UTC, None when it cannot
    be read. `text` and `html` are the decoded bodies that a reader would show, None when there is none;
    `text_part` and `html_part` are their part numbers. `attachments` are the leaves that are neither. `calendars` are
    the events of all calendars, in the order of the parts.
    """

    headers: tuple[tuple[str, str], ...] = ()
    from_: tuple[Addr, ...] = ()
    to: tuple[Addr, ...] = ()
    cc: tuple[Addr, ...] = ()
    reply_to: tuple[Addr, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_id: str | None = None
    snippet: str = ""
    text: str | None = None
    html: str | None = None
    text_part: int | None = None
    html_part: int | None = None
    parts: tuple[Part, ...] = ()
    attachments: tuple[Part, ...] = ()
    list_unsubscribe: tuple[str, ...] = ()
    calendars: tuple[Invitation, ...] = ()
    defects: tuple[Defect, ...] = ()


class Digest(NamedTuple):
    """What ingest needs of a message: the columns of a list row and the text to search, nothing else.

    The fields shared with `Mail` have the same values as there. `filenames` are those of the attachments;
    `body` is the text to search, plain text and the words of the HTML together, at most 256 KiB of characters.
    `lint` is what the octets, headers and parts alone show (`pillarbox.mail.lint`). `has_html`: there
    is a body in HTML. `fields` are the `headers` of `Mail`, as far as 32 KiB of octets go.
    """

    from_: tuple[Addr, ...] = ()
    to: tuple[Addr, ...] = ()
    cc: tuple[Addr, ...] = ()
    reply_to: tuple[Addr, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_id: str | None = None
    snippet: str = ""
    attachment_count: int = 0
    filenames: tuple[str, ...] = ()
    body: str = ""
    lint: tuple[Lint, ...] = ()
    has_html: bool = False
    fields: tuple[tuple[str, str], ...] = ()


class Summary(NamedTuple):
    """One kept message as a list shows it. `bcc` are the recipients that no To or Cc header names, in RCPT order.

    `received_at` is in UTC; `session_id` is None for imported mail; `mail_from` is "" for the null sender.
    """

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
