"""The format Maildir: a file a message, in `new` until somebody has seen it, then in `cur` with its flags in its name.

Rules of this module:

* A file holds the octets of the message as they are; no line end is changed in either direction.
* Flags are those of the file's name: S (seen) is read, F (flagged) is pinned; others have no match.
* The name begins with the time at which the message was received, in seconds, `M` and microseconds; that is how order
  and time come back. Of files that other programs named it is the time of the name, else of the file.
* The name is made of what the message is, so exporting again with --force replaces and does not double.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pillarbox.cli.archive import eml, folder
from pillarbox.cli.archive.item import Item, Unread, read_file, why

FOLDERS = ("cur", "new", "tmp")

_EPOCH = datetime.fromtimestamp(0, UTC)
_TIME = re.compile(r"([0-9]{1,11})\.(?:[^.:]*?M([0-9]{1,6})(?![0-9]))?(?:[^.:]*?Q([0-9]{1,19})(?![0-9]))?")


def base_name(item: Item) -> str:
    """`1795472049.M123456Q42.pillarbox`: Q numbers what one process delivers, which here is the message's number."""
    assert item.received_at is not None
    since = item.received_at - _EPOCH
    return f"{since.days * 86_400 + since.seconds}.M{since.microseconds:06}Q{item.id}.pillarbox"


class MaildirTarget:
    with_envelope = False

    def __init__(self, path: Path, *, force: bool) -> None:
        self._path = path
        self._force = force
        self._there: dict[str, Path] = {}

    def begin(self) -> None:
        folder.prepare(self._path, force=self._force, inside=FOLDERS)
        for name in ("cur", "new"):
            for entry in os.scandir(self._path / name):
                if ".pillarbox" in entry.name:
                    self._there[entry.name.partition(":")[0]] = Path(entry.path)

    def add(self, item: Item) -> None:
        name = base_name(item)
        flags = ("F" if item.pinned else "") + ("S" if item.read else "")
        path = self._path / "cur" / f"{name}:2,{flags}" if flags else self._path / "new" / name
        folder.write(path, self._path / "tmp" / name, item)
        old = self._there.pop(name, path)
        if old != path:
            old.unlink(missing_ok=True)

    def finish(self) -> None:
        """Each file is there already."""

    def abandon(self) -> None:
        """Each file that is there is whole."""


class MaildirSource:
    """A Maildir and the folders inside of it that Maildir++ has, whose names begin with a dot."""

    kind = "a Maildir"

    def __init__(self, path: Path, limit: int) -> None:
        self._limit = limit
        self._unread: list[Unread] = []
        found: list[tuple[tuple[int, int, int, str], Path]] = []
        for place in self._places(path):
            try:
                files, _ = eml.listed(place)
            except OSError as error:
                self._unread.append(Unread(str(place.relative_to(path)), f"it cannot be read ({why(error)})"))
                continue
            found += [(_order(name), place / name) for name in files if not name.startswith(".")]
        self._files = [path for _, path in sorted(found)]
        self.count = len(self._files) + len(self._unread)

    def _places(self, path: Path) -> list[Path]:
        _, folders = eml.listed(path)
        roots = [path, *(path / name for name in sorted(folders) if name.startswith("."))]
        return [root / name for root in roots for name in ("cur", "new") if _is_folder(root / name)]

    def __iter__(self) -> Iterator[Item | Unread]:
        yield from self._unread
        for path in self._files:
            found = read_file(path, self._limit)
            if isinstance(found, str):
                yield Unread(path.name, found)
                continue
            raw, at = found
            flags = path.name.rpartition(":2,")[2] if ":2," in path.name and path.parent.name == "cur" else ""
            yield Item(
                name=path.name,
                raw=raw,
                received_at=_received_at(path.name) or at,
                read="S" in flags,
                pinned="F" in flags,
            )


def is_maildir(path: Path) -> bool:
    return _is_folder(path / "cur") or _is_folder(path / "new")


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _order(name: str) -> tuple[int, int, int, str]:
    found = _TIME.match(name)
    if found is None:
        return 0, 0, 0, name
    return int(found[1]), int(found[2] or 0), int(found[3] or 0), name


def _received_at(name: str) -> datetime | None:
    found = _TIME.match(name)
    if found is None or not int(found[1]):
        return None
    try:
        return _EPOCH + timedelta(seconds=int(found[1]), microseconds=int(found[2] or 0))
    except OverflowError:
        return None
