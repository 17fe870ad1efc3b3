"""How a session ends: its outcome, the reason in one sentence, and what is said and noted last."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pillarbox.mail.session import Outcome
from pillarbox.mail.transcript import Kind
from pillarbox.smtp import replies
from pillarbox.smtp.patience import Lapse, Patience
from pillarbox.smtp.replies import Reply
from pillarbox.smtp.tls import Failure

PLAIN_BEHIND_STARTTLS = "Plain text behind STARTTLS, before TLS (somebody may be trying to inject commands):"
"""How the `error` events and reasons begin that report it."""

_TLS_PORT = "This port begins with TLS; have the client do so too, or use STARTTLS on a port given with --smtp."

_PROXY = "with --proxy-protocol only a proxy can connect, one that sends it."


@dataclass(frozen=True, slots=True)
class Ending:
    """`reply` is said last, `event` noted before it; `linger` when the client may still be sending."""

    outcome: Outcome
    reason: str | None = None
    reply: Reply | None = None
    event: tuple[Kind, str] | None = None
    linger: bool = False

    @classmethod
    def quit(cls) -> Ending:
        return cls("quit", None, replies.BYE)

    @classmethod
    def dropped(cls, how: str, after: str) -> Ending:
        """`after` is the last verb, "" when there was none."""
        sentence = how.removesuffix(".")
        return cls("dropped", f"{sentence} after {after}, without QUIT." if after else f"{sentence} without QUIT.")

    @classmethod
    def timeout(cls, hostname: str, lapse: Lapse, patience: Patience) -> Ending:
        span = f"{patience.span:g} s"
        why = {
            "idle": f"No input for {span}.",
            "slow line": f"A line was not complete after {span}.",
            "slow content": f"Content came more slowly than {patience.rate} octets a second for {span}.",
        }[lapse]
        reply = replies.idle(hostname) if lapse == "idle" else replies.too_slow(hostname)
        return cls("timeout", why, reply, ("timeout", why), linger=lapse != "idle")

    @classmethod
    def unread(cls, seconds: float) -> Ending:
        """The client lets what we write pile up, so it could not read a last word either."""
        why = f"The client has read no reply for {seconds:g} s."
        return cls("timeout", why, None, ("timeout", why))

    @classmethod
    def rule_breaker(cls) -> Ending:
        return cls("refused", None, replies.RULE_BREAKER, ("error", "That was not SMTP."), linger=True)

    @classmethod
    def unread_content(cls, verb: str) -> Ending:
        why = f"What follows {verb} may be content, so it is not read as commands."
        return cls("refused", why, None, ("error", why), linger=True)

    @classmethod
    def unreadable_chunk(cls) -> Ending:
        why = "Nobody can tell where the chunk after this BDAT ends."
        return cls("refused", None, replies.BDAT_SYNTAX, ("error", why), linger=True)

    @classmethod
    def too_many_errors(cls, hostname: str, limit: int) -> Ending:
        return cls("refused", None, replies.too_many_errors(hostname), ("limit", f"More than {limit} errors."), True)

    @classmethod
    def crowded(cls, hostname: str) -> Ending:
        reply = replies.too_many_connections(hostname)
        return cls("refused", str(reply), reply, ("limit", "Too many connections."))

    @classmethod
    def slow_handshake(cls, seconds: float) -> Ending:
        why = f"The TLS handshake was not complete after {seconds:g} s."
        return cls("timeout", why, None, ("timeout", why))

    @classmethod
    def no_tls(cls, failure: Failure, *, starttls: bool) -> Ending:
        """The handshake failed."""
        why = failure.sentence
        if failure.plain:
            why = f"{PLAIN_BEHIND_STARTTLS} the handshake failed." if starttls else f"{why} {_TLS_PORT}"
        return cls(failure.outcome, why, None, ("error", why), linger=True)

    @classmethod
    def left_early(cls, how: str, before: str, *, mistrust: bool = False) -> Ending:
        """The client was gone before something was complete; `mistrust`: it has seen our certificate."""
        hint = "; it may not trust the server's certificate" if mistrust else ""
        why = f"{how.removesuffix('.')} before {before} was complete{hint}."
        return cls("dropped", why, None, ("error", why))

    @classmethod
    def tls_at_once(cls) -> Ending:
        why = (
            "The client began TLS at once, but this port begins in plain text; "
            "have it use STARTTLS, or connect it to a port given with --smtps."
        )
        return cls("refused", why, replies.TLS_AT_ONCE, ("error", why), linger=True)

    @classmethod
    def slow_header(cls, seconds: float) -> Ending:
        why = f"No PROXY header came within {seconds:g} s; {_PROXY}"
        return cls("timeout", why, None, ("timeout", why))

    @classmethod
    def no_header(cls, why: str) -> Ending:
        """Nothing is said: whoever speaks without a header may be trying to look like somebody else."""
        why = f"There is no PROXY header that can be read: {why}; {_PROXY}"
        return cls("refused", why, None, ("error", why), linger=True)

    def without_tls(self) -> Ending:
        """The same end for a client that has said nothing on a port that begins with TLS."""
        if self.event is None or self.reason is None:
            return self
        why = f"{self.reason} It sent nothing: a client without TLS waits for the greeting like this. {_TLS_PORT}"
        return replace(self, reason=why, event=(self.event[0], why))

    @classmethod
    def shutdown(cls, hostname: str) -> Ending:
        reply = replies.shutting_down(hostname)
        return cls("shutdown", str(reply), reply)

    @classmethod
    def broken(cls, hostname: str) -> Ending:
        reply = replies.broken(hostname)
        return cls("error", str(reply), reply, ("error", "The server failed; its log says how."))
