"""One AUTH as SMTP carries it (RFC 4954): lines of base64 around a SASL exchange; no sockets.

Rules of this module:

* A line in, a reply out. 334 asks for the next line, any other code ends the exchange.
* The client is told no more than the RFCs say; `verdict` tells the reader of the transcript what was wrong.
* Neither holds a secret, nor a name that is not a user's: people type their password in the wrong place.
"""

from __future__ import annotations

import base64
import binascii

from pillarbox.errors import StoreUnavailable
from pillarbox.smtp import replies, sasl
from pillarbox.smtp.replies import Reply
from pillarbox.smtp.sasl import Challenge, Step, Success
from pillarbox.smtp.sasl.exchange import WRONG
from pillarbox.smtp.users import Accounts, Users

LONGEST_LINE = 12_288
"""Octets of a line of the exchange, the AUTH command's included (RFC 4954 section 4)."""


class Authentication:
    """`argument` is the initial response as it stands on the line, None when there is none.

    `slow`: a step may take a fraction of a second, so not in the event loop. `username` is who it was, once the reply
    was 235; `verdict` a sentence for people, once it was not 334.
    """

    def __init__(self, mechanism: str, accounts: Accounts, hostname: str, argument: str | None) -> None:
        self.mechanism = mechanism
        self.slow = accounts.slow
        self.username: str | None = None
        self.verdict = ""
        self._accounts, self._hostname, self._argument = accounts, hostname, argument

    def begin(self) -> Reply:
        initial = None
        if self._argument is not None:
            # RFC 4954 section 4: "a single equals sign" is an initial response of zero length.
            initial = _decode(b"" if self._argument == "=" else self._argument.encode("ascii"))
            if initial is None:
                return self._not_base64()
        self._steps = sasl.begin(self.mechanism, self._accounts, self._hostname, initial)
        return self._advance(None)

    def answer(self, line: bytes, size: int) -> Reply:
        """The client's next line, its end included; `size` are the octets that it had."""
        if size > LONGEST_LINE:
            self.verdict = f"Not authenticated with {self.mechanism}: the line has more than {LONGEST_LINE} octets."
            return replies.AUTH_TOO_LONG
        text = line.strip(b" \t\r\n")
        if text == b"*":
            self.verdict = f"The client gave {self.mechanism} up."
            return replies.AUTH_CANCELLED
        response = _decode(text)
        return self._not_base64() if response is None else self._advance(response)

    def _not_base64(self) -> Reply:
        self.verdict = f"Not authenticated with {self.mechanism}: the response is not base64."
        return replies.NOT_BASE64

    def _advance(self, response: bytes | None) -> Reply:
        try:
            return self._reply(sasl.advance(self._steps, response))
        except StoreUnavailable as error:
            self.verdict = f"{self.mechanism} could not be judged. {error}"
            return replies.AUTH_UNAVAILABLE

    def _reply(self, step: Step) -> Reply:
        if isinstance(step, Challenge):
            return replies.challenge(base64.b64encode(step.data).decode("ascii"))
        if isinstance(step, Success):
            self.username = step.username
            named = f"as {step.username}" if step.username else "without a name"
            self.verdict = f"Authenticated {named} with {self.mechanism}."
            return replies.AUTHENTICATED
        reason = step.reason
        if reason == WRONG and step.username is not None and isinstance(self._accounts, Users):
            reason = self._accounts.why_not(step.username, self.mechanism)
        self.verdict = f"Not authenticated with {self.mechanism}: {reason}."
        return replies.authentication_failed(step.reason)


def _decode(text: bytes) -> bytes | None:
    """Base64 undone; None when it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
