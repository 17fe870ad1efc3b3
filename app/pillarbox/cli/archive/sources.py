"""What an archive is, told by what is in it and not by its name."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from pillarbox.cli.archive import eml, maildir
from pillarbox.cli.archive.item import Source, why
from pillarbox.errors import UsageError

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?[!-9;-~]+[ \t]*:")
_LOOKED_AT = 1000


def source(name: str, limit: int) -> Source:
    """The archive of that name; a message of more than `limit` octets in it is passed over. Raises UsageError."""
    path = Path(name)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            found = maildir.MaildirSource(path, limit) if maildir.is_maildir(path) else eml.source(path, limit)
            if isinstance(found, str):
                raise UsageError(f"{name} cannot be imported: {found}.")
            return found
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{name} is neither a file nor a folder.")
        with path.open("rb") as file:
            head = file.read(_LOOKED_AT)
    except (OSError, ValueError) as error:
        reason = why(error) if isinstance(error, OSError) else "no path holds a NUL"
        raise UsageError(f"{name} cannot be read ({reason}); name a file or a folder that exists.") from None
    return _file(path, head, limit)


def _file(path: Path, head: bytes, limit: int) -> Source:
    suffix = path.suffix.lower()
    if head.startswith(_ZIP) or suffix == ".zip":
        from pillarbox.cli.archive.zipped import ZipSource

        return ZipSource(path, limit)
    if suffix != ".eml" and (head.startswith(b"From ") or (suffix in (".mbox", ".mbx") and not head)):
        from pillarbox.cli.archive.mbox import MboxSource

        return MboxSource(path, limit)
    if suffix == ".eml" or eml.MAILHOG_NAME.fullmatch(path.name) or _HEADER.match(head):
        return eml.FileSource(path, limit)
    raise UsageError(
        f"{path} is nothing that can be imported: no message, mbox or zip; a message without headers is taken when its "
        "name ends with .eml."
    )
