from __future__ import annotations

import asyncio
import shutil
import ssl
import stat
import subprocess
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from pillarbox.smtp import certificate
from pillarbox.smtp.certificate import Certificate, Pair, self_signed


def kept(folder: Path) -> Pair:
    return Pair(folder / "cert.pem", folder / "key.pem")


def context(one: Certificate) -> ssl.SSLContext:
    return asyncio.run(one.context())


def test_a_self_signed_certificate_is_for_this_host_and_loopback() -> None:
    cert = x509.load_pem_x509_certificate(self_signed("mail.example")[0])
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["mail.example", "localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    key = cert.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert cert.not_valid_after_utc - cert.not_valid_before_utc == certificate.VALID


def test_a_long_host_name_fits() -> None:
    name = "a" * 60 + "." + "b" * 60 + ".test"
    cert = x509.load_pem_x509_certificate(self_signed(name)[0])
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName)[0] == name


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_trusts_it_by_the_letter_once_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "cert.pem"
    path.write_bytes(self_signed("mail.example")[0])
    verify = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "localhost"]
    done = subprocess.run([*verify, "-CAfile", path, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_the_same_after_a_restart(tmp_path: Path) -> None:
    context(Certificate("mail.example", kept=kept(tmp_path)))
    first = kept(tmp_path).cert.read_bytes()
    context(Certificate("mail.example", kept=kept(tmp_path)))
    assert kept(tmp_path).cert.read_bytes() == first
    assert stat.S_IMODE(kept(tmp_path).key.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cert.pem", "key.pem"]


def test_another_host_name_gets_another_one(tmp_path: Path) -> None:
    context(Certificate("mail.example", kept=kept(tmp_path)))
    first = kept(tmp_path).cert.read_bytes()
    context(Certificate("other.example", kept=kept(tmp_path)))
    assert kept(tmp_path).cert.read_bytes() != first


def test_it_is_made_anew_in_its_last_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate, "VALID", certificate.RENEW + certificate._SKEW)
    context(Certificate("mail.example", kept=kept(tmp_path)))
    first = kept(tmp_path).cert.read_bytes()
    monkeypatch.undo()
    context(Certificate("mail.example", kept=kept(tmp_path)))
    assert kept(tmp_path).cert.read_bytes() != first


@pytest.mark.parametrize(
    ("cert", "key"), [(b"nonsense", None), (None, b"nonsense"), (b"", None), (None, self_signed("mail.example")[1])]
)
def test_files_that_cannot_be_used_are_made_anew(tmp_path: Path, cert: bytes | None, key: bytes | None) -> None:
    pair = kept(tmp_path)
    context(Certificate("mail.example", kept=pair))
    if cert is not None:
        pair.cert.write_bytes(cert)
    if key is not None:
        pair.key.write_bytes(key)
    context(Certificate("mail.example", kept=pair))
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(pair.cert, pair.key)


def test_where_it_cannot_be_kept_it_is_made_all_the_same(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert context(Certificate("mail.example", kept=kept(tmp_path / "missing"))).get_ca_certs() == []
    assert "another one after a restart" in caplog.text


def test_it_is_made_once_for_all_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    real = certificate.self_signed

    def counted(hostname: str) -> tuple[bytes, bytes]:
        made.append(time.monotonic())
        return real(hostname)

    monkeypatch.setattr(certificate, "self_signed", counted)

    async def all_at_once() -> None:
        one = Certificate("mail.example")
        contexts = await asyncio.gather(*(one.context() for _ in range(20)))
        assert {id(found) for found in contexts} == {id(await one.context())}

    asyncio.run(all_at_once())
    assert len(made) == 1


def test_a_client_that_does_not_wait_takes_it_from_nobody() -> None:
    async def impatient() -> None:
        one = Certificate("mail.example")
        first = asyncio.ensure_future(one.context())
        await asyncio.sleep(0)
        first.cancel()
        assert await one.context() is await one.context()

    asyncio.run(impatient())


def test_an_encrypted_key_is_refused_and_not_asked_about(tmp_path: Path) -> None:
    pair = kept(tmp_path)
    for path, content in zip((pair.cert, pair.key), self_signed("x"), strict=True):
        path.write_bytes(content)
    locked = tmp_path / "locked.pem"
    subprocess.run(["openssl", "pkey", "-in", pair.key, "-aes256", "-passout", "pass:x", "-out", locked], check=True)
    with pytest.raises(ssl.SSLError):
        Certificate("x", given=Pair(pair.cert, locked))
