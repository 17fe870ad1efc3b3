"""`pillarbox wait`: stand still until mail is there, and print it or one value of it.

Rules of this module:

* What is asked goes to the catcher as it was given: it knows what is right, and its answer is told by the flags' names.
* 0 when the mail was there, 1 when not or when it has no such value, 2 for wrong use and when the catcher cannot be
  asked. A script can so tell "no mail" from "no catcher".
* A value is printed as it is, for scripts; a terminal gets it without control characters.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from pillarbox.cli import rows
from pillarbox.cli.catcher import Catcher, by_flags
from pillarbox.cli.paint import Paint
from pillarbox.cli.place import place
from pillarbox.cli.sentences import no
from pillarbox.errors import Refused, Unreachable, UsageError
from pillarbox.mail.controls import in_line, in_text

CONDITIONS = ("to", "from", "subject", "header", "q", "inbox", "after", "count", "timeout", "pick")
"""Flags that are parameters of `GET /messages/wait`, by the same names."""

DEFAULT_TIMEOUT = 10.0
NETWORK = 30.0
"""Seconds that an answer may be late: a busy machine takes its time."""

_WIDE, _NARROW = 100, 40
"""Columns where nobody says how many there are, and at least."""


def wait(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """The exit code. Raises UsageError."""
    given = vars(options)
    params = [(name, value) for name in CONDITIONS for value in _all(given[name])]
    catcher = Catcher(place(options.url, environ), _patience(options.timeout))
    try:
        answer = catcher.get("/messages/wait", params)
        if options.pick is not None:
            return _print_value(answer)
        return _print_messages(json.loads(answer)["messages"], environ, as_json=options.json)
    except Refused as error:
        if error.status == 400:
            raise UsageError(by_flags(error, "wait")) from None
        if error.status in (404, 409):
            return no("\n".join(_explained(error)))
        return no(f"{catcher.place.shown}: {in_line(str(error))}", 2)
    except (Unreachable, ValueError, KeyError) as error:
        said = (
            str(error) if isinstance(error, Unreachable) else f"What answers at {catcher.place.shown} is no Pillarbox."
        )
        return no(f"{said} Start it, or name it with --url or PILLARBOX_URL.", 2)
    finally:
        catcher.close()


def _all(value: str | list[str] | None) -> list[str]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _patience(timeout: str | None) -> float:
    """Seconds until an answer must have come; what is no number of seconds the catcher refuses at once."""
    found = re.fullmatch(r"[0-9]{1,9}(\.[0-9]*)?", timeout or "")
    return (float(found[0]) if found else DEFAULT_TIMEOUT) + NETWORK


def _print_value(value: bytes) -> int:
    if sys.stdout.isatty():
        value = in_text(value.decode("utf-8", "replace")).encode()
    sys.stdout.flush()
    sys.stdout.buffer.write(value if value.endswith(b"\n") else value + b"\n")
    return 0


def _print_messages(found: list[dict[str, Any]], environ: Mapping[str, str], *, as_json: bool) -> int:
    paint = Paint.of(sys.stdout, environ)
    for one in found:
        print(rows.json_line(one) if as_json else rows.message(one, paint))
    return 0


def _explained(error: Refused) -> Iterator[str]:
    """The catcher's explanation; what it names first is in its sentences already, the rest follows."""
    yield _wrapped(in_line(str(error)))
    for near in error.problem.get("nearest", ())[1:]:
        missed = "; ".join(map(_missed, near["failed"]))
        yield f"  also near: message {near['id']}, “{rows.shown(near['subject'])}”: {missed}"
    for one in error.problem.get("refused_sessions", ())[1:]:
        yield f"  also turned away: session {one['id']}: {rows.shown(one['reason'], 400)}"


def _missed(failed: Mapping[str, Any]) -> str:
    """`subject is “Your order”, not “Welcome”`"""
    actual = f"is “{rows.shown(failed['actual'])}”" if failed["actual"] is not None else "is not there"
    return f"{failed['condition']} {actual}, wanted “{rows.shown(failed['wanted'])}”"


def _wrapped(text: str) -> str:
    """As lines that end between words."""
    width = max(_NARROW, shutil.get_terminal_size((_WIDE, 24)).columns)
    begin = " " * len("pillarbox: ")
    wrapper = textwrap.TextWrapper(width, begin, "  ", break_long_words=False, break_on_hyphens=False)
    return wrapper.fill(text).removeprefix(begin)
