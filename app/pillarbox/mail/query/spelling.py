"""A query's tree as it would be typed: `parse` reads the same tree from it. For sentences about a part of a query.

Words stand as they are compared, folded and without accents; what was quoted is quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pillarbox.mail.query.tree import (
    And,
    Code,
    Flag,
    Header,
    InInbox,
    InSession,
    Leaf,
    Node,
    Not,
    Or,
    Received,
    Size,
    State,
    Tag,
    Text,
)


def spelled(node: Node) -> str:
    """`subject:invoice (from:anna OR from:bob) -is:read`."""
    match node:
        case And(parts):
            return " ".join(map(_each, parts))
        case Or(parts):
            return " OR ".join(_group(part) if isinstance(part, And | Or) else spelled(part) for part in parts)
        case Not(part):
            return f"-{_group(part) if isinstance(part, And | Or | Not) else spelled(part)}"
        case _:
            return _leaf(node)


def _each(part: Node) -> str:
    # OR binds tighter than the space, so only an "and" within an "and" needs its parentheses.
    return _group(part) if isinstance(part, And) else spelled(part)


def _group(node: Node) -> str:
    return f"({spelled(node)})"


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Text(words, field, whole):
            return (f"{field}:" if field else "") + _words(words, whole)
        case Header(name, words, whole):
            return f"header:{name}" + (f"={_words(words, whole)}" if words else "")
        case InInbox(name):
            return f"inbox:{name}"
        case Tag(name):
            return f"tag:{name}" if name.replace("-", "").isalnum() else f'tag:"{name}"'
        case Flag(kind):
            return f"has:{kind}"
        case State(kind):
            return f"is:{kind}"
        case Received(since, until):
            return f"since:{_moment(since)}" if since is not None else f"until:{_moment(until)}"
        case Size(larger, smaller):
            return f"larger:{larger}" if larger is not None else f"smaller:{smaller}"
        case InSession(session_id):
            return f"session:{session_id}"
        case Code(mark):
            return "code:" + mark.removeprefix("code").replace("d", ".")


def _words(words: Sequence[str], whole: bool) -> str:
    return '"' + " ".join(words) + '"' if whole else "-".join(words)


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.replace(tzinfo=None).isoformat() + "Z"
