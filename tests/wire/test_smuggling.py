"""One message is one message, however its content looks and however it is cut on its way."""

from __future__ import annotations

import asyncio

import pytest

from pillarbox.smtp.intake import Intake
from tests.wire.catching import Catcher
from tests.wire.dialling import Dial
from tests.wire.smuggling import ENDS, SMUGGLED, stored

FINAL = b".\r\n"


def taken_up(catcher: Catcher) -> None:
    """Returns when the server has read what was sent: loopback hands it over at once, the loop needs two turns."""
    for _ in range(2):
        catcher.run(asyncio.sleep(0))


def kept(catcher: Catcher, reply: str) -> bytes:
    """The message whose id stands in the reply."""
    assert reply.startswith("250 2.0.0 Ok: queued as "), reply
    return catcher.raw(int(reply.rsplit(" ", 1)[1]))


def test_no_other_end_of_data_lets_a_second_message_through(catcher: Catcher) -> None:
    for number, end in enumerate(ENDS, 1):
        content = b"Subject: outer\r\n\r\nfirst" + end + SMUGGLED + b"\r\n"
        with Dial(catcher) as client:
            assert kept(catcher, client.transaction(content + FINAL)) == stored(content), end
            assert client.say("NOOP") == "250 2.0.0 Ok", end
        # EHLO, MAIL, RCPT, DATA, NOOP: none out of the content.
        assert catcher.ended().facts.commands == 5, end
        assert len(catcher.messages()) == number, end
    assert {summary.rcpt_to for summary in catcher.messages()} == {("b@example.test",)}


def test_nor_does_it_in_a_pipelined_stream(catcher: Catcher) -> None:
    envelope = b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"
    for end in ENDS:
        content = b"first" + end + SMUGGLED + b"\r\n"
        with Dial(catcher) as client:
            client.send(b"EHLO x\r\n" + (envelope + content + FINAL) * 2 + b"QUIT\r\n")
            replies = client.rest_of_replies()
        assert [reply[:3] for reply in replies] == ["250", *["250", "250", "354", "250"] * 2, "221"], end
        assert kept(catcher, replies[4]) == kept(catcher, replies[8]) == stored(content), end
    assert len(catcher.messages()) == 2 * len(ENDS)
    assert {summary.rcpt_to for summary in catcher.messages()} == {("c@d",)}


def test_cut_at_every_octet_on_the_wire_it_is_the_same_message(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        for end in ENDS:
            content = b"x" + end + b"RSET\r\n"
            wire = content + FINAL
            for cut in range(1, len(wire)):
                client.envelope()
                client.send(wire[:cut])
                taken_up(catcher)
                client.send(wire[cut:])
                assert kept(catcher, client.reply()) == stored(content), (end, cut)
        assert client.say("QUIT") == "221 2.0.0 Bye"


@pytest.mark.parametrize("end", ENDS, ids=repr)
def test_cut_at_every_octet_the_stream_comes_apart_the_same(end: bytes) -> None:
    content = b"Subject: outer\r\n\r\nfirst" + end + SMUGGLED + b"\r\n"
    wire = content + FINAL
    stream = b"DATA\r\n" + wire + b"QUIT\r\n"
    blocks = [[stream[:cut], stream[cut:]] for cut in range(len(stream) + 1)]
    blocks.append([stream[at : at + 1] for at in range(len(stream))])
    for cuts in blocks:
        intake = Intake(512)
        found: list[bytes] = []
        pending = None
        for block in cuts:
            intake.feed(block, 0)
            while True:
                if pending is not None:
                    if not pending.complete:
                        break
                    found.append(pending.take()[0])
                    pending = None
                line = intake.line()
                if line is None:
                    break
                found.append(line.data)
                if line.data == b"DATA\r\n":
                    pending = intake.content(0)
        assert found == [b"DATA\r\n", stored(content), b"QUIT\r\n"], cuts


def test_a_chunk_is_what_its_count_says_whatever_is_in_it(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        for end in (*ENDS, b"\r\n.\r\n"):
            content = b"first" + end + SMUGGLED + b"\r\n.\r\nQUIT\r\n"
            half = len(content) // 2
            wire = b"".join(
                b"BDAT %d%s\r\n%s" % (len(piece), last, piece)
                for piece, last in ((content[:half], b""), (content[half:], b" LAST"))
            )
            for cut in (*range(1, len(wire), 7), len(wire)):
                client.send(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n" + wire[:cut])
                if cut % 3 == 0:
                    taken_up(catcher)
                client.send(wire[cut:])
                assert client.codes(3) == [250, 250, 250], (end, cut)
                assert kept(catcher, client.reply()) == content, (end, cut)
        assert client.say("QUIT") == "221 2.0.0 Bye"
    assert {summary.rcpt_to for summary in catcher.messages()} == {("c@d",)}


def test_the_very_first_dot_may_end_the_content(catcher: Catcher) -> None:
    """The CRLF of the DATA line counts as the first one, so the content is empty."""
    with Dial(catcher) as client:
        assert client.transaction(FINAL).startswith("250 2.0.0")
        assert client.say("NOOP") == "250 2.0.0 Ok"
    assert catcher.message() == b""
