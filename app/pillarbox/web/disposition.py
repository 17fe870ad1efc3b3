"""Content-Disposition for bytes that a stranger named: a file name reaches the reader, a path or a header never does.

Rules of this module (RFC 6266, RFC 8187):

* only the last step of a path is kept, whichever way its slashes lean; what is left of `..` is nothing;
* control characters, line ends and the marks that turn text round (so that `exe.fdp` reads `pdf.exe`) are dropped;
* every name is given as `filename*` in UTF-8; `filename` is an ASCII likeness for old programs.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal
from urllib.parse import quote

LONGEST = 150
"""Characters of a name; file systems take 255 octets."""

INLINE_TYPES = frozenset({"text/plain", "application/pdf"})
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/zip": ".zip",
    "message/rfc822": ".eml",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
}
# RFC 6838 section 4.2: a name has at most 127 characters.
_TOKEN = r"[A-Za-z0-9!#$&^_.+-]{1,127}"
_MEDIA_TYPE = re.compile(f"{_TOKEN}/{_TOKEN}")
_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}")
# Reserved by file systems that a download may land on.
_RESERVED = re.compile(r'[<>:"|?*]')


def content_type(declared: str, charset: str | None) -> str:
    """A media type that is safe to send: what is none, or would be sniffed, is octets; text keeps its charset."""
    if _MEDIA_TYPE.fullmatch(declared) is None:
        return "application/octet-stream"
    if declared.startswith("text/") and charset and _CHARSET.fullmatch(charset):
        return f"{declared}; charset={charset}"
    return declared


def kind(declared: str) -> Literal["inline", "attachment"]:
    """`inline` for what a browser shows without running it: pictures that are no SVG, plain text, PDF."""
    if declared in INLINE_TYPES:
        return "inline"
    is_picture = declared.startswith("image/") and not declared.startswith("image/svg")
    return "inline" if is_picture and _MEDIA_TYPE.fullmatch(declared) else "attachment"


def part_name(sent: str | None, n: int, declared: str) -> str:
    """The name to save a part under: as sent as far as that is safe, else `part-3.pdf`."""
    name = safe_name(sent or "")
    return name or f"part-{n}{_EXTENSIONS.get(declared, '')}"


def safe_name(sent: str) -> str:
    """The last step of the path, without what is invisible or reserved; maybe "".

    `safe_name("../../etc/passwd")` is `"passwd"`, and `safe_name("..")` is `""`.
    """
    step = re.split(r"[/\\]", sent)[-1]
    shown = "".join(letter for letter in step if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    name = _RESERVED.sub("_", shown).strip(" .")
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return stem[: LONGEST - len(ending) - 1] + dot + ending
    return name[:LONGEST]


def header(disposition: Literal["inline", "attachment"], name: str) -> str:
    """The header's value; `name` is one from `part_name`."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    # "%" too: some programs decode it in the plain parameter (RFC 6266 appendix D).
    plain = re.sub(r'["\\%]', "_", ascii_name).strip() or "part"
    return f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
