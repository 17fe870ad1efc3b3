"""What the store needs of a kind of database; `sqlite.py` and `postgres.py` are the two kinds.

Rules of this module:

* `write` is one transaction that no other writer of this database runs beside, of any process: ids are given out in it
  and become visible in their order.
* `read` is one snapshot; it never waits for `write`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Table

from pillarbox.events import Event
from pillarbox.storage.bell import Bell
from pillarbox.storage.search import Search
from pillarbox.storage.session_search_rows import SessionSearch

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What one transaction did: how many things, and the events written; `seconds` is how long it held the writer."""

    count: int
    events: Sequence[Event] = ()
    seconds: float = 0.0


class KnownInbox(NamedTuple):
    """`expires_at` is in microseconds since the epoch, None of one that stays."""

    id: int
    expires_at: int | None


class Database(Protocol):
    @property
    def url(self) -> str:
        """Where it is, for people: without a password."""

    @property
    def shared(self) -> bool:
        """Whether other nodes may use it at the same time."""

    @property
    def inboxes(self) -> dict[str, KnownInbox] | None:
        """Inboxes by name as far as they are known, where nobody else can remove one; else None."""

    @property
    def search(self) -> Search: ...

    @property
    def session_search(self) -> SessionSearch: ...

    def write(self, *, patient: bool = False) -> AbstractContextManager[Connection]:
        """Commits at the end, rolls back on an exception, which passes through as the driver raised it.

        Whoever else writes is waited for, a few seconds; `patient`: as long as it takes, as at the start, when another
        node may be upgrading.
        """

    def read(self) -> AbstractContextManager[Connection]:
        """Raises StoreUnavailable for whatever the database raises."""

    def check(self, connection: Connection) -> None:
        """Ask whether it is there, within `read`; what it raises then says why it is not."""

    def check_room(self) -> None:
        """Raises NoRoom when mail would take what is needed to remove some. Costs microseconds."""

    def allocate(self, connection: Connection, table: Table, count: int) -> Sequence[int]:
        """The next ids of a table, ascending; call within `write`."""

    def insert(
        self, connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[Row], conflict: str = ""
    ) -> None:
        """`conflict` is an ON CONFLICT clause; no two of the rows have the same key."""

    def query(self, connection: Connection, statement: str, values: Row) -> list[Row]:
        """What a statement finds that every batch asks; `?` stands for a value."""

    def announce(self, connection: Connection) -> None:
        """Wake the other nodes when this transaction has been committed."""

    def bell(self) -> Bell | None:
        """What rings when another node has announced something; None where there is no other."""

    def now(self, connection: Connection) -> int:
        """Microseconds since the epoch by the clock that all nodes share."""

    def octets(self, connection: Connection) -> int:
        """What the database takes on the disk, as cheaply as it can be known."""

    def used(self, connection: Connection) -> int:
        """Octets that what is kept takes, without deleted mail that can still be restored. Costs little."""

    def compact(self, connection: Connection, *, pages: int, start: bool) -> Done:
        """Take deleted words out of the index, some pages of it, within `write`: `start` once, then on until count
        is 0.
        """

    def gather(self, connection: Connection, *, pages: int) -> Done:
        """Make one of the parts of the index that a search looks into one by one, as far as writing some pages brings
        it, within `write`. Count 0 when they are few.
        """

    def shrink(self, connection: Connection, *, seconds: float) -> Done:
        """Give some of the free space back within `write`, for about so long; the pages. Count 0 when it is enough,
        or not ours to do.
        """

    def cut(self) -> None:
        """Let the file system have what `shrink` has given back. Nobody waits meanwhile. Raises StoreUnavailable."""

    def close(self) -> None: ...


@lru_cache(400)
def insert_statement(
    table: str, columns: tuple[str, ...], conflict: str = "", *, mark: str = "?", rows: int = 1
) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    row = f"({', '.join([mark] * len(columns))})"
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * rows)} {conflict}"
