"""What the web part is handed when it is built: values, settled by whoever starts it. Nothing here is read later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Protocol = Literal["smtp", "smtps", "lmtp", "http", "https"]
Database = Literal["sqlite", "postgresql"]


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """Where a listener accepts: `host` and `port` of a TCP socket, or `path` of a Unix socket."""

    protocol: Protocol
    host: str | None = None
    port: int | None = None
    path: str | None = None

    def __str__(self) -> str:
        """`127.0.0.1:1025`, `[::1]:1025` or `unix:/run/pillarbox/lmtp`."""
        if self.path is not None:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if self.host and ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebConfig:
    """`hostname` is the name the listeners greet with; `smtp` and `http` are the addresses that are really bound.

    `auth` is (user, password) or None for no password. `allowed_hosts` are names that may stand in Host besides the
    local ones, `*.example.org` for all below a domain. `cors_origins` are whole origins, `https://app.example.org`.
    Sizes are octets, times seconds, and 0 is no limit. `extensions` are the ESMTP keywords that EHLO announces.
    """

    version: str
    hostname: str
    smtp: tuple[ListenAddress, ...] = ()
    http: tuple[ListenAddress, ...] = ()
    auth: tuple[str, str] | None = None
    allowed_hosts: frozenset[str] = frozenset()
    cors_origins: frozenset[str] = frozenset()
    root_path: str = ""
    bind_is_loopback: bool = True
    database: Database = "sqlite"
    extensions: tuple[str, ...] = ()
    max_message_size: int = 100_000_000
    max_recipients: int = 1000
    max_errors: int = 20
    max_connections: int = 0
    max_connections_per_address: int = 0
    idle_timeout: float = 300.0
    min_rate: int = 10

    @property
    def takes_mail(self) -> str | None:
        """The first address that takes mail, as people write it; None when there is none."""
        return str(self.smtp[0]) if self.smtp else None
