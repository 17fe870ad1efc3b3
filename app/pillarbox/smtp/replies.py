"""Every reply this server gives, as a value with a name.

Rules of this module:

* The wording is Postfix's where a person reads it, because that is what people search for.
* A reply of class 2, 4 or 5 carries an enhanced code (RFC 2034 section 3), except the greeting and the replies to
  HELO and EHLO, which have `enhanced` None.
* What a client sent gets into a reply only through `shown` (printable, ASCII, short); VRFY says its address whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pillarbox.box.figures import Refusal


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply of one line, or of several separated by LF in `text`."""

    code: int
    enhanced: str | None
    text: str

    def __str__(self) -> str:
        enhanced = f"{self.enhanced} " if self.enhanced else ""
        return f"{self.code} {enhanced}{self.text}"

    def wire(self, *, enhanced: bool = True) -> bytes:
        """The octets to send; `enhanced` False leaves the enhanced code out (ENHANCEDSTATUSCODES is not offered)."""
        if "\n" in self.text:
            return _lines(self, enhanced)
        code = f"{self.enhanced} " if enhanced and self.enhanced else ""
        return f"{self.code} {code}{self.text}\r\n".encode("utf-8", "replace")


@lru_cache(maxsize=16)
def _lines(reply: Reply, enhanced: bool) -> bytes:
    code = f"{reply.enhanced} " if enhanced and reply.enhanced else ""
    *firsts, last = reply.text.split("\n")
    lines = [*(f"{reply.code}-{code}{line}\r\n" for line in firsts), f"{reply.code} {code}{last}\r\n"]
    return "".join(lines).encode("utf-8", "replace")


SHOWN = 100
"""Characters of a client's words that a reply repeats; a reply line has at most 512 octets (RFC 5321 4.5.3.1.5)."""


_LONGEST_ADDRESS = 512 - len("252 2.0.0 \r\n")


