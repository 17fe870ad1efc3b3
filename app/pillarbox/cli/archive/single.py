"""A target that is one file: written beside its name, and renamed to it when it is whole and on the disk."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from pillarbox.cli.archive.item import why
from pillarbox.errors import UsageError


class SingleFile:
    """Readable by its owner only, as the database is that the mail comes from."""

    def __init__(self, path: Path, *, force: bool) -> None:
        self.path = path
        self._force = force
        self._temporary: Path | None = None
        self.file: BinaryIO

    def begin(self) -> None:
        """Raises UsageError when the name is taken, or nothing can be written there."""
        if self.path.is_dir():
            raise UsageError(f"{self.path} is a folder; name a file.")
        if os.path.lexists(self.path) and not self._force:
            raise UsageError(f"{self.path} is there already; name another, or replace it with --force.")
        try:
            descriptor, name = tempfile.mkstemp(
                prefix=f".{self.path.name[:100]}.", suffix=".part", dir=self.path.parent
            )
        except OSError as error:
            raise UsageError(f"{self.path} cannot be written ({why(error)}); name a place that can.") from None
        self._temporary = Path(name)
        self.file = cast(BinaryIO, os.fdopen(descriptor, "wb"))

    def finish(self) -> None:
        assert self._temporary is not None
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        self._temporary.replace(self.path)
        self._temporary = None

    def abandon(self) -> None:
        if self._temporary is not None:
            temporary, self._temporary = self._temporary, None
            temporary.unlink(missing_ok=True)
            # What is still to be written is not wanted any more, so it may as well fail, as on a full disk.
            with contextlib.suppress(OSError):
                self.file.close()
