"""One message held against the conditions of a wait: it holds, or which of them fail and what the message has instead.

Rules of this module:

* Pure: whoever asks has read as much of the message as `Conditions.asks_content` says.
* Conditions are told in the order in which the API names them, a query part by part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pillarbox.mail.match.conditions import ANY_LOCAL, Conditions, HeaderCondition
from pillarbox.mail.message import Digest, Summary
from pillarbox.mail.query import sieve
from pillarbox.mail.query.sieve import Candidate
from pillarbox.mail.query.spelling import spelled
from pillarbox.mail.query.tree import (
    Code,
    Flag,
    Header,
    InInbox,
    InSession,
    Leaf,
    Node,
    Received,
    Size,
    State,
    Tag,
    Text,
    leaves,
)

Condition = Literal["inbox", "to", "from", "subject", "header", "q", "after"]


@dataclass(frozen=True, slots=True)
class Failed:
    """A condition that does not hold: as it was given, and what the message has there (None: nothing at all)."""

    condition: Condition
    wanted: str
    actual: str | None


@dataclass(frozen=True)
class Seen:
    """A message as far as it has been read: `headers` and `digest` where the conditions ask for content, `codes` where
    they ask for the replies of its session.
    """

    summary: Summary
    headers: Sequence[tuple[str, str]] = ()
    digest: Digest | None = None
    codes: frozenset[str] = frozenset()

    @cached_property
    def candidate(self) -> Candidate:
        return Candidate(self.summary, self.digest, self.codes)


@dataclass(frozen=True, slots=True)
class Near:
    """A message that does not hold: `failed` says in what."""

    row: Summary
    failed: tuple[Failed, ...]


def row_holds(wanted: Conditions, row: Summary) -> bool:
    """Whether all that the row alone can tell holds."""
    return next(_row_misses(wanted, row), None) is None


def row_misses(wanted: Conditions, row: Summary) -> int:
    """How many of the conditions that the row alone can tell fail."""
    return sum(1 for _ in _row_misses(wanted, row))


def _row_misses(wanted: Conditions, row: Summary) -> Iterator[tuple[Condition, str]]:
    """Those that fail, and what they want; each is tested when it is asked for."""
    if wanted.inbox is not None and row.inbox != wanted.inbox:
        yield "inbox", wanted.inbox
    if wanted.to is not None and not _has_address(_recipients(row), wanted.to):
        yield "to", wanted.to
    if wanted.from_ is not None and not _has_address(_senders(row), wanted.from_):
        yield "from", wanted.from_
    if wanted.subject is not None and wanted.subject.casefold() not in row.subject.casefold():
        yield "subject", wanted.subject


def _in_row(condition: Condition, row: Summary) -> str | None:
    """What the row has where such a condition looks."""
    match condition:
        case "inbox":
            return row.inbox
        case "to":
            return _listed(_recipients(row))
        case "from":
            return _listed(_senders(row))
        case _:
            return row.subject or None


def holds(wanted: Conditions, seen: Seen) -> bool:
    return row_holds(wanted, seen.summary) and has_headers(wanted, seen) and sieve.passes(seen.candidate, wanted.q)


def has_headers(wanted: Conditions, seen: Seen) -> bool:
    return all(_has_header(seen, one) for one in wanted.headers)


def failures(wanted: Conditions, seen: Seen) -> tuple[Failed, ...]:
    """Every condition that fails; empty when the message holds."""
    row = seen.summary
    found = [Failed(condition, asked, _in_row(condition, row)) for condition, asked in _row_misses(wanted, row)]
    for one in wanted.headers:
        if not _has_header(seen, one):
            found.append(Failed("header", f"{one.name}:{one.substring}", _listed(_header_values(seen, one))))
    for part in sieve.failing(seen.candidate, wanted.q):
        found.append(Failed("q", spelled(part), _instead(seen.candidate, part)))
    return tuple(found)


def keys(row: Summary) -> Iterator[tuple[str, str] | None]:
    """Everything that conditions which may hold for this message are kept by; see `Conditions.key`."""
    yield None
    yield ("inbox", row.inbox)
    for kind, addresses in (("to", _recipients(row)), ("from", _senders(row))):
        for folded in {one.casefold() for one in addresses}:
            yield (kind, folded)
            if "@" in folded:
                yield (kind, ANY_LOCAL + folded.rpartition("@")[2])


def _recipients(row: Summary) -> Iterator[str]:
    yield from row.rcpt_to
    for one in row.to + row.cc:
        yield one.address


def _senders(row: Summary) -> Iterator[str]:
    yield row.mail_from
    for one in row.from_:
        yield one.address


def _has_address(addresses: Iterable[str], wanted: str) -> bool:
    folded = wanted.casefold()
    if folded.startswith(ANY_LOCAL):
        end = folded[1:]
        # A quoted local part may have an @ of its own; the domain begins behind the last one.
        return any(address.casefold().endswith(end) for address in addresses)
    return any(address.casefold() == folded for address in addresses)


def _header_values(seen: Seen, wanted: HeaderCondition) -> list[str]:
    name = wanted.name.lower()
    return [value for one, value in seen.headers if one.lower() == name]


def _has_header(seen: Seen, wanted: HeaderCondition) -> bool:
    folded = wanted.substring.casefold()
    return any(folded in value.casefold() for value in _header_values(seen, wanted))


def _listed(values: Iterable[str]) -> str | None:
    """Each once, whatever its case."""
    return ", ".join({value.casefold(): value for value in values if value}.values()) or None


def _instead(one: Candidate, part: Node) -> str | None:
    """What the message has where this part of a query looks; None where that is nothing, or too much to say."""
    found = dict.fromkeys(filter(None, (_has(one, leaf) for leaf in leaves(part))))
    return "; ".join(found) or None


def _has(one: Candidate, leaf: Leaf) -> str | None:
    row = one.summary
    match leaf:
        case Text(_, None | "body"):
            return None
        case Text(_, field):
            return _listed(value.strip() for value in sieve.values(one, field or ""))
        case Header(name):
            return _listed(value for other, value in (one.digest.fields if one.digest else ()) if other.lower() == name)
        case InInbox():
            return row.inbox
        case Tag():
            return _listed(row.tags)
        case Received():
            return row.received_at.isoformat().replace("+00:00", "Z")
        case Size():
            return f"{row.size} octets"
        case InSession():
            return None if row.session_id is None else f"session {row.session_id}"
        case State("pinned"):
            return "pinned" if row.pinned else "not pinned"
        case State():
            return "read" if row.read else "unread"
        case Flag("attachment"):
            return f"{row.attachment_count} attachments"
        case Flag("lint"):
            return f"{row.lint_count} findings"
        case Flag() | Code():
            return None