def shown(words: str) -> str:
    """What a client sent, fit for a reply."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in words[:SHOWN])


# The transaction as it should go

OK = Reply(250, "2.0.0", "Ok")
SENDER_OK = Reply(250, "2.1.0", "Ok")
RECIPIENT_OK = Reply(250, "2.1.5", "Ok")
START_TLS = Reply(220, "2.0.0", "Ready to start TLS")
START_CONTENT = Reply(354, None, "End data with <CR><LF>.<CR><LF>")
BYE = Reply(221, "2.0.0", "Bye")

# Out of order (RFC 5321 section 4.1.4)

NEED_HELO = Reply(503, "5.5.1", "Error: send HELO/EHLO first")
NESTED_MAIL = Reply(503, "5.5.1", "Error: nested MAIL command")
IN_TRANSACTION = Reply(503, "5.5.1", "Error: MAIL transaction in progress")
NEED_MAIL = Reply(503, "5.5.1", "Error: need MAIL command")
NEED_RCPT = Reply(503, "5.5.1", "Error: need RCPT command")
TLS_ACTIVE = Reply(554, "5.5.1", "Error: TLS already active")
TLS_AT_ONCE = Reply(554, "5.5.1", "Error: TLS begins with STARTTLS on this port")
NO_VALID_RECIPIENTS = Reply(554, "5.5.1", "Error: no valid recipients")
MAIL_AFTER_BDAT = Reply(503, "5.5.1", "Error: MAIL after BDAT")
RCPT_AFTER_BDAT = Reply(503, "5.5.1", "Error: RCPT after BDAT")
DATA_AFTER_BDAT = Reply(503, "5.5.1", "Error: DATA after BDAT")
NEED_BDAT = Reply(503, "5.5.1", "Error: a message with BODY=BINARYMIME can only be sent by BDAT")
LMTP_NEED_RCPT = Reply(503, "5.5.1", "Error: no valid recipients")

# Not understood

NOT_RECOGNIZED = Reply(500, "5.5.2", "Error: command not recognized")
NOT_IMPLEMENTED = Reply(502, "5.5.1", "Error: command not implemented")
BAD_SYNTAX = Reply(500, "5.5.2", "Error: bad syntax")
BAD_UTF8 = Reply(500, "5.5.2", "Error: bad UTF-8 syntax")
LINE_TOO_LONG = Reply(500, "5.5.2", "Error: command line too long")
HELO_SYNTAX = Reply(501, None, "Syntax: HELO hostname")
NOT_IN_LMTP = Reply(500, "5.5.1", "Error: this is LMTP, send LHLO")
LHLO_SYNTAX = Reply(501, None, "Syntax: LHLO hostname")
EHLO_SYNTAX = Reply(501, None, "Syntax: EHLO hostname")
MAIL_SYNTAX = Reply(501, "5.5.4", "Syntax: MAIL FROM:<address>")
RCPT_SYNTAX = Reply(501, "5.5.4", "Syntax: RCPT TO:<address>")
RSET_SYNTAX = Reply(501, "5.5.4", "Syntax: RSET")
DATA_SYNTAX = Reply(501, "5.5.4", "Syntax: DATA")
BDAT_SYNTAX = Reply(521, "5.5.4", "Syntax: BDAT count [LAST]")
STARTTLS_SYNTAX = Reply(501, "5.5.4", "Syntax: STARTTLS")
QUIT_SYNTAX = Reply(501, "5.5.4", "Syntax: QUIT")
ETRN_SYNTAX = Reply(501, "5.5.4", "Syntax: ETRN node, @node or #queue")
VRFY_SYNTAX = Reply(501, "5.5.4", "Syntax: VRFY address [SMTPUTF8]")
BAD_SENDER = Reply(501, "5.1.7", "Bad sender address syntax")
BAD_RECIPIENT = Reply(501, "5.1.3", "Bad recipient address syntax")
BAD_SIZE = Reply(501, "5.5.4", "Bad message size syntax")
BAD_RET = Reply(501, "5.5.4", "Bad RET parameter syntax")
BAD_ENVID = Reply(501, "5.5.4", "Bad ENVID parameter syntax")
BAD_AUTH = Reply(501, "5.5.4", "Bad AUTH parameter syntax")
BAD_NOTIFY = Reply(501, "5.5.4", "Error: Bad NOTIFY parameter syntax")
BAD_ORCPT = Reply(501, "5.5.4", "Error: Bad ORCPT parameter syntax")
NEED_SMTPUTF8 = Reply(553, "5.6.7", "Must declare SMTPUTF8 to send unicode address")

# Refused

NEED_TLS = Reply(530, "5.7.0", "Must issue a STARTTLS command first")
NO_TLS = Reply(454, "4.7.0", "TLS not available due to local problem")
NEED_AUTH = Reply(530, "5.7.0", "Authentication required")
TOO_LARGE = Reply(552, "5.3.4", "Message size exceeds fixed limit")
CHUNK_TOO_LARGE = Reply(552, "5.3.4", "Chunk exceeds message size limit")
CROWDED = Reply(452, "4.3.1", "Error: too much mail is being taken at once, try again later")
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3", "Error: too many recipients")
NOT_STORED = Reply(451, "4.3.0", "Error: the message could not be stored, try again later")
NO_STORAGE = Reply(452, "4.3.1", "Error: insufficient system storage, try again later")
FAILED = Reply(451, "4.3.0", "Error: server error, try again later")

REFUSALS: dict[Reply, Refusal] = {
    TOO_LARGE: "too_large",
    CHUNK_TOO_LARGE: "too_large",
    CROWDED: "no_room",
    NOT_STORED: "not_stored",
    NO_STORAGE: "not_stored",
}
"""The replies that turn a whole message away, as they are counted."""

# AUTH (RFC 4954 sections 4 and 6)

AUTHENTICATED = Reply(235, "2.7.0", "Authentication successful")
AUTH_UNAVAILABLE = Reply(454, "4.7.0", "Temporary authentication failure")
AUTH_TOO_LONG = Reply(500, "5.5.6", "Error: authentication exchange line too long")
AUTH_SYNTAX = Reply(501, "5.5.4", "Syntax: AUTH mechanism [initial-response]")
AUTH_CANCELLED = Reply(501, "5.7.0", "Authentication aborted")
NOT_BASE64 = Reply(501, "5.5.2", "Error: the response is not base64")
NO_INITIAL_RESPONSE = Reply(501, "5.5.4", "Error: this mechanism takes no initial response")
ALREADY_AUTHENTICATED = Reply(503, "5.5.1", "Error: already authenticated")
UNKNOWN_MECHANISM = Reply(504, "5.5.4", "Error: unsupported authentication mechanism")

# Said before closing

RULE_BREAKER = Reply(221, "2.7.0", "Error: I can break rules, too. Goodbye.")


def greeting(hostname: str, protocol: str = "ESMTP") -> Reply:
    return Reply(220, None, f"{hostname} {protocol} Pillarbox")


def helo(hostname: str) -> Reply:
    return Reply(250, None, hostname)


def ehlo(hostname: str, keywords: tuple[str, ...]) -> Reply:
    return Reply(250, None, "\n".join((hostname, *keywords)))


def queued(message_id: int) -> Reply:
    """The id is that of the API and of the page's address."""
    return Reply(250, "2.0.0", f"Ok: queued as {message_id}")


