"""How content gets from the wire into the store: its end, its size, its octets, and what breaks off."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pillarbox.errors import StoreFull, StoreUnavailable
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from tests.smtp.test_content import CASES
from tests.wire.catching import UNAVAILABLE, Catcher, Loop
from tests.wire.dialling import Dial

SESSION = [b"EHLO x\r\n", b"MAIL FROM:<a@b>\r\n", b"RCPT TO:<c@d>\r\n", b"DATA\r\n"]


@pytest.mark.parametrize(("wire", "message"), CASES)
def test_content_is_stored_as_it_was_sent(catcher: Catcher, wire: bytes, message: bytes) -> None:
    with Dial(catcher) as client:
        assert client.transaction(wire).startswith("250")
        client.say("QUIT")
    assert catcher.message() == message
    assert catcher.crossed(catcher.ended().id)[0] == b"".join(
        [b"EHLO client.test\r\nMAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n", wire, b"QUIT\r\n"]
    )


def test_a_session_cut_at_every_octet_gives_the_same_replies_and_messages(catcher: Catcher) -> None:
    content = b"Subject: x\r\n\r\n..dot\r\n.\nlf\r\n\r\n.\r\n"
    wire = b"".join(SESSION) + content + b"QUIT\r\n"
    for cut in range(1, len(wire)):
        with Dial(catcher) as client:
            client.send(wire[:cut])
            # Everything that can be answered so far has been, so the rest comes in a read of its own.
            before = client.codes(_answers(wire[:cut]))
            client.send(wire[cut:])
            assert before + client.codes(6 - len(before)) == [250, 250, 250, 354, 250, 221]
    assert {catcher.raw(summary.id) for summary in catcher.messages()} == {b"Subject: x\r\n\r\n.dot\r\n\nlf\r\n\r\n"}
    assert len(catcher.messages()) == len(wire) - 1


def _answers(wire: bytes) -> int:
    commands, data, content = wire.partition(b"DATA\r\n")
    if not data:
        return commands.count(b"\r\n")
    _, end, rest = content.partition(b"\r\n.\r\n")
    return 4 + bool(end) + rest.count(b"\r\n")


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_session_sent_octet_by_octet_is_stored(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop)
    with Dial(catcher) as client:
        for octet in b"".join(SESSION) + b"a\r\n..\r\nb\r\n.\r\nQUIT\r\n":
            client.send(bytes([octet]))
        assert client.codes(6) == [250, 250, 250, 354, 250, 221]
    assert catcher.message() == b"a\r\n.\r\nb\r\n"


@pytest.mark.parametrize("size", [0, 1, 100_000, 5_000_000, 30_000_000])
def test_content_of_any_size_comes_through(catcher: Catcher, size: int) -> None:
    message = (b"0123456789" * 7 + b"\n" + bytes(range(256))) * (size // 327)
    message += b"x" * (size - len(message)) + b"\r\n"
    with Dial(catcher) as client:
        stuffed = message.replace(b"\r\n.", b"\r\n..")
        assert client.transaction(stuffed + b".\r\n").startswith("250")
    assert catcher.message() == message


def test_a_message_over_the_limit_is_read_to_its_end_and_answered_once(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(max_message_size=1000)
    with Dial(catcher) as client:
        assert client.transaction(b"x" * 998 + b"\r\n.\r\n").startswith("250")
        client.envelope()
        client.send(b"MAIL FROM:<evil@b>\r\n" * 50_000 + b".\r\nNOOP\r\n")
        assert client.reply() == "552 5.3.4 Message size exceeds fixed limit"
        assert client.reply() == "250 2.0.0 Ok"
        client.envelope()
        client.send(b"x\r\n.\r\n")
        assert client.reply().startswith("250")
        client.say("QUIT")
    assert [summary.size for summary in catcher.messages()] == [1000, 3]
    session = catcher.ended()
    assert session.facts.reason == "552 5.3.4 Message size exceeds fixed limit (in answer to DATA)"
    entries = catcher.transcript(session.id).entries
    (lost,) = [entry for entry in entries if entry.kind == "data" and entry.message_id is None]
    assert lost.size == 1_000_003  # as it crossed, with the final dot
    assert lost.raw == (b"MAIL FROM:<evil@b>\r\n" * 50_000)[: 256 * 1024]
    lines = catcher.lines(session.id)
    why = lines.index("*: The message has 1000000 octets, over 1000.")
    assert (entries[why - 1], entries[why + 1].code) == (lost, 552)


def test_a_reason_shows_what_no_screen_would_show(catcher: Catcher) -> None:
    cases = (b"NOOP\ra\x1b[2J", "NOOP␍a␛[2J"), (b"NOOP b\xfcro", "NOOP b\\xfcro"), ("NOOP ü".encode(), "NOOP ü")
    for line, said in (*cases, (b"", "an empty line")):
        with Dial(catcher) as client:
            client.say("EHLO client.test")
            client.send(line + b"\r\n")
            assert (reply := client.reply()).startswith("500 5.5.2")
            client.say("QUIT")
        assert catcher.ended().facts.reason == f"{reply} (in answer to {said})"


def test_a_size_over_the_limit_is_refused_at_mail(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(max_message_size=1000)
    with Dial(catcher) as client:
        assert "SIZE 1000" in client.say("EHLO x")
        assert client.say("MAIL FROM:<a@b> SIZE=1001") == "552 5.3.4 Message size exceeds fixed limit"
        client.say("QUIT")
    reason = catcher.ended().facts.reason
    assert reason == "552 5.3.4 Message size exceeds fixed limit (in answer to MAIL FROM:<a@b> SIZE=1001)"


def test_without_a_limit_any_size_is_taken(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(max_message_size=0)
    with Dial(catcher) as client:
        assert "SIZE 0" in client.say("EHLO x")
        client.envelope()
        client.send(b"x" * 2_000_000 + b"\r\n.\r\n")
        assert client.reply().startswith("250")


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_half_a_close_after_the_final_dot_still_gets_its_250(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop)
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.envelope()
        client.send(b"hello\r\n.\r\n")
        client.half_close()
        assert client.reply() == f"250 2.0.0 Ok: queued as {catcher.messages()[0].id}"
        assert client.rest() == b""
    assert catcher.message() == b"hello\r\n"
    session = catcher.ended()
    assert session.facts.outcome == "dropped"
    assert session.facts.reason == "The client closed the connection after DATA, without QUIT."


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_half_a_close_after_a_whole_session_is_answered_to_the_end(
    start_catcher: Callable[..., Catcher], loop: Loop
) -> None:
    catcher = start_catcher(loop=loop)
    with Dial(catcher) as client:
        client.send(b"".join(SESSION) + b"hello\r\n.\r\nQUIT\r\n")
        client.half_close()
        assert client.codes(6) == [250, 250, 250, 354, 250, 221]
        assert client.rest() == b""
    assert catcher.ended().facts.outcome == "quit"


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_reset_while_the_commit_runs_loses_nothing(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop, breakable=True)
    catcher.hold()
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.envelope()
        client.send(b"hello\r\n.\r\n")
        assert catcher.breakable.arrived.wait(30)
        client.reset()
        catcher.release()
    session = catcher.ended()
    assert catcher.message() == b"hello\r\n"
    assert session.facts.outcome == "dropped"


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
@pytest.mark.parametrize("how", ["reset", "close", "half_close"])
def test_content_that_breaks_off_is_kept_with_the_session(
    start_catcher: Callable[..., Catcher], loop: Loop, how: str
) -> None:
    catcher = start_catcher(loop=loop)
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.envelope()
        client.send(b"Subject: half\r\n\r\n..a\r\nbro")
        if how == "reset":
            # A reset may overtake octets that nobody has read yet; a later connection's greeting shows that they were.
            Dial(catcher).close()
            catcher.ended()
        getattr(client, how)()
        session = catcher.ended()
    assert session.facts.outcome == "dropped"
    assert session.facts.reason == "The content broke off after 24 octets, before the final dot."
    assert catcher.messages() == []
    assert catcher.crossed(session.id)[0].endswith(b"DATA\r\nSubject: half\r\n\r\n..a\r\nbro")


@pytest.mark.parametrize(
    ("broken", "said", "why"),
    [
        (UNAVAILABLE, "451 4.3.0 Error: the message could not be stored, try again later", str(UNAVAILABLE)),
        (
            StoreFull("The disk of secret-host is full."),
            "452 4.3.1 Error: insufficient system storage, try again later",
            "The disk of secret-host is full.",
        ),
    ],
)
def test_a_failing_store_is_answered_and_explained_and_the_session_goes_on(
    start_catcher: Callable[..., Catcher], broken: StoreUnavailable, said: str, why: str
) -> None:
    catcher = start_catcher(breakable=True)
    with Dial(catcher) as client:
        catcher.breakable.broken = broken
        reply = client.transaction(b"lost\r\n.\r\n")
        assert reply == said
        catcher.breakable.broken = None
        client.envelope()
        client.send(b"kept\r\n.\r\n")
        assert client.reply().startswith("250")
        client.say("QUIT")
    assert catcher.message() == b"kept\r\n"
    session = catcher.ended()
    assert session.facts.outcome == "quit"
    assert session.facts.reason == f"{reply} (in answer to DATA): {why}"
    assert b"DATA\r\nlost\r\n.\r\nMAIL" in catcher.crossed(session.id)[0]
    assert b"secret-host" not in catcher.crossed(session.id)[1]
    lines = catcher.lines(session.id)
    assert lines[lines.index(f"S: {reply}") - 1] == f"*: The message was not stored. {why}"


def test_the_russian_sample_session_is_taken_line_for_line(catcher: Catcher) -> None:
    message = ("From: Андрей <andrey@asozykin.ru>\r\nSubject: Тестовое письмо\r\n\r\nПривет!\r\n").encode()
    with Dial(catcher) as client:
        assert client.say("HELO asozykin.ru") == "250 catcher.test"
        assert client.say("MAIL FROM: andrey@asozykin.ru") == "250 2.1.0 Ok"
        assert client.say("RCPT TO: sozykin@example.com") == "250 2.1.5 Ok"
        assert client.say("DATA") == "354 End data with <CR><LF>.<CR><LF>"
        client.send(message + b".\r\n")
        assert client.reply() == "250 2.0.0 Ok: queued as 1"
        assert client.say("QUIT") == "221 2.0.0 Bye"
    assert catcher.message() == message
    assert catcher.envelope() == Envelope(Sender("andrey@asozykin.ru"), (Recipient("sozykin@example.com"),))
    session = catcher.ended()
    assert catcher.lines(session.id) == [
        f"*: {session.facts.peer} connected to smtp 127.0.0.1:{catcher.port}",
        "S: 220 catcher.test ESMTP Pillarbox",
        "C: HELO asozykin.ru",
        "S: 250 catcher.test",
        "C: MAIL FROM: andrey@asozykin.ru",
        "S: 250 2.1.0 Ok",
        "C: RCPT TO: sozykin@example.com",
        "S: 250 2.1.5 Ok",
        "C: DATA",
        "S: 354 End data with <CR><LF>.<CR><LF>",
        f"C: [{len(message)} octets of content, message 1]",
        "S: 250 2.0.0 Ok: queued as 1",
        "C: QUIT",
        "S: 221 2.0.0 Bye",
        "*: The server closed the connection.",
    ]


def test_the_envelope_is_kept_with_its_parameters(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.say("MAIL FROM:<отправитель@пример.рф> SIZE=10 BODY=8BITMIME SMTPUTF8")
        client.say('RCPT TO:<"quoted local"@example.test>')
        client.say("RCPT TO:<@relay.test:routed@example.test>")
        client.say("RCPT TO:<a@[127.0.0.1]>")
        client.say("RCPT TO:<postmaster>")
        client.say("DATA")
        client.send(b"x\r\n.\r\n")
        client.reply()
    assert catcher.envelope() == Envelope(
        Sender("отправитель@пример.рф", {"SIZE": "10", "BODY": "8BITMIME", "SMTPUTF8": True}),
        (
            Recipient('"quoted local"@example.test'),
            Recipient("@relay.test:routed@example.test"),
            Recipient("a@[127.0.0.1]"),
            Recipient("postmaster"),
        ),
    )


def test_a_bounce_is_kept_with_an_empty_sender(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.say("MAIL FROM:<>")
        client.say("RCPT TO:<a@b>")
        client.say("DATA")
        client.send(b"x\r\n.\r\n")
        client.reply()
    assert catcher.envelope().mail_from == Sender("")
