"""Certificates that are given: what is wrong with them is told at the start, in one sentence."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from pillarbox.errors import UsageError
from pillarbox.service.certificates import beside, check
from pillarbox.smtp.certificate import Pair, self_signed
from tests.running import DidNotStart, Running, start


def pair(folder: Path, name: str = "own") -> Pair:
    found = Pair(folder / f"{name}-cert.pem", folder / f"{name}-key.pem")
    for path, content in zip((found.cert, found.key), self_signed("localhost"), strict=True):
        path.write_bytes(content)
    return found


def refusal(cert: Path | None, key: Path | None) -> str:
    with pytest.raises(UsageError) as caught:
        check(cert, key, "--tls-cert", "--tls-key")
    return str(caught.value)


def test_a_pair_is_taken_and_none_too(tmp_path: Path) -> None:
    own = pair(tmp_path)
    assert check(own.cert, own.key, "--tls-cert", "--tls-key") == (own.cert, own.key)
    assert check(None, None, "--tls-cert", "--tls-key") is None
    both = tmp_path / "both.pem"
    both.write_bytes(own.key.read_bytes() + own.cert.read_bytes())
    assert check(both, both, "--tls-cert", "--tls-key") == (both, both)


def test_one_without_the_other(tmp_path: Path) -> None:
    own = pair(tmp_path)
    assert refusal(own.cert, None) == "--tls-cert is given without --tls-key; give both, or neither."
    assert refusal(None, own.key) == "--tls-key is given without --tls-cert; give both, or neither."


def test_files_that_are_missing_or_something_else(tmp_path: Path) -> None:
    own = pair(tmp_path)
    missing = tmp_path / "missing.pem"
    assert refusal(missing, own.key) == (
        f"--tls-cert names {missing}, which cannot be read (No such file or directory); name a PEM file."
    )
    assert refusal(own.cert, tmp_path).startswith(f"--tls-key names {tmp_path}, which cannot be read (Is a directory)")
    assert refusal(own.key, own.key).startswith(f"--tls-cert names {own.key}, which holds no certificate in PEM")
    assert refusal(own.cert, own.cert).startswith(f"--tls-key names {own.cert}, which holds no private key in PEM")
    broken = tmp_path / "broken.pem"
    broken.write_bytes(own.cert.read_bytes().replace(b"M", b"?"))
    assert "cannot be used" in refusal(broken, own.key)


def test_a_key_of_another_certificate(tmp_path: Path) -> None:
    own, other = pair(tmp_path), pair(tmp_path, "other")
    assert refusal(own.cert, other.key) == (
        f"--tls-cert and --tls-key: the key {other.key} does not belong to the certificate {own.cert}; "
        "name the one that does."
    )


@pytest.mark.parametrize("form", [[], ["-traditional"]])
def test_an_encrypted_key(tmp_path: Path, form: list[str]) -> None:
    own = pair(tmp_path)
    locked = tmp_path / "locked.pem"
    command: list[str | Path] = [
        "openssl",
        "pkey",
        "-in",
        own.key,
        "-aes256",
        *form,
        "-passout",
        "pass:x",
        "-out",
        locked,
    ]
    subprocess.run(command, check=True)
    assert refusal(own.cert, locked) == (
        f"--tls-key names {locked}, which is encrypted; decrypt it with `openssl pkey -in {locked} -out FILE` "
        "and name that file."
    )


@pytest.mark.parametrize(
    ("database", "folder"),
    [
        ("sqlite:////var/lib/pillarbox.db", "/var/lib"),
        ("sqlite+pysqlite:////var/lib/pillarbox.db", "/var/lib"),
        ("sqlite://", None),
        ("postgresql+psycopg://me@localhost/pillarbox", None),
    ],
)
def test_a_self_signed_certificate_is_kept_beside_a_database_that_stays(database: str, folder: str | None) -> None:
    names = ("pillarbox-tls-cert.pem", "pillarbox-tls-key.pem")
    assert beside(database) == (Pair(*(Path(folder) / name for name in names)) if folder else None)


def test_the_start_ends_with_the_sentence(tmp_path: Path) -> None:
    with pytest.raises(DidNotStart) as caught:
        start(tmp_path, "--tls-cert", "/missing.pem", "--tls-key", "/missing.pem")
    assert caught.value.code == 2
    assert caught.value.errors == (
        "pillarbox: --tls-cert names /missing.pem, which cannot be read (No such file or directory); name a PEM file.\n"
    )
    with pytest.raises(DidNotStart) as caught:
        start(tmp_path, variables={"PILLARBOX_HTTP_TLS_CERT": "/missing.pem"})
    assert caught.value.errors.endswith(
        "pillarbox: PILLARBOX_HTTP_TLS_CERT is given without --http-tls-key; give both, or neither.\n"
    )
    with pytest.raises(DidNotStart) as caught:
        start(tmp_path, "--require-tls", "--hide-extension", "starttls")
    assert caught.value.code == 2
    with pytest.raises(DidNotStart) as caught:
        start(tmp_path, "--require-auth", "--hide-extension", "auth")
    assert caught.value.errors.endswith(
        "pillarbox: --require-auth and --hide-extension AUTH take no mail at all; leave one of them out.\n"
    )


def test_pages_and_api_by_https(start_server: Callable[..., Running], tmp_path: Path) -> None:
    own = pair(tmp_path)
    server = start_server("--http-tls-cert", str(own.cert), "--http-tls-key", str(own.key))
    assert server.url.startswith("https://127.0.0.1:")
    assert server.url in server.greeting
    with httpx.Client(base_url=server.url, verify=ssl.create_default_context(cafile=str(own.cert))) as client:
        assert client.get("/").status_code == 200
        info = client.get("/api/v1/info").json()
        assert "https" in {listener["protocol"] for listener in info["listeners"]}
        for origin, code in ((server.url, 200), ("https://elsewhere.test", 403)):
            answer = client.post("/api/v1/messages/restore", json={"ids": [1]}, headers={"origin": origin})
            assert answer.status_code == code
        assert "strict-transport-security" not in client.get("/").headers
        with pytest.raises(httpx.TransportError):
            httpx.get(server.url.replace("https", "http"))
    assert server.errors == ""


def test_every_listener_stands_in_the_ready_file(start_server: Callable[..., Running], tmp_path: Path) -> None:
    path = tmp_path / "tls.sock"
    server = start_server("--smtps", "127.0.0.1:0", "--smtps", f"unix:{path}")
    first, second = server.ready["smtps"]
    assert second == {"path": str(path)}
    assert f"127.0.0.1:{first['port']} (TLS) and unix:{path} (TLS)" in server.greeting
    assert (tmp_path / "pillarbox-tls-cert.pem").exists() is False
