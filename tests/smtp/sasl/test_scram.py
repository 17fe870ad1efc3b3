from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from pillarbox.smtp.sasl.exchange import FOREIGN, WRONG, Challenge, Failure, Step, Success, advance
from pillarbox.smtp.sasl.scram import scram_sha_256
from pillarbox.smtp.sasl.scram_keys import ScramKeys
from pillarbox.smtp.users import Users, parse
from tests.smtp.sasl.accounts import play

# RFC 7677 section 3
SALT = "W22ZaJ0SNY7soEsUEjb6gQ=="
CLIENT = "rOprNGfwEbeRWgbNEkqO"
NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
FIRST = f"n,,n=user,r={CLIENT}".encode()
SERVER_FIRST = f"r={CLIENT}{NONCE},s={SALT},i=4096".encode()
FINAL = f"c=biws,r={CLIENT}{NONCE},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=".encode()
SERVER_FINAL = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def user(name: str, password: str) -> Users:
    keys = ScramKeys.derive(password, base64.b64decode(SALT))
    stored, server = (base64.b64encode(key).decode() for key in (keys.stored_key, keys.server_key))
    return parse(f"{name}:SCRAM-SHA-256$4096:{SALT}${stored}:{server}\n", "users")


PENCIL = user("user", "pencil")


def final(server_first: bytes, first: bytes, password: str, binding: str | None = None) -> bytes:
    """What a client with this password answers (RFC 5802 section 3), written apart from the server.

    `binding` is the header that it says it has sent, if that is another one.
    """
    nonce, salt, count = (part.split("=", 1)[1] for part in server_first.decode().split(","))
    header, bare = first.decode().split(",n=", 1)
    channel = base64.b64encode((binding or f"{header},").encode()).decode()
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(count))
    key = hmac.digest(salted, b"Client Key", "sha256")
    message = f"n={bare},{server_first.decode()},c={channel},r={nonce}".encode()
    signature = hmac.digest(hashlib.sha256(key).digest(), message, "sha256")
    proof = bytes(one ^ two for one, two in zip(key, signature, strict=True))
    return f"c={channel},r={nonce},p={base64.b64encode(proof).decode()}".encode()


def test_the_vector_of_rfc_7677() -> None:
    said = play(scram_sha_256(PENCIL, NONCE, FIRST), FINAL, b"")
    assert said == [SERVER_FIRST, SERVER_FINAL, Success("user")]
    assert play(scram_sha_256(PENCIL, NONCE, None), FIRST, FINAL, b"") == [b"", *said]


@pytest.mark.parametrize(
    ("first", "outcome"),
    [
        (b"y,,n=user,r=abc", Success("user")),
        (b"n,a=user,n=user,r=abc", Success("user")),
        (b"n,a=other,n=user,r=abc", Failure(FOREIGN, "user")),
        (b"n,,n=user,r=abc,x=ignored", Success("user")),
    ],
)
def test_headers_and_extensions_that_may_stand(first: bytes, outcome: Step) -> None:
    steps = scram_sha_256(PENCIL, NONCE, first)
    challenge = advance(steps, None)
    assert isinstance(challenge, Challenge)
    step = advance(steps, final(challenge.data, first, "pencil"))
    assert (advance(steps, b"") if isinstance(step, Challenge) else step) == outcome


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"n",
        b"n,,",
        b"n,,n=user",
        b"n,,n=user,r=",
        b"n,,r=abc,n=user",
        b"n,,n=,r=abc",
        b"n,,n=us=er,r=abc",
        b"n,,n=us=2cer,r=abc",
        b"n,,n=\xff,r=abc",
        b"n,,n=user,r=a\x01b",
        b"x,,n=user,r=abc",
        b"p=tls-unique,,n=user,r=abc",
        b"n,,m=must,n=user,r=abc",
        b"n,a=,n=user,r=abc",
    ],
)
def test_a_first_message_that_cannot_be_taken_is_refused_at_once(first: bytes) -> None:
    assert isinstance(play(scram_sha_256(PENCIL, NONCE, first))[0], Failure)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"c=biws", b"c=eSws"),
        (b"c=biws", b"c=!"),
        (b"c=biws,", b""),
        (b"r=rOpr", b"r=rOpx"),
        (b"p=dHzb", b"p=dHzc"),
        (b"p=dHzb", b"p=d"),
        (b"VQ=", b"VQ=="),
        (b",p=", b",q="),
        (b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", b"p="),
    ],
)
def test_a_second_message_that_was_tampered_with_is_refused(old: bytes, new: bytes) -> None:
    assert old in FINAL
    said = play(scram_sha_256(PENCIL, NONCE, FIRST), FINAL.replace(old, new))
    assert isinstance(said[-1], Failure)


@pytest.mark.parametrize("binding", ["y,,", "n,a=user,", "p=tls-unique,,"])
def test_a_header_that_was_changed_on_the_way_is_found_out(binding: str) -> None:
    steps = scram_sha_256(PENCIL, NONCE, FIRST)
    challenge = advance(steps, None)
    assert isinstance(challenge, Challenge)
    outcome = advance(steps, final(challenge.data, FIRST, "pencil", binding))
    assert outcome == Failure("the second response of SCRAM-SHA-256 does not belong to the first")


def test_the_last_response_is_empty() -> None:
    assert isinstance(play(scram_sha_256(PENCIL, NONCE, FIRST), FINAL, b"x")[-1], Failure)


def test_another_nonce_makes_the_same_proof_worthless() -> None:
    assert isinstance(play(scram_sha_256(PENCIL, "other", FIRST), FINAL)[-1], Failure)


@pytest.mark.parametrize("name", ["user", "a,b=c", "ü\u00ad"])
@pytest.mark.parametrize("kind", ["plain", "keys"])
def test_names_are_unescaped_and_prepared(name: str, kind: str) -> None:
    users = parse(f"{name}:plain:pencil\n", "users") if kind == "plain" else user(name, "pencil")
    escaped = name.replace("=", "=3D").replace(",", "=2C")
    first = f"n,,n={escaped},r=abc".encode()
    steps = scram_sha_256(users, NONCE, first)
    challenge = advance(steps, None)
    assert isinstance(challenge, Challenge)
    assert isinstance(advance(steps, final(challenge.data, first, "pencil")), Challenge)
    assert advance(steps, b"") == Success(name.replace("\u00ad", ""))


def test_a_stranger_is_asked_as_a_user_is_and_then_refused() -> None:
    first = b"n,,n=nobody,r=abc"
    challenges = []
    for _ in range(2):
        steps = scram_sha_256(PENCIL, NONCE, first)
        challenge = advance(steps, None)
        assert isinstance(challenge, Challenge)
        challenges.append(challenge.data)
        assert advance(steps, final(challenge.data, first, "pencil")) == Failure(WRONG, "nobody")
    assert challenges[0] == challenges[1]
    assert challenges[0].startswith(f"r=abc{NONCE},s=".encode())
    assert challenges[0].endswith(b",i=4096")
