"""The sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pillarbox.mail.again import Made
from pillarbox.mail.message import Lint
from pillarbox.web.contexts.page import Page
from pillarbox.web.contexts.waterfall import Waterfall
from pillarbox.web.contexts.wire import Term, WireLine
from pillarbox.web.urls import Scope, SessionScope
from pillarbox.web.wording import Moment, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session in a list. `said` is how the client greeted; `secured` is `TLS 1.3`, `cipher` is of the same TLS."""

    id: int
    at: Moment
    outcome: str
    tone: str
    peer: str
    said: str | None
    secured: str | None
    cipher: str | None
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
class SessionsPage(Page):
    """`wrong` says what cannot be read in the field `wrong_field`; nothing is listed then. `older`: the next page.

    `codes` and `peers` are values that fields suggest, each with what it means or "".
    """

    template: ClassVar[str] = "sessions.html"
    scope: SessionScope
    wrong: str | None
    wrong_field: str | None
    codes: tuple[tuple[str, str], ...]
    peers: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]
    days: tuple[SessionDay, ...]
    total: int
    exact: bool
    older: SessionScope | None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that a session delivered; `subject` is None when it has been deleted since."""

    id: int
    subject: str | None
    to: tuple[str, ...]
    size: int
    lint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage(Page):
    """`/sessions/{id}`. `lines` are those from `start` on; `earlier` and `later` are the starts of the other pages.

    `room` is the first seq that has no place on this page. `signs`: line ends, tabs and blanks before them are shown.
    `lint` is of the whole session; not `linted`: it is too long for a page, and the API has its findings.
    """

    template: ClassVar[str] = "session.html"
    row: SessionRow
    listener: str
    began: str
    complete: bool
    lint: tuple[Lint, ...]
    linted: bool
    waterfall: Waterfall | None
    lines: tuple[WireLine, ...]
    terms: tuple[Term, ...]
    signs: bool
    entries: int
    start: int
    room: int
    earlier: int | None
    later: int | None
    last: int
    sent: tuple[SentMessage, ...]
    more_sent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainPage(Page):
    """`/sessions/{id}/again`: the conversation as commands. `others` are the messages that can be chosen instead.

    `message_id` is the one whose transaction it is, None where there is no choice.
    """

    template: ClassVar[str] = "again.html"
    session_id: int
    message_id: int | None
    others: tuple[int, ...]
    more: int
    made: tuple[Made, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgainPage(Page):
    """`/messages/{id}/again`: one message with its envelope as commands, none where nothing here takes mail."""

    template: ClassVar[str] = "send_again.html"
    id: int
    subject: str
    scope: Scope
    made: tuple[Made, ...]
