from __future__ import annotations

import pytest

from pillarbox.smtp.sasl.cram_md5 import cram_md5
from pillarbox.smtp.sasl.exchange import WRONG, Failure, Step, Success
from pillarbox.smtp.users import AnyUser, parse
from tests.smtp.sasl.accounts import TIM, play

CHALLENGE = b"<1896.697170952@postoffice.reston.mci.net>"
DIGEST = b"b913a602c7eda7a495b4e6e7334d3890"
FORM = Failure("the response of CRAM-MD5 is not: user name, blank, 32 hexadecimal digits")


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        # RFC 2195 section 2
        (b"tim " + DIGEST, Success("tim")),
        (b"tim " + DIGEST.upper(), Success("tim")),
        (b"tim c913a602c7eda7a495b4e6e7334d3890", Failure(WRONG, "tim")),
        (b"tom " + DIGEST, Failure(WRONG, "tom")),
        (b"a b " + DIGEST, Failure(WRONG, "a b")),
        (b"", FORM),
        (b"tim", FORM),
        (b"tim " + DIGEST[1:], FORM),
        (b"tim " + DIGEST + b" ", FORM),
        (b" " + DIGEST, Failure("the user name is empty")),
    ],
)
def test_the_vector_of_rfc_2195(response: bytes, outcome: Step) -> None:
    assert play(cram_md5(TIM, CHALLENGE), response) == [CHALLENGE, outcome]


def test_anybody_is_taken_with_any_digest_but_not_without_one() -> None:
    assert play(cram_md5(AnyUser(), CHALLENGE), b"a b " + b"0" * 32) == [CHALLENGE, Success("a b")]
    assert play(cram_md5(AnyUser(), CHALLENGE), b"a b") == [CHALLENGE, FORM]


def test_a_password_in_utf8_is_the_key() -> None:
    users = parse("tim:plain:schlüssel\n", "users")
    # Made with: printf %s CHALLENGE | openssl md5 -hmac schlüssel
    said = play(cram_md5(users, CHALLENGE), b"tim " + b"0dce1135b9cd1ad5a33c38a7dce50cd3")
    assert said == [CHALLENGE, Success("tim")]
