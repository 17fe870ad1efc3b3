"""The envelope that a program hands in beside a message: in the shape in which one is given out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from pillarbox.mail import envelope as mail
from pillarbox.web.schemas.change import printable
from pillarbox.web.schemas.shape import Body

LONGEST = 4 * 1024 * 1024
"""Octets of an envelope in JSON: a thousand recipients with all the parameters that SMTP has."""


def _nothing_but_true(value: object) -> object:
    """1 equals true, and is none."""
    if value is not True:
        raise ValueError("Must be text or true.")
    return value


Address = Annotated[str, Field(max_length=1000), AfterValidator(printable)]
Keyword = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,63}$")]
Value = Annotated[str, Field(max_length=1000), AfterValidator(printable)]
Flag = Annotated[Literal[True], BeforeValidator(_nothing_but_true)]
Params = Annotated[dict[Keyword, Value | Flag], Field(max_length=20)]


class GivenSender(Body):
    address: Address
    params: Params = Field(default_factory=dict)


class GivenRecipient(Body):
    """`role` is what the headers say, so it is taken and not believed."""

    address: Annotated[Address, Field(min_length=1)]
    role: mail.Role | None = None
    params: Params = Field(default_factory=dict)


class GivenEnvelope(Body):
    mail_from: GivenSender
    rcpt_to: Annotated[tuple[GivenRecipient, ...], Field(strict=False)]

    def value(self) -> mail.Envelope:
        return mail.Envelope(
            mail.Sender(self.mail_from.address, self.mail_from.params),
            tuple(mail.Recipient(one.address, one.params) for one in self.rcpt_to),
        )
