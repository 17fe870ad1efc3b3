"""The dialogue: where a session stands and what each command is answered; no sockets, no time (RFC 5321 section 4.1.4).

Rules of this module:

* A transaction runs from MAIL to the reply to its content, or to RSET, HELO or EHLO, whichever comes first.
* Chunks are one message from the first BDAT to the LAST, or to RSET or a greeting, taken or refused; so is what follows
  a BDAT outside of a transaction, as in Postfix.
* TLS begins a new dialogue: nothing that was said before it counts any more (RFC 3207 section 4.2).
* The order of checks is Postfix's, so that a line wrong in two ways gets the same reply: order of commands, syntax of
  the path, parameters, SMTPUTF8, limits.
"""

from __future__ import annotations

import re

from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.session import Greeting
from pillarbox.smtp import address, node, parameters, replies
from pillarbox.smtp.authentication import Authentication
from pillarbox.smtp.chunks import Announced, Chunks
from pillarbox.smtp.command import upper
from pillarbox.smtp.extensions import Offer
from pillarbox.smtp.flight import Flight, Share
from pillarbox.smtp.policy import Policy
from pillarbox.smtp.replies import Reply
from pillarbox.smtp.sasl import SERVER_FIRST

_BLANKS = re.compile(r"[ \t]+")

BEFORE_TLS = frozenset({"BDAT", "EHLO", "HELO", "LHLO", "NOOP", "QUIT", "STARTTLS"})
"""What a server that requires TLS takes without it (RFC 3207 section 4; HELO as Postfix does). The octets of a BDAT
come whatever it is answered, so that `bdat` refuses it."""

BEFORE_AUTH = BEFORE_TLS | {"AUTH", "HELP", "RSET"}
"""What a server that requires AUTH takes without it (RFC 4954 section 6); HELP tells of AUTH."""


