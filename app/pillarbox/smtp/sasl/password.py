"""Mechanisms that send the password as it is: PLAIN (RFC 4616) and LOGIN (draft-murchison-sasl-login)."""

from __future__ import annotations

from pillarbox.smtp.sasl.exchange import FOREIGN, WRONG, Accounts, Failure, Malformed, Steps, Success, name, text


def plain(accounts: Accounts, initial: bytes | None) -> Steps:
    """`[authzid] NUL authcid NUL passwd` in one message."""
    message = initial if initial is not None else (yield b"")
    parts = message.split(b"\0")
    if len(parts) != 3:
        raise Malformed("the response of PLAIN is not: authzid, NUL, user name, NUL, password")
    username, password = name(parts[1]), text(parts[2])
    other = name(parts[0]) if parts[0] else username
    if not accounts.verify(username, password):
        return Failure(WRONG, username)
    if not accounts.may_act_as(username, other):
        return Failure(FOREIGN, username)
    return Success(username)


def login(accounts: Accounts, initial: bytes | None) -> Steps:
    """Two questions. The draft knows no initial response, but clients send the user name in one, and all servers take
    it."""
    username = name(initial if initial is not None else (yield b"Username:"))
    password = text((yield b"Password:"))
    return Success(username) if accounts.verify(username, password) else Failure(WRONG, username)
