"""What every SASL exchange is made of: its steps, its outcomes, and the accounts that it asks."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from pillarbox.smtp.sasl.saslprep import saslprep
from pillarbox.smtp.sasl.scram_keys import ScramKeys

WRONG = "wrong user name or secret"
FOREIGN = "nobody may act as another user"

LONGEST_NAME = 255
"""Octets of a user name; RFC 4616 section 2 asks for no more to be taken."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the server says next; the client's response is awaited."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Success:
    """`username` is "" only for a bearer token without a name."""

    username: str


@dataclass(frozen=True, slots=True)
class Failure:
    """`reason` is a fixed half-sentence; `username` is whom the client named, None when it did not come to that."""

    reason: str
    username: str | None = None


Step = Challenge | Success | Failure
Steps = Generator[bytes, bytes, Success | Failure]


class Malformed(Exception):
    """The client's response is not what its mechanism says; the text is the Failure's reason."""


class Accounts(Protocol):
    """Who may come in. Whoever is not known is refused after the same work as somebody with a wrong secret."""

    def verify(self, username: str, secret: str) -> bool:
        """A password or a bearer token, as it was sent."""

    def verify_digest(self, username: str, challenge: bytes, digest: bytes) -> bool:
        """RFC 2195: the digest, in hexadecimal, of the challenge keyed with the user's password."""

    def scram(self, username: str) -> ScramKeys:
        """Keys for a name; for one that is not known keys that nobody can match."""

    def may_act_as(self, username: str, other: str) -> bool:
        """Whether the user may be authorized as somebody (RFC 4422 section 3.4.1); `other` may be the user itself."""


def advance(steps: Steps, response: bytes | None) -> Step:
    """Begin an exchange (None) or hand it the client's next response."""
    try:
        return Challenge(next(steps) if response is None else steps.send(response))
    except StopIteration as end:
        outcome: Success | Failure = end.value
        return outcome
    except Malformed as malformed:
        return Failure(str(malformed))


def text(octets: bytes) -> str:
    """Octets that must be UTF-8 without NUL. Raises Malformed."""
    try:
        found = octets.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("the response is not UTF-8") from None
    if "\0" in found:
        raise Malformed("the response has a NUL where none may stand")
    return found


def name(octets: bytes) -> str:
    """A user name, prepared as RFC 4013 says. Raises Malformed when there is none or it cannot be one."""
    try:
        prepared = saslprep(text(octets))
    except ValueError:
        raise Malformed("the user name has characters that none may have (RFC 4013)") from None
    if not prepared:
        raise Malformed("the user name is empty")
    if len(octets) > LONGEST_NAME:
        raise Malformed(f"the user name has more than {LONGEST_NAME} octets")
    return prepared
