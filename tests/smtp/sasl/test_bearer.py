from __future__ import annotations

import pytest

from pillarbox.smtp.sasl.bearer import oauthbearer, xoauth2
from pillarbox.smtp.sasl.exchange import WRONG, Failure, Step, Success
from pillarbox.smtp.users import AnyUser, parse
from tests.smtp.sasl.accounts import ANNA, play

ERROR = b'{"status":"401","schemes":"bearer","scope":"mail"}'
ERROR_7628 = b'{"status":"invalid_token","scope":"mail"}'
GOOGLE = b"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01"
RFC_7628 = (
    b"n,a=user@example.com,\x01host=server.example.com\x01port=587\x01"
    b"auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
)


def test_the_documented_messages_are_taken() -> None:
    assert play(xoauth2(AnyUser(), GOOGLE)) == [Success("someuser@example.com")]
    assert play(xoauth2(AnyUser(), None), GOOGLE) == [b"", Success("someuser@example.com")]
    assert play(oauthbearer(AnyUser(), RFC_7628)) == [Success("user@example.com")]
    assert play(oauthbearer(AnyUser(), None), RFC_7628) == [b"", Success("user@example.com")]


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        (b"user=anna\x01auth=Bearer sesame\x01\x01", Success("anna")),
        (b"user=anna\x01auth=bearer sesame\x01\x01", Success("anna")),
        (b"auth=Bearer sesame\x01user=anna\x01\x01", Success("anna")),
        (b"", None),
        (b"user=anna\x01auth=Bearer sesame\x01", None),
        (b"user=anna\x01\x01auth=Bearer sesame\x01\x01", None),
        (b"auth=Bearer sesame\x01\x01", None),
        (b"user=\x01auth=Bearer sesame\x01\x01", None),
        (b"user=anna\x01auth=Bearer \xff\x01\x01", None),
    ],
)
def test_xoauth2_is_pairs_of_key_and_value(message: bytes, outcome: Step | None) -> None:
    (said,) = play(xoauth2(ANNA, message))
    assert said == outcome if outcome is not None else isinstance(said, Failure)


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        (b"n,a=anna,\x01auth=Bearer sesame\x01\x01", Success("anna")),
        (b"y,a=anna,\x01auth=Bearer sesame\x01\x01", Success("anna")),
        (b"n,a=an=2Cna,\x01auth=Bearer x\x01\x01", None),
        (b"p=tls-unique,a=anna,\x01auth=Bearer sesame\x01\x01", Failure("channel binding is not offered")),
        (b"n,a=an=na,\x01auth=Bearer sesame\x01\x01", None),
        (b"a=anna,\x01auth=Bearer sesame\x01\x01", None),
        (b"n,a=anna\x01auth=Bearer sesame\x01\x01", None),
        (b"n,a=anna,\x01auth=Bearer sesame\x01", None),
        (b"n,a=anna,auth=Bearer sesame\x01\x01", None),
    ],
)
def test_oauthbearer_begins_with_a_gs2_header(message: bytes, outcome: Step | None) -> None:
    said = play(oauthbearer(ANNA, message))
    assert said == [outcome] if outcome is not None else not isinstance(said[0], Success)


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (b"auth=Bearer wrong", WRONG),
        (b"auth=Basic sesame", "there is no bearer token"),
        (b"auth=Bearer ", "there is no bearer token"),
        (b"auth=Bearer ses ame", "there is no bearer token"),
        (b"x=y", "there is no bearer token"),
    ],
)
@pytest.mark.parametrize("dummy", [b"", b"\x01", b"whatever"])
def test_a_wrong_token_is_told_in_json_before_it_fails(token: bytes, reason: str, dummy: bytes) -> None:
    failure = Failure(reason, "anna")
    assert play(xoauth2(ANNA, b"user=anna\x01" + token + b"\x01\x01"), dummy) == [ERROR, failure]
    assert play(oauthbearer(ANNA, b"n,a=anna,\x01" + token + b"\x01\x01"), dummy) == [ERROR_7628, failure]


def test_a_token_without_a_name_is_nobodys_unless_anybody_may_come() -> None:
    message = b"n,,\x01auth=Bearer sesame\x01\x01"
    assert play(oauthbearer(AnyUser(), message)) == [Success("")]
    assert play(oauthbearer(ANNA, message), b"\x01") == [ERROR_7628, Failure(WRONG, None)]


def test_the_name_of_oauthbearer_is_unescaped() -> None:
    users = parse("a,b=c:plain:t\n", "users")
    assert play(oauthbearer(users, b"n,a=a=2Cb=3Dc,\x01auth=Bearer t\x01\x01")) == [Success("a,b=c")]
