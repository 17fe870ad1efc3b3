"""CRAM-MD5 (RFC 2195): the client proves that it knows the password, which does not cross."""

from __future__ import annotations

import hashlib
import hmac
import re

from pillarbox.smtp.sasl.exchange import WRONG, Accounts, Failure, Malformed, Steps, Success, name

_RESPONSE = re.compile(rb"(.*) ([0-9A-Fa-f]{32})", re.DOTALL)


def digest(password: bytes, challenge: bytes) -> bytes:
    """HMAC-MD5 in lower-case hexadecimal."""
    return hmac.new(password, challenge, hashlib.md5).hexdigest().encode("ascii")


def cram_md5(accounts: Accounts, challenge: bytes) -> Steps:
    """`challenge` is `<random.time@hostname>` and must never be the same twice."""
    response = yield challenge
    found = _RESPONSE.fullmatch(response)
    if found is None:
        raise Malformed("the response of CRAM-MD5 is not: user name, blank, 32 hexadecimal digits")
    username = name(found[1])
    if accounts.verify_digest(username, challenge, found[2].lower()):
        return Success(username)
    return Failure(WRONG, username)
