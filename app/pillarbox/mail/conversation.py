"""What a client did in a session, read from the transcript, so that it can be done again.

Rules of this module:

* a conversation is the session up to its first MAIL, one transaction, and the end: of two hundred messages over one
  connection one can be done again by itself; a session with one transaction is all there;
* the envelope is read from the lines as they crossed, so an address that was refused is in it as well;
* content is what followed DATA or BDAT; other octets that the server dropped (behind STARTTLS, behind GET) are none;
* a log-in that was refused or given up before a secret crossed is lines like others; each other one is done anew;
* no secret is ever in it, masked or not: whoever does it again puts the password in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from pillarbox.mail.exchange import answered
from pillarbox.mail.session import Session
from pillarbox.mail.transcript import Entry

Kind = Literal["say", "starttls", "login", "content", "chunk"]
Ending = Literal["quit", "left", "silent"]

_PATH = re.compile(
    rb"""\s*(?:FROM|TO)\s*:\s*(?:<((?:"(?:\\.|[^"\\])*"|[^>"])*)>|<([^>]*)>|(\S*))\s*(.*)""", re.IGNORECASE | re.DOTALL
)
"""In angle brackets a quoted local part may hold a `>` (RFC 5321 section 4.1.2); a quote without an end is none."""

ContentOf = Callable[[int], bytes | None]
"""The bytes of a stored message, None when it has been deleted."""


@dataclass(frozen=True, slots=True)
class Path:
    """The argument of MAIL or RCPT: octets as they crossed. `params` as they were written, `SIZE=812 SMTPUTF8`."""

    address: bytes
    params: bytes


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the client did: say a `line` (without its end), begin TLS, log in (`line` is the mechanism), send
    the content after DATA or as one chunk."""

    kind: Kind
    line: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """`content` is what was sent, dots not doubled; None when nothing was, or when it is no longer kept.

    `message_id` is what the content became, None when it was refused. `cut`: only its beginning is kept. `broken`: it
    did not come to its end; `missing` octets of a chunk never came. `dropped`: the server threw octets away that were
    no content. `taken` counts the recipients that were accepted. `login` is the mechanism that the client logged in
    with, or tried to. `ending` is what it did last: say QUIT, leave without it, or say nothing until its time was up.
    `proxied` is the header's words of the PROXY protocol, "" when there was none.
    """

    steps: tuple[Step, ...]
    greeting: str | None
    name: bytes
    mail_from: Path | None
    rcpt_to: tuple[Path, ...]
    taken: int
    content: bytes | None
    message_id: int | None
    cut: bool
    broken: bool
    missing: int
    dropped: bool
    ending: Ending
    lmtp: bool
    implicit_tls: bool
    login: str | None
    username: str | None
    proxied: str = ""

    @property
    def starttls(self) -> bool:
        return any(step.kind == "starttls" for step in self.steps)

    @property
    def sent_content(self) -> bool:
        return any(step.kind in ("content", "chunk") for step in self.steps)


def read(session: Session, entries: Sequence[Entry], content_of: ContentOf, message: int | None = None) -> Conversation:
    """The conversation around that message, else around the first content, else all that was said."""
    shown = _one_transaction(entries, message)
    answers = answered(entries)
    codes = {answers[entry.seq].seq: entry.code or 0 for entry in entries if entry.seq in answers}
    steps: list[Step] = []
    mail_from: Path | None = None
    rcpt_to: list[Path] = []
    name, content, message_id, cut = b"", None, None, False
    broken, missing, dropped = False, 0, False
    verb, line = "", b""
    taken = 0
    for i, entry in enumerate(shown):
        if entry.code == 250 and entry.seq in answers and answers[entry.seq].verb == "RCPT":
            taken += 1
        if entry.side != "client":
            continue
        if entry.kind == "data":
            if verb not in ("DATA", "BDAT"):
                dropped = True
                continue
            message_id = entry.message_id
            before = content if verb == "BDAT" and entry.offset else b""
            content, cut = _content(entry, content_of, before or b"", chunked=verb == "BDAT")
            if verb == "BDAT":
                missing = max(0, _announced(line) - entry.size)
                broken = missing > 0
                steps = [step for step in steps if step.kind != "chunk"] + [Step("chunk")]
            else:
                broken = message_id is None and not cut and not (b"\r\n" + (entry.raw or b"")).endswith(b"\r\n.\r\n")
                if steps and steps[-1].kind == "say" and verb == "DATA":
                    steps.pop()  # sending content begins with it
                steps.append(Step("content"))
            continue
        line = octets(entry)
        verb = entry.verb or ""
        if verb in ("HELO", "EHLO", "LHLO"):
            name = line[5:].strip()
        elif verb == "MAIL":
            mail_from, rcpt_to, taken = path(line), [], 0
        elif verb == "RCPT":
            rcpt_to.append(path(line))
        in_vain = entry.text == "*" or codes.get(entry.seq, 0) >= 500 or _given_up(shown[i + 1 :])
        if (step := _step(entry, verb, line, in_vain=in_vain)) is not None:
            steps.append(step)
    facts = session.facts
    tried = next((step.line.decode("ascii", "replace") for step in steps if step.kind == "login"), None)
    return Conversation(
        steps=tuple(steps),
        greeting=facts.greeting,
        name=name,
        mail_from=mail_from,
        rcpt_to=tuple(rcpt_to),
        taken=taken,
        content=content,
        message_id=message_id,
        cut=cut,
        broken=broken,
        missing=missing,
        dropped=dropped,
        ending="silent" if facts.outcome == "timeout" else "left" if facts.outcome == "dropped" else "quit",
        lmtp=facts.listener.startswith("lmtp"),
        implicit_tls=facts.listener.startswith("smtps"),
        login=facts.auth.mechanism if tried is not None and facts.auth is not None else tried,
        username=facts.auth.username if facts.auth else None,
        proxied=_proxied(facts.peer) if sum(entry.kind == "connect" for entry in entries) > 1 else "",
    )


