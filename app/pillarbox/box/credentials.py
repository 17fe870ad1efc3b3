"""What an inbox is given when nobody chose it: a name that can be read aloud, and a password.

A name is not a secret: whoever reaches the listener can send to any. It has some 37 bits, so that tests which run at
the same time never meet in one. The password has 100.
"""

from __future__ import annotations

import secrets

_CONSONANTS = "bdgjklmnprstvwz"
_VOWELS = "aeiou"
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another."""

PASSWORD_LENGTH = 20


def inbox_name() -> str:
    """Like `dopi-luka-sevi`."""
    return "-".join("".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in "12") for _ in "123")


def password() -> str:
    return "".join([_LETTERS[octet % len(_LETTERS)] for octet in secrets.token_bytes(PASSWORD_LENGTH)])
