"""The inboxes of the box: made, found, removed, and let go of when their time is up.

Everything here blocks on the store and is called from a worker thread, except `expiry.run`.
"""

from __future__ import annotations

from collections.abc import Collection

from pillarbox.box import credentials
from pillarbox.box.expiry import Expiry
from pillarbox.box.store import DEFAULT_INBOX, Inbox, InboxPage, InboxQuery, Store
from pillarbox.errors import Conflict, NotFound

MAX_NAME = 64
"""Characters of a name that nobody has, as it is told."""


class Inboxes:
    def __init__(self, store: Store) -> None:
        self._store = store
        self.expiry = Expiry(store)

    def all(self) -> tuple[Inbox, ...]:
        """By name."""
        return self._store.inboxes()

    def page(self, query: InboxQuery) -> InboxPage:
        return self._store.inbox_page(query)

    def recent(self, limit: int, also: Collection[str]) -> InboxPage:
        """Those that were made last, and these, by name; `total` counts all there are."""
        return self._store.recent_inboxes(limit, also)

    def one(self, name: str) -> Inbox:
        """Raises NotFound."""
        found = self._store.inbox(name)
        if found is None:
            raise NotFound(f"There is no inbox {name[:MAX_NAME]}.")
        return found

    def password(self, name: str) -> str | None:
        """That of an inbox, for AUTH; None when there is none."""
        return self._store.password(name)

    def make(self, name: str | None = None, ttl: float | None = None) -> Inbox:
        """Make one of that name, or of one that nobody has, which stays for `ttl` seconds. Raises Conflict."""
        made = None
        while made is None:
            made = self._store.make_inbox(name or credentials.inbox_name(), ttl)
            if made is None and name is not None:
                raise Conflict(f"There is an inbox {name} already: use it, remove it first, or choose another name.")
        if ttl is not None:
            self.expiry.look()
        return made

    def remove(self, name: str) -> None:
        """Remove an inbox with its mail, for good. Raises NotFound, and Conflict for the one that always is."""
        if name == DEFAULT_INBOX:
            raise Conflict(f"The inbox {DEFAULT_INBOX} always is there: only its messages can be deleted.")
        if not self._store.remove_inbox(name):
            raise NotFound(f"There is no inbox {name[:MAX_NAME]}.")
