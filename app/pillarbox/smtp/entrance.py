"""How a client comes in: what a proxy says of it, and TLS, from the first octet or by STARTTLS.

Rules of this module:

* The order on the wire is PROXY header, TLS, greeting. Nothing is said before the header, and between plain text and
  TLS nothing is said either.
* Octets that come behind STARTTLS before the reply to it are dropped and reported: whoever can put octets into a
  connection could have them obeyed within TLS otherwise (CVE-2011-0411).
* A header or a handshake that does not come, or is none, ends the session with a reason that says what to change.
"""

from __future__ import annotations

import logging
import ssl

from pillarbox.smtp import peer, proxy, replies
from pillarbox.smtp.channel import Channel
from pillarbox.smtp.dialogue import Dialogue
from pillarbox.smtp.ending import Ending
from pillarbox.smtp.extensions import Offer
from pillarbox.smtp.peer import Peer
from pillarbox.smtp.policy import Policy
from pillarbox.smtp.replies import Reply
from pillarbox.smtp.tls import TlsLayer, shown

HANDSHAKE = 30.0
"""Seconds that a TLS handshake may take, if the idle time-out is not shorter."""

HEADER = 10.0
"""Seconds that a PROXY header may take, if the idle time-out is not shorter; it should come with the connection."""

log = logging.getLogger(__name__)


class Entrance(Channel):
    """A channel that knows whom it speaks to, and over what. `_peer` is who has connected."""

    _policy: Policy
    _dialogue: Dialogue
    _offer: Offer
    _peer: Peer

    def _answer(self, reply: Reply, *, counts: bool = True, weak: bool = False) -> None:
        raise NotImplementedError

    def _introduced(self, peer: Peer) -> bool:
        """The proxy has said who the client is; False when that is one too many."""
        raise NotImplementedError

    # The proxy

    async def _await_header(self) -> None:
        """Take the PROXY header. Returns when it has come, or the session is to end."""
        seconds = min(HEADER, self._idle or HEADER)
        self._limit(seconds, Ending.slow_header(seconds))
        try:
            while (header := proxy.parse(self._intake.head(proxy.LONGEST_V2))) is None:
                if self._ending is None and self._intake.eof:
                    self._ending = Ending.left_early(self._gone, "the PROXY header")
                if self._ending is not None:
                    return
                await self._more()
        finally:
            self._unlimit()
        if isinstance(header, proxy.Wrong):
            self._ending = self._ending or Ending.no_header(header.why)
            return
        self._intake.drop(header.size)
        if header.host is None:
            self._tap.event("connect", f"The proxy {self._peer.shown} speaks for itself (PROXY v{header.version}).")
            client = self._peer
        else:
            client = peer.at(header.host, header.port)
            said = f"{client.shown} comes through the proxy {self._peer.shown} (PROXY v{header.version})."
            self._tap.event("connect", said)
            self._tap.live.came_from(client.shown)
        if not self._introduced(client):
            self._ending = self._ending or Ending.crowded(self.hostname)

    # TLS

    async def _begin_with_tls(self) -> None:
        """TLS from the first octet. Returns when TLS stands, or the session is to end."""
        context = await self._context()
        if context is None:
            self._ending = self._ending or Ending.broken(self.hostname)
            return
        rest = self._intake.left_over()
        await self._shake_hands(context, rest.data if rest is not None else b"")

    async def start_tls(self, arg: str) -> None:
        reply = self._dialogue.starttls(arg)
        if reply is not replies.START_TLS:
            self._answer(reply)
            return
        context = await self._context()
        if context is None:
            self._answer(replies.NO_TLS)
            return
        await self._flush()
        if self._wire is None:
            return
        # From here to the handshake nothing is awaited, so what comes from now on is TLS or not understood.
        injected = self._intake.left_over()
        if injected is not None:
            self._tap.injected(injected)
        self._put(reply.wire(enhanced=self._offer.enhanced))
        await self._shake_hands(context)

    async def _context(self) -> ssl.SSLContext | None:
        certificate = self._policy.certificate
        assert certificate is not None, "there is no TLS without"
        try:
            return await certificate.context()
        except (OSError, ssl.SSLError) as error:
            # Such as a full disk or no descriptors left: it may pass, and the next client tries again.
            source = self._tap.live.whose()
            log.warning("There is no TLS because the certificate could not be made: %s", error, extra=source)
            return None

    async def _shake_hands(self, context: ssl.SSLContext, first: bytes | None = None) -> None:
        """Go over to TLS; `first` is what has come of it where it begins the connection, None after STARTTLS."""
        layer = self._tls = TlsLayer(context)
        self._mute = True
        seconds = min(HANDSHAKE, self._idle or HANDSHAKE)
        self._limit(seconds, Ending.slow_handshake(seconds))
        self._resume()
        if first:
            self.data_received(first)
        while not (layer.settled or layer.failure or self._ending or self._intake.eof):
            await self._more()
        self._unlimit()
        if layer.settled is None:
            if layer.failure is not None:
                self._ending = self._ending or Ending.no_tls(layer.failure, starttls=first is None)
            elif self._ending is None:
                self._ending = Ending.left_early(self._gone, "the TLS handshake", mistrust=layer.answered)
            if first is not None and not layer.began:
                self._ending = self._ending.without_tls()
            return
        self._mute = False
        self._tap.event("tls", shown(layer.settled))
        self._tap.live.secured(layer.settled)
        self._dialogue.secured()
