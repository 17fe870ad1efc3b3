"""What must be true of a message that is like the one expected: frozen values, made at the edge from checked text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from pillarbox.mail.expect.matcher import Absent, Matcher
from pillarbox.mail.selector.parts import Selectors

Field = Literal["subject", "from", "to", "mail_from", "rcpt_to", "tls", "auth", "text", "links", "codes"]
FIELDS: tuple[Field, ...] = get_args(Field)
"""In the order in which they are tried and told."""


@dataclass(frozen=True, slots=True)
class ElementCheck:
    """Elements of the HTML that `selectors` chooses, whose text and attributes hold: one at least, or `count` exactly.

    `css` is the selector as it was written.
    """

    css: str
    selectors: Selectors
    text: Matcher | None = None
    attributes: tuple[tuple[str, Matcher], ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentCheck:
    """One attachment of which all of this holds; `size` is in octets after decoding, as text."""

    filename: Matcher | None = None
    content_type: Matcher | None = None
    size: Matcher | None = None
    sha256: Matcher | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCheck:
    """One reply of the server in the session that brought the message: to this verb (in upper case), with this code
    and this enhanced code. With a verb alone: the client said it.
    """

    verb: str | None = None
    code: int | None = None
    enhanced: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertions:
    """All of this. `attachments` are some that must be there; Absent says that there are none, or any.

    `without_lint` are codes of findings that the message must not have.
    """

    fields: tuple[tuple[Field, Matcher], ...] = ()
    headers: tuple[tuple[str, Matcher], ...] = ()
    html: Matcher | tuple[ElementCheck, ...] | None = None
    attachments: Absent | tuple[AttachmentCheck, ...] = ()
    transcript: tuple[ReplyCheck, ...] = ()
    without_lint: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != _NOTHING


_NOTHING = Assertions()
