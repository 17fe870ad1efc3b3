"""A stored message as the conversation that brings it in once more, with its envelope; also one that came by none.

Rules of this module:

* of the session only what decides where mail goes and how it is said comes along: greeting, TLS, log-in, LMTP;
* a parameter of MAIL or RCPT is written as its RFC writes it, xtext where that is due (RFC 3461 section 4);
* content that DATA cannot carry, because it was sent as binary or does not end with CR LF, is one chunk (RFC 3030).
"""

from __future__ import annotations

import re

from pillarbox.mail.conversation import Conversation, Path, Step
from pillarbox.mail.envelope import Envelope, Params
from pillarbox.mail.session import Facts

_XTEXT = frozenset({"ENVID", "ORCPT", "AUTH"})
_COUNTED = frozenset({"SIZE"})
"""Parameters that the content decides, and not the client of the first time."""


def conversation(message_id: int, envelope: Envelope, content: bytes, facts: Facts | None) -> Conversation:
    """`facts` are of the session that the message came by, None for one that came by none."""
    lmtp = facts is not None and facts.listener.startswith("lmtp")
    implicit = facts is not None and facts.listener.startswith("smtps")
    greeting = "LHLO" if lmtp else (facts and facts.greeting) or "EHLO"
    name = ((facts and facts.helo) or "localhost").encode("utf-8", "surrogateescape")
    auth = facts.auth if facts else None
    mail_from = _path(envelope.mail_from.address, envelope.mail_from.params)
    rcpt_to = tuple(_path(one.address, one.params) for one in envelope.rcpt_to)
    binary = str(envelope.mail_from.params.get("BODY", "")).upper() == "BINARYMIME"
    chunked = binary or (content != b"" and not content.endswith(b"\r\n"))
    hello = Step("say", greeting.encode() + b" " + name)
    steps = [hello]
    if facts is not None and facts.tls and not implicit:
        steps += [Step("starttls"), hello]
    if auth is not None:
        steps.append(Step("login", auth.mechanism.encode()))
    steps.append(Step("say", _line(b"MAIL FROM:", mail_from)))
    steps += [Step("say", _line(b"RCPT TO:", one)) for one in rcpt_to]
    steps += [Step("chunk" if chunked else "content"), Step("say", b"QUIT")]
    return Conversation(
        steps=tuple(steps),
        greeting=greeting,
        name=name,
        mail_from=mail_from,
        rcpt_to=rcpt_to,
        taken=len(rcpt_to),
        content=content,
        message_id=message_id,
        cut=False,
        broken=False,
        missing=0,
        dropped=False,
        ending="quit",
        lmtp=lmtp,
        implicit_tls=implicit,
        login=auth.mechanism if auth else None,
        username=auth.username if auth else None,
    )


def _path(address: str, params: Params) -> Path:
    written = [f"{key}={_value(key, value)}" if value is not True else key for key, value in params.items()]
    kept = [one for one in written if one.partition("=")[0] not in _COUNTED]
    return Path(address.encode("utf-8", "surrogateescape"), " ".join(kept).encode("utf-8", "surrogateescape"))


def _value(key: str, value: str) -> str:
    if key not in _XTEXT or (key == "AUTH" and value == "<>"):
        return value
    kind, semicolon, rest = value.partition(";") if key == "ORCPT" else ("", "", value)
    return kind + semicolon + re.sub(r"[^!-~]|[+=]", lambda found: _hexadecimal(found[0]), rest)


def _hexadecimal(character: str) -> str:
    """What xtext cannot have as it stands; UTF-8 stays, which SMTPUTF8 brings along (RFC 6533 section 3)."""
    return f"+{ord(character):02X}" if character.isascii() else character


def _line(verb: bytes, path: Path) -> bytes:
    return verb + b"<" + path.address + b">" + (b" " + path.params if path.params else b"")
