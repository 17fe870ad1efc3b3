"""The lists of messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pillarbox.mail.message import Addr
from pillarbox.web.contexts.inboxes import InboxLogin
from pillarbox.web.contexts.page import Page
from pillarbox.web.contexts.search import Wrong
from pillarbox.web.urls import Scope
from pillarbox.web.wording import Moment


@dataclass(frozen=True, slots=True)
class Badge:
    """A short word in a row. `kind` is plain, warn or bad; `icon` a name in _icons.html or ""."""

    text: str
    title: str
    kind: str = "plain"
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One message in a list. `sender` is None for the null sender without a From header."""

    id: int
    sender: Addr | None
    subject: str
    snippet: str
    at: Moment
    read: bool
    badges: tuple[Badge, ...]


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageList:
    """The middle column. `days` are newest first; `older` is the key of the next page, None on the last.

    `total` is exact only when `exact`; `unread` is None while searching, because nobody counts those. `wrong` says why
    what was searched for cannot be read, `meant` is what it may have been where nothing was found. `deleted` is a
    message that was just deleted and can be brought back.
    """

    scope: Scope
    days: tuple[Day, ...]
    total: int
    exact: bool
    unread: int | None
    older: int | None
    selected: int | None = None
    wrong: Wrong | None = None
    meant: Scope | None = None
    deleted: int | None = None


@dataclass(frozen=True, slots=True)
class Snippet:
    """A line or a few for one tool or framework; `file` is where they go, "" where that is plain."""

    tool: str
    code: str
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstMail:
    """Where an app must point: `host` and `port`, or None and the `others` (Unix sockets) where nothing is on TCP.

    `snippets` send a first mail by hand, `frameworks` point an app here.
    """

    host: str | None
    port: int | None
    others: tuple[str, ...]
    snippets: tuple[Snippet, ...]
    frameworks: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesPage(Page):
    """`/` and `/inboxes/{name}`. `listing` is None where only the reader is asked for.

    `nothing`: no message is what `scope.q` asks for.
    `inbox` is the one that is shown, None for all mail and for the default inbox, which takes whatever names no other.
    """

    template: ClassVar[str] = "messages.html"
    scope: Scope
    listing: MessageList | None
    nothing: bool
    first_mail: FirstMail
    inbox: InboxLogin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePage(Page):
    """Asks before all messages of `scope` are deleted. `exact` is false when there are more than `total`."""

    template: ClassVar[str] = "delete.html"
    scope: Scope
    total: int
    exact: bool
