"""The way of a message, oldest hop first: what Received headers say, and at the end the session that brought it here.

Every line but the last was written by somebody else, by clocks of their own: a hop can seem to be earlier than the one
before it, and is shown so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo

from pillarbox.box import Box, Kept
from pillarbox.mail import charset, explain, headers, received
from pillarbox.mail.session import Facts
from pillarbox.web import wording
from pillarbox.web.contexts import Stop, Word
from pillarbox.web.language import gettext as _
from pillarbox.web.pages.glossary import Glossary
from pillarbox.web.pages.visible import Piece

HOPS = 100
SLOW = timedelta(seconds=60)
"""A hop that takes longer is marked: queues and greylisting take minutes, nothing else does."""


def stops(
    box: Box, kept: Kept, fields: Sequence[tuple[bytes, bytes]], glossary: Glossary, where: tzinfo
) -> tuple[tuple[Stop, ...], str]:
    """All hops, and how long they took together, "" where that is not known."""
    at = kept.summary.received_at
    numbered = [(number, value) for number, (name, value) in enumerate(fields, 1) if name.lower() == b"received"][:HOPS]
    legs = received.legs([_hop(value) for _number, value in numbered])
    found = [
        _stop(leg, number, glossary, where) for leg, (number, _value) in zip(legs, reversed(numbered), strict=True)
    ]
    times = [leg.hop.at for leg in legs if leg.hop.at]
    found.append(_here(box, kept, at - times[-1] if times else None, glossary, where))
    took = at - times[0] if times else None
    days = [stop.moment.day if stop.moment else "" for stop in found]
    found = [
        replace(stop, day=day if day and day not in days[:number] else "")
        for number, (stop, day) in enumerate(zip(found, days, strict=True))
    ]
    return tuple(found), wording.length(took.total_seconds()) if took and took > timedelta(0) else ""


def _ignore(code: str) -> None:
    """Noted where the message is parsed."""


def _hop(value: bytes) -> received.Hop:
    return received.hop(charset.valid(headers.undecorated(value[: received.LONGEST], _ignore)))


def _stop(leg: received.Leg, number: int, glossary: Glossary, where: tzinfo) -> Stop:
    hop = leg.hop
    told = (("for", hop.for_), ("id", hop.id), ("via", hop.via))
    delay, tone = _delay(leg.delay)
    return Stop(
        number=number,
        by=hop.by,
        from_=hop.from_,
        ip="" if hop.ip == hop.from_ else hop.ip,
        protocol=_protocol(hop.with_, glossary),
        tls=hop.tls,
        cipher=hop.cipher,
        login=hop.login,
        details=tuple((name, text[:400]) for name, text in told if text),
        moment=wording.moment(hop.at, where) if hop.at else None,
        date=hop.date[:100],
        delay=delay,
        tone=tone,
    )


def _here(box: Box, kept: Kept, delay: timedelta | None, glossary: Glossary, where: tzinfo) -> Stop:
    session_id = kept.summary.session_id
    facts = box.facts_of(kept.summary)
    words, tone = _delay(delay)
    tls = facts.tls if facts else None
    return Stop(
        number=None,
        by=_("this catcher"),
        from_=(facts.helo or "") if facts else "",
        ip=facts.peer.rpartition(":")[0] if facts else "",
        protocol=_protocol(_spoken(facts), glossary) if facts else None,
        tls=tls.version.replace("TLSv", "TLS ") if tls else "",
        cipher=tls.cipher if tls else "",
        login=facts is not None and facts.auth is not None,
        details=(),
        moment=wording.moment(kept.summary.received_at, where),
        date="",
        delay=words,
        tone=tone,
        session_id=session_id if facts else None,
    )


def _spoken(facts: Facts) -> str:
    """What this hop would be called behind `with` (RFC 3848)."""
    if facts.greeting not in ("EHLO", "LHLO"):
        return "SMTP"
    kind = "LMTP" if facts.greeting == "LHLO" else "ESMTP"
    return kind + ("S" if facts.tls else "") + ("A" if facts.auth else "")


def _protocol(name: str, glossary: Glossary) -> Word | None:
    """Some write more than a word behind `with`: the cipher, the address that was asked."""
    if not name:
        return None
    known = explain.protocol(name)
    word = name if known else name.split()[0]
    return Word((Piece(word[:60]),), glossary.term(known or explain.protocol(word)))


def _delay(delay: timedelta | None) -> tuple[str, str]:
    """In words, and slow, early or ""."""
    if delay is None:
        return "", ""
    if delay <= timedelta(seconds=-1):
        return _("%(length)s earlier by its clock", length=wording.length(-delay.total_seconds())), "early"
    return f"+{wording.length(max(0.0, delay.total_seconds()))}", "slow" if delay > SLOW else ""
