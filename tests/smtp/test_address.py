from __future__ import annotations

import pytest

from pillarbox.smtp import address
from pillarbox.smtp.address import Path


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<a@b>", "a@b"),
        ("<A.b+c_d-e@Sub.Example.COM>", "A.b+c_d-e@Sub.Example.COM"),
        ("<>", ""),
        ("< >", ""),
        ("a@b", "a@b"),
        ("  <a@b>", "a@b"),
        ("< a@b >", "a@b"),
        ("<postmaster>", "postmaster"),
        ("root", "root"),
        ('<"a b"@c>', '"a b"@c'),
        ('"a b"@c', '"a b"@c'),
        ('<"a\\"b"@c>', '"a\\"b"@c'),
        ('<"a@b"@c>', '"a@b"@c'),
        ('<"a>b"@c>', '"a>b"@c'),
        ('<""@c>', '""@c'),
        ("<a..b@c>", "a..b@c"),
        ("<.a.@c>", ".a.@c"),
        ("<a\\@b@c>", "a\\@b@c"),
        ("<a!b%c@d>", "a!b%c@d"),
        ("<o'brien/x=y@c>", "o'brien/x=y@c"),
        ("<a@my_service>", "a@my_service"),
        ("<a@b.>", "a@b."),
        ("<a@[127.0.0.1]>", "a@[127.0.0.1]"),
        ("<a@[IPv6:::1]>", "a@[IPv6:::1]"),
        ("<@x,@y:a@b>", "@x,@y:a@b"),
        ("<@x:a@b>", "@x:a@b"),
        ("<ü@b>", "ü@b"),
        ("<a@пример.рф>", "a@пример.рф"),
        ("<用户@例子。测试>", "用户@例子。测试"),
        ("<" + "a" * 300 + "@b>", "a" * 300 + "@b"),
    ],
)
def test_an_address_is_kept_as_it_was_sent(text: str, kept: str) -> None:
    assert address.parse(text) == Path(kept, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "<a@b",
        "a@b>",
        "<a@b>>",
        "<<a@b>>",
        "<a b@c>",
        "<a@b c>",
        "<a@b@c>",
        "<@b>",
        "<a@>",
        "@",
        "a@",
        "<a@b..c>",
        "<a@.c>",
        "<a@-b>",
        "<a@b->",
        '<"a@c>',
        '<"a"b@c>',
        '<a"b@c>',
        '<"">',
        "<a@[]>",
        "<a@[x>",
        "<a@[1.2.3.4]x>",
        "<a@b>x",
        "<a@b>SIZE=10",
        "<a@b>,<c@d>",
        "<a(c)@b>",
        "<a@b(c)>",
        "<(c)>",
        "<a,b@c>",
        "<a;b@c>",
        "<a:b@c>",
        "<a[b@c>",
        "<a\tb@c>",
        "<a\x01@c>",
        "<a\x7f@c>",
        "<@x:>",
        "<Foo <a@b>>",
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert address.parse(text) is None


def test_what_follows_the_address_is_handed_on() -> None:
    assert address.parse("<a@b>  SIZE=10  BODY=7BIT ") == Path("a@b", "SIZE=10  BODY=7BIT")
    assert address.parse('"a b"@c SIZE=10') == Path('"a b"@c', "SIZE=10")
    assert address.parse("Foo <a@b>") == Path("Foo", "<a@b>")


@pytest.mark.parametrize("letter", ["a", ".", "@", "a@", "a-", "\\a", '"', "[", "@a,"])
def test_a_long_line_of_anything_is_read_in_one_go(letter: str) -> None:
    for text in (f"<{letter * 500}>", letter * 500, f"<a@{letter * 500}"):
        path = address.parse(text)
        assert path is None or path.address in text
