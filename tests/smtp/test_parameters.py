from __future__ import annotations

import pytest

from pillarbox.mail.envelope import Params
from pillarbox.smtp import parameters
from pillarbox.smtp.replies import (
    BAD_AUTH,
    BAD_ENVID,
    BAD_NOTIFY,
    BAD_ORCPT,
    BAD_RET,
    BAD_SIZE,
    TOO_LARGE,
    Reply,
    unsupported,
)

BODIES = frozenset({"BODY", "BODY=7BIT", "BODY=8BITMIME"})
ALL = frozenset({"SIZE", "SMTPUTF8", "RET", "ENVID", "AUTH"}) | BODIES
RCPT = frozenset({"NOTIFY", "ORCPT"})


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
        ("RET=HDRS ENVID=a+2Bb", {"RET": "HDRS", "ENVID": "a+b"}),
        ("AUTH=<>", {"AUTH": "<>"}),
        ("auth=e+3Dmc2@example.com", {"AUTH": "e=mc2@example.com"}),
        ("SIZE=10 \t BODY=8BITMIME SMTPUTF8", {"SIZE": "10", "BODY": "8BITMIME", "SMTPUTF8": True}),
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
        ("SIZE=10\x0cBODY=7BIT", BAD_SIZE),
        ("BODY=7BIT\u00a0SIZE=1", unsupported("BODY=7BIT\u00a0SIZE=1")),
        ("RET", unsupported("RET")),
        ("RET=", BAD_RET),
        ("RET=ALL", BAD_RET),
        ("RET=FULL RET=FULL", BAD_RET),
        ("ENVID", unsupported("ENVID")),
        ("ENVID=", BAD_ENVID),
        ("ENVID=a ENVID=b", BAD_ENVID),
        ("ENVID=a+0D+0Ab", BAD_ENVID),
        ("AUTH", unsupported("AUTH")),
        ("AUTH=", BAD_AUTH),
        ("AUTH=a+0Ab", BAD_AUTH),
        ("AUTH=a AUTH=b", BAD_AUTH),
        ("NOTIFY=NEVER", unsupported("NOTIFY=NEVER")),
        ("ſIZE=1", unsupported("ſIZE=1")),
        ("BODY=8BıTMIME", unsupported("BODY=8BıTMIME")),
    ],
)
def test_other_parameters_of_mail_are_refused(text: str, refusal: Reply) -> None:
    assert parameters.mail(text, ALL, 1000) == refusal


def test_without_a_limit_any_size_is_taken() -> None:
    assert parameters.mail("SIZE=99999999999999999999", ALL, 0) == {"SIZE": "99999999999999999999"}


@pytest.mark.parametrize("text", ["SIZE=1", "BODY=8BITMIME", "SMTPUTF8", "RET=FULL", "ENVID=x", "AUTH=<>"])
def test_the_parameter_of_a_hidden_extension_is_unsupported(text: str) -> None:
    assert parameters.mail(text, ALL - {text.partition("=")[0]}, 1000) == unsupported(text)


def test_binarymime_is_a_body_of_its_own() -> None:
    assert parameters.mail("BODY=binarymime", ALL | {"BODY=BINARYMIME"}, 0) == {"BODY": "binarymime"}
    assert parameters.mail("BODY=7BIT", ALL - BODIES | {"BODY", "BODY=BINARYMIME"}, 0) == unsupported("BODY=7BIT")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("", {}),
        ("NOTIFY=NEVER", {"NOTIFY": "NEVER"}),
        ("notify=success,Delay ORCPT=rfc822;a+2Bb@c", {"NOTIFY": "success,Delay", "ORCPT": "rfc822;a+b@c"}),
        ("NOTIFY", unsupported("NOTIFY")),
        ("NOTIFY=", BAD_NOTIFY),
        ("NOTIFY=NEVER NOTIFY=NEVER", BAD_NOTIFY),
        ("ORCPT", unsupported("ORCPT")),
        ("ORCPT=x", BAD_ORCPT),
        ("ORCPT=rfc822;a ORCPT=rfc822;a", BAD_ORCPT),
        ("RET=FULL", unsupported("RET=FULL")),
        ("SIZE=1", unsupported("SIZE=1")),
    ],
)
def test_the_parameters_of_rcpt(text: str, result: Params | Reply) -> None:
    assert parameters.rcpt(text, RCPT) == result


def test_rcpt_takes_none_when_dsn_is_not_offered() -> None:
    assert parameters.rcpt("NOTIFY=NEVER ORCPT=x", frozenset()) == unsupported("NOTIFY=NEVER")


def test_a_reply_repeats_nothing_that_could_break_it() -> None:
    assert str(unsupported("ü\x1bX" + "y" * 600)) == "555 5.5.4 Unsupported option: ??X" + "y" * 97
