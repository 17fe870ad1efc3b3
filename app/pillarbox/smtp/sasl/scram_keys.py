"""What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 section 3): salt, count, and two keys; no password."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from pillarbox.smtp.sasl.saslprep import prepared

ITERATIONS = 4096
"""RFC 7677 section 4: at least as many."""


@dataclass(frozen=True, slots=True)
class ScramKeys:
    iterations: int
    salt: bytes
    stored_key: bytes
    server_key: bytes

    @classmethod
    def derive(cls, password: str, salt: bytes, iterations: int = ITERATIONS) -> ScramKeys:
        """The keys of a password; takes milliseconds on purpose."""
        salted = hashlib.pbkdf2_hmac("sha256", prepared(password).encode("utf-8"), salt, iterations)
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        server_key = hmac.digest(salted, b"Server Key", "sha256")
        return cls(iterations, salt, hashlib.sha256(client_key).digest(), server_key)
