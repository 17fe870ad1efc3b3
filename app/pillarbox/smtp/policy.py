"""What a listener allows, as one value handed down from the settings. 0 means no limit wherever a limit stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from pillarbox.smtp.certificate import Certificate
from pillarbox.smtp.users import Accounts, AnyUser


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`hostname` is what the greeting says; sizes are octets, `idle_timeout` seconds, `min_rate` octets a second.

    Without a `certificate` there is no TLS; with `require_tls` there is no mail before TLS.
    With `proxy_protocol` every connection begins with a PROXY header, which is believed.
    `hide_extensions` are EHLO keywords in any case: what they stand for is neither listed nor taken.
    `users` may authenticate, and with `require_auth` have to; `show_secrets` lets the transcript tell what they say.
    """

    hostname: str
    max_message_size: int = 100_000_000
    max_bytes_in_flight: int = 0
    max_recipients: int = 1000
    max_errors: int = 20
    idle_timeout: float = 300.0
    min_rate: int = 10
    max_connections: int = 0
    max_connections_per_address: int = 0
    hide_extensions: frozenset[str] = frozenset()
    certificate: Certificate | None = None
    require_tls: bool = False
    proxy_protocol: bool = False
    users: Accounts = field(default_factory=AnyUser)
    require_auth: bool = False
    show_secrets: bool = False

    @property
    def largest_message(self) -> int:
        """Octets of the largest message that can ever be taken: one that alone is more than may be in flight cannot."""
        limits = [limit for limit in (self.max_message_size, self.max_bytes_in_flight) if limit]
        return min(limits, default=0)
