"""Values to rows and back.

Rules of this module:

* A string on its way into a row is cleaned: NUL and lone surrogates become U+FFFD, because both databases refuse them
  and refused mail would be lost. Derived strings come clean from `mail`; what the client said on the wire does not.
* A row is a tuple in the order of the columns named beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from pillarbox.mail.envelope import Params
from pillarbox.mail.lint import RULES, Rule
from pillarbox.mail.message import Addr, Digest, Lint, Summary
from pillarbox.mail.session import Auth, Facts, Session, Tls

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MAX_INDEXED = 1_000
"""Characters of a column that is, or may come to be, indexed."""

MAX_SNIPPET = 200

_UNFIT = re.compile("[\x00\ud800-\udfff]")

SESSION_COLUMNS = (
    "started_at", "ended_at", "listener", "peer", "greeting", "helo", "tls_version", "tls_cipher", "tls_sni",
    "auth_mechanism", "auth_username", "outcome", "commands", "errors", "worst_reply", "reason", "codes",
)  # fmt: skip

SESSION_FIXED = ("started_at", "listener")
"""Those that no later save changes, so that the index on one of them is left alone."""

MESSAGE_COLUMNS = (
    "id", "inbox_id", "session_id", "segment", "received_at", "size", "sha256", "mail_from", "mail_from_params",
    "from_addrs", "to_addrs", "cc_addrs", "reply_to_addrs", "subject", "date", "message_id", "snippet",
    "attachment_count", "lint_count", "read", "pinned", "hidden_at",
)  # fmt: skip


def clean(text: str) -> str:
    if text.isascii() and "\x00" not in text:
        return text
    return _UNFIT.sub("\ufffd", text)


def clean_or_none(text: str | None) -> str | None:
    return None if text is None else clean(text)


def micros(moment: datetime) -> int:
    """Microseconds since the epoch; `moment` is aware."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def micros_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)


