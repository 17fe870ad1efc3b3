"""Clients that send, but too slowly to ever come to an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.wire.catching import Catcher, Loop
from tests.wire.dialling import Dial
from tests.wire.securing import certificate, start_tls

LOOPS = pytest.mark.parametrize("loop", ["uvloop", "asyncio"])

SLOW = "421 4.4.2 catcher.test Error: input too slow"


def dribble(client: Dial, octets: Iterator[bytes]) -> str:
    """Send an octet whenever nothing has been heard for a moment; the reply that ends it."""
    client.sock.settimeout(0.02)
    heard = b""
    for octet in octets:
        client.send(octet)
        try:
            heard += client.sock.recv(4096)
        except TimeoutError:
            continue
        if heard.endswith(b"\r\n"):
            return heard.decode().removesuffix("\r\n")
    raise AssertionError("the server heard it all")


def same(octet: bytes, times: int = 600) -> Iterator[bytes]:
    yield from (octet for _ in range(times))


@LOOPS
def test_content_that_dribbles_is_cut_off_and_others_are_served(
    start_catcher: Callable[..., Catcher], loop: Loop
) -> None:
    catcher = start_catcher(loop=loop, idle_timeout=0.5, min_rate=1_000)
    with Dial(catcher) as slow, Dial(catcher) as quick:
        slow.say("EHLO x")
        slow.envelope()
        served = 0

        def beside() -> Iterator[bytes]:
            nonlocal served
            for octet in same(b"x"):
                assert quick.transaction(b"quick\r\n.\r\n").startswith("250")
                served += 1
                yield octet

        assert dribble(slow, beside()) == SLOW
        assert served > 5
        assert quick.say("QUIT").startswith("221")
    sessions = [catcher.ended(), catcher.ended()]
    session = next(one for one in sessions if one.facts.outcome == "timeout")
    assert session.facts.reason is not None
    assert session.facts.reason.startswith("Content came more slowly than 1000 octets a second for 0.5 s. The content")
    assert "*: Content came more slowly than 1000 octets a second for 0.5 s." in catcher.lines(session.id)


@LOOPS
def test_a_chunk_that_dribbles_is_cut_off(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop, idle_timeout=0.5, min_rate=1_000)
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.say("MAIL FROM:<a@b>")
        client.say("RCPT TO:<c@d>")
        client.send(b"BDAT 10000 LAST\r\n")
        assert dribble(client, same(b"x")) == SLOW
    assert catcher.ended().facts.outcome == "timeout"


@LOOPS
def test_a_line_that_never_ends_is_cut_off(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop, idle_timeout=0.5)
    with Dial(catcher) as client:
        assert dribble(client, same(b"x")) == SLOW
    session = catcher.ended()
    assert (session.facts.outcome, session.facts.reason) == ("timeout", "A line was not complete after 0.5 s.")


def test_a_line_that_never_ends_is_cut_off_within_tls(start_catcher: Callable[..., Catcher], tmp_path: Path) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), idle_timeout=1.0)
    with Dial(catcher) as client:
        start_tls(client)
        assert dribble(client, same(b"x")) == SLOW
    assert catcher.ended().facts.reason == "A line was not complete after 1 s."


def test_lines_typed_letter_by_letter_are_taken(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(idle_timeout=2.0)
    with Dial(catcher) as client:
        client.sock.settimeout(0.02)
        # More than the limit in all, each line well below it.
        for _ in range(4):
            reply = dribble(client, (bytes([octet]) for octet in b"NOOP and so on, until all of it is said\r\n"))
            assert reply == "250 2.0.0 Ok"
