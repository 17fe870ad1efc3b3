"""Bytes in flight stay under their limit over all connections, and nothing acknowledged is lost by that."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from pillarbox.mail.transcript import KEPT_CONTENT
from tests.counts import count
from tests.running import Running
from tests.wire.catching import PATIENCE, Catcher
from tests.wire.dialling import Dial, Listening
from tests.wire.test_chunking import ENVELOPE, bdat, started

BUSY = "452 4.3.1 Error: too much mail is being taken at once, try again later"


def test_an_announced_size_is_given_room_at_mail_or_refused_there(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(max_bytes_in_flight=1000)
    with started(catcher) as one, started(catcher) as other:
        assert one.say("MAIL FROM:<a@b> SIZE=600").startswith("250")
        assert other.say("MAIL FROM:<a@b> SIZE=401") == BUSY
        assert other.say("MAIL FROM:<a@b> SIZE=400").startswith("250")
        assert other.say("RSET").startswith("250")
        assert catcher.server.flight.octets == 600
        assert one.say("EHLO x").startswith("250")
        assert other.say("MAIL FROM:<a@b> SIZE=1000").startswith("250")


@pytest.mark.parametrize("how", ["QUIT", "close", "reset", "half_close"])
def test_room_is_given_back_when_a_session_ends(start_catcher: Callable[..., Catcher], how: str) -> None:
    catcher = start_catcher(max_bytes_in_flight=1000)
    with started(catcher) as client:
        client.say("MAIL FROM:<a@b> SIZE=600")
        client.say("RCPT TO:<c@d>")
        client.send(b"BDAT 700\r\nhello")
        if how != "QUIT":
            getattr(client, how)()
        else:
            client.send(b"x" * 695 + b"QUIT\r\n")
        catcher.ended()
    assert catcher.server.flight.octets == 0


def test_a_message_larger_than_all_that_may_be_in_flight_is_refused_for_good(
    start_catcher: Callable[..., Catcher],
) -> None:
    catcher = start_catcher(max_bytes_in_flight=1000, max_message_size=2000)
    with Dial(catcher) as client:
        assert "250-SIZE 1000" in client.say("EHLO x").splitlines()
        assert client.say("MAIL FROM:<a@b> SIZE=1001") == "552 5.3.4 Message size exceeds fixed limit"
        client.envelope()
        client.send(b"x" * 1001 + b"\r\n.\r\n")
        assert client.reply() == "552 5.3.4 Message size exceeds fixed limit"
        client.send(ENVELOPE + bdat(b"x" * 1001))
        assert client.replies(3)[-1] == "552 5.3.4 Chunk exceeds message size limit"


def test_a_message_of_just_the_size_that_may_be_in_flight_is_taken(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(max_bytes_in_flight=1000, max_message_size=0)
    with started(catcher) as client:
        client.send(ENVELOPE + b"DATA\r\n" + b"." * 999 + b"\r\n.\r\n" + ENVELOPE + bdat(b"x" * 1000) + b"QUIT\r\n")
        assert client.codes(8) == [250, 250, 354, 250, 250, 250, 250, 221]
    assert [summary.size for summary in catcher.messages()] == [1000, 1000]


@pytest.mark.parametrize("blocks", [[b"x" * 398 + b"\r\n.\r\nNOOP\r\n"], [b"x" * 398 + b"\r\n.", b"\r\nNOOP\r\n"]])
def test_a_message_of_just_the_size_that_was_granted_at_mail_is_taken(
    start_catcher: Callable[..., Catcher], blocks: list[bytes]
) -> None:
    catcher = start_catcher(max_bytes_in_flight=1000, max_message_size=600)
    with started(catcher) as one, started(catcher) as other:
        assert one.say("MAIL FROM:<a@b> SIZE=600").startswith("250")
        assert other.say("MAIL FROM:<a@b> SIZE=400").startswith("250")
        other.say("RCPT TO:<c@d>")
        other.say("DATA")
        for block in blocks:
            other.send(block)
        assert other.codes(2) == [250, 250]
        other.envelope()
        other.send(b"x" * 399 + b"\r\n.\r\n")
        assert other.reply() == BUSY
    assert [summary.size for summary in catcher.messages()] == [400]


@pytest.mark.parametrize(
    "content", [b"DATA\r\n" + b"x" * 698 + b"\r\n.\r\n", bdat(b"x" * 350, b"x" * 350)], ids=["DATA", "BDAT"]
)
def test_what_waits_for_its_commit_is_in_flight(start_catcher: Callable[..., Catcher], content: bytes) -> None:
    catcher = start_catcher(max_bytes_in_flight=1000, breakable=True)
    catcher.hold()
    with started(catcher) as one, started(catcher) as other:
        one.send(ENVELOPE + content)
        assert catcher.breakable.arrived.wait(30)
        assert catcher.server.flight.octets >= 700
        other.send(ENVELOPE + content)
        assert BUSY in (other.reply() for _ in range(4))
        catcher.release()
        assert "250 2.0.0 Ok: queued as 1" in (one.reply() for _ in range(4))
        other.send(b"RSET\r\n" + ENVELOPE + content)
        assert "250 2.0.0 Ok: queued as 2" in (other.reply() for _ in range(6))
    assert [summary.size for summary in catcher.messages()] == [700, 700]
    assert catcher.server.flight.octets == 0


def test_a_message_refused_for_want_of_room_says_so_in_its_session(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(max_bytes_in_flight=1000)
    with started(catcher) as holder:
        holder.say("MAIL FROM:<a@b> SIZE=900")
        with Dial(catcher) as client:
            assert client.transaction(b"x" * 200 + b"\r\n.\r\n") == BUSY
            client.send(ENVELOPE + bdat(b"y" * 200, b"z"))
            assert client.codes(4) == [250, 250, 452, 452]
            client.say("QUIT")
    session = catcher.ended()
    assert session.facts.reason == f"{BUSY} (in answer to BDAT 200)"
    lines = catcher.lines(session.id)
    assert lines.count("*: There was no room for the message among those in flight.") == 2
    assert "C: [205 octets of content, not stored]" in lines


LIMIT = 50 * 1024 * 1024

BLOCK = b"0123456789abcdef" * 31_250
"""Half a megabyte of content, which all messages are made of."""


def beginning(number: int) -> bytes:
    return b"Subject: %d\r\n\r\n" % number


def crowd(where: Listening, clients: int, blocks: int) -> dict[int, str]:
    """Each client sends a message of so many blocks, all at the same time; the last reply each of them got.

    A third of them sends chunks, a third says beforehand how much will come, a third does not.
    """
    begin = threading.Barrier(clients)

    def send(number: int) -> tuple[int, str]:
        first = beginning(number)
        with started(where) as client:
            begin.wait(60)
            if number % 3 == 0:
                client.send(ENVELOPE + bdat(first, last=False))
                for _ in range(blocks):
                    client.send(bdat(BLOCK, last=False))
                client.send(b"BDAT 0 LAST\r\n")
                reply = client.replies(4 + blocks)[-1]
            else:
                announced = f"SIZE={len(first) + blocks * len(BLOCK) + 2}" if number % 3 == 1 else ""
                reply = client.say(f"MAIL FROM:<a@b> {announced}")
                if reply.startswith("250"):
                    client.say("RCPT TO:<c@d>")
                    client.say("DATA")
                    client.send(first)
                    for _ in range(blocks):
                        client.send(BLOCK)
                    client.send(b"\r\n.\r\n")
                    reply = client.reply()
            client.say("QUIT")
        return number, reply

    with ThreadPoolExecutor(clients) as pool:
        answers = dict(pool.map(send, range(clients)))
    assert {reply[:9] for reply in answers.values()} <= {"250 2.0.0", "452 4.3.1"}
    return answers


def kept(answers: dict[int, str]) -> dict[int, int]:
    """The numbers of the clients that were told 250, and the ids of their messages."""
    return {number: int(reply.rsplit(" ", 1)[1]) for number, reply in answers.items() if reply.startswith("250")}


def digest(number: int, blocks: int) -> str:
    whole = hashlib.sha256(beginning(number))
    for _ in range(blocks):
        whole.update(BLOCK)
    if number % 3:
        whole.update(b"\r\n")
    return whole.hexdigest()


def test_forty_clients_with_large_mail_stay_under_the_limit_and_lose_nothing(
    start_catcher: Callable[..., Catcher],
) -> None:
    catcher = start_catcher(max_bytes_in_flight=LIMIT)
    taken = kept(crowd(catcher, 40, 10))
    flight = catcher.server.flight
    assert 0 < flight.peak <= LIMIT
    assert flight.octets == 0
    assert taken, "some of them found room"
    assert len(catcher.messages()) == len(taken)
    for number, message_id in taken.items():
        assert hashlib.sha256(catcher.raw(message_id)).hexdigest() == digest(number, 10)


CLIENTS = count("PILLARBOX_FLIGHT", 40)


def test_a_crowd_with_large_mail_does_not_fill_the_memory(start_server: Callable[..., Running]) -> None:
    server = start_server("--max-bytes-in-flight", "50M", "--smtp", "127.0.0.1:0")
    blocks = 50 if CLIENTS >= 200 else 10
    before = server.memory(peak=True)
    taken = kept(crowd(server, CLIENTS, blocks))
    # A message is in memory more than once while it is stored, and what was refused keeps its beginning for a second.
    assert server.memory(peak=True) - before < 6 * LIMIT + CLIENTS * KEPT_CONTENT
    assert taken, "some of them found room"
    for number, message_id in taken.items():
        raw = hashlib.sha256(httpx.get(f"{server.api}/messages/{message_id}/raw", timeout=PATIENCE).content)
        assert raw.hexdigest() == digest(number, blocks)
    assert httpx.get(f"{server.api}/messages").json()["total"] == len(taken)
    assert "Traceback" not in server.errors
