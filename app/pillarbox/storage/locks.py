"""One process a SQLite file, held by flock on a file beside it, so that it ends with the process whatever kills it.

The file keeps the pid of the holder for the message that a second process gets. It is never removed: a lock on a
removed file would hold nothing against a process that makes it anew.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from pillarbox.errors import DatabaseError


class FileLock:
    """Held from construction until `release`. Raises DatabaseError when another process, or this one, holds it."""

    def __init__(self, database: Path) -> None:
        try:
            self._fd = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseError(
                f"The lock file {database}.lock cannot be opened ({error.strerror}): mend its permissions, "
                "or use another --database."
            ) from None
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid = os.pread(self._fd, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._fd)
            raise DatabaseError(
                f"The database {database} is in use by another Pillarbox (process {pid}): "
                "stop that one, or give this one a --database of its own."
            ) from None
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode("ascii"), 0)

    def release(self) -> None:
        if self._fd >= 0:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = -1
