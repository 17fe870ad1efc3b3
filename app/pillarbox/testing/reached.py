"""A catcher that runs, as tests speak to it: where it is, and the inboxes that it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pillarbox.client import AsyncClient, Client, Refused
from pillarbox.testing.inbox import Inbox

if TYPE_CHECKING:
    from pillarbox.client.place import Trust


class Reached:
    """`url` is where its pages are, mail goes to `smtp_host` and `smtp_port`; `client` and `aio` speak its whole API.

    It may be anybody's: what it is asked for is in inboxes of one's own.
    """

    def __init__(
        self,
        url: str,
        smtp: tuple[str, int] | None = None,
        *,
        auth: tuple[str, str] | None = None,
        trust: Trust = True,
    ) -> None:
        """Without `smtp` it is asked where it takes mail, when somebody wants to know. Raises UsageError."""
        self.client = Client(url, auth=auth, trust=trust)
        self.aio = AsyncClient(url, auth=auth, trust=trust)
        self.url = self.client.url
        self._smtp = smtp
        self.made: list[Inbox] = []
        """The inboxes that were asked for so far."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    @property
    def smtp_host(self) -> str:
        return self._asked()[0]

    @property
    def smtp_port(self) -> int:
        return self._asked()[1]

    def _asked(self) -> tuple[str, int]:
        if self._smtp is None:
            smtp = self.client.inbox("default").smtp
            self._smtp = (smtp.host, smtp.port)
        return self._smtp

    def inbox(self, name: str | None = None, *, ttl: float | None = None) -> Inbox:
        """An inbox with credentials: a new one, or the one of this name, which is made when it is not there.

        It goes, with its mail, after `ttl` seconds; without it, it stays as long as the catcher keeps mail.
        """
        try:
            made = self.client.make_inbox(name, ttl=ttl)
        except Refused as refused:
            if refused.status != 409 or name is None:
                raise
            made = self.client.inbox(name.lower())
        inbox = Inbox(made, self.client, self.aio)
        self.made.append(inbox)
        return inbox
