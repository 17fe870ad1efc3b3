"""Files of one message each, octet for octet: an .eml file, a folder of them, and what MailHog keeps.

Rules of this module:

* The file's time is the time at which the message was received: export sets it, `mailpit dump` and MailHog do too.
* Files in a folder are taken in the order of their numbers, as export names them; others by their time.
* MailHog (`-storage maildir`, which is no Maildir) writes the envelope before the message: lines `HELO:<…>`,
  `FROM:<…>`, `TO:<…>` and an empty one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pillarbox.cli.archive import folder
from pillarbox.cli.archive.item import Item, Unread, read_file, why
from pillarbox.mail.envelope import Recipient, Sender

MAILHOG_NAME = re.compile(r"[A-Za-z0-9_-]{43}=@.+")
"""32 random octets in base64url and a host name."""

MAILHOG = re.compile(rb"HELO:<[^\r\n]*>\r\nFROM:<([^\r\n]*)>\r\n((?:TO:<[^\r\n]*>\r\n)*)\r\n")


class EmlTarget:
    """A folder of `<id>.eml`."""

    with_envelope = False

    def __init__(self, path: Path, *, force: bool) -> None:
        self._path = path
        self._force = force

    def begin(self) -> None:
        folder.prepare(self._path, force=self._force)

    def add(self, item: Item) -> None:
        folder.write(self._path / f"{item.id}.eml", self._path / f".{item.id}.eml.part", item)

    def finish(self) -> None:
        """Each file is there already."""

    def abandon(self) -> None:
        """Each file that is there is whole."""


@dataclass(slots=True)
class FileSource:
    """One file that somebody has named."""

    path: Path
    limit: int
    kind: str = "a message"
    count: int = 1

    def __iter__(self) -> Iterator[Item | Unread]:
        yield _read(self.path, self.path.name, self.limit, follow=True, mailhog=self.path.suffix.lower() != ".eml")


class FolderSource:
    """The `names` in a folder, which are message files."""

    def __init__(self, path: Path, names: list[str], kind: str, limit: int, *, mailhog: bool = False) -> None:
        self.kind = kind
        self.count = len(names)
        self._path = path
        self._limit = limit
        self._mailhog = mailhog
        self._names = sorted(names, key=self._order)

    def _order(self, name: str) -> tuple[int, int, str]:
        stem = name.partition(".")[0]
        if stem.isascii() and stem.isdigit() and len(stem) < 20:
            return 0, int(stem), name
        try:
            return 1, os.stat(self._path / name, follow_symlinks=False).st_mtime_ns, name
        except OSError:
            return 2, 0, name  # gone meanwhile; told when it is read

    def __iter__(self) -> Iterator[Item | Unread]:
        for name in self._names:
            yield _read(self._path / name, name, self._limit, mailhog=self._mailhog)


def _read(path: Path, name: str, limit: int, *, follow: bool = False, mailhog: bool = False) -> Item | Unread:
    found = read_file(path, limit, follow=follow)
    if isinstance(found, str):
        return Unread(name, found)
    raw, at = found
    head = MAILHOG.match(raw) if mailhog else None
    if head is None:
        return Item(name=name, raw=raw, received_at=at)
    recipients = [Recipient(line[4:-1]) for line in head[2].decode("utf-8", "replace").split("\r\n")[:-1]]
    sender = Sender(head[1].decode("utf-8", "replace"))
    return Item(name=name, raw=raw[head.end() :], sender=sender, recipients=tuple(recipients), received_at=at)


def listed(path: Path) -> tuple[list[str], list[str]]:
    """The files and the folders in a folder. Raises OSError."""
    files: list[str] = []
    folders: list[str] = []
    with os.scandir(path) as entries:
        for entry in entries:
            (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
    return files, folders


def source(path: Path, limit: int) -> FolderSource | str:
    """What is in a folder that is no Maildir, or why nothing of it can be imported."""
    try:
        files, _ = listed(path)
    except OSError as error:
        return f"it cannot be read ({why(error)})"
    kept = [name for name in files if MAILHOG_NAME.fullmatch(name)]
    if kept:
        return FolderSource(path, kept, "a folder of MailHog", limit, mailhog=True)
    letters = [name for name in files if name.lower().endswith(".eml") and not name.startswith(".")]
    if letters:
        return FolderSource(path, letters, "a folder of .eml files", limit)
    return "there is no message in it: no .eml file, no Maildir, nothing of MailHog"
