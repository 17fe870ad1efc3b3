"""The Raw tab: octets as numbered lines, a page at a time. Without JavaScript."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail import parse
from pillarbox.web.pages import raw as raw_tab
from tests.pages.conftest import Reader, words
from tests.pages.mails import with_html
from tests.web.world import World


def kinds(message: bytes) -> list[tuple[str, str]]:
    panel = raw_tab.panel(message, parse.parse(message), 0, ends=False)
    return [(line.kind, "".join(piece.text for piece in line.pieces)) for line in panel.lines]


def test_headers_boundaries_and_bodies_are_told_apart() -> None:
    lines = kinds(
        b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--not\r\npreamble\r\n--m\r\nA: b\r\n c\r\n\r\n--body\r\n'
        b'--m\r\nContent-Type: multipart/x; boundary="r"\r\n\r\n--r\r\n\r\ntext\r\n'
        b"--r--\r\nafter\r\n--m--\r\nepilogue\r\n"
    )
    told = [(text, kind) for kind, text in lines if text]
    assert told[3:] == [
        ("--m", "boundary"),
        ("A: b", "head"),
        (" c", "head"),
        ("--body", "body"),
        ("--m", "boundary"),
        ('Content-Type: multipart/x; boundary="r"', "head"),
        ("--r", "boundary"),
        ("text", "body"),
        ("--r--", "boundary"),
        ("after", "between"),
        ("--m--", "boundary"),
        ("epilogue", "between"),
    ]
    assert told[0][1] == "head"
    assert told[1:3] == [("--not", "boundary"), ("preamble", "head")], "what begins with -- may be one"


def test_lines_that_are_too_long_say_so_and_a_bare_line_feed_is_an_end() -> None:
    message = b"Subject: x\r\n\r\n" + b"y" * 999 + b"\r\n" + b"z" * 79 + b"\n" + b"a" * 78
    panel = raw_tab.panel(message, parse.parse(message), 0, ends=True)
    assert [(line.n, line.octets, line.over) for line in panel.lines] == [
        (1, 10, 0),
        (2, 0, 0),
        (3, 999, 998),
        (4, 79, 78),
        (5, 78, 0),
    ]
    assert [line.end.text for line in panel.lines if line.end] == ["\\r\\n", "\\r\\n", "\\r\\n", "\\n", "no line end"]
    assert [line.end.sign for line in panel.lines if line.end] == [True, True, True, False, False]


alphabet = st.sampled_from([b"--m", b"--", b"\r\n", b"\n", b"\r", b"a: b", b"\xff", b"text" * 30, b" ", b"--m--"])
HEAD = b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n'


@given(st.lists(alphabet, max_size=60).map(b"".join), st.integers(0, 400), st.booleans())
def test_pages_of_any_message_hold_every_line_once(body: bytes, page: int, multipart: bool) -> None:
    message = (HEAD if multipart else b"") + body
    mail = parse.parse(message)
    whole = raw_tab.panel(message, mail, 0, ends=True)
    sizes = (raw_tab.PAGE, raw_tab.LINES)
    raw_tab.PAGE, raw_tab.LINES = page + 20, page + 3
    try:
        start: int | None = 0
        octets, numbers, found = 0, [], []
        while start is not None:
            panel = raw_tab.panel(message, mail, start, ends=True)
            assert panel.start == start
            assert panel.later is None or panel.later > start
            assert (panel.earlier is None) == (start == 0)
            assert panel.earlier is None or panel.earlier < start
            if not panel.lines or not panel.lines[0].continued:
                found += [(line.n, line.kind) for line in panel.lines]
            numbers += [line.n for line in panel.lines]
            octets += sum(line.octets for line in panel.lines)
            start = panel.later
    finally:
        raw_tab.PAGE, raw_tab.LINES = sizes
    assert sorted(set(numbers)) == [line.n for line in whole.lines]
    assert octets == sum(line.octets for line in whole.lines) or b"\r" in message
    assert set(found) <= {(line.n, line.kind) for line in whole.lines}


def test_a_line_has_an_address_and_a_number(world: World, reader: Reader) -> None:
    message = world.take(with_html("<p>Hi</p>"))
    page = reader.get(f"/messages/{message.id}?tab=raw")
    line = page.css_first("#l2")
    assert words(line) == "2 To: ada@example.org"
    assert line.css_first("a").attributes["href"] == "#l2"  # type: ignore[union-attr]
    assert "26 lines" in words(page.css_first(".fields-bar"))
    assert [words(one).split()[1] for one in page.css(".raw .in-boundary")] == [
        "--m",
        "--r",
        "--r",
        "--r--",
        "--m",
        "--m--",
    ]


def test_line_ends_and_blanks_can_be_seen(world: World, reader: Reader) -> None:
    message = world.take(b"Subject: x\r\n\r\na\tb  \r\nc\n")
    page = reader.get(f"/messages/{message.id}?tab=raw")
    assert page.css(".raw .sign") == []
    switch = page.css_first('[data-does="line-ends"]')
    assert switch is not None
    page = reader.get(switch.attributes["href"] or "")
    assert words(page.css_first("#l3")) == "3 a→b··\\r\\n"
    assert [mark.text() for mark in page.css(".raw .mark")] == ["\\n"]
    assert words(page.css_first('[data-does="line-ends"]')) == "Hide line ends"


def test_a_long_message_is_read_page_by_page(world: World, reader: Reader) -> None:
    message = world.take(b"Subject: x\r\n\r\n" + b"".join(b"line %d of many\r\n" % n for n in range(3, 6_001)))
    page = reader.get(f"/messages/{message.id}?tab=raw")
    seen = 0
    while True:
        numbers = [int(words(one.css_first(".n"))) for one in page.css(".raw li")]
        assert numbers[0] == seen + 1
        seen = numbers[-1]
        following = page.css_first('a[rel="next"]')
        if following is None:
            break
        page = reader.get(following.attributes["href"] or "")
    assert seen == 6_000
    assert words(page.css_first("#l6000 code")) == "line 6000 of many"
    before = page.css_first('a[rel="prev"]')
    assert before is not None
    assert "lines 2,501 to 5,000 of 6,000" in words(
        reader.get(before.attributes["href"] or "").css_first(".fields-bar")
    )
    for odd in ("9" * 15, "-1", "x", "1e3"):
        assert reader.get(f"/messages/{message.id}?tab=raw&start={odd}").css(".raw li") != []
