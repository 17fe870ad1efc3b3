"""SMTP sessions and transcripts as the API tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pillarbox.client.message import Lint
from pillarbox.mail.session import Auth, Greeting, Tls


@dataclass(frozen=True, slots=True)
class Session:
    """One SMTP connection. `reason` says in a sentence why it failed; `lint` is there when it was asked for alone."""

    id: int
    started_at: datetime
    ended_at: datetime | None
    listener: str
    peer: str
    greeting: Greeting | None
    helo: str | None
    tls: Tls | None
    auth: Auth | None
    outcome: str
    commands: int
    errors: int
    worst_reply: int | None
    reason: str | None
    messages: tuple[int, ...]
    lint: tuple[Lint, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Newest first; `next` goes into `before` for the page after this."""

    sessions: tuple[Session, ...]
    next: int | None
    total: int
    total_exact: bool
    cursor: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line that crossed the wire, or one thing that happened; `at_us` is microseconds from the connect."""

    seq: int
    at_us: int
    side: Literal["client", "server", "event"]
    kind: str
    text: str
    bytes_: int
    raw_base64: str | None = None
    masked: bool = False
    verb: str | None = None
    code: int | None = None
    enhanced: str | None = None
    message_id: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    session_id: int
    complete: bool
    entries: tuple[Entry, ...]
