"""STARTTLS: the change from plain text to TLS on one connection (RFC 3207)."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from pillarbox.mail.session import Tls
from tests.wire.catching import Catcher, Loop
from tests.wire.dialling import Dial, Proxy
from tests.wire.securing import certificate, in_memory, secure, start_tls, trusting

LOOPS = pytest.mark.parametrize("loop", ["uvloop", "asyncio"])

BIG = b"Subject: big\r\n\r\n" + b"".join(b"%06d %s\r\n" % (n, b"x" * 60) for n in range(30_000))


@pytest.fixture
def secured(start_catcher: Callable[..., Catcher], tmp_path: Path) -> Catcher:
    return start_catcher(certificate=certificate(tmp_path))


@LOOPS
def test_mail_comes_through_and_the_transcript_goes_on_in_plain_text(
    start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop
) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), loop=loop)
    with Dial(catcher) as client:
        assert "250-STARTTLS" in client.say("EHLO client.test").splitlines()
        sock = start_tls(client)
        version, cipher = sock.version(), sock.cipher()
        assert client.transaction(b"Subject: x\r\n\r\n.\r\n").startswith("250")
        assert client.say("QUIT") == "221 2.0.0 Bye"
        assert client.rest() == b""
    session = catcher.ended()
    assert cipher is not None
    assert session.facts.outcome == "quit"
    assert session.facts.tls == Tls(str(version), cipher[0], "catcher.test")
    assert catcher.message() == b"Subject: x\r\n\r\n"
    lines = catcher.lines(session.id)
    start = lines.index("C: STARTTLS")
    assert lines[start + 1 : start + 4] == [
        "S: 220 2.0.0 Ready to start TLS",
        f"*: TLS 1.3 {cipher[0]}, SNI catcher.test",
        "C: EHLO client.test",
    ]
    assert catcher.crossed(session.id)[0] == (
        b"EHLO client.test\r\nSTARTTLS\r\nEHLO client.test\r\n"
        b"MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\nSubject: x\r\n\r\n.\r\nQUIT\r\n"
    )


@LOOPS
def test_large_content_crosses_octet_for_octet(
    start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop
) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), loop=loop)
    with Dial(catcher) as client:
        start_tls(client)
        assert client.transaction(BIG + b".\r\n").startswith("250")
    assert catcher.message() == BIG
    assert b"DATA\r\n" + BIG + b".\r\n" in catcher.crossed(catcher.ended().id)[0]


def test_replies_within_tls(secured: Catcher) -> None:
    with Dial(secured) as client:
        assert client.say("STARTTLS now") == "501 5.5.4 Syntax: STARTTLS"
        start_tls(client)
        # Everything said before is forgotten, also that there was no greeting.
        assert client.say("MAIL FROM:<a@example.test>").startswith("503 5.5.1")
        ehlo = client.say("EHLO client.test").splitlines()
        assert "250-PIPELINING" in ehlo
        assert not [line for line in ehlo if "STARTTLS" in line]
        assert client.say("STARTTLS") == "554 5.5.1 Error: TLS already active"
        assert client.say("NOOP") == "250 2.0.0 Ok"


def test_a_transaction_is_forgotten(secured: Catcher) -> None:
    with Dial(secured) as client:
        client.say("EHLO client.test")
        client.say("MAIL FROM:<a@example.test>")
        client.say("RCPT TO:<b@example.test>")
        start_tls(client)
        assert client.say("DATA") == "503 5.5.1 Error: need RCPT command"
        assert client.say("MAIL FROM:<a@example.test>") == "503 5.5.1 Error: send HELO/EHLO first"


def test_tls_is_not_offered_without_a_certificate(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        assert "STARTTLS" not in client.say("EHLO client.test")
        assert client.say("STARTTLS") == "502 5.5.1 Error: command not implemented"


def test_tls_can_be_hidden(start_catcher: Callable[..., Catcher], tmp_path: Path) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), hide_extensions=frozenset({"starttls"}))
    with Dial(catcher) as client:
        assert "STARTTLS" not in client.say("EHLO client.test")
        assert client.say("STARTTLS") == "502 5.5.1 Error: command not implemented"


def test_tls_can_be_required(start_catcher: Callable[..., Catcher], tmp_path: Path) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), require_tls=True)
    with Dial(catcher) as client:
        assert client.say("EHLO client.test").startswith("250")
        assert client.say("HELO client.test").startswith("250")
        assert client.say("NOOP").startswith("250")
        for line in (
            "MAIL FROM:<a@example.test>",
            "RCPT TO:<b@example.test>",
            "RSET",
            "DATA",
            "BDAT 5 LAST\r\nDAT",
            "VRFY x",
            "HELP",
        ):
            assert client.say(line) == "530 5.7.0 Must issue a STARTTLS command first", line
        assert client.say("FOO").startswith("500 5.5.2")
        start_tls(client)
        assert client.transaction(b"x\r\n.\r\n").startswith("250")


INJECTED = b"MAIL FROM:<evil@example.test>\r\nRCPT TO:<b@example.test>\r\n"


@LOOPS
@pytest.mark.parametrize("size", [len(INJECTED), 5_000, 100_000])
def test_what_comes_behind_starttls_is_dropped_and_reported(
    start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop, size: int
) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), loop=loop)
    injected = (INJECTED * (size // len(INJECTED) + 1))[:size]
    with Dial(catcher) as client:
        client.say("EHLO client.test")
        client.send(b"STARTTLS\r\n" + injected)
        assert client.reply() == "220 2.0.0 Ready to start TLS"
        try:
            secure(client)
        except OSError:
            # A part of it came after the reply, and that ends the handshake.
            assert size > len(INJECTED)
        else:
            assert client.say("MAIL FROM:<a@example.test>") == "503 5.5.1 Error: send HELO/EHLO first"
            assert client.say("QUIT").startswith("221")
    session = catcher.ended()
    errors = [entry.text for entry in catcher.transcript(session.id).entries if entry.kind == "error"]
    assert errors
    assert all(text.startswith("Plain text behind STARTTLS, before TLS") for text in errors)
    assert session.facts.tls is None or len(errors) == 1
    assert catcher.crossed(session.id)[0].startswith(b"EHLO client.test\r\nSTARTTLS\r\n" + injected)
    assert session.messages == ()


def test_the_reason_names_the_injection(secured: Catcher) -> None:
    with Dial(secured) as client:
        client.send(b"STARTTLS\r\nRSET\r\n")
        client.reply()
        secure(client)
        client.say("QUIT")
    session = secured.ended()
    assert session.facts.outcome == "quit"
    assert session.facts.reason == (
        "Plain text behind STARTTLS, before TLS (somebody may be trying to inject commands): 6 octets were dropped."
    )


@pytest.mark.parametrize("cut", range(len(b"STARTTLS\r\nRSET\r\n") + 1))
def test_an_injection_cut_anywhere_gets_no_reply(secured: Catcher, cut: int) -> None:
    block = b"STARTTLS\r\nRSET\r\n"
    with Dial(secured) as client:
        client.send(block[:cut])
        if cut >= len(b"STARTTLS\r\n"):
            assert client.reply() == "220 2.0.0 Ready to start TLS"
        client.send(block[cut:])
        if cut < len(b"STARTTLS\r\n"):
            assert client.reply() == "220 2.0.0 Ready to start TLS"
        whole = cut in range(len(b"STARTTLS\r\n")) or cut == len(block)
        if whole:
            secure(client)
            assert client.say("QUIT") == "221 2.0.0 Bye"
        assert client.rest() == b""
    session = secured.ended()
    assert (session.facts.tls is not None) is whole
    assert session.facts.outcome == ("quit" if whole else "refused")
    assert str(session.facts.reason).startswith("Plain text behind STARTTLS")
    assert secured.crossed(session.id)[0] == block + (b"QUIT\r\n" if whole else b"")


@LOOPS
@pytest.mark.parametrize("notify", [True, False])
def test_a_client_that_has_said_its_last_word_gets_its_reply(
    start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop, notify: bool
) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), loop=loop)
    with Dial(catcher) as client:
        wire = in_memory(client)
        wire.say(b"EHLO client.test\r\nMAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n")
        wire.say(b"last\r\n.\r\n", end=notify)
        client.half_close()
        assert wire.read_until(b"queued as 1\r\n").count(b"250 2.") == 3
    assert catcher.ended().facts.outcome == "dropped"
    assert catcher.message() == b"last\r\n"


@LOOPS
def test_the_server_ends_tls_before_the_connection(
    start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop
) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), loop=loop)
    with Dial(catcher) as client:
        client.say("STARTTLS")
        sock = trusting().wrap_socket(client.sock, server_hostname="catcher.test", suppress_ragged_eofs=False)
        client.take(sock)
        assert client.say("QUIT") == "221 2.0.0 Bye"
        # Without a close_notify this would raise SSLEOFError.
        assert client.rest() == b""


def test_octets_that_break_tls_end_the_session_with_a_reason(secured: Catcher) -> None:
    with Dial(secured) as client:
        wire = in_memory(client)
        wire.say(b"EHLO client.test\r\n")
        wire.read_until(b"250 HELP\r\n")
        client.send(b"\x17\x03\x03\x00\x20" + bytes(32))
        assert client.sock.recv(65536)
    session = secured.ended()
    assert session.facts.outcome == "dropped"
    assert str(session.facts.reason).startswith("TLS broke off: ")


def test_renegotiation_is_refused(secured: Catcher) -> None:
    context = trusting()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with Dial(secured) as client:
        sock = start_tls(client, context)
        assert sock.version() == "TLSv1.2"
        assert secured.run(secured_context(secured)).options & ssl.OP_NO_RENEGOTIATION
        client.say("QUIT")
    tls = secured.ended().facts.tls
    assert tls is not None
    assert tls.version == "TLSv1.2"


async def secured_context(catcher: Catcher) -> ssl.SSLContext:
    certificate = catcher.server.policy.certificate
    assert certificate is not None
    return await certificate.context()


def test_old_names_and_no_name(secured: Catcher) -> None:
    context = trusting()
    context.check_hostname = False
    for name, shown in (("other.example", "other.example"), ("127.0.0.1", None)):
        with Dial(secured) as client:
            client.say("STARTTLS")
            secure(client, context, name)
            client.say("QUIT")
        tls = secured.ended().facts.tls
        assert tls is not None
        assert tls.sni == shown


def test_the_transcript_is_what_a_proxy_saw_before_tls(secured: Catcher) -> None:
    proxy = Proxy(secured)
    try:
        with Dial(proxy) as client:
            client.say("EHLO client.test")
            start_tls(client)
            client.say("NOOP")
            client.say("QUIT")
        sent, received = proxy.crossed()
        told = secured.crossed(secured.ended().id)
    finally:
        proxy.close()
    plain = sent.index(b"\x16\x03")
    assert told[0] == sent[:plain] + b"NOOP\r\nQUIT\r\n"
    plain = received.index(b"\x16\x03")
    assert told[1] == received[:plain] + b"250 2.0.0 Ok\r\n221 2.0.0 Bye\r\n"