def moment(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


def moment_or_none(us: int | None) -> datetime | None:
    return None if us is None else moment(us)


to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def params_json(params: Params) -> str:
    if not params:
        return "{}"
    return to_json({clean(key): value if value is True else clean(value) for key, value in params.items()})


def params(found: Mapping[str, Any] | None) -> Params:
    return dict(found or {})


def addrs_json(addresses: tuple[Addr, ...]) -> str:
    """As pairs of name and address."""
    if not addresses:
        return "[]"
    return _few_addrs_json(addresses) if len(addresses) <= 2 else to_json(addresses)


@lru_cache(maxsize=512)
def _few_addrs_json(addresses: tuple[Addr, ...]) -> str:
    """Remembered: mail after mail is from the same sender, and often to the same recipient."""
    return to_json(addresses)


def addrs(found: Iterable[Sequence[str]]) -> tuple[Addr, ...]:
    return tuple([Addr(name, address) for name, address in found])


def fit(addresses: tuple[Addr, ...]) -> tuple[Addr, ...]:
    return tuple([Addr(clean(a.name)[:MAX_INDEXED], clean(a.address)[:MAX_INDEXED]) for a in addresses])


@lru_cache(maxsize=512)
def codes_text(found: tuple[int, ...]) -> str | None:
    """Remembered: most conversations have the same few."""
    return " ".join(map(str, found)) or None


@lru_cache(maxsize=512)
def codes(text: str | None) -> tuple[int, ...]:
    """Undoes `codes_text`."""
    return tuple(map(int, text.split())) if text else ()


def facts_row(facts: Facts) -> tuple[Any, ...]:
    """In the order of SESSION_COLUMNS."""
    tls, auth = facts.tls, facts.auth
    return (
        micros(facts.started_at),
        micros_or_none(facts.ended_at),
        clean(facts.listener),
        clean(facts.peer),
        facts.greeting,
        clean_or_none(facts.helo),
        tls.version if tls else None,
        tls.cipher if tls else None,
        clean_or_none(tls.sni) if tls else None,
        clean(auth.mechanism) if auth else None,
        clean(auth.username)[:MAX_INDEXED] if auth else None,
        facts.outcome,
        facts.commands,
        facts.errors,
        facts.worst_reply,
        clean_or_none(facts.reason),
        codes_text(facts.codes),
    )


def session(row: Row[Any], messages: tuple[int, ...]) -> Session:
    facts = Facts(
        listener=row.listener,
        peer=row.peer,
        started_at=moment(row.started_at),
        ended_at=moment_or_none(row.ended_at),
        greeting=row.greeting,
        helo=row.helo,
        tls=Tls(row.tls_version, row.tls_cipher, row.tls_sni) if row.tls_version is not None else None,
        auth=Auth(row.auth_mechanism, row.auth_username) if row.auth_mechanism is not None else None,
        outcome=row.outcome,
        commands=row.commands,
        errors=row.errors,
        worst_reply=row.worst_reply,
        reason=row.reason,
        codes=codes(row.codes),
    )
    return Session(row.id, facts, messages)


def message_row(
    summary: Summary, *, inbox_id: int, segment: int | None, sha256: bytes, sender_params: Params
) -> tuple[Any, ...]:
    """In the order of MESSAGE_COLUMNS."""
    return (
        summary.id,
        inbox_id,
        summary.session_id,
        segment,
        micros(summary.received_at),
        summary.size,
        sha256,
        summary.mail_from,
        params_json(sender_params),
        addrs_json(summary.from_),
        addrs_json(summary.to),
        addrs_json(summary.cc),
        addrs_json(summary.reply_to),
        summary.subject,
        micros_or_none(summary.date),
        summary.message_id,
        summary.snippet,
        summary.attachment_count,
        summary.lint_count,
        summary.read,
        summary.pinned,
        None,
    )


def findings_json(found: Iterable[Lint]) -> str:
    """[code, message, entry, header] of each; the message is null where it is the sentence of the table."""
    return to_json([_finding_row(one) for one in found])


def _finding_row(one: Lint) -> list[Any]:
    sentence = RULES[one.code].sentence
    return [one.code, None if one.message == sentence else clean(one.message), one.entry, one.header]


def findings(kept: Iterable[Sequence[Any]]) -> tuple[Lint, ...]:
    """Undoes `findings_json`; a code that only a newer program knows stands for itself."""
    found = []
    for code, message, entry, header in kept:
        rule = RULES.get(code) or Rule("info", code, None)
        found.append(Lint(code, rule.severity, message or rule.sentence, rule.rfc, entry, header))
    return tuple(found)


def fitted(digest: Digest) -> Digest:
    """The digest as the columns hold it: cut to their width, and clean whatever the parser did."""
    addresses = [a.name + a.address for a in (*digest.from_, *digest.to, *digest.cc, *digest.reply_to)]
    all_of_it = "".join([digest.subject, digest.message_id or "", digest.snippet, *addresses])
    if len(all_of_it) <= MAX_INDEXED and len(digest.snippet) <= MAX_SNIPPET and clean(all_of_it) == all_of_it:
        return digest
    return Digest(
        from_=fit(digest.from_),
        to=fit(digest.to),
        cc=fit(digest.cc),
        reply_to=fit(digest.reply_to),
        subject=clean(digest.subject[:MAX_INDEXED]),
        date=digest.date,
        message_id=clean(digest.message_id[:MAX_INDEXED]) if digest.message_id is not None else None,
        snippet=clean(digest.snippet[:MAX_SNIPPET]),
        attachment_count=digest.attachment_count,
        filenames=digest.filenames,
        body=digest.body,
        lint=digest.lint,
        has_html=digest.has_html,
        fields=digest.fields,
    )


def summary(row: Row[Any], recipients: Sequence[tuple[str, str]], tags: tuple[str, ...]) -> Summary:
    """`row` has the message's columns and `inbox`; `recipients` are (address, role) by position."""
    return Summary(
        id=row.id,
        inbox=row.inbox,
        session_id=row.session_id,
        received_at=moment(row.received_at),
        size=row.size,
        mail_from=row.mail_from,
        rcpt_to=tuple([address for address, _ in recipients]),
        from_=addrs(row.from_addrs),
        to=addrs(row.to_addrs),
        cc=addrs(row.cc_addrs),
        bcc=tuple([address for address, role in recipients if role == "bcc"]),
        reply_to=addrs(row.reply_to_addrs),
        subject=row.subject,
        date=moment_or_none(row.date),
        message_id=row.message_id,
        snippet=row.snippet,
        attachment_count=row.attachment_count,
        lint_count=row.lint_count,
        read=bool(row.read),
        pinned=bool(row.pinned),
        tags=tags,
    )
