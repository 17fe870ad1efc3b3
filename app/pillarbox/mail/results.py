"""Authentication-Results and Received-SPF: what a server found out about a message (RFC 8601, RFC 7208 section 9.1).

Rules of this module: nothing raises, all is linear, at most 100 results of a header are read.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pillarbox.mail import comments

MOST = 100
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){0,2000})"')
_PAIR = re.compile(
    r"([A-Za-z][\w.-]{0,60})(?:/\d{1,9})?\s{0,10}=\s{0,10}(\"(?:[^\"\\]|\\.){0,2000}\"|[^\s;\"]{1,2000})"
)


class Result(NamedTuple):
    """`method` has given `result`; `about` are its properties and its comment, as written, parted by blanks."""

    method: str
    result: str
    about: str


class Verdicts(NamedTuple):
    """`server` is who says so: in Authentication-Results its id, in ARC it stands behind `i=N;`."""

    server: str
    results: tuple[Result, ...]


def verdicts(value: str) -> Verdicts:
    """An Authentication-Results header, unfolded, or one of ARC.

    >>> verdicts("mx.test; spf=pass (ok) smtp.mailfrom=a.test; dkim=none").results[0]
    Result(method='spf', result='pass', about='ok · smtp.mailfrom=a.test')
    """
    server, *rest = _split(value)
    if re.fullmatch(r"\s*i\s*=\s*\d+\s*", server) and rest:
        server, *rest = rest
    found = []
    for one in rest[:MOST]:
        told = [(run.text.strip(), run.comment) for run in comments.runs(one)]
        plain = " ".join(text for text, comment in told if not comment)
        pairs = _PAIR.findall(plain)
        if pairs:
            words = [text for text, comment in told if comment]
            about = [f"{name}={_unquoted(text)}" for name, text in pairs[1:]]
            found.append(Result(pairs[0][0], _unquoted(pairs[0][1]), " · ".join([*words, *about])))
    return Verdicts((server.split() or [""])[0], tuple(found))


def spf(value: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The result of a Received-SPF header, and what it names: comment and `key=value` pairs."""
    runs = comments.runs(value)
    plain = " ".join(run.text for run in runs if not run.comment)
    word, _, rest = plain.strip().partition(" ")
    return word.strip(";"), tuple((name, _unquoted(text)) for name, text in _PAIR.findall(rest)[:MOST])


def _split(value: str) -> list[str]:
    """At each `;` outside of comments and quoted strings; comments stay."""
    parts = [""]
    for run in comments.runs(value):
        if run.comment:
            parts[-1] += f"({run.text})"
            continue
        at = 0
        for mark in re.finditer(r'"(?:[^"\\]|\\.){0,2000}"|;', run.text):
            if mark[0] == ";":
                parts[-1] += run.text[at : mark.start()]
                parts.append("")
                at = mark.end()
        parts[-1] += run.text[at:]
    return parts


def _unquoted(text: str) -> str:
    found = _QUOTED.fullmatch(text)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else text