class Dialogue:
    """`lmtp` chooses between the two protocols.

    `chunks` is what has come by BDAT, None before the first; `share` the room that the message has among all in flight.
    """

    def __init__(self, policy: Policy, offer: Offer, flight: Flight | None = None, *, lmtp: bool = False) -> None:
        self._policy = policy
        self._offer = offer
        self._lmtp = lmtp
        self.share = Share(flight or Flight(0))
        self.chunks: Chunks | None = None
        self.secure = False
        self.locked = policy.require_tls or policy.require_auth
        self.greeting: Greeting | None = None
        self.name: str | None = None
        self.user: str | None = None
        self.sender: Sender | None = None
        self.recipients: list[Recipient] = []

    @property
    def in_transaction(self) -> bool:
        return self.sender is not None

    def envelope(self) -> Envelope:
        """Who the content now being taken is from and for; only in a transaction."""
        assert self.sender is not None
        return Envelope(self.sender, tuple(self.recipients))

    def reset(self) -> None:
        """Forget the transaction; the greeting stays."""
        self.sender = None
        self.recipients = []
        self.chunks = None
        self.share.release()

    def secured(self) -> None:
        """TLS stands; the client has to greet again, and to authenticate."""
        self.secure, self.locked = True, self._policy.require_auth
        self.greeting = self.name = self.user = None
        self.reset()

    def authenticated(self, username: str) -> None:
        """AUTH has succeeded; that holds until STARTTLS. `username` may be empty."""
        self.user, self.locked = username, False

    def barred(self, verb: str) -> Reply | None:
        """The reply that keeps a command back until TLS stands, then until AUTH; only asked while `locked`."""
        if self._policy.require_tls and not self.secure:
            return None if verb in BEFORE_TLS else replies.NEED_TLS
        return None if verb in BEFORE_AUTH else replies.NEED_AUTH

    def helo(self, arg: str) -> Reply:
        if self._lmtp:
            return replies.NOT_IN_LMTP
        if not arg:
            return replies.HELO_SYNTAX
        self._greet("HELO", arg)
        return replies.helo(self._policy.hostname)

    def ehlo(self, arg: str) -> Reply:
        if self._lmtp:
            return replies.NOT_IN_LMTP
        if not arg:
            return replies.EHLO_SYNTAX
        self._greet("EHLO", arg)
        return replies.ehlo(self._policy.hostname, self._offer.keywords(secure=self.secure))

    def lhlo(self, arg: str) -> Reply:
        """RFC 2033 section 4.1: EHLO by another name."""
        if not arg:
            return replies.LHLO_SYNTAX
        self._greet("LHLO", arg)
        return replies.ehlo(self._policy.hostname, self._offer.keywords(secure=self.secure))

    def _greet(self, greeting: Greeting, name: str) -> None:
        self.greeting, self.name = greeting, name
        self.reset()

    def auth(self, arg: str) -> Authentication | Reply:
        """Begin an exchange, or refuse to; once it has succeeded, `authenticated` is to be told."""
        if self.greeting is None:
            return replies.NEED_HELO
        if self.sender is not None:
            return replies.IN_TRANSACTION
        if self.user is not None:
            return replies.ALREADY_AUTHENTICATED
        words = _BLANKS.split(arg)
        if not arg or len(words) > 2:
            return replies.AUTH_SYNTAX
        mechanism, initial = words[0].upper(), words[1] if len(words) > 1 else None
        if mechanism not in self._policy.users.mechanisms:
            return replies.UNKNOWN_MECHANISM
        if initial is not None and mechanism in SERVER_FIRST:
            return replies.NO_INITIAL_RESPONSE
        return Authentication(mechanism, self._policy.users, self._policy.hostname, initial)

    def mail(self, arg: str) -> Reply:
        if self.greeting is None:
            return replies.NEED_HELO
        if self.sender is not None:
            return replies.NESTED_MAIL
        if self.chunks is not None:
            return replies.MAIL_AFTER_BDAT
        text = _after("FROM:", arg)
        if not text:
            return replies.MAIL_SYNTAX
        path = address.parse(text)
        if path is None:
            return replies.BAD_SENDER
        params = parameters.mail(path.rest, self._offer.mail_params, self._offer.largest)
        if isinstance(params, Reply):
            return params
        if not path.address.isascii() and "SMTPUTF8" not in params:
            return replies.NEED_SMTPUTF8
        if "SIZE" in params and not self.share.cover(int(params["SIZE"])):
            return replies.CROWDED
        self.sender = Sender(path.address, params)
        return replies.SENDER_OK

    def rcpt(self, arg: str) -> Reply:
        if self.sender is None:
            return replies.NEED_MAIL
        if self.chunks is not None:
            return replies.RCPT_AFTER_BDAT
        text = _after("TO:", arg)
        if not text:
            return replies.RCPT_SYNTAX
        path = address.parse(text)
        if path is None or not path.address:
            return replies.BAD_RECIPIENT
        params = parameters.rcpt(path.rest, self._offer.rcpt_params)
        if isinstance(params, Reply):
            return params
        if not path.address.isascii() and "SMTPUTF8" not in self.sender.params:
            return replies.NEED_SMTPUTF8
        if self._policy.max_recipients and len(self.recipients) >= self._policy.max_recipients:
            return replies.TOO_MANY_RECIPIENTS
        self.recipients.append(Recipient(path.address, params))
        return replies.RECIPIENT_OK

    def data(self, arg: str) -> Reply:
        if self.chunks is not None:
            return replies.DATA_AFTER_BDAT
        refusal = self._no_transaction()
        if refusal is not None:
            return refusal
        if arg:
            return replies.DATA_SYNTAX
        assert self.sender is not None
        # RFC 3030 section 3: DATA after MAIL with BINARYMIME is a 503.
        return replies.NEED_BDAT if _is_binary(self.sender) else replies.START_CONTENT

    def bdat(self, announced: Announced) -> Reply | None:
        """The reply that refuses a chunk, None when it is taken. Either way its octets belong to `chunks` now."""
        message = self.chunks
        if message is None:
            message = self.chunks = Chunks()
            refusal = self.barred("DATA") if self.locked else self._no_transaction()
        elif message.refusal is replies.CROWDED:
            return replies.CROWDED
        elif message.refusal is not None:
            return replies.discarded(announced.octets)
        else:
            refusal = None
        if refusal is None:
            size = message.size + announced.octets
            if self._offer.largest and size > self._offer.largest:
                refusal = replies.CHUNK_TOO_LARGE
            elif not self.share.cover(size):
                refusal = replies.CROWDED
        if refusal is not None:
            message.refuse(refusal)
            self.share.release()
        return refusal

    def _no_transaction(self) -> Reply | None:
        """The reply that refuses content where none is due."""
        if self.sender is None:
            return replies.NEED_RCPT
        if not self.recipients:
            # RFC 2033 section 4.2: without a recipient "the DATA command MUST fail with a 503 reply code"
            return replies.LMTP_NEED_RCPT if self._lmtp else replies.NO_VALID_RECIPIENTS
        return None

    def verdicts(self, reply: Reply) -> list[Reply]:
        """What the end of content is answered: the reply, by LMTP for each recipient."""
        if not self._lmtp or not self.recipients:
            return [reply]
        return [replies.about(recipient.address, reply) for recipient in self.recipients]

    def rset(self, arg: str) -> Reply:
        if arg:
            return replies.RSET_SYNTAX
        self.reset()
        return replies.OK

    def noop(self, arg: str) -> Reply:
        return replies.OK

    def starttls(self, arg: str) -> Reply:
        """Taken before EHLO and within a transaction too, as Postfix does: TLS forgets both."""
        if arg:
            return replies.STARTTLS_SYNTAX
        return replies.TLS_ACTIVE if self.secure else replies.START_TLS

    def vrfy(self, arg: str) -> Reply:
        """The address may be followed by SMTPUTF8 (RFC 6531 section 3.7.4.2)."""
        if not arg:
            return replies.VRFY_SYNTAX
        path = address.parse(arg)
        if path is None or not path.address:
            return replies.BAD_RECIPIENT
        declared = upper(path.rest) == "SMTPUTF8" and "SMTPUTF8" in self._offer
        if path.rest and not declared:
            return replies.BAD_RECIPIENT
        if not path.address.isascii() and not declared:
            return replies.NEED_SMTPUTF8
        return replies.cannot_verify(arg[: len(arg) - len(path.rest)].rstrip())

    def etrn(self, arg: str) -> Reply:
        """Nothing is ever queued here, for no node (RFC 1985)."""
        if self.greeting is None:
            return replies.NEED_HELO
        if self.sender is not None:
            return replies.IN_TRANSACTION
        return replies.nothing_queued(arg) if node.readable(arg) else replies.ETRN_SYNTAX

    def help(self, arg: str) -> Reply:
        return replies.help_text(self._offer.verbs)

    def quit(self, arg: str) -> Reply:
        return replies.QUIT_SYNTAX if arg else replies.BYE


def _is_binary(sender: Sender) -> bool:
    return str(sender.params.get("BODY")).upper() == "BINARYMIME"


def _after(keyword: str, arg: str) -> str | None:
    """What follows `FROM:` or `TO:` in any case; None when the argument does not begin with it."""
    if upper(arg[: len(keyword)]) != keyword:
        return None
    return arg[len(keyword) :].lstrip(" \t")
