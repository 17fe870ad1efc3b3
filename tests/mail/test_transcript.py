from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail import transcript
from pillarbox.mail.transcript import OWN_MESSAGE, Entry, Record, Transcript


def one(record: Record) -> Entry:
    return transcript.entries((record,))[0]


def crossed(entry: Entry) -> bytes:
    """The octets that an entry says crossed the wire, as the contract lets a reader compute them."""
    return entry.raw if entry.raw is not None else entry.text.encode() + b"\r\n"


def test_replies_that_left_together_are_read_one_by_one() -> None:
    together = transcript.line(5, "server", "reply", b"250 2.1.0 Ok\r\n250-two\r\n250 2.1.5 lines\r\n354 go\r\n")
    assert transcript.height(together) == 4
    entries = transcript.entries((together, transcript.event(6, "limit", "x")), 10)
    assert [(entry.seq, entry.at_us, entry.text, entry.size, entry.code) for entry in entries] == [
        (10, 5, "250 2.1.0 Ok", 14, 250),
        (11, 5, "250-two", 9, 250),
        (12, 5, "250 2.1.5 lines", 17, 250),
        (13, 5, "354 go", 8, 354),
        (14, 6, "x", 0, None),
    ]
    assert transcript.entries(transcript.unpack(transcript.pack((together,))), 10) == entries[:4]


@pytest.mark.parametrize(
    "data",
    [
        b"EHLO x\r\n",
        b"EHLO x\n",
        b"EHLO x",
        b"\r\n",
        b"MAIL FROM:<\xd0\xb0@x>\r\n",
        b"MAIL FROM:<\xff@x>\r\n",
        b"NO\x00OP\r\n",
        b"a\rb\r\n",
        b"\xef\xbf\xbd\r\n",
        b"x\r\r\n",
    ],
)
def test_a_line_gives_back_the_octets_that_crossed(data: bytes) -> None:
    entry = one(transcript.line(5, "client", "command", data))
    assert crossed(entry) == data
    assert entry.size == len(data)
    assert "\x00" not in entry.text


def test_raw_stands_only_when_the_text_does_not_say_it_all() -> None:
    assert one(transcript.line(0, "client", "command", "HELO привет\r\n".encode())).raw is None
    assert one(transcript.line(0, "client", "command", b"HELO \xcf\r\n")).raw == b"HELO \xcf\r\n"
    assert one(transcript.line(0, "client", "command", b"HELO x\n")).raw == b"HELO x\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("250 2.1.0 Ok", (250, "2.1.0")),
        ("250-PIPELINING", (250, None)),
        ("354 End data with <CR><LF>.<CR><LF>", (354, None)),
        ("550 5.1.1", (550, "5.1.1")),
        ("550 4.1.1 class differs", (550, None)),
        ("220 1.2.3.4 ESMTP", (220, None)),
        ("25", (None, None)),
        ("٢٥٠ ok", (None, None)),
        ("", (None, None)),
    ],
)
def test_codes_are_read_off_a_reply(text: str, expected: tuple[int | None, str | None]) -> None:
    assert transcript.reply_codes(text) == expected


def test_a_command_has_its_verb_in_upper_case() -> None:
    assert one(transcript.line(0, "client", "command", b"mail FROM:<a@x>\r\n")).verb == "MAIL"
    assert one(transcript.line(0, "client", "command", b"\r\n")).verb is None


def test_a_masked_line_shows_no_secret_and_its_true_size() -> None:
    entry = one(transcript.masked(9, "AUTH PLAIN ********", 41))
    assert (entry.text, entry.raw, entry.masked, entry.size, entry.verb) == (
        "AUTH PLAIN ********",
        None,
        True,
        41,
        "AUTH",
    )


@pytest.mark.parametrize(
    ("stored", "wire"),
    [
        (b"", b".\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\r\n.b\r\n..c\r\n", b"a\r\n..b\r\n...c\r\n.\r\n"),
        (b"a\n.b\r\n", b"a\n.b\r\n.\r\n"),
    ],
)
def test_stuffing_is_what_a_good_client_sends(stored: bytes, wire: bytes) -> None:
    assert transcript.stuff(stored) == wire
    assert transcript.content(0, stored, wire).data == b""
    assert transcript.content(0, stored).data == b""


def test_content_of_a_client_that_does_not_stuff_its_dots_keeps_the_octets() -> None:
    record = transcript.content(0, b"a\r\nb\r\n", b"a\r\n.b\r\n.\r\n")
    assert record.data == b"a\r\n.b\r\n.\r\n"
    assert record.size == 6


def test_refused_content_is_kept_up_to_its_limit_with_its_true_size() -> None:
    record = transcript.lost_content(3, b"x" * (transcript.KEPT_CONTENT + 10), 300_000)
    assert len(record.data) == transcript.KEPT_CONTENT
    assert record.size == 300_000


