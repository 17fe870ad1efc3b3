"""The SMTP envelope: who the client said mail is from and for, whatever its headers claim (RFC 5321 section 2.3.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Params = Mapping[str, str | Literal[True]]
Role = Literal["to", "cc", "bcc"]


@dataclass(frozen=True, slots=True)
class Sender:
    """The reverse-path of MAIL, as sent and without brackets; "" is the null sender of bounces.

    `params` are the ESMTP parameters, keys in upper case, xtext decoded, True for a keyword without a value.
    """

    address: str
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One accepted RCPT, as sent and without brackets."""

    address: str
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Envelope:
    mail_from: Sender
    rcpt_to: tuple[Recipient, ...] = field(default=())


def roles(recipients: Sequence[str], to: Sequence[str], cc: Sequence[str]) -> list[Role]:
    """For each envelope recipient the header that names it: `to`, `cc`, or `bcc` when none does.

    Compared case-insensitively. `roles(["a@x", "b@x"], to=["A@x"], cc=[])` is `["to", "bcc"]`.
    """
    if len(recipients) == 1 and recipients[0] in to:
        return ["to"]  # most mail: nothing to fold
    in_to = {address.casefold() for address in to}
    in_cc = {address.casefold() for address in cc}

    def role(address: str) -> Role:
        folded = address.casefold()
        return "to" if folded in in_to else "cc" if folded in in_cc else "bcc"

    return [role(address) for address in recipients]
