"""Inboxes and the service itself as the API tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Smtp:
    """What an application under test needs to send into an inbox."""

    host: str
    port: int
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """One inbox. `address` is a pattern, `*@NAME.inbox.test`; what is sent to such an address is in this inbox."""

    name: str
    created_at: datetime
    expires_at: datetime | None
    total: int
    unread: int
    address: str
    smtp: Smtp


@dataclass(frozen=True, slots=True)
class InboxList:
    inboxes: tuple[Inbox, ...]


@dataclass(frozen=True, slots=True)
class Listener:
    """Where something accepts: `host` and `port`, or `path`."""

    protocol: str
    host: str | None = None
    port: int | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Info:
    version: str
    hostname: str
    listeners: tuple[Listener, ...]
