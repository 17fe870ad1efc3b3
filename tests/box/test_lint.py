"""What lint says while a session goes on is what its stored transcript says afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from pillarbox.errors import StoreUnavailable
from pillarbox.mail import lint, transcript
from pillarbox.mail.lint import Wire, Wired
from pillarbox.mail.transcript import Record
from tests.box.test_session import ENVELOPE, Ledger, a_box

CLIENT = [
    "EHLO app.test", "HELO app.test", "EHLO a_b", "LHLO x", "EHLO", "MAIL FROM:<a@x.test>", "mail from:a@x.test SIZE=9",
    "MAIL FROM:<a@x.test> SIZE=100 BODY=8BITMIME", "MAIL FROM:<é@x.test>", "MAIL FROM:<é@x.test> SMTPUTF8",
    "RCPT TO:<b@x.test>", "RCPT TO: <b@x.test>", "RCPT TO:<é@x.test>", "DATA", "BDAT 5", "BDAT 0 LAST", "RSET", "NOOP",
    "NOOP\n", "STARTTLS", "AUTH LOGIN", "QUIT", "", "MAILBOX", "\x00",
]  # fmt: skip
SERVER = [
    "220 mx ESMTP",
    "250-mx",
    "250-PIPELINING",
    "250 HELP",
    "250 2.0.0 Ok",
    "334 x",
    "354 go on",
    "502 no",
    "x",
    "",
]
STEPS = st.one_of(
    st.tuples(st.just("client"), st.sampled_from(CLIENT)),
    st.tuples(st.just("server"), st.sampled_from(SERVER)),
    st.tuples(st.just("auth"), st.sampled_from(["AUTH PLAIN ********", "********"])),
    st.tuples(st.just("tls"), st.just("TLSv1.3")),
    st.tuples(st.just("lost"), st.sampled_from(["half", "\n.\n"])),
    st.tuples(st.sampled_from(["deliver", "cut", "save"]), st.just("")),
    st.tuples(st.just("chunk"), st.just("12345")),
)
DIALOGUES = st.lists(st.tuples(STEPS, st.integers(-30, 30)), max_size=60)


def record(kind: str, text: str, at_us: int) -> Record:
    wire = text.encode() if text.endswith("\n") else text.encode() + b"\r\n"
    match kind:
        case "client":
            return transcript.line(at_us, "client", "command", wire)
        case "server":
            return transcript.line(at_us, "server", "reply", wire)
        case "auth":
            return transcript.masked(at_us, text, 40)
        case "tls":
            return transcript.event(at_us, "tls", text)
        case _:
            return transcript.lost_content(at_us, wire, len(wire))


def recomputed(stored: Sequence[Record]) -> Wired:
    """From what a store would give back of these records."""
    wire = Wire()
    kept = transcript.settled(transcript.unpack(transcript.pack(stored, 1)))
    wire.feed([transcript.record(entry) for entry in transcript.entries(kept)], 0)
    return wire.message()


@given(DIALOGUES)
@example(
    [(("client", "mail from:a@x.test SIZE=9"), 0), (("deliver", ""), 0), (("chunk", "12345"), 0), (("deliver", ""), 0)]
)
def test_the_findings_of_a_message_can_be_computed_again_from_the_transcript(
    dialogue: list[tuple[tuple[str, str], int]],
) -> None:
    async def scene() -> None:
        ledger = Ledger()
        session = a_box(ledger).open_session("smtp x", "y")
        said: list[Record] = []
        expected = []
        offset = 0

        def hear(one: Record) -> None:
            said.append(one)
            session.record(one)

        for place, ((kind, text), early) in enumerate(dialogue):
            at_us = max(0, place * 20 + early)
            if kind == "chunk":
                hear(transcript.chunk(at_us, text.encode(), len(text), offset))
                offset += len(text)
            elif kind == "deliver":
                last = transcript.last_chunk(at_us, 5, offset) if offset else transcript.content(at_us, b"x" * 100)
                hear(last)
                await session.deliver(b"x" * 100, ENVELOPE)
                expected.append(recomputed(said))
                offset = 0
            elif kind == "cut":
                session.cut()
            elif kind == "save":
                session.save()
            else:
                offset = 0
                hear(record(kind, text, at_us))
        assert [delivery.wired for delivery in ledger.delivered] == expected

    asyncio.run(scene())


@given(DIALOGUES)
def test_no_dialogue_breaks_the_lint_of_its_session(dialogue: list[tuple[tuple[str, str], int]]) -> None:
    talk = [record(kind, text, max(0, place * 20 + early)) for place, ((kind, text), early) in enumerate(dialogue)]
    found = lint.of_session(talk, "dropped")
    assert all(one.entry is None or 0 <= one.entry < len(talk) for one in found)
    no_quit = [one.code for one in found if one.code == "no-quit"]
    if not any(one.side == "server" for one in talk):
        assert no_quit == []
    elif not any(one.data.startswith(b"STARTTLS") for one in talk):
        assert no_quit == ["no-quit"]


def test_a_delivery_that_fails_is_heard_once() -> None:
    async def scene() -> Ledger:
        ledger = Ledger(broken=True)
        session = a_box(ledger).open_session("smtp x", "y")
        session.record(record("client", "MAIL FROM:a@x.test", 5))
        session.record(transcript.content(6, b"x"))
        for broken in (True, False):
            ledger.broken = broken
            with suppress(StoreUnavailable):
                await session.deliver(b"x", ENVELOPE)
            session.record(record("server", "250 2.0.0 Ok", 12))
            session.record(record("client", "MAIL FROM:<a@x.test>", 15))
            session.record(transcript.content(16, b"x"))
        return ledger

    [delivery] = asyncio.run(scene()).delivered
    assert delivery.wired is not None
    assert delivery.wired.findings == ()
    assert delivery.wired.mail == 3
