"""A delivery made ready for its transaction: everything that can be computed before the lock is taken."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import dataclass, field
from typing import Any

from pillarbox.box.store import Delivery, SessionKey, whose
from pillarbox.mail.envelope import Role, roles
from pillarbox.mail.inbox import Named, named
from pillarbox.mail.lint import of_message
from pillarbox.mail.message import Digest, Lint, Summary
from pillarbox.mail.parse import digest as digest_of
from pillarbox.storage import rows
from pillarbox.storage.body import Packer
from pillarbox.storage.search import Search, searchable

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Arrival:
    """`recipients` are (address, params as JSON, role) in RCPT order; `words` is the content of the search row.

    `named` are the inboxes that it may go into, best first.
    """

    delivery: Delivery
    named: tuple[Named, ...]
    digest: Digest
    sha256: bytes
    encoding: str
    body: bytes
    mail_from: str
    recipients: tuple[tuple[str, str, Role], ...]
    words: tuple[str, ...]
    lint: tuple[Lint, ...]
    future: asyncio.Future[Summary] | None = field(default=None, compare=False)

    @property
    def key(self) -> SessionKey | None:
        return self.delivery.key

    def summary(self, message_id: int, inbox: str, session_id: int | None) -> Summary:
        digest = self.digest
        return Summary(
            id=message_id,
            inbox=inbox,
            session_id=session_id,
            received_at=self.delivery.received_at,
            size=len(self.delivery.raw),
            mail_from=self.mail_from,
            rcpt_to=tuple([address for address, _, _ in self.recipients]),
            from_=digest.from_,
            to=digest.to,
            cc=digest.cc,
            bcc=tuple([address for address, _, role in self.recipients if role == "bcc"]),
            reply_to=digest.reply_to,
            subject=digest.subject,
            date=digest.date,
            message_id=digest.message_id,
            snippet=digest.snippet,
            attachment_count=digest.attachment_count,
            lint_count=len(self.lint),
            read=False,
            pinned=False,
            tags=(),
        )

    def row(self, summary: Summary, inbox_id: int) -> tuple[Any, ...]:
        segments = self.delivery.segments
        return rows.message_row(
            summary,
            inbox_id=inbox_id,
            segment=segments[-1].seq if segments else None,
            sha256=self.sha256,
            sender_params=self.delivery.envelope.mail_from.params,
        )


def ready(delivery: Delivery, packer: Packer, search: Search) -> Arrival:
    raw, envelope = delivery.raw, delivery.envelope
    try:
        found = digest_of(raw)
    except Exception:
        # Parsing promises never to raise; if it does, the bytes are worth more than the columns made of them.
        source = whose(delivery.key, delivery.facts)
        log.exception(
            "A message of %d octets could not be read; it is kept without subject and words", len(raw), extra=source
        )
        found = Digest()
    fitted = rows.fitted(found)
    encoding, body = packer.pack(raw)
    addresses = [rows.clean(recipient.address) for recipient in envelope.rcpt_to]
    roles_of = roles(addresses, [a.address for a in fitted.to], [a.address for a in fitted.cc])
    params = [rows.params_json(recipient.params) for recipient in envelope.rcpt_to]
    lint = of_message(raw, fitted, envelope, wired=delivery.wired, received_at=delivery.received_at)
    return Arrival(
        delivery=delivery,
        named=_named(delivery, fitted),
        digest=fitted,
        sha256=hashlib.sha256(raw).digest(),
        encoding=encoding,
        body=body,
        mail_from=rows.clean(envelope.mail_from.address),
        recipients=tuple(zip(addresses, params, roles_of, strict=True)),
        words=search.content(searchable(envelope, fitted, lint=bool(lint))),
        lint=lint,
    )


def _named(delivery: Delivery, found: Digest) -> tuple[Named, ...]:
    if delivery.inbox is not None:
        return (Named(delivery.inbox, True),)
    auth = delivery.facts.auth if delivery.facts is not None else None
    return named(delivery.envelope, found.fields, auth.username if auth is not None else None)
