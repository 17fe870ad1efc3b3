"""Idle clients, clients that err, too many clients, and a server that stops."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.wire.catching import PATIENCE, Catcher, Loop
from tests.wire.dialling import Dial

LOOPS = pytest.mark.parametrize("loop", ["uvloop", "asyncio"])


@LOOPS
def test_an_idle_client_is_told_and_left(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop, idle_timeout=0.2)
    with Dial(catcher) as client:
        assert client.reply() == "421 4.4.2 catcher.test Error: timeout exceeded"
        assert client.rest() == b""
    session = catcher.ended()
    assert (session.facts.outcome, session.facts.reason) == ("timeout", "No input for 0.2 s.")
    assert "*: No input for 0.2 s." in catcher.lines(session.id)


@LOOPS
def test_a_client_idle_in_data_is_told_and_its_content_kept(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop, idle_timeout=1.0)
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.envelope()
        client.send(b"Subject: ha")
        assert client.reply().startswith("421 4.4.2")
    session = catcher.ended()
    assert session.facts.outcome == "timeout"
    assert session.facts.reason == "No input for 1 s. The content broke off after 11 octets, before the final dot."
    assert catcher.crossed(session.id)[0].endswith(b"DATA\r\nSubject: ha")


def test_a_commit_that_takes_long_is_no_idleness(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(idle_timeout=1.0, breakable=True)
    pace = threading.Event()
    catcher.hold()
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.envelope()
        client.send(b"x\r\n.\r\n")
        assert catcher.breakable.arrived.wait(PATIENCE)
        pace.wait(2.0)
        catcher.release()
        assert client.reply().startswith("250")


@LOOPS
def test_a_client_that_does_not_read_is_left_in_the_end(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop, idle_timeout=0.5)
    with Dial(catcher) as client:
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with pytest.raises(ConnectionError):
            _flood(client)
        session = catcher.ended()
    assert session.facts.outcome == "timeout"
    assert session.facts.reason == "The client has read no reply for 0.5 s."
    assert "*: The client has read no reply for 0.5 s." in catcher.lines(session.id)


def _flood(client: Dial) -> None:
    while True:
        client.send(b"HELP\r\n" * 10_000)


def test_the_time_that_a_client_waits_for_its_answers_is_no_idleness(start_catcher: Callable[..., Catcher]) -> None:
    # So many lines that answering them takes longer than the client may be idle.
    catcher = start_catcher(idle_timeout=0.3, max_errors=0)
    with Dial(catcher) as client:
        client.send(b"x\r\n" * 80_000 + b"QUIT\r\n")
        assert client.rest().endswith(b"\r\n221 2.0.0 Bye\r\n")
    assert catcher.ended().facts.outcome == "quit"


def test_a_client_that_never_pauses_gets_its_replies_all_the_same(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        stop = threading.Event()

        def talk() -> None:
            with suppress(OSError):
                while not stop.is_set():
                    client.send(b"NOOP\r\n" * 500)

        talking = threading.Thread(target=talk)
        talking.start()
        try:
            assert client.codes(2_000) == [250] * 2_000
        finally:
            stop.set()
            client.close()
            talking.join()


def test_too_many_errors_end_the_session(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(max_errors=3)
    with Dial(catcher) as client:
        client.send(b"FOO\r\n" * 10)
        assert client.codes(4) == [500, 500, 500, 421]
        assert client.rest() == b""
    session = catcher.ended()
    assert session.facts.outcome == "refused"
    assert session.facts.reason is not None
    assert session.facts.reason.endswith("(in answer to FOO)")
    lines = catcher.lines(session.id)
    assert lines[-4:] == [
        "*: More than 3 errors.",
        "S: 421 4.7.0 catcher.test Error: too many errors",
        "C: [30 octets of content, not stored]",
        "*: The server closed the connection.",
    ]


def test_a_stored_message_clears_the_errors(start_catcher: Callable[..., Catcher]) -> None:
    with Dial(start_catcher(max_errors=2)) as client:
        for _ in range(3):
            assert client.say("FOO").startswith("500")
            assert client.say("FOO").startswith("500")
            assert client.transaction(b"x\r\n.\r\n").startswith("250")


def test_recipients_over_the_limit_are_no_errors(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(max_errors=3, max_recipients=2)
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.say("MAIL FROM:<a@b>")
        client.send(b"RCPT TO:<c@d>\r\n" * 20)
        assert client.codes(20) == [250] * 2 + [452] * 18
        assert client.say("DATA").startswith("354")
        client.send(b"x\r\n.\r\n")
        assert client.reply().startswith("250")
    assert len(catcher.envelope().rcpt_to) == 2


def test_without_a_limit_errors_may_go_on(start_catcher: Callable[..., Catcher]) -> None:
    with Dial(start_catcher(max_errors=0)) as client:
        client.send(b"FOO\r\n" * 200)
        assert client.codes(200) == [500] * 200


@pytest.mark.parametrize("limit", ["max_connections", "max_connections_per_address"])
def test_a_connection_too_many_is_told_and_kept(start_catcher: Callable[..., Catcher], limit: str) -> None:
    catcher = start_catcher(**{limit: 2})
    with Dial(catcher) as first, Dial(catcher) as second:
        third = Dial(catcher)
        assert third.greeting == "421 4.3.2 catcher.test Error: too many connections"
        assert third.rest() == b""
        third.close()
        refused = catcher.ended()
        assert (refused.facts.outcome, refused.facts.reason) == ("refused", third.greeting)
        assert first.say("NOOP") == second.say("NOOP") == "250 2.0.0 Ok"
        first.say("QUIT")
        first.rest()
        catcher.ended()
        with Dial(catcher) as fourth:
            assert fourth.greeting.startswith("220")


@LOOPS
def test_stopping_says_goodbye_between_transactions_and_waits_for_one_in_flight(
    start_catcher: Callable[..., Catcher], loop: Loop
) -> None:
    catcher = start_catcher(loop=loop)
    with Dial(catcher) as idle, Dial(catcher) as busy:
        busy.say("EHLO x")
        busy.envelope()
        idle.say("EHLO x")
        stopping = threading.Thread(target=lambda: catcher.run(catcher.server.close(grace=PATIENCE)))
        stopping.start()
        assert idle.reply() == "421 4.3.2 catcher.test Service shutting down"
        assert idle.rest() == b""
        with pytest.raises(ConnectionRefusedError):
            Dial(catcher)
        busy.send(b"in flight\r\n.\r\n")
        assert busy.reply().startswith("250 2.0.0 Ok: queued as")
        assert busy.reply() == "421 4.3.2 catcher.test Service shutting down"
        stopping.join(PATIENCE)
    assert catcher.message() == b"in flight\r\n"
    assert {catcher.ended().facts.outcome, catcher.ended().facts.outcome} == {"shutdown"}


def test_stopping_does_not_wait_for_a_response_in_an_auth_exchange(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher()
    with Dial(catcher) as client:
        client.say("EHLO x")
        assert client.say("AUTH LOGIN").startswith("334")
        catcher.run(catcher.server.close(grace=10 * PATIENCE))
        assert client.reply() == "421 4.3.2 catcher.test Service shutting down"
    assert catcher.ended().facts.outcome == "shutdown"


def test_stopping_does_not_wait_for_a_transaction_for_ever(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher()
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.envelope()
        client.send(b"never ends")
        catcher.run(catcher.server.close(grace=0.1))
        assert client.reply() == "421 4.3.2 catcher.test Service shutting down"
    session = catcher.ended()
    assert session.facts.outcome == "shutdown"
    assert catcher.crossed(session.id)[0].endswith(b"DATA\r\nnever ends")
