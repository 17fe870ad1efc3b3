"""What each page's template is given: one frozen value a template, in the template's own terms.

Rules of this module:

* a class names its template, and the template sees it as `page`; nothing is computed in a template but its looks;
* strings that came by mail are plain text here and everywhere: escaping is the template engine's, always on;
* `refresh` is the address whose page holds the fresh contents of this page's live regions (see static/live.js), and
  `watch` the session whose lines are followed; None for a page that nothing changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from pillarbox.mail.message import Addr, Defect, Part
from pillarbox.web.pages.visible import Piece
from pillarbox.web.urls import Scope
from pillarbox.web.wording import Moment, Verdict

Tab = Literal["preview", "text", "html", "headers", "parts", "raw", "envelope", "transcript"]


@dataclass(frozen=True, slots=True)
class RailInbox:
    name: str
    total: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rail:
    """The column that stands on every page. `current` is all, inbox:NAME, sessions, stats, docs or nothing."""

    current: str
    messages: int
    unread: int
    sessions: int
    inboxes: tuple[RailInbox, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What base.html needs. `rail` is None where the store cannot be asked; the rail then has no figures."""

    template: ClassVar[str]
    title: str
    rail: Rail | None
    refresh: str | None = None
    watch: int | None = None


# Lists of messages


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

    `total` is exact only when `exact`; `unread` is None while searching, because nobody counts those.
    """

    scope: Scope
    days: tuple[Day, ...]
    total: int
    exact: bool
    unread: int | None
    older: int | None
    selected: int | None = None


@dataclass(frozen=True, slots=True)
class Snippet:
    """A line or a few that send a first mail to this very server, for one tool."""

    tool: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstMail:
    """Where an app must point: `host` and `port`, or None and the `others` (Unix sockets) where nothing is on TCP."""

    host: str | None
    port: int | None
    others: tuple[str, ...]
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesPage(Page):
    """`/` and `/inboxes/{name}`. `deleted` is a message that was just deleted and can be brought back."""

    template: ClassVar[str] = "messages.html"
    listing: MessageList
    first_mail: FirstMail
    deleted: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePage(Page):
    """Asks before all messages of `scope` are deleted. `exact` is false when there are more than `total`."""

    template: ClassVar[str] = "delete.html"
    scope: Scope
    total: int
    exact: bool


# One message


@dataclass(frozen=True, slots=True)
class Rcpt:
    """One envelope recipient; `role` is to, cc or bcc, `params` what RCPT asked for, `KEY=value` or `KEY`."""

    address: str
    role: str
    params: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPanel:
    """`blocked` references to the network are in the HTML; `remote`: its images are loaded now. `empty`: no body."""

    blocked: int
    remote: bool
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPanel:
    """A text; `derived` when it was made from the HTML; `cut` octets or characters at its end are not shown."""

    text: str | None
    derived: bool = False
    cut: int = 0


@dataclass(frozen=True, slots=True)
class HeadersPanel:
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TreePart:
    """A part with its `depth` in the tree and its word in this message: text, HTML, attachment, inline or ""."""

    part: Part
    depth: int
    word: str


@dataclass(frozen=True, slots=True)
class PartsPanel:
    parts: tuple[TreePart, ...]
    defects: tuple[Defect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPanel:
    """The first octets as they are, unusual ones marked; `cut` octets after them are not shown."""

    pieces: tuple[Piece, ...]
    size: int
    cut: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopePanel:
    mail_from: str
    params: tuple[str, ...]
    recipients: tuple[Rcpt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Content in a transcript. `pieces` are its first octets, empty when they are not at hand; `cut` are left out."""

    size: int
    message_id: int | None
    deleted: bool
    pieces: tuple[Piece, ...]
    cut: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WireLine:
    """One line of a transcript. `at` is seconds since the connect, `since` milliseconds since the line before.

    `continued`: the reply of the line above goes on. `bad`: a reply of class 4 or 5. `refused`: the command that got
    one. `content` stands in the place of `pieces` for a message's content.
    """

    seq: int
    at: str
    since: str
    side: str
    kind: str
    pieces: tuple[Piece, ...]
    continued: bool
    bad: bool
    refused: bool
    content: Content | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptPanel:
    """The message's own transaction, with what the session said before and after it.

    `session_id` is None for imported mail, which came by no session. `unfound`: the transcript has no such content.
    """

    session_id: int | None
    before: tuple[WireLine, ...] = ()
    own: tuple[WireLine, ...] = ()
    after: tuple[WireLine, ...] = ()


Panel = PreviewPanel | TextPanel | HeadersPanel | PartsPanel | RawPanel | EnvelopePanel | TranscriptPanel


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage(Page):
    """`/messages/{id}`: the list it was opened from, what its headers and envelope say, and one panel.

    `differs`: MAIL FROM is none of the From addresses. `date` is the Date header as it was written.
    """

    template: ClassVar[str] = "message.html"
    listing: MessageList
    id: int
    subject: str
    from_: Sequence[Addr]
    to: Sequence[Addr]
    cc: Sequence[Addr]
    reply_to: Sequence[Addr]
    date: str | None
    received: Moment
    size: int
    session_id: int | None
    mail_from: str
    differs: bool
    recipients: tuple[Rcpt, ...]
    attachments: tuple[Part, ...]
    defects: int
    tags: tuple[str, ...]
    tab: Tab
    tabs: tuple[tuple[Tab, str], ...]
    panel: Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPreview:
    """The frame's document for a message without HTML: its text with its links made links."""

    template: ClassVar[str] = "preview_text.html"
    text: str | None
    runs: tuple[tuple[str, str | None], ...]


# Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session in a list. `said` is how the client greeted; `replies` the figures, in words."""

    id: int
    at: Moment
    outcome: str
    tone: str
    peer: str
    said: str | None
    secured: str | None
    username: str | None
    commands: int
    messages: tuple[int, ...]
    lasted: str | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class SessionDay:
    label: str
    rows: tuple[SessionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilter:
    outcome: str
    peer: str
    silent: bool

    @property
    def on(self) -> bool:
        return bool(self.outcome or self.peer or self.silent)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsPage(Page):
    template: ClassVar[str] = "sessions.html"
    filter: SessionFilter
    outcomes: tuple[tuple[str, str], ...]
    days: tuple[SessionDay, ...]
    total: int
    exact: bool
    older: int | None
    newest: bool


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that a session delivered; `subject` is None when it has been deleted since."""

    id: int
    subject: str | None
    to: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage(Page):
    """`/sessions/{id}`. `lines` are those from `start` on; `earlier` and `later` are the starts of the other pages."""

    template: ClassVar[str] = "session.html"
    row: SessionRow
    listener: str
    began: str
    complete: bool
    lines: tuple[WireLine, ...]
    entries: int
    start: int
    earlier: int | None
    later: int | None
    sent: tuple[SentMessage, ...]
    more_sent: int


# The rest


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    outcome: str
    word: str
    total: int
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsPage(Page):
    template: ClassVar[str] = "stats.html"
    messages: int
    unread: int
    bytes: int
    sessions: int
    silent: OutcomeCount
    outcomes: tuple[OutcomeCount, ...]
    inboxes: tuple[RailInbox, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage(Page):
    """Any refusal, in a sentence and with what to do about it."""

    template: ClassVar[str] = "error.html"
    status: int
    sentence: str
    mend: str
