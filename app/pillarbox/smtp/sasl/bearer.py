"""Mechanisms with an OAuth 2.0 bearer token: XOAUTH2, as Google and Microsoft document it, and OAUTHBEARER (RFC 7628).

A wrong token is answered with a JSON challenge that says so; the exchange fails after the client's dummy response.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from pillarbox.smtp.sasl.exchange import FOREIGN, WRONG, Accounts, Failure, Malformed, Steps, Success, name, text
from pillarbox.smtp.sasl.saslname import unescape

_PAIR = re.compile(rb"([A-Za-z]+)=([\t\r\n -~\x80-\xff]*)")
_BEARER = re.compile(r"bearer +([!-~]+) *", re.IGNORECASE)
_GS2 = re.compile(rb"(n|y|p=[A-Za-z0-9.-]+),(?:a=([^,\0]*))?,")

WRONG_TOKEN = {"status": "invalid_token", "scope": "mail"}
"""RFC 7628 section 3.2.2."""

WRONG_XOAUTH2_TOKEN = {"status": "401", "schemes": "bearer", "scope": "mail"}
"""As Google documents it."""


class _Credentials(NamedTuple):
    """`token` is None when the client gave none that could be one."""

    username: str
    token: str | None


def xoauth2(accounts: Accounts, initial: bytes | None) -> Steps:
    """`user=` name `^Aauth=Bearer ` token `^A^A`."""
    message = initial if initial is not None else (yield b"")
    pairs = _pairs(message, "XOAUTH2", "user=name, ^A, auth=Bearer token, ^A, ^A")
    if b"user" not in pairs:
        raise Malformed("the response of XOAUTH2 has no user=")
    return (yield from _settle(accounts, _Credentials(name(pairs[b"user"]), _token(pairs)), WRONG_XOAUTH2_TOKEN))


def oauthbearer(accounts: Accounts, initial: bytes | None) -> Steps:
    """`n,a=` name `,^Ahost=` … `^Aport=` … `^Aauth=Bearer ` token `^A^A`; a name that is not given is ""."""
    message = initial if initial is not None else (yield b"")
    header, _, rest = message.partition(b"\x01")
    found = _GS2.fullmatch(header)
    if found is None:
        raise Malformed("the response of OAUTHBEARER does not begin with n,a=name, and ^A")
    if found[1].startswith(b"p="):
        return Failure("channel binding is not offered")
    pairs = _pairs(rest, "OAUTHBEARER", "n,a=name, ^A, auth=Bearer token, ^A, ^A")
    username = name(unescape(found[2])) if found[2] else ""
    return (yield from _settle(accounts, _Credentials(username, _token(pairs)), WRONG_TOKEN))


def _pairs(message: bytes, mechanism: str, form: str) -> dict[bytes, bytes]:
    """Pairs of key and value, each with ^A behind it, and one ^A more; unknown ones are let stand (RFC 7628 3.1)."""
    pairs = {}
    if not message.endswith(b"\x01\x01"):
        raise Malformed(f"the response of {mechanism} is not: {form}")
    for part in message[:-2].split(b"\x01"):
        found = _PAIR.fullmatch(part)
        if found is None:
            raise Malformed(f"the response of {mechanism} is not: {form}")
        pairs[found[1].lower()] = found[2]
    return pairs


def _token(pairs: dict[bytes, bytes]) -> str | None:
    found = _BEARER.fullmatch(text(pairs.get(b"auth", b"")))
    return found[1] if found is not None else None


def _settle(accounts: Accounts, given: _Credentials, error: dict[str, str]) -> Steps:
    if given.token is not None and accounts.verify(given.username, given.token):
        if accounts.may_act_as(given.username, given.username):
            return Success(given.username)
        return Failure(FOREIGN, given.username)
    yield json.dumps(error, separators=(",", ":")).encode("ascii")
    return Failure(WRONG if given.token is not None else "there is no bearer token", given.username or None)
