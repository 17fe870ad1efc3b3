"""Comments in structured headers, which may be nested (RFC 5322 section 3.2.2), apart from what stands outside them.

Rules of this module:

* one pass, comments are counted and not nested; one that is never closed ends with the value;
* a parenthesis in a quoted string opens no comment; a quote that is never closed is an ordinary character.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_MARK = re.compile(r'\\.|[()]|"(?:[^"\\]|\\.){0,2000}"', re.DOTALL)


class Run(NamedTuple):
    """A run of the value: text outside of comments, or what stands in one, without its parentheses."""

    text: str
    comment: bool


def runs(value: str) -> list[Run]:
    """The value as text and comments in turn; nothing but the outermost parentheses is lost.

    >>> runs("by mx (Postfix (2)) with SMTP")
    [Run(text='by mx ', comment=False), Run(text='Postfix (2)', comment=True), Run(text=' with SMTP', comment=False)]
    """
    found: list[Run] = []
    depth, at = 0, 0
    for mark in _MARK.finditer(value):
        if mark[0] == "(":
            if not depth:
                found.append(Run(value[at : mark.start()], False))
                at = mark.end()
            depth += 1
        elif mark[0] == ")" and depth:
            depth -= 1
            if not depth:
                found.append(Run(value[at : mark.start()], True))
                at = mark.end()
    found.append(Run(value[at:], depth > 0))
    return [run for run in found if run.text]
