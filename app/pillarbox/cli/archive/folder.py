"""Folders with a file for each message: how such a file is written, and made so that it is never half there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pillarbox.cli.archive.item import Item, why
from pillarbox.errors import UsageError


def prepare(folder: Path, *, force: bool, inside: Sequence[str] = ()) -> None:
    """Make a folder, and those `inside` of it, for its owner only. Raises UsageError when it is in use.

    With `force` what is in it stays there: a folder named by mistake must not cost what it holds.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file; name a folder.")
        if folder.is_dir() and not force and any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty; name another, or add to it with --force.")
        for one in (folder, *(folder / name for name in inside)):
            one.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({why(error)}); name a place that can.") from None


def write(path: Path, temporary: Path, item: Item) -> None:
    """Put a message there, whole or not at all, with the time at which it was received."""
    assert item.received_at is not None
    temporary.unlink(missing_ok=True)
    try:
        # Exclusive, so that no link that somebody left there is followed.
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(item.raw)
        seconds = int(item.received_at.timestamp())
        at = seconds * 1_000_000_000 + item.received_at.microsecond * 1000
        os.utime(temporary, ns=(at, at))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
