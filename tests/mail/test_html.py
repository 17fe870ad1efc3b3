from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from pillarbox.mail.html import Remote, host, html_to_text, preview, remote

DATA = "data:image/png;base64,AA=="


def resolve(cid: str) -> str | None:
    return DATA if cid == "logo@x" else None


def safe(html: str, remote: bool = False) -> str:
    return preview(html, resolve, remote)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello <b>wor</b>ld</p><p>Bye", "Hello world\nBye"),
        ("one<br>two<div>three</div>four", "one\ntwo\nthree\nfour"),
        ("a\n  b\t&nbsp; c", "a b c"),
        ("<td>a</td><td>b</td>", "a b"),
        ("<script>no()</script><style>p{}</style><title>no</title>yes<!-- no -->", "yes"),
        ("<SCRIPT>if (a<b) '</div>'</SCRIPT>yes", "yes"),
        ("<noscript>shown</noscript>", "shown"),
        ('<div style="display: none">no<div>no</div>no</div>yes', "yes"),
        ("<p hidden>no</p>yes", "yes"),
        ('<span title="hidden display">yes</span>', "yes"),
        ("<template>no</template>yes", "yes"),
        ('<a title="a>b">x</a>', "x"),
        ("<a title='a>b'>x</a>", "x"),
        ("1 < 2 &amp; 3 &lt; 4 &#x20AC; &copy", "1 < 2 & 3 < 4 € ©"),
        ("&#0;&#xD800;&#" + "9" * 5_000 + ";", "\ufffd\ufffd\ufffd"),
        ("&#00000000000065;", "A"),
        ("<!-->yes<!--->yes<!-- --!>yes", "yesyesyes"),
        ("<!doctype html><?xml x?><![CDATA[no]]>yes</ no>", "yes"),
        ("yes<!-- never closed", "yes"),
        ("yes<a href='never closed", "yes"),
        ("<textarea>a<b>c</textarea>d", "a<b>cd"),
        ("", ""),
    ],
)
def test_the_text_of_html_is_what_is_visible(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_the_text_of_html_stops_at_the_limit() -> None:
    assert html_to_text("<p>word" * 100, 9) == "word\nword"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<script>x</script>a<script src=http://x>", "a"),
        ("<base href=http://x>a", "a"),
        ('<meta http-equiv=refresh content="0;url=http://x">a', "a"),
        ("<link rel=stylesheet href=http://x>a", "a"),
        ("<iframe src=http://x><p>no</p></iframe>a", "a"),
        ("<frameset><frame src=http://x></frameset>a", "a"),
        ("<object data=http://x>fallback</object>", "fallback"),
        ("<embed src=http://x><applet code=x>a</applet>", "a"),
        ("<svg><image href=http://x /><script>x</script>a</svg>", "a"),
        ("<math><mtext>a</mtext></math>", "a"),
        (
            "<form action=http://x><input name=q><button formaction=http://x>b</button></form>",
            '<input name="q"><button>b</button>',
        ),
        ("<p onclick=x() ONMOUSEOVER='y' id=z>a</p>", '<p id="z">a</p>'),
        ("<!-- comment --><p>a", "<p>a"),
        ("<img/onerror=x/src=y>", "<img>"),
        ("<unknown-thing a=b>x</unknown-thing>", "x"),
        ("<textarea></p><script>x</script></textarea>", "<textarea>&lt;/p>&lt;script>x&lt;/script></textarea>"),
        ("<title></title><script>x</script>", ""),
        ('<a title="&quot;><script>">x</a>', '<a title="&quot;&gt;&lt;script&gt;">x</a>'),
        ("1 < 2", "1 &lt; 2"),
        (
            "<select><style><img src=http://x></style></select>",
            "<select><style>\\3c img src=http://x></style></select>",
        ),
    ],
)
def test_what_may_run_or_load_is_gone(html: str, expected: str) -> None:
    assert safe(html) == expected


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("http://x.test/a?b&amp;c", "http://x.test/a?b&amp;c"),
        ("HTTPS://x.test", "https://x.test"),
        ("mailto:a@x.test", "mailto:a@x.test"),
        ("tel:+1", "tel:+1"),
        (" \x01ht\ntp://x.test", "http://x.test"),
        ("javascript:alert(1)", None),
        ("jav&#x09;ascript:alert(1)", None),
        ("JavaScript&colon;alert(1)", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("cid:logo@x", None),
        ("/relative", None),
        ("//x.test/", None),
        ("#part", None),
        ("", None),
    ],
)
def test_links_keep_web_mail_and_telephone_targets_only(target: str, kept: str | None) -> None:
    found = re.search(r'href="([^"]*)"', safe(f'<a href="{target}">x</a>'))
    assert (found[1] if found else None) == kept


