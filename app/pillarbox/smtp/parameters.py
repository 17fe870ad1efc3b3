"""ESMTP parameters of MAIL and RCPT read and judged (RFC 5321 section 4.1.2).

Rules of this module:

* Keywords are compared without case; values keep theirs.
* A keyword that no offered extension brings, or that has a value where it takes none, or none where it needs one, is
  an unsupported option, as Postfix says it.
* Given twice, the last one counts, as in Postfix.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pillarbox.mail.envelope import Params
from pillarbox.smtp.replies import BAD_SIZE, TOO_LARGE, Reply, unsupported

Value = str | None
"""What stands after `=`; None when there is no `=`."""


def size(option: str, value: Value, limit: int) -> Reply | None:
    """RFC 1870: SIZE= in octets, refused at once when it is over the limit (0: none)."""
    if value is None:
        return unsupported(option)
    if not (value.isascii() and value.isdigit()):
        return BAD_SIZE
    return TOO_LARGE if limit and int(value) > limit else None


def body(option: str, value: Value, limit: int) -> Reply | None:
    """RFC 6152: BODY=7BIT or BODY=8BITMIME."""
    return None if value is not None and value.upper() in ("7BIT", "8BITMIME") else unsupported(option)


def smtputf8(option: str, value: Value, limit: int) -> Reply | None:
    """RFC 6531: SMTPUTF8, which takes no value."""
    return None if value is None else unsupported(option)


_MAIL: dict[str, Callable[[str, Value, int], Reply | None]] = {"SIZE": size, "BODY": body, "SMTPUTF8": smtputf8}


def mail(text: str, offered: frozenset[str], limit: int) -> Params | Reply:
    """The parameters of MAIL, or the reply that refuses the first one that cannot be taken."""
    params: dict[str, str | Literal[True]] = {}
    for option in text.split():
        word, equals, rest = option.partition("=")
        keyword = word.upper()
        if keyword not in offered:
            return unsupported(option)
        value = rest if equals else None
        refusal = _MAIL[keyword](option, value, limit)
        if refusal is not None:
            return refusal
        params[keyword] = True if value is None else value
    return params


def rcpt(text: str) -> Params | Reply:
    """The parameters of RCPT: no offered extension brings any."""
    return unsupported(text.split()[0]) if text else {}
