"""Where a catcher that was started for tests is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pillarbox.service import Endpoints


@dataclass(frozen=True, slots=True)
class Place:
    """`smtp_host` is "" and `smtp_port` 0 where mail comes in by Unix sockets only."""

    url: str
    smtp_host: str
    smtp_port: int

    @classmethod
    def of(cls, endpoints: Endpoints) -> Place:
        on_tcp = [one for one in (*endpoints.smtp, *endpoints.smtps) if one.port]
        host, port = (on_tcp[0].host, on_tcp[0].port) if on_tcp else (None, None)
        return cls(endpoints.url, host or "", port or 0)
