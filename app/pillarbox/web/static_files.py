"""The static files, read once, under an address that changes whenever any of them does.

The hash is of the whole tree, so that a module may import its neighbour by a relative address and both may be cached
for ever, without any build step. A style sheet's `@import "other.css";` is replaced by that file, so that a browser has
one to load before it paints. What only people read of our scripts and sheets (comments, indentation, blanks of sheets)
stays behind: it would be an eighth of what a browser loads. What comes from elsewhere (vendor/) is served as it is.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
"""What is served; a file of any other kind (a licence without an ending) is not."""

_SCRIPT = (
    re.compile(rb"^[ \t]*(?://[^\n]*|/\*\*.*?\*/)\n", re.DOTALL | re.MULTILINE),  # a comment on lines of its own
    re.compile(rb"[ \t]+// [^\n'\"`]*$", re.MULTILINE),  # one behind code
    re.compile(rb"^[ \t\n]+", re.MULTILINE),
)
_BLANKS = re.compile(rb'("[^"\n]*")|[ \n]*([{};,])[ \n]*|(:) ')  # of a sheet, those that mean nothing; strings stay
_SHEET = (re.compile(rb"/\*.*?\*/\n*", re.DOTALL), re.compile(rb"^[ \t\n]+", re.MULTILINE))

_IMPORT = re.compile(rb'^@import "([a-z/_-]+\.css)";\n', re.MULTILINE)


@dataclass(frozen=True)
class StaticFile:
    content: bytes
    content_type: str

    @cached_property
    def gzipped(self) -> bytes:
        """The content in gzip's format (RFC 1952), made when it is first asked for."""
        packer = zlib.compressobj(9, wbits=31)
        return packer.compress(self.content) + packer.flush()


@dataclass(frozen=True, slots=True)
class StaticTree:
    """`files` by their path under the folder, with `/`; `version` is 16 hex digits of the hash of paths and bytes."""

    version: str
    files: dict[str, StaticFile]


def read(folder: Path) -> StaticTree:
    digest = hashlib.sha256()
    files: dict[str, StaticFile] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in TYPES):
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        if path.suffix == ".css":
            content = _BLANKS.sub(rb"\1\2\3", _bare(_with_imports(path, content), _SHEET))
        elif path.suffix == ".js" and not name.startswith("vendor/"):
            content = _bare(content, _SCRIPT)
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
        files[name] = StaticFile(content, TYPES[path.suffix])
    return StaticTree(digest.hexdigest()[:16], files)


def _bare(content: bytes, left_out: tuple[re.Pattern[bytes], ...]) -> bytes:
    for pattern in left_out:
        content = pattern.sub(b"", content)
    return content


def _with_imports(sheet: Path, content: bytes) -> bytes:
    return _IMPORT.sub(lambda found: (sheet.parent / found[1].decode()).read_bytes(), content)