def chunk_taken(octets: int) -> Reply:
    return Reply(250, "2.0.0", f"Ok: {octets} bytes")


def discarded(octets: int) -> Reply:
    """A chunk that follows a refused one of the same message."""
    return Reply(551, "5.0.0", f"Discarded {octets} bytes after earlier error")


def about(recipient: str, reply: Reply) -> Reply:
    """A reply to the content for one of its recipients (RFC 2033 section 4.2)."""
    return Reply(reply.code, reply.enhanced, f"<{shown(recipient)}> {reply.text}")


def unsupported(option: str) -> Reply:
    return Reply(555, "5.5.4", f"Unsupported option: {shown(option)}")


CHALLENGE = 334


def challenge(text: str) -> Reply:
    """A server's challenge in base64; without one the reply is `334 ` (RFC 4954 section 4)."""
    return Reply(CHALLENGE, None, text)


def authentication_failed(reason: str) -> Reply:
    return Reply(535, "5.7.8", f"Error: authentication failed: {reason}")


def cannot_verify(address: str) -> Reply:
    """RFC 5321 section 3.5.3: the address was not looked up, mail for it will be taken.

    It is said as it came, also in UTF-8, as far as a reply line can hold it.
    """
    return Reply(252, "2.0.0", address.encode()[:_LONGEST_ADDRESS].decode("utf-8", "ignore"))


def nothing_queued(node: str) -> Reply:
    """RFC 1985 section 5.2: the node is known, and there is no mail for it."""
    return Reply(251, "2.0.0", f"OK, no messages waiting for node {shown(node)}")


def help_text(verbs: tuple[str, ...]) -> Reply:
    return Reply(214, "2.0.0", f"Commands: {' '.join(verbs)}")


def idle(hostname: str) -> Reply:
    return Reply(421, "4.4.2", f"{hostname} Error: timeout exceeded")


def too_slow(hostname: str) -> Reply:
    return Reply(421, "4.4.2", f"{hostname} Error: input too slow")


def too_many_errors(hostname: str) -> Reply:
    return Reply(421, "4.7.0", f"{hostname} Error: too many errors")


def too_many_connections(hostname: str) -> Reply:
    return Reply(421, "4.3.2", f"{hostname} Error: too many connections")


def shutting_down(hostname: str) -> Reply:
    return Reply(421, "4.3.2", f"{hostname} Service shutting down")


def broken(hostname: str) -> Reply:
    return Reply(421, "4.3.0", f"{hostname} Error: server error")
