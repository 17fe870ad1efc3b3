"""A transcript as lines of a page."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pillarbox.mail import transcript
from pillarbox.mail.message import Lint
from pillarbox.mail.transcript import Entry, Record
from pillarbox.web.contexts import Fold
from pillarbox.web.pages import dialogue
from pillarbox.web.pages.glossary import Glossary


def nothing(_: Entry) -> tuple[bytes | None, bool]:
    return None, False


def client(line: bytes) -> Record:
    return transcript.line(0, "client", "command", line + b"\r\n")


def server(line: bytes) -> Record:
    return transcript.line(0, "server", "reply", line + b"\r\n")


def content(message_id: int) -> Record:
    return Record(0, "client", "data", b"", 10, message_id)


def texts(entries: Sequence[Entry]) -> list[str]:
    return [entry.text or f"content {entry.message_id}" for entry in entries]


TWO = transcript.entries(
    [
        server(b"220 x"),
        client(b"MAIL FROM:<a@x>"),
        server(b"250 ok"),
        client(b"DATA"),
        server(b"354 go"),
        content(7),
        server(b"250-kept"),
        server(b"250 as 7"),
        client(b"MAIL FROM:<b@x>"),
        server(b"250 ok"),
        client(b"MAIL FROM:<c@x>"),
        server(b"503 already"),
        client(b"DATA"),
        server(b"354 go"),
        content(8),
        server(b"250 as 8"),
        client(b"QUIT"),
    ]
)


def test_a_transaction_reaches_from_its_mail_to_the_reply_to_its_content() -> None:
    found = dialogue.transaction(TWO, 7)
    assert found is not None
    assert texts(TWO[found[0] : found[1]])[0] == "MAIL FROM:<a@x>"
    assert texts(TWO[found[0] : found[1]])[-1] == "250 as 7"


def test_a_mail_that_was_refused_begins_no_transaction() -> None:
    found = dialogue.transaction(TWO, 8)
    assert found is not None
    assert texts(TWO[found[0] : found[1]])[0] == "MAIL FROM:<b@x>"
    assert texts(TWO[found[0] : found[1]])[-1] == "250 as 8"


def test_a_message_that_is_not_in_the_transcript_has_no_transaction() -> None:
    assert dialogue.transaction(TWO, 9) is None


def test_the_lines_of_one_reply_stand_under_one_time() -> None:
    lines = dialogue.lines(TWO[5:8], nothing, Glossary())
    assert [line.continued for line in lines] == [False, False, True]


def test_a_refusal_marks_the_command_that_it_answers_and_no_other() -> None:
    lines = dialogue.lines(TWO, nothing, Glossary())
    assert [line.seq for line in lines if line.refused] == [10]
    assert [line.seq for line in lines if line.bad] == [11]


def test_the_replies_to_a_pipelined_group_belong_to_its_commands_in_order() -> None:
    group = [client(b"MAIL FROM:<a@x>"), client(b"RCPT TO:<no@x>"), client(b"RCPT TO:<b@x>"), client(b"DATA")]
    replies = [server(b"250 ok"), server(b"550 no"), server(b"250 ok"), server(b"354 go")]
    entries = transcript.entries([*group, *replies, content(7), server(b"250 as 7")])
    lines = dialogue.lines(entries, nothing, Glossary())
    assert [line.seq for line in lines if line.refused] == [1]
    assert dialogue.transaction(entries, 7) == (0, 10)


def test_a_line_that_came_early_says_so_with_a_minus() -> None:
    early = transcript.entries(
        [
            transcript.line(9_000, "server", "reply", b"220 x\r\n"),
            transcript.line(2_000, "client", "command", b"EHLO x\r\n"),
        ]
    )
    found = dialogue.lines(early, nothing, Glossary())
    assert [(line.at, line.since) for line in found] == [("0.009", ""), ("0.002", "−7")]


def test_an_lmtp_transaction_reaches_to_the_reply_for_its_last_recipient() -> None:
    begun = [client(b"MAIL FROM:<a@x>"), server(b"250 ok"), client(b"RCPT TO:<b@x>"), server(b"250 ok")]
    data = [client(b"DATA"), server(b"354 go"), content(7), server(b"250 <b@x> as 7"), server(b"250 <c@x> as 7")]
    for after in (client(b"QUIT"), transcript.event(0, "disconnect", "closed")):
        entries = transcript.entries([*begun, *data, after])
        assert dialogue.transaction(entries, 7) == (0, 9)


def test_a_long_reply_is_folded_behind_its_first_lines_with_the_names_of_what_it_offers() -> None:
    offers = [b"250-mail.test", b"250-SIZE 100", b"250-PIPELINING", b"250-DSN", b"250-AUTH PLAIN LOGIN", b"250-HELP"]
    reply = transcript.line(0, "server", "reply", b"\r\n".join([*offers, b"250 8BITMIME"]) + b"\r\n")
    lines = dialogue.lines(transcript.entries([client(b"EHLO x"), reply]), nothing, Glossary())
    assert [line.seq for line in lines] == list(range(8)), "nothing is left out"
    assert {line.seq for line in lines if line.fold} == {5, 6, 7}
    assert lines[5].fold == Fold(3, ("AUTH", "HELP", "8BITMIME"))
    assert lines[5].fold is lines[7].fold
    told = dialogue.lines(transcript.entries([client(b"HELP"), reply]), nothing, Glossary())
    assert told[5].fold == Fold(3, ())


def test_a_reply_is_not_folded_when_it_is_short_or_bad_or_has_a_finding() -> None:
    def folds(code: bytes, count: int, *lint: Lint) -> bool:
        lines = [code + b"-line"] * (count - 1) + [code + b" last"]
        reply = transcript.line(0, "server", "reply", b"\r\n".join(lines) + b"\r\n")
        entries = transcript.entries([client(b"HELP"), reply])
        return any(line.fold for line in dialogue.lines(entries, nothing, Glossary(), lint=lint))

    assert folds(b"214", 7)
    assert not folds(b"214", 6), "a fold of two lines saves one"
    assert not folds(b"550", 20), "what failed is read whole"
    assert not folds(b"214", 7, Lint("x", "warning", "About it.", None, 6, None))


@pytest.mark.parametrize(
    ("us", "said"),
    [
        (0, "+0"), (49, "+0"), (50, "+0.1"), (310, "+0.3"), (2_000, "+2"), (9_940, "+9.9"), (9_960, "+10"),
        (130_400, "+130"), (1_001_000, "+1,001"), (-310, "−0.3"), (-7_000, "−7"), (-20, "+0"), (10_500, "+11"),
    ],
)  # fmt: skip
def test_short_times_have_a_decimal_and_long_ones_none(us: int, said: str) -> None:
    assert dialogue.since(us) == said


def test_a_transaction_in_chunks_reaches_from_its_mail_to_the_reply_to_the_last_of_them() -> None:
    parts = [Record(0, "client", "data", b"", 10, 7, False, offset) for offset in (0, 10)]
    entries = transcript.entries(
        [
            client(b"MAIL FROM:<a@x>"),
            server(b"250 ok"),
            client(b"BDAT 10"),
            parts[0],
            server(b"250 10 bytes"),
            client(b"BDAT 10 LAST"),
            parts[1],
            server(b"250 as 7"),
            client(b"QUIT"),
        ]
    )
    assert dialogue.transaction(entries, 7) == (0, 8)
    lines = dialogue.lines(entries, lambda _: (b"0123456789abcdefghij", False), Glossary())
    shown = [line.content for line in lines]
    assert ["".join(piece.text for piece in one.pieces) for one in shown if one] == ["0123456789", "abcdefghij"]
    assert [one.cut for one in shown if one] == [0, 0]
