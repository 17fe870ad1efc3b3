"""Certificates and keys that people name: looked at when the program starts, so that what is wrong is told at once.

A self-signed certificate is kept beside the database, if that is a file which stays: `pillarbox.db` has
`pillarbox-tls-cert.pem` and `pillarbox-tls-key.pem`. Else it is another one after each start.
"""

from __future__ import annotations

import re
import ssl
from pathlib import Path

from pillarbox.errors import UsageError
from pillarbox.settings import Settings
from pillarbox.smtp.certificate import Certificate, Pair

_ENCRYPTED = re.compile(rb"-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED", re.MULTILINE)
_CERT = b"-----BEGIN CERTIFICATE-----"
_KEY = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")


_FILE = re.compile(r"sqlite(?:\+pysqlite)?:///(.+)", re.DOTALL)


def for_mail(settings: Settings) -> Certificate:
    """What STARTTLS and --smtps show. Raises UsageError."""
    given = check(settings.tls_cert, settings.tls_key, settings.source("tls-cert"), settings.source("tls-key"))
    if given is not None:
        return Certificate(settings.hostname, given=Pair(*given))
    return Certificate(settings.hostname, kept=beside(settings.database))


def for_web(settings: Settings) -> tuple[Path, Path] | None:
    """What the pages are served with; None for HTTP. Raises UsageError."""
    sources = settings.source("http-tls-cert"), settings.source("http-tls-key")
    return check(settings.http_tls_cert, settings.http_tls_key, *sources)


def beside(database: str) -> Pair | None:
    """Where a self-signed certificate is kept; None when the database is no file, or a temporary one."""
    file = _FILE.fullmatch(database)
    if file is None:
        return None
    path = Path(file[1]).expanduser().absolute()
    return Pair(path.with_name(f"{path.stem}-tls-cert.pem"), path.with_name(f"{path.stem}-tls-key.pem"))


def check(cert: Path | None, key: Path | None, cert_source: str, key_source: str) -> tuple[Path, Path] | None:
    """The pair if one is given, once TLS has taken it; the sources are the settings as their writer calls them.

    Raises UsageError.
    """
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        given, missing = (cert_source, key_source) if key is None else (key_source, cert_source)
        raise UsageError(f"{given} is given without {missing}; give both, or neither.")
    certs, keys = _read(cert, cert_source), _read(key, key_source)
    if _CERT not in certs:
        raise UsageError(f"{cert_source} names {cert}, which holds no certificate in PEM; name one that does.")
    if _ENCRYPTED.search(keys):
        raise UsageError(
            f"{key_source} names {key}, which is encrypted; decrypt it with "
            f"`openssl pkey -in {key} -out FILE` and name that file."
        )
    if not _KEY.search(keys):
        raise UsageError(f"{key_source} names {key}, which holds no private key in PEM; name one that does.")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            said = f"the key {key} does not belong to the certificate {cert}; name the one that does"
        else:
            why = (error.reason or "no reason is known").replace("_", " ").lower()
            said = f"{cert} and {key} cannot be used ({why}); name a certificate and its key, both in PEM"
        raise UsageError(f"{cert_source} and {key_source}: {said}.") from None
    return cert, key


def _read(path: Path, source: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{source} names {path}, which cannot be read ({error.strerror}); name a PEM file.") from None
