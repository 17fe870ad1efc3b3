from __future__ import annotations

import pytest

from pillarbox.smtp import replies
from pillarbox.smtp.replies import Reply

NAMED = [value for value in vars(replies).values() if isinstance(value, Reply)]


@pytest.mark.parametrize("reply", NAMED, ids=str)
def test_a_reply_carries_an_enhanced_code_of_its_class(reply: Reply) -> None:
    if reply in (replies.START_CONTENT, replies.HELO_SYNTAX, replies.EHLO_SYNTAX, replies.LHLO_SYNTAX):
        assert reply.enhanced is None
    else:
        assert reply.enhanced is not None
        assert reply.enhanced[0] == str(reply.code)[0]


def test_the_greeting_and_the_replies_to_it_carry_none() -> None:
    for reply in (replies.greeting("h"), replies.helo("h"), replies.ehlo("h", ("HELP",))):
        assert reply.enhanced is None


def test_lines_but_the_last_have_a_hyphen() -> None:
    assert replies.ehlo("h", ("SIZE 1", "HELP")).wire() == b"250-h\r\n250-SIZE 1\r\n250 HELP\r\n"
    assert replies.ehlo("h", ()).wire() == b"250 h\r\n"


def test_the_enhanced_code_can_be_left_out() -> None:
    assert replies.OK.wire() == b"250 2.0.0 Ok\r\n"
    assert replies.OK.wire(enhanced=False) == b"250 Ok\r\n"
