"""The server's certificate: the one that was given, or a self-signed one made when the first client wants TLS.

Rules of this module:

* A self-signed certificate stays the same over restarts if it has a place to be kept in, so that a client can be told
  once to trust it. It is made anew when it will not be valid for another month, or is for another host name.
* The key is readable by its owner only, from the moment the file is there.
* cryptography is imported when the first certificate is made: it costs the start a tenth of a second otherwise.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import ssl
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pillarbox import clock
from pillarbox.smtp.tls import server_context

VALID = timedelta(days=397)
"""The longest that clients put up with (CA/Browser Forum baseline requirements, 2020)."""

RENEW = timedelta(days=30)

_SKEW = timedelta(days=1)
"""Clocks that go behind ours still find the certificate valid."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, as paths of PEM files."""

    cert: Path
    key: Path


class Certificate:
    """`given` is a pair that somebody else made; without it one for `hostname` is made and, if `kept` says where, kept.

    Raises OSError or ssl.SSLError when the pair that was given cannot be used.
    """

    def __init__(self, hostname: str, *, given: Pair | None = None, kept: Pair | None = None) -> None:
        self._hostname = hostname
        self._kept = kept
        self._context = server_context(str(given.cert), str(given.key)) if given is not None else None
        self._making: asyncio.Future[ssl.SSLContext] | None = None

    async def context(self) -> ssl.SSLContext:
        """The context of every connection; the first call may have to make the certificate, in a thread."""
        if self._context is not None:
            return self._context
        if self._making is None:
            self._making = asyncio.ensure_future(asyncio.to_thread(self._make))
        making = self._making
        try:
            self._context = await asyncio.shield(making)
        finally:
            if making.done() and self._making is making:
                # The next one tries again, should it have failed.
                self._making = None
        return self._context

    def _make(self) -> ssl.SSLContext:
        if self._kept is not None:
            try:
                return self._make_kept(self._kept)
            except OSError as error:
                log.warning(
                    "The self-signed certificate cannot be kept at %s (%s); it will be another one after a restart.",
                    self._kept.cert,
                    error.strerror or error,
                )
        with tempfile.TemporaryDirectory(prefix="pillarbox-") as folder:
            pair = Pair(Path(folder) / "cert.pem", Path(folder) / "key.pem")
            _write(pair, *self_signed(self._hostname))
            return server_context(str(pair.cert), str(pair.key))

    def _make_kept(self, pair: Pair) -> ssl.SSLContext:
        """The context of the pair that is kept, made anew if that cannot be used any more."""
        if self._is_good(pair):
            try:
                return server_context(str(pair.cert), str(pair.key))
            except ssl.SSLError:
                log.warning("The certificate %s and its key do not go together; they are made anew.", pair.cert)
        _write(pair, *self_signed(self._hostname))
        return server_context(str(pair.cert), str(pair.key))

    def _is_good(self, pair: Pair) -> bool:
        from cryptography import x509

        if not (pair.cert.exists() and pair.key.exists()):
            return False
        try:
            cert = x509.load_pem_x509_certificate(pair.cert.read_bytes())
            names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (ValueError, x509.ExtensionNotFound):
            return False
        lasts = cert.not_valid_after_utc - clock.now() > RENEW
        return lasts and self._hostname in names.get_values_for_type(x509.DNSName)


def self_signed(hostname: str) -> tuple[bytes, bytes]:
    """A new certificate and its key in PEM: EC P-256, for `hostname`, localhost and the loopback addresses."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Pillarbox, self-signed"),
            x509.NameAttribute(NameOID.COMMON_NAME, hostname[:64]),
        ]
    )
    hosts = [x509.DNSName(host) for host in dict.fromkeys((hostname, "localhost"))]
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign"), False
    ) | dict.fromkeys(("crl_sign", "encipher_only", "decipher_only"), False)
    now = clock.now()
    own_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now - _SKEW + VALID)
        .add_extension(x509.SubjectAlternativeName([*hosts, *addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(own_key, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own_key), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return cert.public_bytes(serialization.Encoding.PEM), secret


def _write(pair: Pair, cert: bytes, key: bytes) -> None:
    """Each file whole or not at all; the key first, so that a certificate never stands beside nothing."""
    for path, content, mode in ((pair.key, key, 0o600), (pair.cert, cert, 0o644)):
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.replace(path)
