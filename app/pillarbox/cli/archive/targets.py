"""Which format mail is exported to: the one that is asked for, else the one that the target's name tells."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from pillarbox.cli.archive import maildir
from pillarbox.cli.archive.item import Target
from pillarbox.errors import UsageError

Format = Literal["eml", "mbox", "maildir", "zip"]

FORMATS: tuple[Format, ...] = get_args(Format)

_SUFFIXES: dict[str, Format] = {".zip": "zip", ".mbox": "mbox", ".mbx": "mbox", ".maildir": "maildir"}
_NAMES: dict[str, Format] = {"mbox": "mbox", "maildir": "maildir"}


def format_of(name: str) -> Format:
    """What `name` tells: `box.zip`, `box.mbox`, `Maildir`, or a folder, which ends with a slash or is there already.

    Raises UsageError.
    """
    path = Path(name)
    found = _NAMES.get(path.name.lower()) or _SUFFIXES.get(path.suffix.lower())
    if found:
        return found
    if path.is_dir():
        return "maildir" if maildir.is_maildir(path) else "eml"
    if name.endswith("/"):
        return "eml"
    raise UsageError(
        f"The name {name!r} tells no format; end it with .zip, .mbox, .maildir or, for a folder of .eml files, with a "
        "slash, or say --format."
    )


def target(name: str, chosen: Format | None, *, force: bool) -> Target:
    """Raises UsageError when nothing tells the format."""
    path = Path(name)
    match chosen or format_of(name):
        case "zip":
            from pillarbox.cli.archive.zipped import ZipTarget

            return ZipTarget(path, force=force)
        case "mbox":
            from pillarbox.cli.archive.mbox import MboxTarget

            return MboxTarget(path, force=force)
        case "maildir":
            return maildir.MaildirTarget(path, force=force)
        case "eml":
            from pillarbox.cli.archive.eml import EmlTarget

            return EmlTarget(path, force=force)
