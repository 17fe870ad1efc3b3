"""TLS over octets in memory: what came off the wire goes in, plain text comes out, and the other way round.

Rules of this module:

* It holds no socket and no clock, so the connection keeps its one reader, one writer and one timer, and half a close
  means under TLS what it means without: a client that has said its last word still gets its replies.
* A handshake that fails says in one sentence who refused and why, as far as OpenSSL tells it.
* What does not begin like TLS is plain text, and is given back as it came: the transcript shows it.
* The context sets the versions; renegotiation is off (RFC 9325 section 3.5 warns of it, TLS 1.3 has none).
"""

from __future__ import annotations

import contextlib
import ssl
from typing import NamedTuple, cast

from pillarbox.mail import controls
from pillarbox.mail.session import Outcome, Tls

_BLOCK = 64 * 1024

_FIRST = frozenset({0x14, 0x15, 0x16, 0x17, 0x80})
"""First octets of a TLS record (RFC 8446 section 5.1), and of an SSL 2 hello, which OpenSSL explains better than we."""

_MISTRUST = frozenset({"unknown ca", "bad certificate", "certificate unknown", "certificate expired"})

_TEXT = frozenset(range(0x20, 0x7F)) | {0x09, 0x0A, 0x0D}


def begins_tls(octets: bytes | bytearray) -> bool:
    """Whether they are the beginning of a ClientHello: a handshake record of SSL 3 or any TLS."""
    return octets[:2] == b"\x16\x03"


class Failure(NamedTuple):
    """Why there is no TLS: `outcome` is "dropped" when the client refused, "refused" when the server did.

    `plain`: the client did not speak TLS at all.
    """

    outcome: Outcome
    sentence: str
    plain: bool = False


class _Side(ssl.SSLObject):
    """Our side of one connection, with the name that the client asked for."""

    sni: str | None = None


def _named(side: ssl.SSLSocket | ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
    """Every name gets the one certificate that there is; whether that is right is the client's to judge."""
    cast(_Side, side).sni = controls.in_line(name) if name else None


def server_context(cert: str, key: str) -> ssl.SSLContext:
    """A server's context from two PEM files. Raises OSError and ssl.SSLError.

    The oldest version is the oldest that OpenSSL's configuration on this machine permits: a catcher is there to be
    spoken to, and what was spoken stands in the transcript.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.sslobject_class = _Side
    context.sni_callback = _named
    context.load_cert_chain(cert, key, password="")
    return context


class TlsLayer:
    """The server's side of TLS on one connection. `receive` until `settled` or `failure` is set.

    `began` says that octets have come; `settled` is what the handshake agreed on; `answered` says that the server's
    part of it has left; `ended` that the client will send no more: it has said so (close_notify), or TLS broke
    afterwards, which `broken` then explains.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        side = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._side = cast(_Side, side)
        self.began = False
        self.settled: Tls | None = None
        self.failure: Failure | None = None
        self.answered = self.ended = False
        self.broken: str | None = None

    def receive(self, octets: bytes) -> bytes:
        """Take octets off the wire; the plain text that they end, b"" as long as the handshake runs."""
        if self.failure is not None:
            return octets if self.failure.plain else b""
        if not self.began:
            self.began = True
            if octets[0] not in _FIRST:
                self.failure = _not_tls(octets)
                return octets
        self._incoming.write(octets)
        if self.settled is None and not self._shake_hands():
            return b""
        return self._read()

    def outgoing(self) -> bytes:
        """What is to be written now: parts of the handshake, alerts."""
        octets = self._outgoing.read()
        self.answered = self.answered or bool(octets)
        return octets

    def seal(self, plain: bytes) -> bytes:
        """The octets to write so that the client reads `plain`; only after the handshake."""
        try:
            self._side.write(plain)
        except ssl.SSLError as error:
            self._break(error)
        return self._outgoing.read()

    def end(self) -> bytes:
        """The octets that tell the client that no more will come (close_notify)."""
        if self.settled is None:
            return b""
        # It waits for the client's own close_notify, which nobody here needs.
        with contextlib.suppress(ssl.SSLError, OSError):
            self._side.unwrap()
        return self._outgoing.read()

    def _shake_hands(self) -> bool:
        try:
            self._side.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except (ssl.SSLError, OSError) as error:
            self.failure = _refusal(error)
            return False
        cipher = self._side.cipher()
        self.settled = Tls(self._side.version() or "", cipher[0] if cipher else "", self._side.sni)
        return True

    def _read(self) -> bytes:
        blocks = []
        try:
            while block := self._side.read(_BLOCK):
                blocks.append(block)
            self.ended = True
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLError, OSError) as error:
            self._break(error)
        return b"".join(blocks)

    def _break(self, error: Exception) -> None:
        self.ended = True
        if not isinstance(error, ssl.SSLZeroReturnError):
            self.broken = f"TLS broke off: {_words(error)}."


def _not_tls(octets: bytes) -> Failure:
    if all(octet in _TEXT for octet in octets[:8]):
        return Failure("refused", "The client spoke plain text where TLS has to begin.", plain=True)
    return Failure("refused", "What the client sent where TLS has to begin is not TLS.", plain=True)


def _refusal(error: Exception) -> Failure:
    reason = getattr(error, "reason", None) or ""
    if "_ALERT_" in reason:
        alert = reason.partition("_ALERT_")[2].replace("_", " ").lower()
        why = ": it does not trust the server's certificate" if alert in _MISTRUST else ""
        return Failure("dropped", f'The TLS handshake failed: the client sent the alert "{alert}"{why}.')
    return Failure("refused", f"The TLS handshake failed: the server refused it ({_words(error)}).")


def _words(error: Exception) -> str:
    """OpenSSL's reason, e.g. "no shared cipher"."""
    reason = getattr(error, "reason", None)
    return reason.replace("_", " ").lower() if reason else "no reason is known"


def shown(tls: Tls) -> str:
    """`TLS 1.3 TLS_AES_256_GCM_SHA384, SNI mail.example`, as the transcript says it."""
    name = f", SNI {tls.sni}" if tls.sni else ", no SNI"
    return f"{tls.version.replace('TLSv', 'TLS ')} {tls.cipher}{name}"
