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
    """One message in a list. `sender` is None for the null sender without a From header, `recipient` for nobody at all;
    `others` are the recipients besides.
    """

    id: int
    sender: Addr | None
    recipient: Addr | None
    others: int
    subject: str
    snippet: str
    at: Moment
    read: bool
    pinned: bool
    badges: tuple[Badge, ...]


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """A deletion that can be undone: of so many messages, or more when not `exact`. `only` is the one that it hid,
    `opens` whether that one was open, so that it is opened again."""

    key: int
    total: int
    exact: bool
    only: int | None
    opens: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageList:
    """The middle column. `days` are newest first; `older` is the key of the next page, None on the last.

    `total` is exact only when `exact`; `unread` is None while searching, because nobody counts those. `wrong` says why
    what was searched for cannot be read, `meant` is what it may have been where nothing was found. `deletion` has just
    been made and can be undone. `tags` are some that there are.
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
    deletion: Undo | None = None
    tags: tuple[str, ...] = ()


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
    """`/` and `/inboxes/{name}`. `listing` is None where only the reader is asked for, and has no rows where only what
    stands `around` them is.

    `deletion` is that of `listing`, where there is none.
    `nothing`: no message is what `scope.q` asks for.
    `inbox` is the one that is shown, None for all mail and for the default inbox, which takes whatever names no other.
    """

    template: ClassVar[str] = "messages.html"
    scope: Scope
    listing: MessageList | None
    nothing: bool
    first_mail: FirstMail
    inbox: InboxLogin | None = None
    around: bool = False
    deletion: Undo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsPage(Page):
    """Some rows of a list and nothing else."""

    template: ClassVar[str] = "rows.html"
    listing: MessageList


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePage(Page):
    """Asks before all messages of `scope` are deleted. `exact` is false when there are more than `total`."""

    template: ClassVar[str] = "delete.html"
    scope: Scope
    total: int
    exact: bool
