from __future__ import annotations

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.mail.extract.links import MAX_TEXT, Link, addresses, links
from pillarbox.mail.message import Mail


def of_html(html: str) -> list[tuple[str, str]]:
    return [(link.href, link.text) for link in links(Mail(html=html, html_part=0))]


def of_text(text: str) -> list[str]:
    return [link.href for link in links(Mail(text=text, text_part=0))]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<a href="https://x.test/a?b=1&amp;c=2">Go <b>th</b>ere</a>', [("https://x.test/a?b=1&c=2", "Go there")]),
        ("<A HREF=https://x.test/>Home</A>", [("https://x.test/", "Home")]),
        ("<a href='\n https://x.test/a\n\tb '>x</a>", [("https://x.test/ab", "x")]),
        ('<a href="/reset?t=1">Reset</a> <a href="{{ url }}">No</a>', [("/reset?t=1", "Reset"), ("{{ url }}", "No")]),
        (
            '<a href="mailto:a@x.test">write</a><a href="tel:+49301">call</a>',
            [("mailto:a@x.test", "write"), ("tel:+49301", "call")],
        ),
        ('<a href="#top">up</a><a href="">none</a><a name="x">place</a><a>no</a>', []),
        ('<a href="https://x.test/"><img src="b.png" alt="Confirm"></a>', [("https://x.test/", "Confirm")]),
        ('<a href="https://x.test/"><img src="b.png"></a>', [("https://x.test/", "")]),
        (
            '<a href="https://x.test/1">one<a href="https://x.test/2">two</a>',
            [("https://x.test/1", "one"), ("https://x.test/2", "two")],
        ),
        ('<a href="https://x.test/">a<table><tr><td>b</td><td>c</td></tr></table></a>', [("https://x.test/", "a b c")]),
        ('<a href="https://x.test/">not closed', [("https://x.test/", "not closed")]),
        ('<map><area href="https://x.test/m" alt="Map"></map>', [("https://x.test/m", "Map")]),
        (
            '<form action="https://x.test/f"><input name=a><input type=submit value="Yes"><button>No</button></form>',
            [("https://x.test/f", "Yes")],
        ),
        ('<form action="/f"><button><b>Send</b> it</button></form>', [("/f", "Send it")]),
        (
            '<form><button formaction="/g">Go</button><button type=button formaction="/no">x</button></form>',
            [("/g", "Go")],
        ),
        (
            "<p>See https://x.test/a. Or <code>www.x.test/b</code>!",
            [("https://x.test/a", "https://x.test/a"), ("http://www.x.test/b", "www.x.test/b")],
        ),
        ("<p>https://x.test/?a=1&amp;b=2</p>", [("https://x.test/?a=1&b=2", "https://x.test/?a=1&b=2")]),
        ('<a href="https://x.test/">https://y.test/</a>', [("https://x.test/", "https://y.test/")]),
        (
            '<!-- <a href="https://x.test/">no</a> --><script>"<a href=//x.test>"; u = "https://x.test/s"</script>'
            '<style>@import "https://x.test/c";</style>',
            [],
        ),
        (
            '<a href="https://x.test/">A</a><a href="https://x.test/">A</a><a href="https://x.test/">B</a>',
            [("https://x.test/", "A"), ("https://x.test/", "B")],
        ),
        ('<a href="java\tscript:alert(1)">x</a>', [("javascript:alert(1)", "x")]),
        ('<a href="https://x.test/">zero\u200bwidth\xad</a>', [("https://x.test/", "zerowidth")]),
    ],
)
def test_links_of_html_are_what_a_click_follows(html: str, found: list[tuple[str, str]]) -> None:
    assert of_html(html) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Go to https://x.test/a/b?c=d&e=f#g.", ["https://x.test/a/b?c=d&e=f#g"]),
        (
            "(https://x.test/a) [https://x.test/b], <https://x.test/c>; “https://x.test/d”",
            [f"https://x.test/{one}" for one in "abcd"],
        ),
        ("https://x.test/wiki/Mail_(post) and (https://x.test/wiki/Mail_(post))", ["https://x.test/wiki/Mail_(post)"]),
        ("https://x.test/a]]] https://x.test/[b]", ["https://x.test/a", "https://x.test/[b]"]),
        ("**https://x.test/a** _https://x.test/b_ 'https://x.test/c'", [f"https://x.test/{one}" for one in "abc"]),
        ("https://x.test/a?!... https://x.test/b,", ["https://x.test/a", "https://x.test/b"]),
        ("www.x.test/a, WWW.X.TEST, www. and www.nodot", ["http://www.x.test/a", "http://WWW.X.TEST"]),
        (
            "https://bücher.test/straße?größe=ü https://例え.test/パス",
            ["https://bücher.test/straße?größe=ü", "https://例え.test/パス"],
        ),
        (
            "請點https://x.test/a。或（https://x.test/b）、「https://x.test/c」",
            ["https://x.test/a", "https://x.test/b", "https://x.test/c"],
        ),
        (
            "HTTPS://X.test/A ftp://x.test/f myapp://verify?t=1",
            ["HTTPS://X.test/A", "ftp://x.test/f", "myapp://verify?t=1"],
        ),
        ("mailto:ada@x.test?subject=a, mailto:nobody", ["mailto:ada@x.test?subject=a"]),
        ("http://[::1]:8025/a http://localhost:3000/b", ["http://[::1]:8025/a", "http://localhost:3000/b"]),
        ("http:// https://. https://) :// a:b", []),
        ("ada@www.x.test notwww.x.test x.test/path", []),
        ("https://x.test/{{token}} https://x.test/${url}", ["https://x.test/{{token}}", "https://x.test/${url}"]),
        ("https://x.test/a\nhttps://x.test/a\nhttps://x.test/b", ["https://x.test/a", "https://x.test/b"]),
    ],
)
def test_links_of_text_are_without_the_sentence_around_them(text: str, found: list[str]) -> None:
    assert of_text(text) == found