def test_links_to_the_web_open_in_a_new_tab_without_an_opener() -> None:
    html = safe('<a href="http://x.test" target=_top rel=opener>x</a><a href="mailto:a@x.test">y</a>')
    assert html == (
        '<a href="http://x.test" target="_blank" rel="noopener noreferrer">x</a><a href="mailto:a@x.test">y</a>'
    )


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<img src="cid:logo@x">', f'<img src="{DATA}">'),
        ('<img src="CID:logo%40x">', f'<img src="{DATA}">'),
        ('<img src="cid:missing">', "<img>"),
        (f'<img src="{DATA}">', f'<img src="{DATA}">'),
        ('<img src="data:text/html,x">', "<img>"),
        ('<img srcset="cid:logo@x 2x, cid:missing 3x">', f'<img srcset="{DATA} 2x">'),
        ('<td background="cid:logo@x">', f'<td background="{DATA}">'),
        ("<p style=\"background:url('cid:logo@x')\">", f'<p style="background:url(&quot;{DATA}&quot;)">'),
        ("<style>p{background:url(cid:logo@x)}</style>", f'<style>p{{background:url("{DATA}")}}</style>'),
        ("<p style='background:url(cid:missing)'>", '<p style="background:none">'),
    ],
)
def test_images_of_the_message_are_written_into_the_page(html: str, shown: str) -> None:
    assert safe(html) == shown


REMOTE = [
    ('<img src="http://x.test/a">', '<img data-blocked-src="http://x.test/a">'),
    ('<img src="//x.test/a">', '<img data-blocked-src="//x.test/a">'),
    ('<img src="\\\\x.test/a">', '<img data-blocked-src="\\\\x.test/a">'),
    ('<img srcset="https://x.test/a 2x">', "<img>"),
    ('<body background="http://x.test/a">', "<body>"),
    ('<video poster="http://x.test/a">', "<video>"),
    ('<video src="http://x.test/a">', '<video data-blocked-src="http://x.test/a">'),
    ('<input type="image" src="http://x.test/a">', '<input type="image" data-blocked-src="http://x.test/a">'),
    ('<p style="background:url(http://x.test/a)">', '<p style="background:none">'),
    ("<style>p{background:url(//x.test/a)}</style>", "<style>p{background:none}</style>"),
    ("<style>@import url(http://x.test/a);</style>", "<style> </style>"),
    ('<link rel="stylesheet" href="http://x.test/a">', ""),
    ('<svg><image xlink:href="http://x.test/a"/></svg>', ""),
    ('<iframe src="http://x.test/a"></iframe>', ""),
]


@pytest.mark.parametrize(("html", "shown"), REMOTE)
def test_what_is_remote_is_blocked_and_counted(html: str, shown: str) -> None:
    assert safe(html) == shown
    assert remote(html).blocked == 1
    assert set(remote(html).images) <= {"x.test"}


def test_what_is_not_remote_is_not_counted() -> None:
    assert remote('<a href="http://x.test"><img src="cid:a"><img src="/x"><p style="background:url(b)">') == Remote()


