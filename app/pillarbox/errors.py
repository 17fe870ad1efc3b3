"""Every exception that this program raises on purpose, one sentence a class; each says whose fault it was.

PillarboxError
├── UsageError            the person who started the program: the sentence names what, and the mend; exit code 2
│   └── DatabaseError     … the database at that URL cannot be opened or is too new
├── StoreUnavailable      the database, right now: 451 for mail, 503 for programs; it may pass
│   └── StoreFull         … it has no room on its disk: 452 for mail
├── Stopping              nobody: this server is being stopped, and what it was waiting for will not come; 503
├── Unreachable           whoever should answer a command over HTTP does not, or is no catcher; exit code 1
├── Refused               what a command asked for over HTTP was answered with a problem; `status` says which kind
│   └── ExpectationFailed … mail that was waited for did not come, or is not as expected (`client/failure.py`)
├── NotFound              the caller: there is no such message, session or part
├── Conflict              the caller: what is there stands in the way; 409
└── Invalid               the caller: a parameter or body that cannot be right; `where` names it
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class PillarboxError(Exception):
    """Base of all of them; its text is a sentence for people."""


class UsageError(PillarboxError):
    """The program was started with something that cannot work; the text says what and how to mend it."""


class DatabaseError(UsageError):
    """The database cannot be opened, is in use by another process, or was written by a newer program."""


class StoreUnavailable(PillarboxError):
    """The database did not take a write or answer a read; nothing was acknowledged, and trying again may help."""


class Stopping(PillarboxError):
    """The server is being stopped, so whoever waits for something waits in vain."""


class Unreachable(PillarboxError):
    """A command cannot speak to a catcher at that address; the text says why."""


class Refused(PillarboxError):
    """A catcher said no to a command; the text is what its problem document says, `problem` is all of it."""

    def __init__(self, message: str, *, status: int, problem: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem or {}


class StoreFull(StoreUnavailable):
    """The disk of the database is full; smaller things may still find room."""


class NotFound(PillarboxError):
    """What was asked for does not exist, or does no longer."""


class Conflict(PillarboxError):
    """What was asked for cannot be done to what is there; the text says what stands in the way."""


class Invalid(PillarboxError):
    """A parameter or a body is wrong; `where` names it."""

    def __init__(self, message: str, *, where: str) -> None:
        super().__init__(message)
        self.where = where