def _announced(line: bytes) -> int:
    """The octets that a BDAT line promises, 0 when that cannot be read."""
    words = line.split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def _given_up(after: Sequence[Entry]) -> bool:
    """Whether the exchange that an AUTH began ends with the client's `*` (RFC 4954 section 4)."""
    for entry in after:
        if entry.side == "client":
            if entry.kind != "auth" or entry.verb == "AUTH":
                return False
            if entry.text == "*":
                return True
    return False


def _proxied(peer: str) -> str:
    """What stands behind PROXY in a header of version 1, when a second event has told of a header."""
    host, _, port = peer.rpartition(":")
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return "UNKNOWN"
    return f"TCP{address.version} {address} {address} {port} {port}"


def _step(entry: Entry, verb: str, line: bytes, *, in_vain: bool) -> Step | None:
    """`in_vain`: it is of a log-in that was refused or given up."""
    if (verb == "AUTH" or entry.kind == "auth") and in_vain and not entry.masked:
        return Step("say", line)
    if verb == "AUTH":
        words = line.split(None, 2)
        return Step("login", words[1].upper() if len(words) > 1 else b"")
    if entry.kind == "auth" or verb == "BDAT":
        return None  # part of the log-in; part of the content
    return Step("starttls") if verb == "STARTTLS" else Step("say", line)


def _one_transaction(entries: Sequence[Entry], message: int | None) -> Sequence[Entry]:
    begins: dict[int, int] = {}  # of each content, where its transaction begins
    begin = 0
    for i, entry in enumerate(entries):
        if entry.verb == "MAIL":
            begin = i
        elif entry.kind == "data":
            begins[i] = begin
    if len(set(begins.values())) < 2:
        return entries
    contents = list(begins)
    chosen = next((i for i in contents if message is not None and entries[i].message_id == message), contents[0])
    begin = begins[chosen]
    end = max(content for content in contents if begins[content] == begin)
    quits = [entry for entry in entries[contents[-1] + 1 :] if entry.verb == "QUIT"]
    return [*entries[: min(begins.values())], *entries[begin : end + 1], *quits]


def _content(entry: Entry, content_of: ContentOf, before: bytes, *, chunked: bool) -> tuple[bytes | None, bool]:
    """The content that ends with this entry, `before` being the chunks before it, and whether some of it is lost."""
    if entry.message_id is not None:
        return content_of(entry.message_id), False
    kept = entry.raw or b""
    return (before + kept if chunked else unstuff(kept)), len(kept) < entry.size


def unstuff(wire: bytes) -> bytes:
    """What followed DATA without its final dot and without the doubled ones (RFC 5321 section 4.5.2)."""
    if wire == b".\r\n":
        return b""
    content = wire[:-3] if wire.endswith(b"\r\n.\r\n") else wire
    content = content[1:] if content.startswith(b".") else content
    return content.replace(b"\r\n..", b"\r\n.")


def octets(entry: Entry) -> bytes:
    """The line as it crossed, without its end."""
    if entry.raw is None:
        return entry.text.encode()
    return entry.raw[:-2] if entry.raw.endswith(b"\r\n") else entry.raw.removesuffix(b"\n")


def path(line: bytes) -> Path:
    """`MAIL FROM:<a@x> SIZE=1` is (`a@x`, `SIZE=1`); what cannot be read is an address as a whole."""
    words = line.split(None, 1)
    argument = words[1] if len(words) > 1 else b""
    match = _PATH.fullmatch(argument)
    if match is None:
        return Path(argument, b"")
    return Path(next(found for found in match.groups()[:3] if found is not None), match[4].strip())