def test_packing_puts_the_id_where_the_segments_own_message_stands() -> None:
    records = [transcript.line(1, "client", "command", b"DATA\r\n"), transcript.content(2, b"x\r\n")]
    assert records[1].message_id == OWN_MESSAGE
    unpacked = transcript.unpack(transcript.pack(records, 77))
    assert [record.message_id for record in unpacked] == [None, 77]


RECORDS = st.builds(
    Record,
    at_us=st.integers(0, 2**50),
    side=st.sampled_from(["client", "server", "event"]),
    kind=st.sampled_from(sorted(transcript._KINDS)),
    data=st.binary(max_size=60),
    size=st.integers(0, 2**40),
    message_id=st.none() | st.integers(1, 2**40),
    masked=st.booleans(),
    offset=st.none() | st.integers(0, 2**40),
)


@given(st.lists(RECORDS, max_size=20))
def test_packing_loses_nothing(records: list[Record]) -> None:
    assert transcript.unpack(transcript.pack(records)) == [
        one for record in records for one in transcript.apart(record)
    ]


@given(st.lists(RECORDS, max_size=20))
def test_any_record_can_be_shown(records: list[Record]) -> None:
    found = transcript.entries(records, 10)
    assert [entry.seq for entry in found] == list(range(10, 10 + sum(map(transcript.height, records))))
    text = transcript.to_text(Transcript(1, True, tuple(found)))
    assert text.count("\n") == len(found)
    text.encode()


def test_the_text_form_has_one_line_an_entry_with_seconds_and_side() -> None:
    records = [
        transcript.event(0, "connect", "connected to smtp 127.0.0.1:1025"),
        transcript.line(4_400, "client", "command", b"EHLO x\r\n"),
        transcript.line(5_000, "server", "reply", b"250 box\r\n"),
        Record(443_000, "client", "data", b"", 18_204, 1204),
        transcript.lost_content(500_000, b"abc", 3),
    ]
    text = transcript.to_text(Transcript(1, True, tuple(transcript.entries(records))))
    assert text.splitlines() == [
        "0.000 *: connected to smtp 127.0.0.1:1025",
        "0.004 C: EHLO x",
        "0.005 S: 250 box",
        "0.443 C: [18204 octets of content, message 1204]",
        "0.500 C: [3 octets of content, not stored]",
    ]


def test_no_control_character_of_a_client_gets_into_the_text_form() -> None:
    said = "VRFY a\u2028b\x85c\x1b[31md\re\x7f\tf".encode() + b"\r\n"
    text = transcript.to_text(Transcript(1, True, (one(transcript.line(0, "client", "command", said)),)))
    assert text == "0.000 C: VRFY a\\u2028b\\u0085c␛[31md␍e␡\tf\n"


def chunked(*places: tuple[int, int], message_id: int | None) -> list[Record]:
    """Chunks as (offset, size), the last of them naming the message; each after its command."""
    records = []
    for offset, size in places:
        records.append(transcript.line(0, "client", "command", b"BDAT %d\r\n" % size))
        records.append(transcript.chunk(0, b"x" * size, size, offset))
    records[-1] = records[-1]._replace(data=b"", message_id=message_id)
    return records


def test_chunks_are_given_the_message_that_they_became_part_of() -> None:
    abandoned, kept = chunked((0, 5), (5, 5), message_id=None), chunked((0, 5), (5, 7), (12, 0), message_id=9)
    other, data = chunked((0, 12), message_id=4), Record(0, "client", "data", b"", 3, 5)
    found = transcript.settled([*other, data, *abandoned, *kept])
    content = [(record.message_id, record.data) for record in found if record.kind == "data"]
    assert content == [(4, b""), (5, b""), (None, b"xxxxx"), (None, b""), (9, b""), (9, b""), (9, b"")]
    assert transcript.settled(found) == found


@pytest.mark.parametrize("places", [((0, 5), (6, 1)), ((0, 5), (4, 1)), ((3, 2), (6, 2))])
def test_chunks_with_a_gap_are_not_of_one_message(places: tuple[tuple[int, int], ...]) -> None:
    records = chunked(*places, message_id=9)
    assert transcript.settled(records) == records


def test_a_chunk_of_a_message_that_never_became_whole_keeps_its_first_octets() -> None:
    record = transcript.chunk(3, b"x" * (transcript.KEPT_CONTENT + 10), 300_000, 7)
    assert (len(record.data), record.size, record.message_id, record.offset) == (
        transcript.KEPT_CONTENT,
        300_000,
        None,
        7,
    )
    text = transcript.to_text(Transcript(1, True, (one(record),)))
    assert text == "0.000 C: [300000 octets of content, the rest has not come]\n"


def test_a_segment_that_was_packed_without_places_is_still_read() -> None:
    assert transcript.unpack(b"7 Cd- 3 12 0\n") == [Record(7, "client", "data", b"", 3, 12)]
