"""SCRAM-SHA-256 (RFC 5802, 7677): both sides prove that they know the password, and neither sends it.

There is no -PLUS mechanism here, so a client that wants channel binding (`p=`) is refused, and one that could do it but
believes that we cannot (`y`) is right. Errors are told by the 535, not by `e=`, which is optional.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

from pillarbox.smtp.sasl.exchange import FOREIGN, WRONG, Accounts, Failure, Malformed, Steps, Success, name
from pillarbox.smtp.sasl.saslname import unescape

_FIRST = re.compile(
    rb"((n|y|p=[A-Za-z0-9.-]+),(?:a=([^,\0]+))?,)((m=[^,]*,)?n=([^,]*),r=([!-+\--~]+)(?:,.*)?)", re.DOTALL
)
_FINAL = re.compile(rb"(c=([A-Za-z0-9+/=]*),r=([!-+\--~]+)(?:,.*)?),p=([A-Za-z0-9+/=]*)", re.DOTALL)


def scram_sha_256(accounts: Accounts, nonce: str, initial: bytes | None) -> Steps:
    """`nonce` is the server's half: printable, no comma, never the same twice."""
    first = _FIRST.fullmatch(initial if initial is not None else (yield b""))
    if first is None:
        raise Malformed("the first response of SCRAM-SHA-256 is not: n,,n=name,r=nonce")
    header, binding, authzid, bare, extension, escaped, client_nonce = first.groups()
    if binding.startswith(b"p="):
        return Failure("channel binding is not offered")
    if extension is not None:
        return Failure("the response asks for an extension of SCRAM that is not known")
    username = name(unescape(escaped))
    other = name(unescape(authzid)) if authzid is not None else username
    keys = accounts.scram(username)
    whole_nonce = client_nonce + nonce.encode("ascii")
    server_first = b"r=%b,s=%b,i=%d" % (whole_nonce, base64.b64encode(keys.salt), keys.iterations)

    final = _FINAL.fullmatch((yield server_first))
    if final is None:
        raise Malformed("the second response of SCRAM-SHA-256 is not: c=binding,r=nonce,p=proof")
    without_proof, channel, echoed, proof = final[1], _decode(final[2]), final[3], _decode(final[4])
    if channel != header or echoed != whole_nonce:
        raise Malformed("the second response of SCRAM-SHA-256 does not belong to the first")
    message = b",".join((bare, server_first, without_proof))
    signature = hmac.digest(keys.stored_key, message, "sha256")
    if len(proof) != len(signature):
        raise Malformed("the proof of SCRAM-SHA-256 has not 32 octets")
    client_key = bytes(one ^ two for one, two in zip(proof, signature, strict=True))
    if not hmac.compare_digest(hashlib.sha256(client_key).digest(), keys.stored_key):
        return Failure(WRONG, username)
    if not accounts.may_act_as(username, other):
        return Failure(FOREIGN, username)

    # SMTP has no place for data beside its 235, so the server's proof is a challenge with an empty response.
    if (yield b"v=" + base64.b64encode(hmac.digest(keys.server_key, message, "sha256"))):
        raise Malformed("the last response of SCRAM-SHA-256 is not empty")
    return Success(username)


def _decode(octets: bytes) -> bytes:
    try:
        return base64.b64decode(octets, validate=True)
    except binascii.Error:
        raise Malformed("the second response of SCRAM-SHA-256 has a value that is not base64") from None
