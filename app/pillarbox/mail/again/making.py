"""What is made of a conversation, and what all that is made has in common.

Rules of this package:

* whatever a client has said, what is made here runs nothing of it: every octet is quoted for the shell or for Python,
  and what no quoting can carry (NUL in an argument) is left out and said;
* what a tool cannot do (parameters of MAIL, a chunk, LMTP) is said in a note, not left out in silence;
* content that people can read stands there as text, other content in base64, long content is fetched from its address;
* a password is the word PASSWORD.
"""

from __future__ import annotations

from dataclasses import dataclass

from pillarbox.mail.conversation import Conversation

INLINE = 16 * 1024
"""Octets of content up to which it stands in the command itself."""

USER, PASSWORD = "USER", "PASSWORD"

TOKENS = frozenset({"XOAUTH2", "OAUTHBEARER"})
"""Mechanisms that take a token in the place of a password."""

_LOGINS = {
    "swaks": frozenset({"PLAIN", "LOGIN", "CRAM-MD5"}),
    "curl": frozenset({"PLAIN", "LOGIN", "CRAM-MD5"}) | TOKENS,
    "Python": frozenset({"PLAIN", "LOGIN", "CRAM-MD5"}) | TOKENS,
}

_TEST = b"Subject: Done again\r\n\r\nThe first time it came to no content.\r\n"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it goes: `host` and `port`, or the `path` of a Unix socket. `raw` is the address of the stored content.

    `user` is who may fetch it, "" where nobody is asked. `always_fetched`: content never stands in the command.
    """

    host: str = ""
    port: int = 0
    path: str = ""
    raw: str = ""
    user: str = ""
    always_fetched: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What to run. `notes` are sentences on what is different from the first time."""

    tool: str
    code: str
    notes: tuple[str, ...]


def content_of(conversation: Conversation) -> bytes:
    """What is sent when the content stands in the command itself."""
    return (_TEST if conversation.content is None else conversation.content)[:INLINE]


def is_fetched(conversation: Conversation, place: Place) -> bool:
    """Whether the content is too long to stand there, or is not to, and can be had from this server."""
    content = conversation.content
    if not content or conversation.message_id is None or not place.raw:
        return False
    return place.always_fetched or len(content) > INLINE


def mechanism(name: str | None, tool: str) -> str:
    """What the tool logs in with where the client took `name`."""
    return name if name in _LOGINS[tool] else "PLAIN"
