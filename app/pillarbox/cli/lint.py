"""`pillarbox lint FILE`: what is wrong with a message, by its octets, headers and parts. Needs no catcher.

A file that has no CR at all is a Unix text file and is judged as `pillarbox send` would send it, with CRLF for LF.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

from pillarbox.errors import UsageError
from pillarbox.mail.message import Lint
from pillarbox.mail.parse import digest


def lint(file: str, *, as_json: bool) -> int:
    """One finding a line; 1 when one of them is an error, else 0. Raises UsageError when there is nothing to read."""
    raw = _read(file)
    found = digest(raw if b"\r" in raw else raw.replace(b"\n", b"\r\n")).lint
    if as_json:
        print(json.dumps([dataclasses.asdict(one) for one in found], indent=2))
    else:
        for one in found:
            print(_line(one))
    return 1 if any(one.severity == "error" for one in found) else 0


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(f"{file} cannot be read ({why}); name an .eml file, or - for standard input.") from None


def _line(one: Lint) -> str:
    """`error    missing-date  header Date: The message has no Date header. (RFC 5322 section 3.6)`"""
    place = f"header {one.header}: " if one.header else ""
    source = f" ({one.rfc})" if one.rfc else ""
    return f"{one.severity:7}  {one.code}  {place}{one.message}{source}"
