"""SMTP sessions and their transcripts in JSON."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import SkipJsonSchema

from pillarbox.box import SessionPage
from pillarbox.mail import message, transcript
from pillarbox.mail import session as mail
from pillarbox.web.schemas.message import Lint
from pillarbox.web.schemas.shape import MOMENT, Moment, Shape, about


class Tls(Shape):
    """What the handshake settled."""

    version: str = about("The protocol.", "TLSv1.3")
    cipher: str = about("The cipher suite.", "TLS_AES_256_GCM_SHA384")
    sni: str | None = about("The name that the client asked for.", "mail.test")


class Auth(Shape):
    """How the client authenticated."""

    mechanism: str = about("The SASL mechanism.", "PLAIN")
    username: str = about("Who it said it was.", "shop")


class Session(Shape):
    """One SMTP connection: who, how far it came and how it ended."""

    id: int = about("Ascending number of the session.", 7)
    started_at: Moment = about("When the client connected.", MOMENT)
    ended_at: Moment | None = about("When the connection ended; null while it is open.", MOMENT)
    listener: str = about("The listener that took it.", "smtp 127.0.0.1:1025")
    peer: str = about("The client's address.", "127.0.0.1:52114")
    greeting: mail.Greeting | None = about("The verb it greeted with.", "EHLO")
    helo: str | None = about("The name it greeted with.", "app.example.org")
    tls: Tls | None = about("The TLS it speaks; null in the clear.")
    auth: Auth | None = about("How it authenticated; null when it did not.")
    outcome: mail.Outcome = about("How it ended.", "quit", "dropped")
    commands: int = about("Commands that the client sent.", 6)
    errors: int = about("Replies of class 4 and 5.", 0)
    worst_reply: int | None = about("The highest reply code; a 3xx counts only if it was the last.", 250)
    reason: str | None = about("Why it failed, in a sentence; null when nothing did.", None)
    messages: tuple[int, ...] = about("Numbers of the messages it delivered.", [42])

    @classmethod
    def of(cls, session: mail.Session) -> Session:
        return cls(**_row(session))


def _row(session: mail.Session) -> dict[str, Any]:
    facts = session.facts
    tls, auth = facts.tls, facts.auth
    return {
        "id": session.id,
        "started_at": facts.started_at,
        "ended_at": facts.ended_at,
        "listener": facts.listener,
        "peer": facts.peer,
        "greeting": facts.greeting,
        "helo": facts.helo,
        "tls": tls and Tls(version=tls.version, cipher=tls.cipher, sni=tls.sni),
        "auth": auth and Auth(mechanism=auth.mechanism, username=auth.username),
        "outcome": facts.outcome,
        "commands": facts.commands,
        "errors": facts.errors,
        "worst_reply": facts.worst_reply,
        "reason": facts.reason,
        "messages": session.messages,
    }


class SessionDetail(Session):
    """One session alone: what lists show, and the findings about it."""

    lint: tuple[Lint, ...] = about("Findings about its transactions.", [])

    @classmethod
    def whole(cls, session: mail.Session, found: tuple[message.Lint, ...]) -> SessionDetail:
        return cls(**_row(session), lint=Lint.all(found))


class SessionList(Shape):
    """One page of sessions, newest first."""

    sessions: tuple[Session, ...] = about("The sessions of this page.")
    next: int | None = about("Pass it as `before` for the next page; null on the last.", 3)
    total: int = about("Sessions on all pages, counted up to 10,000.", 12)
    total_exact: bool = about("Whether `total` is all of them.", True)
    cursor: str = about("The newest session's number.", "7")

    @classmethod
    def of(cls, page: SessionPage) -> SessionList:
        return cls(
            sessions=tuple(Session.of(item) for item in page.items),
            next=page.next,
            total=page.total,
            total_exact=page.total_exact,
            cursor=str(page.cursor),
        )


class Entry(Shape):
    """One line that crossed the wire, or one thing that happened to the connection.

    Fields that say nothing about a line are missing, not null: dump it with `exclude_none`.
    """

    seq: int = about("Its place in the transcript, from 0.", 1)
    at_us: int = about("Microseconds from the connect; lines of one reply share it.", 412)
    side: transcript.Side = about("Who sent it; `event` crossed nothing.", "client")
    kind: transcript.Kind = about("What it is.", "command")
    text: str = about("The line without CRLF; U+FFFD for what does not decode.", "EHLO app.example.org")
    raw_base64: str | SkipJsonSchema[None] = about(
        "The octets; only when `text` in UTF-8 with CRLF is not what crossed.",
        "RUhMTyBhcHAuZXhhbXBsZS5vcmcK",
        default=None,
    )
    masked: bool | SkipJsonSchema[None] = about("True when a secret was cut out.", True, default=None)
    verb: str | SkipJsonSchema[None] = about("A command's verb.", "EHLO", default=None)
    code: int | SkipJsonSchema[None] = about("A reply's code.", 250, default=None)
    enhanced: str | SkipJsonSchema[None] = about("A reply's enhanced code.", "2.1.0", default=None)
    message_id: int | SkipJsonSchema[None] = about("With stored content: the message it became.", 42, default=None)
    offset: int | SkipJsonSchema[None] = about(
        "With content that came by BDAT: where in the message this chunk begins.", 0, default=None
    )
    bytes_: int = about("Octets with the line's end; of content, the octets of the message.", 22, alias="bytes")

    @classmethod
    def of(cls, entry: transcript.Entry) -> Entry:
        return cls(
            seq=entry.seq,
            at_us=entry.at_us,
            side=entry.side,
            kind=entry.kind,
            text=entry.text,
            raw_base64=transcript.raw_base64(entry),
            masked=entry.masked or None,
            verb=entry.verb,
            code=entry.code,
            enhanced=entry.enhanced,
            message_id=entry.message_id,
            offset=entry.offset,
            bytes_=entry.size,
        )


class Transcript(Shape):
    """What crossed the wire in one session."""

    session_id: int = about("The session.", 7)
    complete: bool = about("False while the session is open, and when the server died in it.", True)
    entries: tuple[Entry, ...] = about("Its lines, in the order of the dialogue.")

    @classmethod
    def of(cls, found: transcript.Transcript) -> Transcript:
        return cls(
            session_id=found.session_id,
            complete=found.complete,
            entries=tuple(Entry.of(entry) for entry in found.entries),
        )
