"""Messages that come by BDAT: pipelined, cut anywhere, refused, broken off (RFC 3030)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pillarbox.mail.envelope import Recipient, Sender
from pillarbox.mail.transcript import KEPT_CONTENT
from tests.naming import short
from tests.wire.catching import UNAVAILABLE, Catcher, Loop
from tests.wire.dialling import Dial, Listening, Proxy

ENVELOPE = b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"
BINARY = b"Subject: \0\xff\r\n\r\n.\r\n..dots\r\n.\r\nbare\rand\nno end \r\n.\r\nQUIT"
"""Everything that DATA would have changed, ended or repaired."""


def bdat(*chunks: bytes, last: bool = True) -> bytes:
    """The chunks with their commands, LAST with the last of them."""
    lines = [b"BDAT %d\r\n%b" % (len(chunk), chunk) for chunk in chunks]
    if last:
        lines[-1] = b"BDAT %d LAST\r\n%b" % (len(chunks[-1]), chunks[-1])
    return b"".join(lines)


def started(catcher: Listening) -> Dial:
    """A client that has said EHLO."""
    client = Dial(catcher)
    client.say("EHLO x")
    return client


@pytest.mark.parametrize(
    "chunks",
    [(BINARY,), (b"", BINARY), (BINARY, b""), tuple(BINARY[at : at + 1] for at in range(len(BINARY))), (b"",)],
    ids=["one", "empty first", "empty last", "one octet each", "nothing at all"],
)
def test_chunks_are_stored_as_they_were_sent(catcher: Catcher, chunks: tuple[bytes, ...]) -> None:
    with started(catcher) as client:
        client.send(ENVELOPE + bdat(*chunks) + b"QUIT\r\n")
        said = client.replies(3 + len(chunks))
    message_id = catcher.messages()[0].id
    assert said == [
        "250 2.1.0 Ok",
        "250 2.1.5 Ok",
        *(f"250 2.0.0 Ok: {len(chunk)} bytes" for chunk in chunks[:-1]),
        f"250 2.0.0 Ok: queued as {message_id}",
        "221 2.0.0 Bye",
    ]
    assert catcher.message() == b"".join(chunks)
    assert catcher.ended().facts.outcome == "quit"


def test_pipelined_groups_cut_at_every_octet_give_the_same_replies_and_messages(catcher: Catcher) -> None:
    wire = ENVELOPE + bdat(b"RSET\r\n", b".\r\n") + ENVELOPE + bdat(b"\r\nBDAT 5\r\n") + b"QUIT\r\n"
    expected = [250] * 7 + [221]
    for cut in range(len(wire) + 1):
        with started(catcher) as client:
            client.send(wire[:cut])
            before = client.codes(1) if cut > wire.index(b"\n") else []
            client.send(wire[cut:])
            assert before + client.codes(8 - len(before)) == expected
    kept = [catcher.raw(summary.id) for summary in catcher.messages()]
    assert kept == [b"RSET\r\n.\r\n", b"\r\nBDAT 5\r\n"] * (len(wire) + 1)


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_group_sent_octet_by_octet_is_stored(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop)
    with started(catcher) as client:
        for octet in ENVELOPE + bdat(BINARY[:30], BINARY[30:]) + b"QUIT\r\n":
            client.send(bytes([octet]))
        assert client.codes(5) == [250, 250, 250, 250, 221]
    assert catcher.message() == BINARY


def test_replies_before_a_chunk_that_has_not_come_whole_are_not_held_back(catcher: Catcher) -> None:
    with started(catcher) as client:
        client.send(ENVELOPE + b"BDAT 5 LAST\r\nab")
        assert client.codes(2) == [250, 250]
        client.send(b"cde")
        assert client.codes(1) == [250]


@pytest.mark.parametrize("count", [1, 3, 10_000])
def test_a_large_message_comes_through_in_any_number_of_chunks(catcher: Catcher, count: int) -> None:
    message = bytes(range(256)) * 40_000
    size = -(-len(message) // count)
    chunks = [message[at : at + size] for at in range(0, len(message), size)]
    with started(catcher) as client:
        client.send(ENVELOPE)
        assert client.codes(2) == [250, 250]
        for chunk in chunks[:-1]:
            client.send(bdat(chunk, last=False))
        client.send(bdat(chunks[-1]))
        assert set(client.codes(len(chunks))) == {250}
    assert catcher.message() == message


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([b"BDAT 3\r\nabc"], ["503 5.5.1"]),
        ([b"BDAT 3\r\nabc", b"BDAT 3 LAST\r\nabc", b"NOOP\r\n"], ["503 5.5.1", "551 5.0.0", "250 2.0.0"]),
        ([b"BDAT 3 LAST\r\nabc", *ENVELOPE.splitlines(keepends=True)], ["503 5.5.1", "250 2.1.0", "250 2.1.5"]),
        ([b"BDAT 3\r\nabc", b"MAIL FROM:<a@b>\r\n"], ["503 5.5.1", "503 5.5.1"]),
        ([b"BDAT 3\r\nabc", b"RSET\r\n", b"MAIL FROM:<a@b>\r\n"], ["503 5.5.1", "250 2.0.0", "250 2.1.0"]),
        ([b"BDAT 3\r\nabc", b"EHLO x\r\n", b"MAIL FROM:<a@b>\r\n"], ["503 5.5.1", "250", "250 2.1.0"]),
        ([b"MAIL FROM:<a@b>\r\n", b"BDAT 3\r\nabc"], ["250 2.1.0", "554 5.5.1"]),
        (
            [b"MAIL FROM:<a@b>\r\n", b"BDAT 3 LAST\r\nabc", b"RCPT TO:<c@d>\r\n"],
            ["250 2.1.0", "554 5.5.1", "503 5.5.1"],
        ),
        ([ENVELOPE, b"BDAT 3\r\nabc", b"MAIL FROM:<e@f>\r\n"], ["250 2.1.0", "250 2.1.5", "250 2.0.0", "503 5.5.1"]),
        ([ENVELOPE, b"BDAT 3\r\nabc", b"RCPT TO:<e@f>\r\n"], ["250 2.1.0", "250 2.1.5", "250 2.0.0", "503 5.5.1"]),
        (
            [ENVELOPE, b"BDAT 3\r\nabc", b"RSET\r\n", b"BDAT 3 LAST\r\nabc"],
            ["250 2.1.0", "250 2.1.5", "250 2.0.0", "250 2.0.0", "503 5.5.1"],
        ),
        (
            [ENVELOPE, b"BDAT 3\r\nabc", b"NOOP\r\n", b"VRFY a@b\r\n", b"BDAT 0 LAST\r\n"],
            ["250 2.1.0", "250 2.1.5", "250 2.0.0", "250 2.0.0", "252 2.0.0", "250 2.0.0"],
        ),
    ],
    ids=short,
)
def test_chunks_out_of_order_are_refused_and_never_read_as_commands(
    catcher: Catcher, lines: list[bytes], codes: list[str]
) -> None:
    with started(catcher) as client:
        client.send(b"".join(lines) + b"QUIT\r\n")
        replies = client.replies(len(codes) + 1)
    assert [reply.partition("\n")[0][:9].strip() if reply[3] == " " else reply[:3] for reply in replies[:-1]] == codes
    assert replies[-1] == "221 2.0.0 Bye"


@pytest.mark.parametrize(
    "arg",
    [
        *(
            "",
            "LAST",
            "-1",
            "+5",
            "0x10",
            "5 LAST x",
            "5 LASTX",
            "5x",
            "5 5",
            "1 2 3",
            "9" * 30,
            str(2**63),
            "5\tFIRST",
        ),
        *("  -  5", "5.0", "1e3"),
    ],
)
def test_a_count_that_cannot_be_read_ends_the_session(catcher: Catcher, arg: str) -> None:
    with started(catcher) as client:
        client.send(ENVELOPE)
        client.replies(2)
        client.send(f"BDAT {arg}\r\n".encode() + b"RSET\r\nMAIL FROM:<evil@b>\r\n")
        assert client.rest() == b"521 5.5.4 Syntax: BDAT count [LAST]\r\n"
    session = catcher.ended()
    assert session.facts.outcome == "refused"
    assert session.facts.reason is not None
    assert session.facts.reason.startswith("521 5.5.4 Syntax: BDAT count [LAST] (in answer to BDAT")
    assert catcher.crossed(session.id)[0].endswith(b"RSET\r\nMAIL FROM:<evil@b>\r\n")
    assert catcher.messages() == []


@pytest.mark.parametrize("line", [b"BDAT 5 \0LAST\r\n", b"BDAT 5\rLAST\r\n", b"BDAT 5\xff\r\n", b"BDAT \xc2\xb2\r\n"])
def test_a_bdat_with_octets_that_no_command_may_have_ends_the_session(catcher: Catcher, line: bytes) -> None:
    with started(catcher) as client:
        client.send(ENVELOPE + line + b"RSET\r\n")
        assert client.codes(3) == [250, 250, 500]
        assert client.rest() == b""
    assert catcher.messages() == []


def test_a_message_over_the_limit_is_refused_once_and_the_session_goes_on(
    start_catcher: Callable[..., Catcher],
) -> None:
    catcher = start_catcher(max_message_size=1000, max_errors=3)
    with started(catcher) as client:
        for _ in range(2):
            client.send(ENVELOPE + bdat(b"a" * 600, b"b" * 401, *[b"c" * 10] * 30, b"d"))
            replies = client.replies(2 + 33)
            assert replies[2:5] == [
                "250 2.0.0 Ok: 600 bytes",
                "552 5.3.4 Chunk exceeds message size limit",
                "551 5.0.0 Discarded 10 bytes after earlier error",
            ]
            assert replies[-1] == "551 5.0.0 Discarded 1 bytes after earlier error"
        client.send(ENVELOPE + bdat(b"a" * 600, b"b" * 400) + b"QUIT\r\n")
        assert client.codes(5) == [250, 250, 250, 250, 221]
    assert catcher.message() == b"a" * 600 + b"b" * 400
    session = catcher.ended()
    assert session.facts.reason == "552 5.3.4 Chunk exceeds message size limit (in answer to BDAT 401)"
    assert catcher.lines(session.id).count("*: The message has more than 1000 octets.") == 2


def test_a_chunk_larger_than_any_message_is_read_to_its_end_without_being_kept(
    start_catcher: Callable[..., Catcher],
) -> None:
    catcher = start_catcher(max_message_size=1000)
    with started(catcher) as client:
        client.send(ENVELOPE + bdat(b"x" * 3_000_000) + b"NOOP\r\n")
        assert client.codes(4) == [250, 250, 552, 250]
        client.say("QUIT")
    entries = catcher.transcript(catcher.ended().id).entries
    (lost,) = [entry for entry in entries if entry.kind == "data"]
    assert lost.size == 3_000_000
    assert lost.raw == b"x" * KEPT_CONTENT


def test_a_message_of_binary_octets_cannot_come_by_data(catcher: Catcher) -> None:
    with started(catcher) as client:
        assert client.say("MAIL FROM:<a@b> BODY=BINARYMIME").startswith("250")
        assert client.say("RCPT TO:<c@d>").startswith("250")
        assert client.say("DATA").startswith("503 5.5.1")
        client.send(bdat(BINARY))
        assert client.reply().startswith("250")
    assert catcher.message() == BINARY
    assert catcher.envelope().mail_from == Sender("a@b", {"BODY": "BINARYMIME"})
    assert catcher.envelope().rcpt_to == (Recipient("c@d"),)


def test_data_after_a_chunk_is_refused(catcher: Catcher) -> None:
    with started(catcher) as client:
        client.send(ENVELOPE + bdat(b"abc", last=False))
        client.replies(3)
        assert client.say("DATA") == "503 5.5.1 Error: DATA after BDAT"
        client.send(bdat(b"def"))
        assert client.reply().startswith("250")
    assert catcher.message() == b"abcdef"


@pytest.mark.parametrize("hidden", ["CHUNKING", "BINARYMIME"])
def test_binary_octets_are_not_offered_without_either_extension(
    start_catcher: Callable[..., Catcher], hidden: str
) -> None:
    with Dial(start_catcher(hide_extensions=frozenset({hidden}))) as client:
        offered = client.say("EHLO x").splitlines()
        assert "250-BINARYMIME" not in offered
        assert ("250-CHUNKING" in offered) == (hidden != "CHUNKING")
        refusal = client.say("MAIL FROM:<a@b> BODY=BINARYMIME")
        assert refusal == "555 5.5.4 Unsupported option: BODY=BINARYMIME"
        assert client.say("MAIL FROM:<a@b> BODY=8BITMIME") == "250 2.1.0 Ok"


def test_a_failing_store_is_answered_451_and_the_session_goes_on(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(breakable=True)
    with started(catcher) as client:
        catcher.breakable.broken = UNAVAILABLE
        client.send(ENVELOPE + bdat(b"lo", b"st"))
        assert client.codes(4) == [250, 250, 250, 451]
        catcher.breakable.broken = None
        client.send(ENVELOPE + bdat(b"kept") + b"QUIT\r\n")
        assert client.codes(4) == [250, 250, 250, 221]
    assert catcher.message() == b"kept"
    session = catcher.ended()
    assert b"BDAT 2\r\nloBDAT 2 LAST\r\nstMAIL" in catcher.crossed(session.id)[0]


@pytest.mark.parametrize("how", ["close", "half_close"])
def test_a_chunk_that_breaks_off_is_kept_with_the_session(catcher: Catcher, how: str) -> None:
    with started(catcher) as client:
        client.send(ENVELOPE + bdat(b"whole", last=False) + b"BDAT 100 LAST\r\nhalf")
        assert client.codes(3) == [250, 250, 250]
        getattr(client, how)()
        session = catcher.ended()
    assert session.facts.outcome == "dropped"
    assert session.facts.reason == "The chunk broke off after 4 of 100 octets."
    assert catcher.messages() == []
    assert catcher.crossed(session.id)[0].endswith(b"BDAT 5\r\nwholeBDAT 100 LAST\r\nhalf")


def test_chunks_saved_before_their_message_was_whole_belong_to_it_afterwards(catcher: Catcher) -> None:
    large = bytes(range(256)) * 2000
    with started(catcher) as client:
        client.send(ENVELOPE + bdat(b"first", large, last=False))
        assert client.codes(4) == [250] * 4
        catcher.run(save_all(catcher))
        # Reads see what the writer has committed, and it commits in order: an answered message says that it has.
        with started(catcher) as other:
            other.send(ENVELOPE + bdat(b"other"))
            assert other.codes(3) == [250] * 3
        peer = "{}:{}".format(*client.sock.getsockname())
        (session,) = [one for one in catcher.sessions() if one.facts.peer == peer]
        saved = [entry for entry in catcher.transcript(session.id).entries if entry.kind == "data"]
        assert [(entry.message_id, entry.offset, entry.size) for entry in saved] == [
            (None, 0, 5),
            (None, 5, len(large)),
        ]
        assert [len(entry.raw or b"") for entry in saved] == [5, KEPT_CONTENT - 5]
        client.send(bdat(b"last") + b"QUIT\r\n")
        assert client.codes(2) == [250, 221]
    other_id, message_id = (summary.id for summary in catcher.messages())
    assert catcher.raw(message_id) == b"first" + large + b"last"
    assert {catcher.ended().id, catcher.ended().id} >= {session.id}
    chunks = [entry for entry in catcher.transcript(session.id).entries if entry.kind == "data"]
    assert [(entry.message_id, entry.offset, entry.size, entry.raw) for entry in chunks] == [
        (message_id, 0, 5, None),
        (message_id, 5, len(large), None),
        (message_id, 5 + len(large), 4, None),
    ]
    assert other_id != message_id
    expected = b"EHLO x\r\n" + ENVELOPE + bdat(b"first", large, b"last") + b"QUIT\r\n"
    assert catcher.crossed(session.id)[0] == expected


async def save_all(catcher: Catcher) -> None:
    """What the box does by itself each half second."""
    for session in tuple(catcher.box._live):
        session.save()


@pytest.mark.parametrize(
    "wire",
    [
        ENVELOPE + bdat(BINARY) + b"QUIT\r\n",
        ENVELOPE + bdat(BINARY[:7], b"", BINARY[7:], b"") + b"QUIT\r\n",
        ENVELOPE + bdat(b"") + ENVELOPE + bdat(b"a", b"b") + b"QUIT\r\n",
        ENVELOPE + bdat(b"abandoned", last=False) + b"RSET\r\n" + ENVELOPE + bdat(b"kept", b"too") + b"QUIT\r\n",
        ENVELOPE + bdat(b"abandoned", last=False) + b"QUIT\r\n",
        ENVELOPE + bdat(b"taken", b"x" * 3000, b"discarded") + ENVELOPE + bdat(b"a", b"b") + b"QUIT\r\n",
        bdat(b"refused", b"again") + ENVELOPE + bdat(b"a") + b"QUIT\r\n",
        ENVELOPE + bdat(b"whole", last=False) + b"BDAT 77\r\nbroken off",
        ENVELOPE + b"BDAT 5 LAST\r\n",
        ENVELOPE + b"BDAT x\r\nafter",
        ENVELOPE + bdat(b"a") + ENVELOPE + b"DATA\r\n..b\r\n.\r\n" + ENVELOPE + bdat(b"c", b"d") + b"QUIT\r\n",
    ],
    ids=short,
)
def test_the_transcript_and_the_store_give_back_what_a_proxy_saw(
    start_catcher: Callable[..., Catcher], wire: bytes
) -> None:
    catcher = start_catcher(max_message_size=2000)
    proxy = Proxy(catcher)
    with Dial(proxy) as client:
        client.send(b"EHLO x\r\n" + wire)
        client.half_close()
        client.rest()
    session = catcher.ended()
    assert catcher.crossed(session.id) == proxy.crossed()
    assert catcher.transcript(session.id).complete
    proxy.close()