def test_what_would_be_asked_for_is_told_by_host_and_apart_from_what_never_is() -> None:
    html = '<img src=//a.test/1><img src="https://B.test:8080/2"><img src=//a.test/3><script src=//c.test></script>'
    assert remote(html) == Remote({"a.test": 2, "b.test": 1}, 1)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://user:word@CDN.example:8080/a?b@c", "cdn.example"),
        (" //cdn.example", "cdn.example"),
        ("https:cdn.example/a", "cdn.example"),
        ("http:\\\\[2001:db8::1]/a", "[2001:db8::1]"),
        ("https:///", ""),
        ("/a", ""),
    ],
)
def test_the_host_of_an_address(address: str, name: str) -> None:
    assert host(address) == name


def test_in_the_place_of_a_blocked_picture_another_may_stand() -> None:
    def drawn(host: str, alt: str) -> str | None:
        return f"data:image/x,{host},{alt}" if host != "none.test" else None

    html = '<img src="//a.test/1" alt="A"><img src="//none.test/1"><img src="/x"><img src="data:image/png,"><p>'
    assert preview(html, lambda _: None, instead=drawn) == (
        '<img data-blocked-src="//a.test/1" alt="A" src="data:image/x,a.test,A"><img data-blocked-src="//none.test/1">'
        '<img><img src="data:image/png,"><p>'
    )


def test_of_meta_only_the_colour_schemes_are_kept() -> None:
    kept = '<meta name="color-scheme" content="light dark">'
    assert safe(kept + '<meta name="supported-color-schemes" content="light dark">') == (
        kept + '<meta name="supported-color-schemes" content="light dark">'
    )
    assert safe('<meta name="color-scheme" content="dark;url(x)"><meta http-equiv="refresh" content="0">') == ""


def test_remote_images_are_kept_when_they_are_asked_for_and_nothing_else_is() -> None:
    assert safe('<img src="http://x.test/a">', True) == '<img src="http://x.test/a">'
    assert safe('<img src="//x.test/a">', True) == '<img src="https://x.test/a">'
    assert safe('<img srcset="https://x.test/a 2x">', True) == '<img srcset="https://x.test/a 2x">'
    assert safe("<p style='background:url(http://x.test/a)'>", True) == (
        '<p style="background:url(&quot;http://x.test/a&quot;)">'
    )
    assert safe("<script src=http://x></script><iframe src=http://x></iframe><link href=http://x>", True) == ""


def test_a_relative_address_never_reaches_this_server() -> None:
    assert safe('<img src="/api/v1/messages"><img src="x" srcset="y 2x"><p style="background:url(/z)">', True) == (
        '<img><img><p style="background:none">'
    )


def test_the_doctype_stays_because_it_decides_how_the_page_is_laid_out() -> None:
    assert safe("<!DOCTYPE html><p>a") == "<!DOCTYPE html><p>a"
    strict = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
    )
    assert safe(strict) == strict
    assert safe("<!DOCTYPE evil [<!ENTITY x SYSTEM 'http://x'>]>a") == "]>a"


WORDS = """
    < > </ <!-- --> " ' = / a p img style script svg title textarea select option src href onclick onerror http://x
    javascript:x cid:logo@x url( ) { } ; <p <img <a <style <script <title <textarea <select </style </script </title
    <svg <math <table </table <noscript <iframe <template <plaintext <xmp &lt; &quot; &#60; @import \\75 rl( /* */
"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\n", "\x00", ">", ">", ">"])


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=1500, deadline=None, derandomize=True)
def test_a_real_html_parser_finds_nothing_in_a_preview_that_runs_or_loads(html: str) -> None:
    page = LexborHTMLParser(safe(html))
    for node in page.css("*"):
        assert node.tag not in {
            *("script", "iframe", "frame", "object", "embed", "applet", "base", "meta", "link", "form", "svg", "math"),
            *("noscript", "template", "plaintext", "xmp", "noembed", "noframes", "title"),
        }
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            assert name not in {"action", "formaction", "ping", "xlink:href", "srcdoc"}
            if name in {"src", "background", "poster"}:
                assert value == DATA
            if name == "href":
                assert value is not None
                assert value.startswith("http://x")


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=500, deadline=None, derandomize=True)
def test_the_text_of_any_html_is_valid(html: str) -> None:
    text = html_to_text(html)
    assert "\x00" not in text
    text.encode()
