from __future__ import annotations

import pytest

from pillarbox.mail.envelope import Params
from pillarbox.mail.explain import in_words


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, ""),
        ({"NOTIFY": "NEVER"}, "Never tell me"),
        ({"NOTIFY": "never"}, "Never tell me"),
        ({"NOTIFY": "SUCCESS,FAILURE,DELAY"}, "Tell me on success, failure and delay"),
        ({"NOTIFY": "FAILURE,FAILURE"}, "Tell me on failure"),
        ({"RET": "HDRS", "ENVID": "QQ 314"}, "Return the headers only; envelope id QQ 314"),
        ({"RET": "FULL"}, "Return the whole message"),
        ({"ORCPT": "rfc822;bob@x.test"}, "Originally for bob@x.test"),
        ({"ORCPT": "x400;/c=us"}, "Originally for /c=us (x400)"),
        ({"ORCPT": "bob"}, "Originally for bob"),
        ({"BODY": "8BITMIME", "SIZE": "120"}, "8-bit content; announced with 120 octets"),
        ({"SMTPUTF8": True}, "Addresses or headers in UTF-8"),
        ({"AUTH": "<>"}, "Handed in by nobody known"),
        ({"AUTH": "bob@x.test"}, "Handed in by bob@x.test"),
        ({"BY": "120;R"}, "Deliver within 120 seconds, or else return it"),
        ({"BY": "120;NT"}, "Deliver within 120 seconds, or else tell me"),
        ({"HOLDFOR": "60", "MT-PRIORITY": "-3"}, "Hold for 60 seconds; priority -3"),
        ({"X-NEW": "1", "X-FLAG": True, "RET": True}, "X-NEW=1; X-FLAG; RET"),
    ],
)
def test_the_parameters_of_an_envelope_are_told_in_words(params: Params, words: str) -> None:
    assert in_words(params) == words
