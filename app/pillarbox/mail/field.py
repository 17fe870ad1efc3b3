"""What the value of one header says, piece by piece: tags of a signature, results of checks, mailboxes, dates, ids.

Rules of this module:

* a fact is shown beside the value and never in its place, so nothing is lost when it cannot be read;
* a value that says no more in pieces than as it stands has no facts: one mailbox, a word, a sentence;
* nothing raises; at most 60 facts of a value, and `more` are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from pillarbox.mail import address, charset, dates, encoded, explain, headers, params, results
from pillarbox.mail.explain import Explanation
from pillarbox.mail.explain.signatures import TAGGED

MOST = 60
LONGEST = 1 << 14
"""Octets of a value in which facts are looked for."""

SHORT = 72
"""Characters of a signature, a hash or a key that are shown."""

_DATES = frozenset({"DATE", "RESENT-DATE", "DELIVERY-DATE", "EXPIRES", "EXPIRY-DATE", "REPLY-BY", "DEFERRED-DELIVERY"})
_MAILBOXES = frozenset(
    [
        "FROM",
        "SENDER",
        "REPLY-TO",
        "TO",
        "CC",
        "BCC",
        "RESENT-FROM",
        "RESENT-SENDER",
        "RESENT-TO",
        "RESENT-CC",
        "RESENT-BCC",
        "AUTHOR",
        "DISPOSITION-NOTIFICATION-TO",
        "RETURN-RECEIPT-TO",
    ]
)
_IDS = frozenset({"MESSAGE-ID", "RESENT-MESSAGE-ID"})
_RESULTS = frozenset({"AUTHENTICATION-RESULTS", "ARC-AUTHENTICATION-RESULTS"})
_LINKS = frozenset(
    ["LIST-UNSUBSCRIBE", "LIST-SUBSCRIBE", "LIST-HELP", "LIST-POST", "LIST-OWNER", "LIST-ARCHIVE", "ARCHIVED-AT"]
)
_TAG = re.compile(r"[A-Za-z][\w-]{0,40}")
_LINK = re.compile(r"<\s*([a-zA-Z][a-zA-Z0-9+.-]{0,30}):([^<>]{0,2000})>")
_ID_DOMAIN = re.compile(r"<[^<>@]{1,900}@([^<>@\s]{1,255})>")


@dataclass(frozen=True, slots=True)
class Fact:
    """One piece: its `name` as written or a word of ours, its `value`, what explains it, and what else is said.

    `length` is how many characters the value has when only its beginning is here, else 0.
    """

    name: str
    value: str
    about: Explanation | None = None
    note: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """`at` is the moment, in UTC, of a header that is a date. `unread`: it should be one and is none."""

    facts: tuple[Fact, ...] = ()
    more: int = 0
    at: datetime | None = None
    unread: bool = False


def _ignore(code: str) -> None:
    """The defects are noted where the message is parsed."""


def read(name: str, value: bytes) -> Reading:
    """`value` is raw: folded, not decoded."""
    known = name.upper()
    value = value[:LONGEST]
    text = charset.valid(headers.undecorated(value, _ignore))
    if known in _DATES:
        at = dates.moment(text)
        return Reading(at=at, unread=at is None)
    facts = _facts(known, value, text)
    return Reading(tuple(facts[:MOST]), max(0, len(facts) - MOST))


def written_otherwise(value: bytes) -> bool:
    """Whether it was sent in other octets than are shown: encoded words, 8-bit, percent signs, control characters."""
    return not value.isascii() or b"=?" in value or b"*=" in value or re.search(rb"[\0\r](?!\n)", value) is not None


def _facts(known: str, value: bytes, text: str) -> list[Fact]:
    if known in TAGGED:
        pairs = [
            (name.strip(), told) for name, equals, told in (one.partition("=") for one in text.split(";")) if equals
        ]
        return [_tagged(known, name, told) for name, told in pairs if _TAG.fullmatch(name)]
    if known in _RESULTS:
        return _results(text)
    if known == "RECEIVED-SPF":
        word, named = results.spf(text)
        return [Fact("result", word, explain.result(word)), *(Fact(name, told) for name, told in named)]
    if known in _MAILBOXES:
        return _mailboxes(text)
    if known in _IDS:
        found = _ID_DOMAIN.search(text)
        return [Fact("domain", found[1])] if found else []
    if known in _LINKS:
        return [Fact(scheme.lower(), _decoded(f"{scheme}:{rest.strip()}")) for scheme, rest in _LINK.findall(text)]
    if known in ("CONTENT-TYPE", "CONTENT-DISPOSITION"):
        declared = (
            params.content_type(value, _ignore) if known == "CONTENT-TYPE" else params.disposition(value, _ignore)
        )
        return [Fact(name, declared.text(name, _ignore) or "") for name in declared.raw]
    if known == "FEEDBACK-ID":
        groups = text.split(":")
        return [Fact("sender" if i == len(groups) else f"group {i}", one.strip()) for i, one in enumerate(groups, 1)]
    return []


def _tagged(known: str, name: str, told: str) -> Fact:
    told = " ".join(told.split())
    note, length = "", 0
    if name.lower() in ("b", "bh", "keydata", "z"):
        told = told.replace(" ", "")
        length = len(told) if len(told) > SHORT else 0
        told = told[:SHORT] + ("…" if len(told) > SHORT else "")
    elif name.lower() == "h":
        told = ", ".join(filter(None, re.split(r"\s*:\s*", told)))
    elif name.lower() in ("t", "x") and re.fullmatch(r"\d{1,11}", told):
        note = datetime.fromtimestamp(int(told), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return Fact(name, told, explain.tag(known, name), note, length)


def _results(text: str) -> list[Fact]:
    found = results.verdicts(text)
    server = [Fact("server", found.server)] if found.server else []
    return server + [Fact(one.method, one.result, explain.result(one.result), one.about) for one in found.results]


def _mailboxes(text: str) -> list[Fact]:
    found = address.addresses([text], _ignore)
    if len(found) == 1:
        (one,) = found
        plain = _decoded(text).strip()
        if plain in (one.address, f"<{one.address}>", f"{one.name} <{one.address}>", f'"{one.name}" <{one.address}>'):
            return []
    return [Fact(one.name, one.address) for one in found]


def _decoded(text: str) -> str:
    return charset.valid(encoded.decode(text, _ignore))
