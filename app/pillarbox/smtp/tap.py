"""The tap: what crosses the connection, written into the session as it crosses.

Rules of this module:

* A client line is recorded when the command loop takes it up, with the time of its last octet; a server line when it
  is written to the socket; content when it is complete, refused or cut off.
* A secret never gets into a record: of AUTH only the mechanism is shown, whether it was offered or not, and of the
  client's responses only that there were some. Server challenges are no secrets. With `show_secrets` everything is
  recorded as it crossed; a reason never holds a secret.
* The reason of a session is the last refusal that stood in the way of mail, or else how the session ended.
"""

from __future__ import annotations

import re

from pillarbox.box import LiveSession
from pillarbox.mail import controls, transcript
from pillarbox.mail.session import Auth, Outcome
from pillarbox.mail.transcript import Kind, Record
from pillarbox.smtp.chunks import Chunk
from pillarbox.smtp.content import Content
from pillarbox.smtp.ending import PLAIN_BEHIND_STARTTLS
from pillarbox.smtp.extensions import BASIC_VERBS, OTHER_VERBS
from pillarbox.smtp.intake import Line
from pillarbox.smtp.replies import SHOWN, Reply

_BARE_VERBS = frozenset(verb.encode() for verb in (*BASIC_VERBS, *OTHER_VERBS))

_AUTH = re.compile(rb"^[ \t]*AUTH(?![!-~])", re.IGNORECASE | re.MULTILINE)
_HARMLESS = re.compile(rb"[ \t]*AUTH(?:[ \t]+[A-Za-z0-9_-]{1,20})?[ \t]*\r?\n", re.IGNORECASE)
_MECHANISM = re.compile(rb"[ \t]*(AUTH[ \t]+[A-Za-z0-9_-]{1,20})[ \t]", re.IGNORECASE)
_MASK = "********"

# A client that does not wait for the challenge sends its secrets in the next lines, whatever AUTH is answered.
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}\r?\n")

# One that says its name twice has succeeded with the second for a password, and sends its password as a command.
_WHOLE_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)\r?\n")


def _looks_secret(line: bytes, secrets: re.Pattern[bytes]) -> bool:
    return secrets.fullmatch(line) is not None and line.strip().upper() not in _BARE_VERBS


class Tap:
    def __init__(self, live: LiveSession, *, show_secrets: bool = False) -> None:
        self.live = live
        self._show_secrets = show_secrets
        self._secrets: re.Pattern[bytes] | None = None  # what a secret looks like, where the next line may be one
        self._reason: str | None = None
        self._latest: Record | None = None

    def took(self, line: Line) -> None:
        """A command line, as the loop takes it up."""
        auth = line.data[:1] in b" \tAa" and _AUTH.match(line.data) is not None
        given = self._secrets is not None and _looks_secret(line.data, self._secrets)
        self._secrets = _BASE64 if auth else self._secrets if given else None
        if given or (auth and _HARMLESS.fullmatch(line.data) is None):
            named = _MECHANISM.match(line.data)
            words = named[1].decode("ascii").split() if named is not None else ["AUTH"] if auth else []
            self._conceal(line, " ".join((*words, _MASK)))
        else:
            self._latest = Record(line.at_us, "client", "command", line.data, line.size)
            self.live.record(self._latest)

    def responded(self, line: Line) -> None:
        """A response in an AUTH exchange. The reason of a refusal names the AUTH command, not its last line."""
        latest = self._latest
        if line.data.strip(b" \t\r\n") in (b"", b"*"):
            self.live.record(transcript.line(line.at_us, "client", "auth", line.data))
        else:
            self._conceal(line, _MASK)
        self._latest = latest

    def _conceal(self, line: Line, text: str) -> None:
        self._latest = transcript.masked(line.at_us, text, line.size)
        shown = Record(line.at_us, "client", "auth", line.data, line.size) if self._show_secrets else self._latest
        self.live.record(shown)

    def judged(self, verdict: str, auth: Auth | None) -> None:
        """An AUTH exchange has ended; `auth` says who it was, None that it was nobody."""
        self.event("auth", verdict)
        if auth is not None:
            self._secrets = _WHOLE_BASE64
            self.live.authenticated(auth)

    def sent(self, wire: bytes) -> None:
        """Replies, as they are written, all with this moment's time."""
        self.live.record(transcript.line(self.live.at_us(), "server", "reply", wire))

    def stored(self, at_us: int, message: bytes, wire: bytes | None) -> None:
        """Content that is about to be delivered."""
        self.live.record(transcript.content(at_us, message, wire))

    def chunk(self, at_us: int, chunk: Chunk) -> None:
        """A chunk of a message of which more is to come; nothing when it has no octets."""
        if chunk.crossed:
            self.live.record(transcript.chunk(at_us, chunk.kept, chunk.crossed, chunk.offset))

    def stored_chunk(self, at_us: int, chunk: Chunk) -> None:
        """The last chunk of a message that is about to be delivered."""
        self.live.record(transcript.last_chunk(at_us, chunk.crossed, chunk.offset))

    def lost(self, at_us: int, content: Content | Chunk) -> None:
        """Content that was refused, or of which the end never came; nothing when nothing of it came."""
        if content.crossed:
            self.live.record(transcript.lost_content(at_us, content.kept, content.crossed))

    def left_over(self, rest: Line) -> None:
        """What the client sent and nobody read as anything."""
        broken_off = self._secrets is not None and _looks_secret(rest.data.rstrip(b"\r\n") + b"\n", _BASE64)
        secret = broken_off or self._secrets is _BASE64 or _AUTH.search(rest.data) is not None
        if secret and not self._show_secrets:
            self.live.record(transcript.masked(rest.at_us, _MASK, rest.size))
        else:
            self.live.record(transcript.lost_content(rest.at_us, rest.data, rest.size))

    def injected(self, rest: Line) -> None:
        """What the client sent behind STARTTLS in plain text; dropped, never read."""
        self.left_over(rest)
        why = f"{PLAIN_BEHIND_STARTTLS} {rest.size} octets were dropped."
        self.event("error", why)
        self.failed(why)

    def event(self, kind: Kind, text: str) -> None:
        self.live.record(transcript.event(self.live.at_us(), kind, text))

    def refused(self, reply: Reply, *, weak: bool = False) -> None:
        """Mail was turned away by the reply to the latest command; a `weak` refusal leaves an earlier reason."""
        if weak and self._reason is not None:
            return
        self.failed(f"{reply} (in answer to {said})" if (said := self._said()) else str(reply))

    def because(self, why: str) -> None:
        """Why the refusal at hand was made, as far as its reply does not say so."""
        self.failed(f"{self._reason}: {why}" if self._reason else why)

    def _said(self) -> str:
        """The latest command on one line: what is wrong with it is often a character that no screen shows."""
        if self._latest is None:
            return ""
        words = self._latest.data[: 2 * SHOWN].rstrip(b"\r\n").decode("utf-8", "backslashreplace").strip(" \t")
        return controls.in_line(words[:SHOWN]) or "an empty line"

    def failed(self, reason: str) -> None:
        self._reason = reason
        self.live.failed(reason)

    def close(self, outcome: Outcome, reason: str | None) -> None:
        """End the session; `reason` stands only if no refusal explains it better."""
        self.live.close(outcome, reason if self._reason is None else None)
