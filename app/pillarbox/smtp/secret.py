"""A user's secret as the users file writes it: a plain one, a bcrypt or Argon2id hash, or the keys of SCRAM-SHA-256.

Rules of this module:

* A secret shows itself to nobody: neither its `repr` nor an error repeats it.
* `matches` compares in constant time. It takes a fraction of a second for a `slow` secret, so not in the event loop.
* Plain secrets and SCRAM's are compared prepared (RFC 4013); hashes with the octets as they came, because that is what
  the programs that make them hash.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass, field
from typing import Protocol

from pillarbox.smtp.sasl.saslprep import prepared
from pillarbox.smtp.sasl.scram_keys import ScramKeys

FORMS = "plain:TEXT, $2b$… (bcrypt), $argon2id$… or SCRAM-SHA-256$iterations:salt$stored:server"

# The 22 characters of the salt are 128 bits: of the last one's six, four are 0, and bcrypt refuses any other.
_BCRYPT = re.compile(r"\$2[aby]\$(?:0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}")
_BCRYPT_TAKES = 72
_SCRAM = re.compile(r"SCRAM-SHA-256\$([1-9][0-9]{0,7}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)")
_SHA_256 = 32

# What libargon2 takes (RFC 9106 section 3.1): 8 octets of salt, 4 of hash, a pass, 8 KiB for each lane.
_ARGON2 = re.compile(
    r"\$argon2id\$(?:v=(?:16|19)\$)?m=([1-9][0-9]{0,9}),t=[1-9][0-9]{0,8},p=([1-9][0-9]{0,7})"
    r"\$([A-Za-z0-9+/]{11,})\$([A-Za-z0-9+/]{6,})"
)
_ARGON2_MOST = 4 * 1024 * 1024
"""KiB of memory that a hash may ask for; RFC 9106 section 4 recommends half of it where there is plenty."""


class Secret(Protocol):
    @property
    def slow(self) -> bool: ...

    def matches(self, given: str) -> bool:
        """Whether this is the secret."""


@dataclass(frozen=True, slots=True)
class PlainSecret:
    """`text` is prepared."""

    text: str = field(repr=False)
    slow = False

    def matches(self, given: str) -> bool:
        return hmac.compare_digest(self.text.encode("utf-8"), prepared(given).encode("utf-8"))


@dataclass(frozen=True, slots=True)
class BcryptSecret:
    hash: str = field(repr=False)
    slow = True

    def matches(self, given: str) -> bool:
        import bcrypt

        # More octets than these have no part in the hash, and the library refuses them.
        return bcrypt.checkpw(given.encode("utf-8")[:_BCRYPT_TAKES], self.hash.encode("ascii"))


@dataclass(frozen=True, slots=True)
class Argon2Secret:
    hash: str = field(repr=False)
    slow = True

    def matches(self, given: str) -> bool:
        import argon2

        try:
            return argon2.PasswordHasher().verify(self.hash, given)
        except argon2.exceptions.VerifyMismatchError:
            return False


@dataclass(frozen=True, slots=True)
class ScramSecret:
    keys: ScramKeys = field(repr=False)
    slow = True

    def matches(self, given: str) -> bool:
        derived = ScramKeys.derive(given, self.keys.salt, self.keys.iterations)
        return hmac.compare_digest(derived.stored_key, self.keys.stored_key)


def parse(text: str) -> Secret:
    """Read one secret. Raises ValueError with a half-sentence that says what is wrong and how to write it."""
    if text.startswith("plain:"):
        if not (plain := text.removeprefix("plain:")):
            raise ValueError("the secret is empty; write it after plain:")
        return PlainSecret(prepared(plain))
    if text.startswith("$2"):
        if _BCRYPT.fullmatch(text) is None:
            raise ValueError("the bcrypt hash is not whole; it has 60 characters, $2b$, the cost and $ first")
        return BcryptSecret(text)
    if text.startswith("$argon2id$"):
        return _argon2(text)
    if text.startswith("SCRAM-SHA-256$"):
        return ScramSecret(_scram(text))
    raise ValueError(f"the secret is of no known kind; write {FORMS}")


def _argon2(text: str) -> Argon2Secret:
    found = _ARGON2.fullmatch(text)
    if found is None or int(found[1]) < 8 * int(found[2]) or not (_unpadded(found[3]) and _unpadded(found[4])):
        raise ValueError("the Argon2id hash is not whole; write $argon2id$v=19$m=…,t=…,p=…$salt$hash")
    if int(found[1]) > _ARGON2_MOST:
        raise ValueError("the Argon2id hash asks for more than 4 GiB of memory; make it with a smaller m=")
    return Argon2Secret(text)


def _unpadded(text: str) -> bool:
    """Whether it is base64 as Argon2 writes it: without `=`, and the bits that mean nothing are 0."""
    try:
        return base64.b64encode(base64.b64decode(text + "=" * (-len(text) % 4)))[: len(text)].decode() == text
    except binascii.Error:
        return False


def _scram(text: str) -> ScramKeys:
    found = _SCRAM.fullmatch(text)
    if found is not None:
        try:
            salt, stored, server = (base64.b64decode(part, validate=True) for part in found.groups()[1:])
        except binascii.Error:
            found = None
    if found is None or len(stored) != _SHA_256 or len(server) != _SHA_256:
        raise ValueError("the keys of SCRAM are not whole; write SCRAM-SHA-256$iterations:salt$stored:server in base64")
    return ScramKeys(int(found[1]), salt, stored, server)
