"""Who may read and change what is caught: every decision as a function of values; `guard` applies them to requests.

Rules of this module:

* A web page anywhere can make a browser speak to this server, so a request is judged by what the browser itself says
  of it (Host, Origin, Sec-Fetch-Site), which no page can forge. Programs send none of that and pass.
* DNS rebinding: a page's own name may be made to resolve to this server. Such a name is public, so only names that
  cannot be are taken, and those that the operator allowed.
* No response runs a script of a message: the policies below are on every response, whoever asks for it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Set
from urllib.parse import urlsplit

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of every response that sets none of its own."""

PREVIEW_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""The preview frame's `sandbox`: no script, no origin of ours; a mail's links open in a new tab."""

PREVIEW_POLICY = (
    f"sandbox {PREVIEW_SANDBOX}; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
"""Content-Security-Policy of a message's HTML; it holds for a direct visit as well as in the frame."""

PREVIEW_REMOTE_POLICY = PREVIEW_POLICY.replace("img-src data:", "img-src data: http: https:")
"""The same after somebody has asked for remote images; goes with `Referrer-Policy: no-referrer`."""

PART_POLICY = "sandbox; default-src 'none'"
"""Content-Security-Policy of bytes that a stranger sent: an inline part that a browser misreads can do nothing."""

RESPONSE_HEADERS: dict[str, str] = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    # Not no-referrer: a browser would then send `Origin: null` with our own forms, and we could not tell them apart.
    "referrer-policy": "same-origin",
    # Keeps other sites from embedding a caught picture and measuring it.
    "cross-origin-resource-policy": "same-origin",
}
"""Headers of every response, each unless the response has it already."""

OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""Paths that need neither a password nor a known Host: a load balancer's probe has neither."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110 section 9.2.1)."""

_LOCAL_SUFFIXES = (".local", ".test", ".internal", ".localhost")
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/@]+)(?::(?P<port>[0-9]{1,5}))?")
_LABELS = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


def host_is_ours(host: str | None, allowed: Set[str]) -> bool:
    """Whether a Host header names this server by an address or a name that no stranger can have registered.

    IP literals, `localhost`, single-label names, what ends in .local .test .internal .localhost, and `allowed`
    (whole names, or `*.example.org`) pass, with any port. A missing or malformed header does not.
    """
    match = _HOST.fullmatch(host or "")
    if match is None:
        return False
    name = match["name"].lower().removesuffix(".")
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        pass
    else:
        return name.startswith("[") == (":" in name)
    if _LABELS.fullmatch(name) is None:
        return False
    if "." not in name or name.endswith(_LOCAL_SUFFIXES):
        return True
    return any(_allows(pattern.lower().removesuffix("."), name) for pattern in allowed)


def _allows(pattern: str, name: str) -> bool:
    return name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern


def is_cross_origin(origin: str | None, fetch_site: str | None, host: str | None, allowed: Set[str]) -> bool:
    """Whether a browser says that a page of another origin makes this request; `allowed` origins do not count.

    Sec-Fetch-Site decides where it stands: it is right behind a proxy that rewrites Host, too. It is missing on plain
    HTTP to another machine and in old browsers; there Origin is compared with Host. Neither means a program.
    """
    if origin is not None and (origin in allowed or "*" in allowed):
        return False
    if fetch_site is not None:
        return fetch_site not in ("same-origin", "none")
    return origin is not None and not _same_place(origin, host)


def _same_place(origin: str, host: str | None) -> bool:
    """Whether an origin is at the authority in Host. The scheme is left out: a proxy may have ended the TLS."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    default = {"http": ":80", "https": ":443"}.get(parts.scheme)
    if default is None or not parts.netloc or host is None:
        return False
    return parts.netloc.lower().removesuffix(default) == host.lower().removesuffix(default)


def credentials_hold(authorization: str | None, auth: tuple[str, str]) -> bool:
    """Whether an Authorization header carries this user and password (RFC 7617), compared in constant time."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        given = base64.b64decode(token.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    # Digests are compared, so that not even a length can be measured.
    return hmac.compare_digest(_digest(given), _digest(":".join(auth).encode()))


def _digest(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()
