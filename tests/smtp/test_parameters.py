from __future__ import annotations

import pytest

from pillarbox.mail.envelope import Params
from pillarbox.smtp import parameters
from pillarbox.smtp.replies import BAD_SIZE, TOO_LARGE, Reply, unsupported

ALL = frozenset({"SIZE", "BODY", "SMTPUTF8"})


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("", {}),
        ("SIZE=10", {"SIZE": "10"}),
        ("size=10", {"SIZE": "10"}),
        ("SIZE=1000", {"SIZE": "1000"}),
        ("SIZE=1 SIZE=2", {"SIZE": "2"}),
        ("BODY=7BIT", {"BODY": "7BIT"}),
        ("body=8bitmime", {"BODY": "8bitmime"}),
        ("SMTPUTF8", {"SMTPUTF8": True}),
        ("SIZE=10  BODY=8BITMIME SMTPUTF8", {"SIZE": "10", "BODY": "8BITMIME", "SMTPUTF8": True}),
    ],
)
def test_offered_parameters_of_mail_are_taken(text: str, params: Params) -> None:
    assert parameters.mail(text, ALL, 1000) == params


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("FOO", unsupported("FOO")),
        ("FOO=1", unsupported("FOO=1")),
        ("=", unsupported("=")),
        ("<c@d>", unsupported("<c@d>")),
        ("SIZE", unsupported("SIZE")),
        ("SIZE=", BAD_SIZE),
        ("SIZE=x", BAD_SIZE),
        ("SIZE=-1", BAD_SIZE),
        ("SIZE=١", BAD_SIZE),
        ("SIZE=1001", TOO_LARGE),
        ("SIZE=" + "9" * 400, TOO_LARGE),
        ("BODY", unsupported("BODY")),
        ("BODY=", unsupported("BODY=")),
        ("BODY=9BIT", unsupported("BODY=9BIT")),
        ("BODY=BINARYMIME", unsupported("BODY=BINARYMIME")),
        ("SMTPUTF8=1", unsupported("SMTPUTF8=1")),
        ("SIZE=10 FOO", unsupported("FOO")),
    ],
)
def test_other_parameters_of_mail_are_refused(text: str, refusal: Reply) -> None:
    assert parameters.mail(text, ALL, 1000) == refusal


def test_without_a_limit_any_size_is_taken() -> None:
    assert parameters.mail("SIZE=99999999999999999999", ALL, 0) == {"SIZE": "99999999999999999999"}


@pytest.mark.parametrize("text", ["SIZE=1", "BODY=8BITMIME", "SMTPUTF8"])
def test_the_parameter_of_a_hidden_extension_is_unsupported(text: str) -> None:
    assert parameters.mail(text, ALL - {text.partition("=")[0]}, 1000) == unsupported(text)


def test_rcpt_takes_no_parameters_yet_offers_none() -> None:
    assert parameters.rcpt("") == {}
    assert parameters.rcpt("NOTIFY=NEVER ORCPT=x") == unsupported("NOTIFY=NEVER")


def test_a_reply_repeats_nothing_that_could_break_it() -> None:
    assert str(unsupported("ü\x1bX" + "y" * 600)) == "555 5.5.4 Unsupported option: ??X" + "y" * 97