def test_links_come_in_the_order_of_the_bodies_and_say_which() -> None:
    text, html = (
        "https://x.test/1 https://x.test/2",
        '<a href="https://x.test/2">two</a><a href="https://x.test/1">one</a>',
    )
    first = [Link("https://x.test/1", "https://x.test/1", "text"), Link("https://x.test/2", "https://x.test/2", "text")]
    second = [Link("https://x.test/2", "two", "html"), Link("https://x.test/1", "one", "html")]
    assert list(links(Mail(text=text, html=html, text_part=1, html_part=2))) == first + second
    assert list(links(Mail(text=text, html=html, text_part=2, html_part=1))) == second + first


def test_the_words_of_a_link_end_somewhere() -> None:
    ((_, words),) = of_html('<a href="https://x.test/">' + "word " * 100_000)
    assert 0 < len(words) <= MAX_TEXT


def test_a_message_without_bodies_has_no_links() -> None:
    assert links(Mail()) == ()


MARKUP = ["<a href=", "</a>", "<form action=", "<button>", "<input type=submit>", "<area href=x>", "<img alt=x>"]
PIECES = [*MARKUP, "https://", "www.", "x.test", "mailto:", "a@b", "&amp;", "&#0;", *"\"'>/()]. \n\ud800\0"]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=60).map("".join))
def test_anything_gives_links_that_are_valid_text(written: str) -> None:
    valid = written.encode("utf-8", "replace").decode()
    for link in links(Mail(text=valid, html=written, text_part=0, html_part=1)):
        assert link.href
        assert len(link.text) <= MAX_TEXT
        f"{link.href}{link.text}".encode()
        assert "\n" not in link.text
    for href, shown, at in addresses(valid):
        assert valid[at : at + len(shown)] == shown
        assert href.endswith(shown)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(["a", "b", "/", "?", "=", "&", "-", "_", "(", ")", "1"]), min_size=1, max_size=20).map(
        "".join
    )
)
def test_an_address_that_ends_in_a_letter_is_found_whole_between_any_words(path: str) -> None:
    address = f"https://x.test/{path}z"
    assert of_text(f"Go to {address}, now") == [address]
    assert of_html(f"<p>Go to {escape(address)}, now") == [(address, address)]
