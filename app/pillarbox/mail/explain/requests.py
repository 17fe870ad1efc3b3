"""What the parameters of an envelope ask for, in words: "Tell me on failure and delay; return the headers only"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pillarbox.mail.envelope import Params

_OUTCOMES = {"SUCCESS": "success", "FAILURE": "failure", "DELAY": "delay"}
_BODIES = {"7BIT": "7-bit content", "8BITMIME": "8-bit content", "BINARYMIME": "binary content"}
_RETURNS = {"FULL": "return the whole message", "HDRS": "return the headers only"}


def _notify(value: str) -> str:
    asked = [one.strip().upper() for one in value.split(",")]
    if asked == ["NEVER"]:
        return "never tell me"
    told = [_OUTCOMES.get(one, one) for one in dict.fromkeys(asked)]
    return f"tell me on {_listed(told)}"


def _listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _original(value: str) -> str:
    kind, semicolon, address = value.partition(";")
    if not semicolon:
        return f"originally for {value}"
    return f"originally for {address}" + ("" if kind.lower() in ("rfc822", "utf-8") else f" ({kind})")


def _deliver_by(value: str) -> str:
    seconds, _, mode = value.partition(";")
    otherwise = "return it" if "R" in mode.upper() else "tell me"
    return f"deliver within {seconds} seconds, or else {otherwise}"


_TOLD: dict[str, Callable[[str], str]] = {
    "NOTIFY": _notify,
    "RET": lambda value: _RETURNS.get(value.upper(), f"return {value}"),
    "ENVID": lambda value: f"envelope id {value}",
    "ORCPT": _original,
    "BODY": lambda value: _BODIES.get(value.upper(), f"content of the kind {value}"),
    "SIZE": lambda value: f"announced with {value} octets",
    "AUTH": lambda value: "handed in by nobody known" if value == "<>" else f"handed in by {value}",
    "BY": _deliver_by,
    "HOLDFOR": lambda value: f"hold for {value} seconds",
    "HOLDUNTIL": lambda value: f"hold until {value}",
    "MT-PRIORITY": lambda value: f"priority {value}",
    "RRVS": lambda value: f"only if the owner is the same since {value}",
}
_FLAGS = {"SMTPUTF8": "addresses or headers in UTF-8", "REQUIRETLS": "only over verified TLS"}


def in_words(params: Params) -> str:
    """What MAIL's or RCPT's parameters ask for, in the order in which they stand; "" when there are none.

    >>> in_words({"NOTIFY": "FAILURE,DELAY", "ORCPT": "rfc822;bob@x.test"})
    'Tell me on failure and delay; originally for bob@x.test'
    """
    told = "; ".join(_told(key, value) for key, value in params.items())
    return told[:1].upper() + told[1:]


def _told(key: str, value: str | Literal[True]) -> str:
    if isinstance(value, str) and key in _TOLD:
        return _TOLD[key](value)
    if value is True:
        return _FLAGS.get(key, key)
    return f"{key}={value}"
