from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from pillarbox.mail.session import Tls
from pillarbox.smtp.tls import Failure, TlsLayer, begins_tls, server_context, shown
from tests.wire.securing import client_hello, pair, trusting


@pytest.fixture
def layer(tmp_path: Path) -> TlsLayer:
    own = pair(tmp_path)
    return TlsLayer(server_context(str(own.cert), str(own.key)))


class Client:
    """The other side, in memory too."""

    def __init__(self, context: ssl.SSLContext | None = None, name: str = "catcher.test") -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.side = (context or trusting()).wrap_bio(self.incoming, self.outgoing, server_hostname=name)

    def shake(self, layer: TlsLayer, *, pieces: int = 1 << 20) -> None:
        """To the end of the handshake, its octets handed over in pieces."""
        for _ in range(5):
            try:
                self.side.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                done = False
            octets = self.outgoing.read()
            for start in range(0, len(octets), pieces):
                assert layer.receive(octets[start : start + pieces]) == b""
            self.incoming.write(layer.outgoing())
            if done:
                return
        raise AssertionError("the handshake does not end")


@pytest.mark.parametrize("pieces", [1, 7, 1 << 20])
def test_a_handshake_cut_anywhere_settles(layer: TlsLayer, pieces: int) -> None:
    client = Client()
    client.shake(layer, pieces=pieces)
    cipher = client.side.cipher()
    assert cipher is not None
    assert layer.settled == Tls("TLSv1.3", cipher[0], "catcher.test")
    assert layer.failure is None


def test_plain_text_crosses_in_both_directions(layer: TlsLayer) -> None:
    client = Client()
    client.shake(layer)
    large = bytes(range(256)) * 1000
    for at in range(0, len(large), 16384):
        client.side.write(large[at : at + 16384])
    assert layer.receive(client.outgoing.read()) == large
    client.incoming.write(layer.seal(b"250 Ok\r\n"))
    assert client.side.read() == b"250 Ok\r\n"


def test_the_ends_are_told_apart(layer: TlsLayer) -> None:
    client = Client()
    client.shake(layer)
    client.side.write(b"QUIT\r\n")
    with pytest.raises(ssl.SSLWantReadError):
        client.side.unwrap()
    assert layer.receive(client.outgoing.read()) == b"QUIT\r\n"
    assert layer.ended
    assert layer.broken is None
    # The client's end does not keep it from reading what is still said.
    client.incoming.write(layer.seal(b"221 Bye\r\n") + layer.end())
    assert client.side.read() == b"221 Bye\r\n"
    with pytest.raises(ssl.SSLZeroReturnError):
        client.side.read()


def test_a_broken_record_breaks_tls_and_nothing_is_read_of_it(layer: TlsLayer) -> None:
    client = Client()
    client.shake(layer)
    client.side.write(b"NOOP\r\n")
    octets = bytearray(client.outgoing.read())
    octets[-1] ^= 1
    assert layer.receive(bytes(octets)) == b""
    assert layer.ended
    assert layer.broken == "TLS broke off: decryption failed or bad record mac."


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"EHLO client.test\r\n", "The client spoke plain text where TLS has to begin."),
        (b"\r\n", "The client spoke plain text where TLS has to begin."),
        (b"\x00\x01", "What the client sent where TLS has to begin is not TLS."),
    ],
)
def test_what_is_not_tls_is_given_back(layer: TlsLayer, octets: bytes, sentence: str) -> None:
    assert layer.receive(octets) == octets
    assert layer.failure == Failure("refused", sentence, plain=True)
    assert layer.receive(b"and more") == b"and more"
    assert layer.outgoing() == b""


def test_octets_that_only_begin_like_tls_are_refused_with_an_alert(layer: TlsLayer) -> None:
    assert layer.receive(b"\x16\x03\x01\x00\x05hello") == b""
    assert layer.failure is not None
    assert layer.failure.outcome == "refused"
    assert layer.outgoing()[:1] == b"\x15"


def test_a_client_that_does_not_know_the_certificate_says_so(layer: TlsLayer) -> None:
    client = Client(ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        client.shake(layer)
    layer.receive(client.outgoing.read())
    assert layer.failure == Failure(
        "dropped",
        'The TLS handshake failed: the client sent the alert "unknown ca": '
        "it does not trust the server's certificate.",
    )
    assert layer.answered


def test_a_name_forges_no_line(layer: TlsLayer) -> None:
    hello = client_hello().replace(b"catcher.test", b"catch\r\ntest\n")
    layer.receive(hello)
    assert layer._side.sni == "catch␍␊test␊"


# Python reports the name it cannot decode on standard error, from inside its C code.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_name_that_is_not_ascii_is_refused(layer: TlsLayer) -> None:
    layer.receive(client_hello().replace(b"catcher.test", b"catch\xff\xfetest\xff"))
    assert layer.failure is not None
    assert layer.failure.outcome == "refused"


@pytest.mark.parametrize(
    ("octets", "whether"),
    [(b"\x16\x03\x01\x02\x00", True), (b"\x16\x03", True), (b"\x16", False), (b"EHLO", False), (b"", False)],
)
def test_the_beginning_of_tls_is_known(octets: bytes, whether: bool) -> None:
    assert begins_tls(octets) is whether


def test_what_was_settled_is_shown_in_a_line() -> None:
    cipher = "TLS_AES_256_GCM_SHA384"
    assert shown(Tls("TLSv1.3", cipher, "mail.example")) == f"TLS 1.3 {cipher}, SNI mail.example"
    assert shown(Tls("TLSv1.2", cipher, None)) == f"TLS 1.2 {cipher}, no SNI"
