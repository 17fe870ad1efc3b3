"""Where the seconds went: the stretches, and what is drawn of them."""

from __future__ import annotations

import re
from itertools import pairwise

from pillarbox.mail import timing, transcript
from pillarbox.mail.timing import Stretch
from pillarbox.mail.transcript import Record
from pillarbox.web.pages.waterfall import BARS, COLUMNS, waterfall

MS = 1000


def c(at: int, line: bytes) -> Record:
    return transcript.line(at, "client", "command", line + b"\r\n")


def s(at: int, line: bytes) -> Record:
    return transcript.line(at, "server", "reply", line + b"\r\n")


WHOLE = [
    transcript.event(0, "connect", "connected"),
    s(1 * MS, b"220 x"),
    c(4 * MS, b"EHLO x"),
    s(5 * MS, b"250-x"),
    s(5 * MS, b"250 STARTTLS"),
    c(10 * MS, b"STARTTLS"),
    s(10 * MS, b"220 go"),
    transcript.event(310 * MS, "tls", "TLS 1.3"),
    c(320 * MS, b"MAIL FROM:<a@x>"),
    c(315 * MS, b"RCPT TO:<b@x>"),
    s(1320 * MS, b"250 sender ok"),
    s(1320 * MS, b"250 recipient ok"),
    c(1321 * MS, b"DATA"),
    s(1322 * MS, b"354 go"),
    Record(1522 * MS, "client", "data", b"", 9, 7),
    s(1530 * MS, b"250 as 7"),
    transcript.event(2530 * MS, "timeout", "nothing came"),
]


def test_every_moment_belongs_to_what_was_waited_for() -> None:
    found = timing.stretches(transcript.entries(WHOLE))
    assert [(one.on, one.length_us // MS, one.what) for one in found] == [
        ("server", 1, ""),
        ("client", 3, "EHLO"),
        ("server", 1, "EHLO"),
        ("client", 5, "STARTTLS"),
        ("tls", 300, "handshake"),
        ("client", 10, "MAIL"),
        ("server", 1000, "MAIL"),
        ("client", 1, "DATA"),
        ("server", 1, "DATA"),
        ("content", 200, "content"),
        ("server", 8, "content"),
        ("client", 1000, ""),
    ]
    assert sum(one.length_us for one in found) == 2530 * MS
    assert all(one.end_us == after.start_us for one, after in pairwise(found))


def test_a_part_of_a_session_begins_after_the_line_before_it() -> None:
    entries = transcript.entries(WHOLE)
    found = timing.stretches(entries[10:], entries[9])
    assert (found[0].on, found[0].start_us) == ("server", 315 * MS)


def test_each_thing_that_took_time_has_a_lane_with_its_sum() -> None:
    drawn = waterfall(timing.stretches(transcript.entries(WHOLE)))
    assert drawn is not None
    assert [(lane.name, lane.sum, lane.share) for lane in drawn.lanes] == [
        ("client", "1.02 s", "40%"),
        ("server", "1.01 s", "40%"),
        ("content", "200 ms", "8%"),
        ("TLS handshake", "300 ms", "12%"),
    ]
    assert [tick.text for tick in drawn.ticks] == ["0", "0.5 s", "1 s", "1.5 s", "2 s", ""]
    (tls,) = drawn.lanes[3].bars
    assert (tls.x, tls.width, tls.seq, tls.label) == ("0.40%", "11.86%", 7, "handshake 300 ms")


def test_nothing_is_drawn_where_no_time_has_passed() -> None:
    assert waterfall(timing.stretches(transcript.entries([]))) is None
    assert waterfall(timing.stretches(transcript.entries([transcript.event(0, "connect", "connected")]))) is None


def test_before_an_error_the_client_was_waited_for_unless_it_had_asked() -> None:
    silent = [transcript.event(0, "connect", "connected"), transcript.event(9 * MS, "error", "no handshake")]
    assert [one.on for one in timing.stretches(transcript.entries(silent))] == ["client"]
    asked = [c(0, b"DATA"), transcript.event(9 * MS, "error", "the store failed")]
    assert [one.on for one in timing.stretches(transcript.entries(asked))] == ["server"]


def test_many_stretches_become_an_outline_that_shows_their_share() -> None:
    half = [Stretch("client" if n % 2 else "server", n * MS, (n + 1) * MS, n, "NOOP") for n in range(20_000)]
    drawn = waterfall(half, "lines 1 to 20,000")
    assert drawn is not None
    for lane in drawn.lanes:
        assert lane.bars == ()
        assert lane.share == "50%"
        heights = re.findall(r"v-(\d+)", lane.profile)
        assert len(heights) == COLUMNS
        assert set(heights) == {"50"}
    assert len(half) > BARS


def test_labels_of_one_lane_stand_apart() -> None:
    drawn = waterfall([Stretch("client", n * MS, (n + 1) * MS, n, "NOOP") for n in range(40)])
    assert drawn is not None
    assert [bar.label for bar in drawn.lanes[0].bars if bar.label] == []
