"""Who may authenticate: the users of a file and the inboxes, or anybody with any secret.

Rules of this module:

* A line of the file is `name:secret`; blank lines and lines that begin with # say nothing. A mistake is a UsageError
  with the file, the line and the mend, and without the secret.
* A name that is not in the file costs as much as the dearest secret that is, so that time tells no names.
* A token of XOAUTH2 or OAUTHBEARER is compared with the user's secret, whatever kind that is.
* An inbox is a user whose secret is its password, asked for at each AUTH, whether the file has the name or not. Where
  both have it either secret will do, but for SCRAM, which has to choose before it hears any: there the file's counts.
* The mechanisms are those of the file alone: what EHLO lists is what clients try first, and an inbox can do all of it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable

from pillarbox.errors import StoreUnavailable, UsageError
from pillarbox.mail.inbox import folded
from pillarbox.smtp import secret
from pillarbox.smtp.sasl import MECHANISMS, cram_md5
from pillarbox.smtp.sasl.saslprep import saslprep
from pillarbox.smtp.sasl.scram_keys import ITERATIONS, ScramKeys
from pillarbox.smtp.secret import PlainSecret, ScramSecret, Secret


class AnyUser:
    """Everybody is who they say. SCRAM is not to be had: there the server has to know the password as well."""

    slow = False
    mechanisms = tuple(name for name in MECHANISMS if name != "SCRAM-SHA-256")

    def verify(self, username: str, secret: str) -> bool:
        return True

    def verify_digest(self, username: str, challenge: bytes, digest: bytes) -> bool:
        return True

    def scram(self, username: str) -> ScramKeys:
        return _nobody(username.encode("utf-8"), ITERATIONS)

    def may_act_as(self, username: str, other: str) -> bool:
        return True


class Users:
    """`slow`: asking may take a fraction of a second, so not in the event loop. `mechanisms` are those that at least
    one user of the file can complete, in the order of `MECHANISMS`.

    `password_of` tells that of an inbox, None when there is none. Where it raises StoreUnavailable, so does whatever is
    asked here, unless the file has the name.
    """

    slow = True

    def __init__(self, known: dict[str, Secret], password_of: Callable[[str], str | None] = lambda name: None) -> None:
        self._known = known
        self._password_of = password_of
        every = list(known.values())
        plain = any(isinstance(one, PlainSecret) for one in every)
        missing = set() if plain else {"CRAM-MD5"}
        if not plain and not any(isinstance(one, ScramSecret) for one in every):
            missing.add("SCRAM-SHA-256")
        self.mechanisms = tuple(name for name in MECHANISMS if name not in missing)
        # What a stranger's secret is compared with, whatever comes of it.
        self._decoy = max(every, key=_price)
        self._iterations = next((one.keys.iterations for one in every if isinstance(one, ScramSecret)), ITERATIONS)
        self._salt = secrets.token_bytes(32)
        self._derived: dict[str, ScramKeys] = {}

    def with_inboxes(self, password_of: Callable[[str], str | None]) -> Users:
        return Users(self._known, password_of)

    def _inbox(self, username: str) -> PlainSecret | None:
        name = folded(username)
        password = self._password_of(name) if name is not None else None
        return None if password is None else PlainSecret(password)

    def _secrets(self, username: str) -> list[Secret]:
        """What the name may prove to know, the file's first."""
        own = self._known.get(username)
        try:
            inbox = self._inbox(username)
        except StoreUnavailable:
            if own is None:
                raise
            inbox = None
        return [one for one in (own, inbox) if one is not None]

    def verify(self, username: str, secret: str) -> bool:
        own = self._secrets(username)
        matches = [one.matches(secret) for one in own]
        if not own or (self._decoy.slow and not any(one.slow for one in own)):
            self._decoy.matches(secret)
        return any(matches)

    def why_not(self, username: str, mechanism: str) -> str:
        """Why somebody was refused, for the reader of the transcript; never for the client."""
        own = self._secrets(username)
        if not own:
            return "the users file has no user of that name, and there is no such inbox"
        if username not in self._known:
            return f"that is not the password of the inbox {folded(username)}"
        if mechanism == "CRAM-MD5" and not any(isinstance(one, PlainSecret) for one in own):
            return f"CRAM-MD5 needs a plain secret, and {username} has a hashed one"
        if mechanism == "SCRAM-SHA-256" and not any(isinstance(one, PlainSecret | ScramSecret) for one in own):
            return f"SCRAM-SHA-256 needs a plain secret or SCRAM's own, and {username} has a hashed one"
        return f"that is not the secret of {username}"

    def verify_digest(self, username: str, challenge: bytes, digest: bytes) -> bool:
        own = [one.text.encode("utf-8") for one in self._secrets(username) if isinstance(one, PlainSecret)]
        matches = [
            hmac.compare_digest(cram_md5.digest(password, challenge), digest) for password in own or [self._salt]
        ]
        return any(matches)

    def scram(self, username: str) -> ScramKeys:
        usable = [one for one in self._secrets(username) if isinstance(one, PlainSecret | ScramSecret)]
        own = usable[0] if usable else None
        if isinstance(own, ScramSecret):
            return own.keys
        # The salt belongs to the name: a stranger who is asked twice must not be given away by a second salt.
        salt = hmac.digest(self._salt, username.encode("utf-8"), "sha256")[:16]
        if own is None:
            return _nobody(salt, self._iterations)
        if own is not self._known.get(username):
            return ScramKeys.derive(own.text, salt, self._iterations)
        if username not in self._derived:
            self._derived[username] = ScramKeys.derive(own.text, salt, self._iterations)
        return self._derived[username]

    def may_act_as(self, username: str, other: str) -> bool:
        return username == other


Accounts = AnyUser | Users


def _nobody(salt: bytes, iterations: int) -> ScramKeys:
    """Keys that no proof matches, made with as much work as a password's."""
    keys = ScramKeys.derive(secrets.token_hex(), salt, iterations)
    return ScramKeys(iterations, salt, keys.stored_key, keys.server_key)


def _price(one: Secret) -> tuple[bool, bool]:
    """The order of what comparing costs: plain, SCRAM, then the two hashes."""
    return one.slow, one.slow and not isinstance(one, ScramSecret)


def parse(text: str, file: str) -> Users:
    """The users of a file's text; `file` is how errors name it. Raises UsageError."""
    known: dict[str, Secret] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = line.removesuffix("\r")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            username, found = _user(line)
        except ValueError as error:
            raise UsageError(f"{file}, line {number}: {error}.") from None
        if username in known:
            raise UsageError(f"{file}, line {number}: {username!r} stands in line {lines[username]} too; keep one.")
        known[username], lines[username] = found, number
    if not known:
        raise UsageError(f"{file} names no user; write lines name:secret, with a secret {secret.FORMS}.")
    return Users(known)


def _user(line: str) -> tuple[str, Secret]:
    raw, colon, rest = line.partition(":")
    if not colon:
        raise ValueError("there is no colon; write name:secret")
    try:
        username = saslprep(raw.strip())
    except ValueError:
        raise ValueError("the user name has characters that none may have (RFC 4013); write another") from None
    if not username:
        raise ValueError("there is no name before the colon; write name:secret")
    # A plain secret may begin or end with blanks; the others cannot.
    return username, secret.parse(rest if rest.startswith("plain:") else rest.strip())
