"""SASL exchanges (RFC 4422) as the server sees them: responses in, challenges and an outcome out; no sockets.

Rules of this package:

* An exchange is a generator of challenges. It is sent the client's responses, decoded, and returns Success or Failure.
* A module is a family of mechanisms; what is random comes in as an argument, so that the RFCs' vectors can be replayed.
* What is compared with a secret is compared in constant time, and a stranger's name takes the same steps as a user's.
* A Failure's reason is a fixed sentence: nothing that the client sent gets into it.
"""

from __future__ import annotations

import secrets

from pillarbox import clock
from pillarbox.smtp.sasl import bearer, cram_md5, password, scram
from pillarbox.smtp.sasl.exchange import Accounts, Challenge, Failure, Step, Steps, Success, advance

__all__ = ["MECHANISMS", "SERVER_FIRST", "Accounts", "Challenge", "Failure", "Step", "Success", "advance", "begin"]

MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER")
"""Every mechanism there is, in the order in which EHLO lists those that are offered."""

SERVER_FIRST = frozenset({"CRAM-MD5"})
"""Mechanisms in which the client has nothing to say first: RFC 4954 section 4 refuses an initial response then."""


def begin(mechanism: str, accounts: Accounts, hostname: str, initial: bytes | None) -> Steps:
    """The exchange of one of `MECHANISMS`; `initial` is the client's initial response, None when it gave none."""
    match mechanism:
        case "PLAIN":
            return password.plain(accounts, initial)
        case "LOGIN":
            return password.login(accounts, initial)
        case "CRAM-MD5":
            challenge = f"<{secrets.randbits(64)}.{clock.wall_ns() // 1_000_000_000}@{hostname}>"
            return cram_md5.cram_md5(accounts, challenge.encode("ascii", "replace"))
        case "SCRAM-SHA-256":
            return scram.scram_sha_256(accounts, secrets.token_urlsafe(24), initial)
        case "XOAUTH2":
            return bearer.xoauth2(accounts, initial)
        case "OAUTHBEARER":
            return bearer.oauthbearer(accounts, initial)
    raise ValueError(f"{mechanism} is none of the mechanisms")
