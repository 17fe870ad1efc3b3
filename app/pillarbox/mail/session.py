"""One SMTP session as a value: who connected, how far it came and how it ended (RFC 5321 section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Greeting = Literal["HELO", "EHLO", "LHLO"]
Outcome = Literal["open", "quit", "dropped", "timeout", "refused", "error", "shutdown", "lost"]


@dataclass(frozen=True, slots=True)
class Tls:
    """What the handshake settled, e.g. `TLSv1.3`, `TLS_AES_256_GCM_SHA384`; `sni` is the name the client asked for."""

    version: str
    cipher: str
    sni: str | None


@dataclass(frozen=True, slots=True)
class Auth:
    mechanism: str
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a session's row says but its id and its messages; a snapshot while the session is open.

    `listener` is e.g. "smtp 127.0.0.1:1025", `peer` "127.0.0.1:52114". `commands` counts client command lines,
    `errors` the replies of class 4 and 5, `worst_reply` is the highest reply code, where one that only asks for more
    (3xx) counts if it was the last. `codes` are the different reply codes, ascending. `reason` is one sentence that
    says why the session failed, None when nothing did.
    """

    listener: str
    peer: str
    started_at: datetime
    ended_at: datetime | None = None
    greeting: Greeting | None = None
    helo: str | None = None
    tls: Tls | None = None
    auth: Auth | None = None
    outcome: Outcome = "open"
    commands: int = 0
    errors: int = 0
    worst_reply: int | None = None
    reason: str | None = None
    codes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A kept session: its facts and the ids of the messages it delivered, ascending."""

    id: int
    facts: Facts
    messages: tuple[int, ...]
