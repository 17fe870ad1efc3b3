from __future__ import annotations

import pytest

from pillarbox.smtp.sasl import password
from pillarbox.smtp.sasl.exchange import FOREIGN, WRONG, Challenge, Failure, Step, Success
from pillarbox.smtp.users import AnyUser
from tests.smtp.sasl.accounts import ANNA, play

FORM = Failure("the response of PLAIN is not: authzid, NUL, user name, NUL, password")


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        (b"\0anna\0sesame", Success("anna")),
        (b"anna\0anna\0sesame", Success("anna")),
        (b"bob\0anna\0sesame", Failure(FOREIGN, "anna")),
        (b"bob\0anna\0wrong", Failure(WRONG, "anna")),
        (b"\0anna\0Sesame", Failure(WRONG, "anna")),
        (b"\0anna\0", Failure(WRONG, "anna")),
        (b"\0bob\0sesame", Failure(WRONG, "bob")),
        (b"", FORM),
        (b"anna\0sesame", FORM),
        (b"\0anna\0ses\0ame", FORM),
        (b"\0\0sesame", Failure("the user name is empty")),
        (b"\0anna\0\xff", Failure("the response is not UTF-8")),
        (b"\0\xff\0sesame", Failure("the response is not UTF-8")),
        (b"\0an\nna\0sesame", Failure("the user name has characters that none may have (RFC 4013)")),
        (b"\0" + b"a" * 256 + b"\0sesame", Failure("the user name has more than 255 octets")),
    ],
)
def test_plain_is_one_message(message: bytes, outcome: Step) -> None:
    assert play(password.plain(ANNA, message)) == [outcome]
    assert play(password.plain(ANNA, None), message) == [b"", outcome]


def test_plain_takes_the_messages_of_rfc_4616() -> None:
    assert play(password.plain(AnyUser(), b"\0tim\0tanstaaftanstaaf")) == [Success("tim")]
    assert play(password.plain(AnyUser(), b"Ursel\0Kurt\0xipj3plmq")) == [Success("Kurt")]


def test_login_asks_for_name_and_password() -> None:
    asked: list[bytes | Step] = [b"Username:", b"Password:"]
    assert play(password.login(ANNA, None), b"anna", b"sesame") == [*asked, Success("anna")]
    assert play(password.login(ANNA, None), b"anna", b"wrong") == [*asked, Failure(WRONG, "anna")]
    assert play(password.login(ANNA, None), b"bob", b"sesame") == [*asked, Failure(WRONG, "bob")]
    assert play(password.login(AnyUser(), None), b"bob", b"") == [*asked, Success("bob")]


def test_login_takes_the_name_with_the_command() -> None:
    assert play(password.login(ANNA, b"anna")) == [Challenge(b"Password:")]
    assert play(password.login(ANNA, b"anna"), b"sesame") == [b"Password:", Success("anna")]


@pytest.mark.parametrize("name", [b"", b"\xff", b"a\0b"])
def test_login_asks_no_password_of_nobody(name: bytes) -> None:
    assert isinstance(play(password.login(AnyUser(), name))[0], Failure)


def test_a_name_is_prepared() -> None:
    assert play(password.plain(ANNA, "\0an\u00adna\0sesame".encode())) == [Success("anna")]
    assert play(password.plain(AnyUser(), "\0\u2168\0x".encode())) == [Success("IX")]
