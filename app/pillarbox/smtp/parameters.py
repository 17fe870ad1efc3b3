"""ESMTP parameters of MAIL and RCPT read and judged (RFC 5321 section 4.1.2).

Rules of this module:

* Keywords are compared without case; values keep theirs. A value in xtext is kept decoded.
* A keyword that no offered extension brings, or that has a value where it takes none, or none where it needs one, is
  an unsupported option, as Postfix says it.
* Given twice, the last one counts, as in Postfix; RET, ENVID, NOTIFY, ORCPT and AUTH may be given once (RFC 3461).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from pillarbox.mail.envelope import Params
from pillarbox.smtp import dsn, replies, xtext
from pillarbox.smtp.command import upper
from pillarbox.smtp.replies import BAD_SIZE, TOO_LARGE, Reply, unsupported

Value = str | None
"""What stands after `=`; None when there is no `=`."""

Offered = frozenset[str]
"""Keywords of the parameters that are taken; of BODY, `BODY=` with each value."""

_BLANKS = re.compile(r"[ \t]+")


def size(option: str, value: Value, offered: Offered, limit: int) -> Reply | None:
    """RFC 1870: SIZE= in octets, refused at once when it is over the limit (0: none)."""
    if value is None:
        return unsupported(option)
    if not (value.isascii() and value.isdigit()):
        return BAD_SIZE
    return TOO_LARGE if limit and int(value) > limit else None


def body(option: str, value: Value, offered: Offered, limit: int) -> Reply | None:
    """RFC 6152: BODY=7BIT or BODY=8BITMIME; RFC 3030: BODY=BINARYMIME."""
    return None if value is not None and f"BODY={upper(value)}" in offered else unsupported(option)


def smtputf8(option: str, value: Value, offered: Offered, limit: int) -> Reply | None:
    """RFC 6531: SMTPUTF8, which takes no value."""
    return None if value is None else unsupported(option)


def auth(value: str) -> str | None:
    """RFC 4954 section 5: AUTH= with who first sent the message, as an address in xtext, or `<>` when nobody knows."""
    return xtext.decode(value) or None


_JUDGED: dict[str, Callable[[str, Value, Offered, int], Reply | None]] = {
    "SIZE": size,
    "BODY": body,
    "SMTPUTF8": smtputf8,
}
"""Parameters that are kept as they were sent."""

_READ: dict[str, tuple[Callable[[str], str | None], Reply]] = {
    "RET": (dsn.ret, replies.BAD_RET),
    "ENVID": (dsn.envid, replies.BAD_ENVID),
    "AUTH": (auth, replies.BAD_AUTH),
    "NOTIFY": (dsn.notify, replies.BAD_NOTIFY),
    "ORCPT": (dsn.orcpt, replies.BAD_ORCPT),
}
"""Parameters that have a value, and once: how it is read, and what answers a bad one."""


def mail(text: str, offered: Offered, limit: int) -> Params | Reply:
    """The parameters of MAIL, or the reply that refuses the first one that cannot be taken."""
    return _params(text, offered, limit) if text else {}


def rcpt(text: str, offered: Offered) -> Params | Reply:
    """The parameters of RCPT, as those of MAIL."""
    return _params(text, offered, 0) if text else {}


def _params(text: str, offered: Offered, limit: int) -> Params | Reply:
    params: dict[str, str | Literal[True]] = {}
    for option in _BLANKS.split(text):
        word, equals, rest = option.partition("=")
        keyword = upper(word)
        if keyword not in offered:
            return unsupported(option)
        value = rest if equals else None
        judge = _JUDGED.get(keyword)
        if judge is not None:
            refusal = judge(option, value, offered, limit)
            if refusal is not None:
                return refusal
            params[keyword] = True if value is None else value
            continue
        read, refusal = _READ[keyword]
        if value is None:
            return unsupported(option)
        found = None if keyword in params else read(value)
        if found is None:
            return refusal
        params[keyword] = found
    return params
