"""What went wrong with the database, in a sentence, and whether it concerns everything or one job.

Rules of this module:

* A driver's own text goes to the log, never into the sentence, and of it only the first line: PostgreSQL's further
  lines, and SQLAlchemy's, hold the row, which is what a sender wrote.
* Drivers are recognised by their codes, so that neither has to be imported to ask.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import sqlalchemy.exc

from pillarbox.errors import StoreFull, StoreUnavailable

_HELD = "The database is held by another program."

_SQLITE = {
    5: _HELD,
    6: _HELD,
    8: "The database is read-only.",
    10: "The disk of the database does not work.",
    11: "The database file is damaged.",
    14: "The database file cannot be opened.",
    26: "The database file is damaged.",
}
_SQLITE_FULL = 13


class FileGone(Exception):
    """At the path of the database is no file any more, or another one; the text is the path."""


class NoRoom(Exception):
    """What room the disk has is left to those who remove something; the text is the path of the database."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`wide` trouble makes every other write fail too; with `full` a smaller one may still succeed."""

    sentence: str
    wide: bool
    full: bool = False

    def refusal(self) -> StoreUnavailable:
        """What whoever wanted it written is told."""
        return StoreFull(self.sentence) if self.full else StoreUnavailable(self.sentence)


FULL = Trouble("The disk of the database is full.", wide=True, full=True)
GONE = Trouble("The database does not answer.", wide=True)
MOVED = Trouble("The file of the database has been moved, removed or replaced.", wide=True)
HELD = Trouble(_HELD, wide=True)
"""It was waited for as long as anything is waited for."""
REFUSED = Trouble("The database refused this.", wide=False)


def explain(error: BaseException) -> Trouble:
    """`error` as SQLAlchemy or a driver raised it."""
    if isinstance(error, sqlalchemy.exc.TimeoutError):
        return GONE
    if isinstance(error, FileGone):
        return MOVED
    if isinstance(error, NoRoom):
        return FULL
    invalid = False
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        invalid = error.connection_invalidated
        error = error.orig or error
    if isinstance(error, sqlite3.Error):
        return _explain_sqlite(error)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _explain_state(state)
    return GONE if invalid or _is_operational(error) else REFUSED


def cause(error: BaseException) -> str:
    """What the driver said, for the log."""
    said = getattr(error, "orig", None) or error
    lines = str(said).splitlines()
    return f"{type(said).__name__}: {lines[0] if lines else ''}"


def _explain_sqlite(error: sqlite3.Error) -> Trouble:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == _SQLITE_FULL:
        return FULL
    sentence = _SQLITE.get(code)
    return REFUSED if sentence is None else Trouble(sentence, wide=True)


def _explain_state(state: str) -> Trouble:
    """By SQLSTATE class (PostgreSQL documentation, appendix A)."""
    if state == "53100":
        return FULL
    if state == "25006":
        return Trouble("The database is read-only.", wide=True)
    if state == "55P03":
        return HELD
    # 25P03: the server has ended a transaction in which nothing was said for too long, and the connection with it.
    return GONE if state[:2] in {"08", "53", "57", "58"} or state == "25P03" else REFUSED


def _is_operational(error: BaseException) -> bool:
    """A driver's OperationalError without a code: the connection is gone (psycopg says so only in words)."""
    return any(kind.__name__ in {"OperationalError", "InterfaceError"} for kind in type(error).__mro__)
