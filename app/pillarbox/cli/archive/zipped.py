"""A zip of `<id>.eml` and `manifest.jsonl`, which gives all back but the conversation; and any zip of .eml files.

Rules of this module:

* Nothing is ever unpacked to the disk: a name in the archive only finds another thing in the archive.
* What an entry unpacks to is bounded before it is read: by the size that the archive states, which is what the manifest
  states, which is at most what the catcher takes. Each entry is read once, however often it is named.
* The manifest has no more lines than the archive has entries, and no line is longer than `manifest.LONGEST`.
* A message is what its SHA-256 in the manifest says, or it is not imported.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pillarbox.cli.archive import manifest
from pillarbox.cli.archive.item import Item, Unread, too_large, why
from pillarbox.cli.archive.single import SingleFile

_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Those unpack no further than they are asked to; the others hand out whatever a block holds."""

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What `zipfile` raises on archives that are damaged, or made to do harm."""

_ENCRYPTED = 0x1


class ZipTarget(SingleFile):
    with_envelope = True

    def begin(self) -> None:
        super().begin()
        self._zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED)
        # At the end of the archive, because an entry is written in one go; on the disk until then, because it is long.
        self._manifest = tempfile.TemporaryFile(dir=self.path.parent)  # noqa: SIM115

    def add(self, item: Item) -> None:
        assert item.received_at is not None
        name = f"{item.id}.eml"
        self._zip.writestr(_entry(name, item.received_at), item.raw)
        self._manifest.write(manifest.line(item, name))

    def finish(self) -> None:
        self._manifest.seek(0)
        with self._zip.open(_entry(manifest.NAME, datetime.now(UTC)), "w", force_zip64=True) as entry:
            shutil.copyfileobj(self._manifest, entry)
        self._manifest.close()
        self._zip.close()
        super().finish()

    def abandon(self) -> None:
        self._manifest.close()
        # Else it would close itself when it is collected, into a file that is gone.
        with contextlib.suppress(OSError):
            self._zip.close()
        super().abandon()


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    """The times of zip files have two seconds and the years 1980 to 2107; the true one is in the manifest."""
    year = min(max(at.year, 1980), 2107)
    entry = zipfile.ZipInfo(name, (year, at.month, at.day, at.hour, at.minute, at.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


class ZipSource:
    """A zip with a manifest, else every .eml file in it."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self.kind = "a zip of .eml files"
        self.count = 0
        self._broken: Unread | None = None
        try:
            with zipfile.ZipFile(path) as archive:
                self._look(archive)
        except OSError as error:
            self._broken = Unread(path.name, f"it cannot be read ({why(error)})")
        except _BROKEN:
            self._broken = Unread(path.name, "it is no whole zip file: cut off, or damaged")
        if self._broken:
            self.kind, self.count = "a zip", 0

    def _look(self, archive: zipfile.ZipFile) -> None:
        if manifest.NAME in archive.namelist():
            self.kind = "a zip of pillarbox export"
            if wrong := _unreadable(archive.getinfo(manifest.NAME)):
                self._broken = Unread(manifest.NAME, wrong)
                return
            with archive.open(manifest.NAME) as lines:
                self.count = sum(1 for _ in _lines(lines, len(archive.infolist())))
        else:
            self.count = len(_letters(archive))
            if not self.count:
                self._broken = Unread(self._path.name, "there is neither a manifest.jsonl nor an .eml file in it")

    def __iter__(self) -> Iterator[Item | Unread]:
        if self._broken:
            yield self._broken
            return
        try:
            with zipfile.ZipFile(self._path) as archive:
                if manifest.NAME in archive.namelist():
                    yield from self._listed(archive)
                else:
                    yield from self._bare(archive)
        except OSError as error:
            yield Unread(self._path.name, f"it cannot be read further ({why(error)})")
        except _BROKEN:
            yield Unread(self._path.name, "it is damaged, and cannot be read further")

    def _listed(self, archive: zipfile.ZipFile) -> Iterator[Item | Unread]:
        seen: set[str] = set()
        with archive.open(manifest.NAME) as lines:
            for number, line in enumerate(_lines(lines, len(archive.infolist())), 1):
                if isinstance(line, str):
                    yield Unread(f"line {number} of {manifest.NAME}", line)
                    continue
                listed = manifest.read(line)
                if isinstance(listed, str):
                    yield Unread(f"line {number} of {manifest.NAME}", listed)
                elif listed.file in seen:
                    yield Unread(listed.file, "the manifest names it a second time")
                else:
                    seen.add(listed.file)
                    yield self._one(archive, listed)
        left = [one.filename for one in _letters(archive) if one.filename not in seen]
        for name in left:
            yield Unread(name, f"{manifest.NAME} does not name it")

    def _one(self, archive: zipfile.ZipFile, listed: manifest.Listed) -> Item | Unread:
        try:
            entry = archive.getinfo(listed.file)
        except KeyError:
            return Unread(listed.file, "the manifest names it, and it is not in the archive")
        if entry.file_size != listed.size:
            return Unread(listed.file, f"the manifest says {listed.size} octets, and it has {entry.file_size}")
        raw = self._read(archive, entry)
        if isinstance(raw, Unread):
            return raw
        if hashlib.sha256(raw).hexdigest() != listed.sha256:
            return Unread(listed.file, "its SHA-256 is not the one that the manifest says")
        item = listed.item
        return Item(
            name=item.name,
            raw=raw,
            sender=item.sender,
            recipients=item.recipients,
            received_at=item.received_at,
            inbox=item.inbox,
            read=item.read,
            pinned=item.pinned,
            tags=item.tags,
        )

    def _bare(self, archive: zipfile.ZipFile) -> Iterator[Item | Unread]:
        for entry in _letters(archive):
            raw = self._read(archive, entry)
            yield raw if isinstance(raw, Unread) else Item(name=entry.filename, raw=raw)

    def _read(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | Unread:
        name = entry.filename
        if wrong := _unreadable(entry):
            return Unread(name, wrong)
        if entry.file_size > self._limit:
            return Unread(name, too_large(entry.file_size, self._limit))
        try:
            with archive.open(entry) as file:
                raw = file.read(entry.file_size + 1)
        except OSError as error:
            return Unread(name, f"it cannot be read ({why(error)})")
        except _BROKEN:
            return Unread(name, "it is damaged in the archive")
        if len(raw) != entry.file_size:
            return Unread(name, "it is damaged in the archive")
        return raw


def _unreadable(entry: zipfile.ZipInfo) -> str | None:
    if entry.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if entry.compress_type not in _READ:
        return "it is packed in a way that is not read here; pack it by deflate"
    return None


def _letters(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [one for one in archive.infolist() if one.filename.lower().endswith(".eml")]


def _lines(file: IO[bytes], most: int) -> Iterator[bytes | str]:
    """The lines of a manifest; where reading them ends before its end, what is wrong."""
    for _ in range(most):
        line = file.readline(manifest.LONGEST + 1)
        if not line:
            return
        if len(line) > manifest.LONGEST:
            yield f"it has more than {manifest.LONGEST} octets, and what follows is not read"
            return
        yield line
    if file.read(1):
        yield "the manifest has more lines than the archive has files, and what follows is not read"
