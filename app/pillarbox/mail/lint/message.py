"""Everything known about a message when it is committed: its session so far, its transaction, envelope and content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pillarbox.mail.envelope import Envelope, Params
from pillarbox.mail.lint.content import OCTETS
from pillarbox.mail.lint.rules import finding
from pillarbox.mail.lint.wire import Wire, Wired
from pillarbox.mail.message import Addr, Digest, Lint
from pillarbox.mail.session import Outcome
from pillarbox.mail.transcript import Record

_DAY = timedelta(days=1)
_LATE = timedelta(days=7)
"""A date may lie so far back: queues give up after less than a week (RFC 5321 section 4.5.4.1)."""


def of_message(
    raw: bytes, digest: Digest, envelope: Envelope, *, wired: Wired | None, received_at: datetime
) -> tuple[Lint, ...]:
    """All findings about one message: the wire's in order, then the envelope's, then the content's.

    `wired` is None for a message that came by no session; then nothing is said about how it was sent.
    """
    found: Sequence[Lint] = digest.lint
    other = _other_domain(envelope.mail_from.address, digest.from_)
    if wired is None:
        return (other, *found) if other is not None else tuple(found)
    params = envelope.mail_from.params
    if found:
        found = _placed(found, wired, binary=_body(params) == "BINARYMIME")
    sent = list(wired.findings)
    if not raw.isascii():
        sent += _beyond_ascii(raw, envelope, wired.mail)
    if other is not None:
        sent.append(replace(other, entry=wired.mail))
    if digest.date is not None and not -_LATE <= digest.date - received_at <= _DAY:
        days = abs(digest.date - received_at).days
        sent.append(finding("date-far-off", f"{days} days" if days > 1 else "1 day", header="Date"))
    return (*sent, *found) if sent else tuple(found)


def of_session(records: Iterable[Record], outcome: Outcome) -> tuple[Lint, ...]:
    """The wire's findings of a whole session, all its transactions, and how it ended; at most 100 of one code."""
    wire = Wire(listing=True)
    listed = list(records)
    wire.feed(listed, 0)
    found = wire.everything()
    if outcome == "dropped" and _could_quit(listed):
        last = max((seq for seq, record in enumerate(listed) if record.kind == "disconnect"), default=None)
        found = (*found, finding("no-quit", entry=last))
    return found


def _could_quit(records: Sequence[Record]) -> bool:
    """Whether there was somebody to say QUIT to. Whoever was never greeted could not, nor who gave up the handshake
    that STARTTLS had begun: between plain text and TLS nothing is understood."""
    if not any(record.side == "server" for record in records):
        return False
    answer = b""
    for record in reversed(records):
        if record.side == "server":
            answer = record.data
        elif record.kind == "tls":
            break
        elif record.kind == "command":
            return record.data[:8].upper() != b"STARTTLS" or answer[:1] != b"2"
    return True


def _placed(found: Sequence[Lint], wired: Wired, *, binary: bool) -> list[Lint]:
    """The content's findings beside its entry; what the wire has said already is not said twice."""
    told = {one.code for one in wired.findings}
    return [
        one if one.header is not None else replace(one, entry=wired.content)
        for one in found
        if one.code not in told and not (binary and one.code in OCTETS)
    ]


def _beyond_ascii(raw: bytes, envelope: Envelope, mail: int | None) -> list[Lint]:
    params = envelope.mail_from.params
    blank = raw.find(b"\r\n\r\n")
    end = blank if blank >= 0 else len(raw)
    found = []
    if "SMTPUTF8" not in params and not raw[:end].isascii():
        found.append(finding("utf8-without-smtputf8", "a header", entry=mail))
    if _body(params) not in ("8BITMIME", "BINARYMIME") and not raw[end:].isascii():
        found.append(finding("8bit-without-8bitmime", entry=mail))
    return found


def _body(params: Params) -> str:
    """BODY= of MAIL, which is kept as it was sent, in any case."""
    return str(params.get("BODY", "")).upper()


def _other_domain(sender: str, from_: Sequence[Addr]) -> Lint | None:
    """From and MAIL FROM in domains of which neither lies in the other; a bounce's empty sender says nothing."""
    if not sender or not from_:
        return None
    claimed, sent = _domain(from_[0].address), _domain(sender)
    if claimed == sent or not claimed or not sent or claimed.endswith(f".{sent}") or sent.endswith(f".{claimed}"):
        return None
    return finding("from-other-domain", claimed, sent, header="From")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].rstrip(".").lower() if "@" in address else ""
