"""What is wrong with the conversation, told record by record as the transcript grows.

Rules of this module:

* Fed with every record of a session in order, from the first one; how they are cut makes no difference.
* What a good client says costs one or two look-ups a line.
* A finding is told at its first place: once for the session (its greeting, AUTH, TLS) or once for each transaction. A
  transaction begins with MAIL and takes the session's findings along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pillarbox.mail.lint.rules import finding
from pillarbox.mail.message import Lint
from pillarbox.mail.transcript import KEPT_CONTENT, Record, height

MOST = 100
"""Findings of one code that a whole session lists."""

# Without IGNORECASE, which doubles its time; what is written otherwise is looked at more closely.
_GOOD_PATH = re.compile(rb"(?:(?:MAIL|mail) (?:FROM|from)|(?:RCPT|rcpt) (?:TO|to)):<[!-;=?-~]*>(?: [!-~]+)*\r\n")
_BRACKETS = re.compile(rb"\s*(?:MAIL\s+FROM|RCPT\s+TO)\s*:<", re.IGNORECASE)
_SMTPUTF8 = re.compile(rb"\sSMTPUTF8(?=\s)", re.IGNORECASE)
_SIZE = re.compile(rb"[> ]\s*SIZE=([0-9]{1,20})(?=\s)", re.IGNORECASE)
_LABEL = rb"[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
_NAME = re.compile(rb"(?:%s)(?:\.%s)*" % (_LABEL, _LABEL))
_LITERAL = re.compile(rb"\[(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|IPv6:[0-9A-Fa-f:.]+|[A-Za-z0-9-]+:[!-Z^-~]+)\]")
_ADDRESS = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LONE_DOT = re.compile(rb"(?:\n|\r)\.(?:\r\n|\n|\r)")
_CLEAR = frozenset({b"PLAIN", b"LOGIN", b"XOAUTH2", b"OAUTHBEARER"})
_GREETINGS = frozenset({b"HELO", b"EHLO", b"LHLO"})
_HEEDED = _GREETINGS | {b"STARTTLS"}
_HANDSHAKE = b"\x16"  # the first octet of a TLS handshake (RFC 8446 section 5.1)

# RFC 2920 section 3.1, RFC 3207 section 4 and RFC 4954 section 4: what has to be the last command of a group.
_LAST = frozenset(
    {b"EHLO", b"LHLO", b"HELO", b"DATA", b"AUTH", b"STARTTLS", b"VRFY", b"EXPN", b"TURN", b"NOOP", b"QUIT"}
)


@dataclass(frozen=True, slots=True)
class Wired:
    """What the wire says of one message: its findings, and the seqs of its MAIL line and of its content."""

    findings: tuple[Lint, ...]
    mail: int | None
    content: int | None


@lru_cache(maxsize=512)
def _is_name(word: bytes) -> bool:
    """A domain or an address literal (RFC 5321 section 4.1.3); an address without brackets is neither."""
    if word.startswith(b"["):
        return _LITERAL.fullmatch(word) is not None
    return len(word) <= 255 and _NAME.fullmatch(word) is not None and _ADDRESS.fullmatch(word) is None


def _in_order(found: Iterable[Lint]) -> tuple[Lint, ...]:
    return tuple(sorted(found, key=lambda one: -1 if one.entry is None else one.entry))


class Wire:
    """`listing` keeps every finding of the session for `everything`."""

    __slots__ = (
        "_all", "_came", "_content", "_counts", "_ehlo_refused", "_greeted_at", "_helo", "_mail", "_mechanism",
        "_pending", "_pipelining", "_replied_at", "_session", "_size", "_spoke", "_tls", "_transaction", "_utf8",
        "_verb", "next",
    )  # fmt: skip

    def __init__(self, *, listing: bool = False) -> None:
        self.next = 0
        self._all: list[Lint] | None = [] if listing else None
        self._counts: dict[str, int] = {}
        self._session: dict[str, Lint] = {}
        self._transaction: dict[str, Lint] = {}
        self._pending: list[bytes] = []  # verbs whose replies have not come
        self._verb = b""
        self._greeted_at: int | None = None
        self._replied_at = -1
        self._spoke = self._tls = self._pipelining = self._ehlo_refused = self._utf8 = False
        self._mechanism = b""
        self._helo = 0  # the seq of the last HELO
        self._mail: int | None = None
        self._content: int | None = None
        self._size: int | None = None  # what SIZE announced
        self._came: int | None = None  # octets of the content, as far as it has come

    # Out

    def message(self) -> Wired:
        """About the message whose content was the last record."""
        self._measure()
        found = self._session
        if self._transaction:
            found = {**self._transaction, **found}
        return Wired(_in_order(found.values()), self._mail, self._content)

    def everything(self) -> tuple[Lint, ...]:
        """All findings so far in the order of their entries; at most `MOST` of a code. Only when `listing`."""
        self._measure()
        return _in_order(self._all or ())

    # In

    def feed(self, records: Iterable[Record], first: int) -> None:
        """Take records that begin with seq `first`; those that were taken before are passed over."""
        after = first
        for record in records:
            at_us, side, kind, line = record[:4]
            seq, after = after, after + (height(record) if side == "server" else 1)
            if seq < self.next:
                continue
            if side == "server":
                self._replied_at = at_us
                if self._greeted_at is None and not self._pending:
                    self._greeted_at = at_us
                for reply in (line,) if after == seq + 1 else line.splitlines():
                    if self._pending:
                        self._reply(reply)
            elif side == "client":
                if kind == "command":
                    self._command(at_us, line, seq)
                elif kind == "data":
                    self._data(record, seq)
                else:
                    self._log_in(at_us, line, seq)
            elif kind == "tls":
                self._secured()
        self.next = max(self.next, after)

    def _note(self, found: dict[str, Lint], code: str, seq: int, *details: object) -> None:
        if code in found:
            return
        one = found[code] = finding(code, *details, entry=seq)
        if self._all is not None:
            count = self._counts[code] = self._counts.get(code, 0) + 1
            if count <= MOST:
                self._all.append(one)

    def _reply(self, line: bytes) -> None:
        """A line of the reply to the first of the commands that have none."""
        verb = self._pending[0]
        if verb in _HEEDED:
            if verb == b"STARTTLS":
                self._verb = b"" if line[:1] in b"45" else self._verb
            elif line[4:14].upper() == b"PIPELINING":
                self._pipelining = True
            elif verb == b"EHLO" and line[:1] in b"45":
                self._ehlo_refused = True
            elif verb == b"HELO" and line[:1] == b"2" and not self._ehlo_refused:
                # Where it is refused, as by LMTP, the client has to greet in another way.
                self._note(self._session, "helo-instead-of-ehlo", self._helo)
        if line[3:4] != b"-":
            del self._pending[0]

    def _command(self, at_us: int, line: bytes, seq: int) -> None:
        verb = line[:4].upper()
        if line[4:5].isalpha():
            verb = line[:8].upper()
        if self._came is not None and verb != b"BDAT":
            self._measure()
        if verb == b"MAIL" and self._transaction:
            self._transaction.clear()
        if self._pending or at_us < self._replied_at:
            self._hurried(at_us, seq)
        self._spoke = True
        self._verb = verb
        self._pending.append(verb)
        if verb == b"MAIL":
            self._mail, self._size = seq, None
            if b"=" in line and (size := _SIZE.search(line)):
                self._size = int(size[1])
            self._utf8 = (b"UTF8" in line or b"utf8" in line) and _SMTPUTF8.search(line) is not None
            if _GOOD_PATH.fullmatch(line) is None:
                self._path(line, seq)
        elif verb == b"RCPT":
            if _GOOD_PATH.fullmatch(line) is None:
                self._path(line, seq)
        elif verb in _GREETINGS:
            self._greeting(verb, line, seq)
        elif verb == b"AUTH":
            self._mechanism = line[5:40].strip().upper()
        elif line[-2:] != b"\r\n" and line[:1] != _HANDSHAKE and len(line) < KEPT_CONTENT:
            # Octets of TLS are no line, and of one that is too long the end is not kept.
            self._note(self._transaction, "command-line-end", seq)

    def _hurried(self, at_us: int, seq: int) -> None:
        """The line came before the reply to the one before it had left."""
        if not self._spoke:
            if self._greeted_at is None or at_us < self._greeted_at:
                self._note(self._session, "early-talker", seq)
        elif not self._pipelining:
            self._note(self._transaction, "pipelining-not-offered", seq)
        elif self._verb in _LAST:
            verb = self._verb.decode("ascii")
            self._note(self._transaction, "pipelining-past-end", seq, verb, verb)

    def _path(self, line: bytes, seq: int) -> None:
        if not line.endswith(b"\r\n"):
            self._note(self._transaction, "command-line-end", seq)
        if _BRACKETS.match(line) is None:
            self._note(self._transaction, "address-without-brackets", seq)
        if not line.isascii() and not self._utf8:
            self._note(self._transaction, "utf8-without-smtputf8", seq, "an address")

    def _greeting(self, verb: bytes, line: bytes, seq: int) -> None:
        self._mail = self._size = None
        self._pipelining = False
        for code in ("helo-name", "helo-instead-of-ehlo", "command-line-end"):
            self._session.pop(code, None)
        if not line.endswith(b"\r\n"):
            self._note(self._session, "command-line-end", seq)
        if not _is_name(line[4:].strip()):
            self._note(self._session, "helo-name", seq)
        self._helo = seq

    def _log_in(self, at_us: int, line: bytes, seq: int) -> None:
        """A line of an AUTH exchange, its secret hidden."""
        if self._verb == b"STARTTLS":
            # Octets behind STARTTLS, hidden because there is an AUTH among them.
            self._note(self._session, "starttls-injection", seq)
            return
        words = line[:64].upper().split(None, 2)
        if words[:1] == [b"AUTH"]:
            if at_us < self._replied_at or self._pending:
                self._hurried(at_us, seq)
            self._spoke = True
            self._verb = b"AUTH"
            self._mechanism = words[1] if len(words) > 1 else b""
        self._pending.append(b"AUTH")
        if not self._tls and self._mechanism in _CLEAR and line.strip() not in (b"*", b""):
            self._note(self._session, "auth-in-clear", seq)

    def _data(self, record: Record, seq: int) -> None:
        """Content, or octets that nobody took for anything."""
        if record.message_id is None:
            early = self._pending[:1] == [b"STARTTLS"]
            if self._verb == b"STARTTLS" and (early or not record.data.startswith(_HANDSHAKE)):
                self._note(self._session, "starttls-injection", seq)
            elif not self._spoke and self._greeted_at is not None and record.at_us < self._greeted_at:
                self._note(self._session, "early-talker", seq)
            return
        self._content = seq
        if self._verb == b"DATA" and record.at_us < self._replied_at:
            self._hurried(record.at_us, seq)
        if record.data and _LONE_DOT.search(record.data, 0, len(record.data) - 5):
            self._note(self._transaction, "smuggling-attempt", seq)
        if not record.offset:
            self._measure()  # of a message before this one
        # A chunk carries where it begins in its message, so the last one tells how long the message is.
        self._came = record.size + (record.offset or 0)

    def _measure(self) -> None:
        """What SIZE announced against what came, once all of it has come."""
        came, announced, self._came = self._came, self._size, None
        if came is None or announced is None or self._mail is None:
            return
        if abs(announced - came) * 10 > came:
            self._note(self._transaction, "size-wrong", self._mail, announced, came)

    def _secured(self) -> None:
        """What was said before TLS counts no more (RFC 3207 section 4.2)."""
        self._tls = True
        self._verb = b""
        self._pipelining = False
        self._pending.clear()
        self._replied_at = -1
