"""The search rows of stored messages, made again from what is kept of each: to remove them, or when their form changed.

Rules of this module:

* Whoever reads a message again gets the words that its row was made of, as long as the program is the same one. After a
  change a word may be left behind in the index: it stands for an id that is never used again, and finds nothing.
* `write_all` is called by a migration, in its transaction: the table is empty, and nobody writes meanwhile. It reads
  only columns that the first schema had: later migrations have not run yet. Whether lint found anything is read from
  the count, which is what lists show.
* To remove rows, they are made outside the writer, which need not wait for it; a message never changes.
* Messages are in memory one by one, the rows made of them as many as are removed together.
* A message whose bytes are damaged or gone has no row: it must not keep all others from being removed or upgraded. What
  the index has of it stays there until the index is begun anew.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.parse import digest
from pillarbox.storage import body, rows
from pillarbox.storage.database import Database, Done, Row
from pillarbox.storage.search import Search, searchable
from pillarbox.storage.tables import message, raw, recipient

PIECE = 200
"""Messages whose rows are read together."""

TOLD = 10_000
"""Messages between two lines of the log."""

log = logging.getLogger(__name__)

_READ = sa.select(message.c.id, message.c.inbox_id, message.c.mail_from, message.c.lint_count)


def write_all(connection: Connection, database: Database) -> int:
    """The number of messages."""
    of_all = connection.execute(sa.select(sa.func.count()).select_from(message)).scalar_one()
    done = last = 0
    while found := connection.execute(_READ.where(message.c.id > last).order_by(message.c.id).limit(PIECE)).all():
        database.insert(connection, "search", database.search.columns, list(_again(connection, database.search, found)))
        last = found[-1].id
        if done // TOLD != (done := done + len(found)) // TOLD:
            log.info("%d of %d messages are searchable again", done, of_all)
    return done


def written(connection: Connection, database: Database, ids: Sequence[int]) -> dict[int, Row]:
    """The rows of messages as they were written, as far as whoever removes them has to say so, and they are there."""
    found: dict[int, Row] = {}
    if database.search.forgets:
        for start in range(0, len(ids), PIECE):
            some = connection.execute(_READ.where(message.c.id.in_(ids[start : start + PIECE]))).all()
            found |= {row[0]: row for row in _again(connection, database.search, some)}
    return found


def renew(connection: Connection, *, database: Database, known: Mapping[int, Row]) -> Done:
    """Begin the index anew with what is left: `known` are the rows of all but those that came since."""
    ids = connection.execute(sa.select(message.c.id).order_by(message.c.id)).scalars().all()
    late = written(connection, database, [one for one in ids if one not in known])
    database.search.clear(connection)
    made = [row for one in ids if (row := known.get(one) or late.get(one)) is not None]
    database.insert(connection, "search", database.search.columns, made)
    return Done(len(made))


def _again(connection: Connection, search: Search, found: Sequence[Any]) -> Iterator[Row]:
    ids = [row.id for row in found]
    recipients: defaultdict[int, list[Recipient]] = defaultdict(list)
    query = sa.select(recipient.c.message_id, recipient.c.address).where(recipient.c.message_id.in_(ids))
    for message_id, address in connection.execute(query.order_by(recipient.c.message_id, recipient.c.position)):
        recipients[message_id].append(Recipient(address))
    for row in found:
        octets = _octets(connection, row.id)
        if octets is None:
            continue
        envelope = Envelope(Sender(row.mail_from), tuple(recipients[row.id]))
        content = search.content(searchable(envelope, rows.fitted(digest(octets)), lint=row.lint_count > 0))
        yield search.row(row.id, row.inbox_id, content)


def _octets(connection: Connection, message_id: int) -> bytes | None:
    kept = connection.execute(sa.select(raw.c.encoding, raw.c.body).where(raw.c.message_id == message_id)).one_or_none()
    try:
        return None if kept is None else body.unpack(*kept)
    except ValueError:
        log.warning("Message %d cannot be read; its words stay in the search index", message_id, exc_info=True)
        return None
