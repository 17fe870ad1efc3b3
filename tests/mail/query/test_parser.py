"""The query language: what each query becomes, and where and why one cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.query import (
    And,
    Code,
    Flag,
    Header,
    InInbox,
    InSession,
    Node,
    Not,
    Or,
    QueryError,
    Received,
    Size,
    State,
    Tag,
    Text,
    parse,
)
from pillarbox.mail.query.parser import MAX_DEPTH, MAX_LENGTH, MAX_TERMS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def text(*words: str) -> Text:
    return Text(words)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", None),
        (" \t ", None),
        ("Invoice", text("invoice")),
        ("anna@ex", text("anna", "ex")),
        ("INV-2024", text("inv", "2024")),
        ("北京市", text("北京", "京市")),
        ("ab*", text("ab")),
        ("http://x.example", text("http", "x", "example")),
        ("12:30", text("12", "30")),
        ("foo:bar", text("foo", "bar")),
        ("main(argc)", text("main", "argc")),
        ("f(a(b)c)d", text("f", "a", "b", "c", "d")),
        ("f(a", text("f", "a")),
        ('5"', text("5")),
        ('"the invoice"', Text(("the", "invoice"), None, True)),
        ('"a (b) OR c:d"', Text(("a", "b", "or", "c", "d"), None, True)),
        ("a b", And((text("a"), text("b")))),
        ("a\u3000b", And((text("a"), text("b")))),
        ("a & b", And((text("a"), text("b")))),
        ("a - b", And((text("a"), text("b")))),
        ("a or b", And((text("a"), text("or"), text("b")))),
        ("a OR b", Or((text("a"), text("b")))),
        ("a OR & OR b", Or((text("a"), text("b")))),
        ("ORDER", text("order")),
        ("a b OR c d", And((text("a"), Or((text("b"), text("c"))), text("d")))),
        ("(a b) OR c", Or((And((text("a"), text("b"))), text("c")))),
        ("a OR b OR -c", Or((text("a"), text("b"), Not(text("c"))))),
        ("-a", Not(text("a"))),
        ("--a", Not(text("a"))),
        ("-a-b", Not(text("a", "b"))),
        ("-(a b)", Not(And((text("a"), text("b"))))),
        ('-"a b"', Not(Text(("a", "b"), None, True))),
        ("-is:read", Not(State("read"))),
        ("((a))", text("a")),
        ("(a)(b)", And((text("a"), text("b")))),
        ("subject:hello", Text(("hello",), "subject")),
        ('Subject:"hello you"', Text(("hello", "you"), "subject", True)),
        ("from:(anna OR -bob)", Or((Text(("anna",), "from"), Not(Text(("bob",), "from"))))),
        ("to:(a cc:b)", And((Text(("a",), "to"), Text(("b",), "cc")))),
        ("bcc:a filename:b body:c", And((Text(("a",), "bcc"), Text(("b",), "filename"), Text(("c",), "body")))),
        ("header:X-Mailer", Header("x-mailer")),
        ("header:X-Mailer=Foo/1", Header("x-mailer", ("foo", "1"))),
        ('header:X-Mailer="Foo 1"', Header("x-mailer", ("foo", "1"), True)),
        ("header:X-Eq=a=b", Header("x-eq", ("a", "b"))),
        ("message-id:<1.a@host>", Header("message-id", ("1", "a", "host"))),
        ("inbox:Check.Out", InInbox("check.out")),
        ('tag:"to do"', Tag("to do")),
        ("is:unread is:PINNED", And((State("unread"), State("pinned")))),
        ("has:attachment has:html has:lint", And((Flag("attachment"), Flag("html"), Flag("lint")))),
        ("since:2026-11-23", Received(since=datetime(2026, 11, 23, tzinfo=UTC))),
        ("until:2026-11-23T22:14:09.5+01:00", Received(until=datetime(2026, 11, 23, 21, 14, 9, 500_000, tzinfo=UTC))),
        ('since:"2026-11-23 22:14z"', Received(since=datetime(2026, 11, 23, 22, 14, tzinfo=UTC))),
        ("newer:90s", Received(since=NOW - timedelta(seconds=90))),
        ("newer:15M", Received(since=NOW - timedelta(minutes=15))),
        ("older:36h", Received(until=NOW - timedelta(hours=36))),
        ("older:14d", Received(until=NOW - timedelta(days=14))),
        ("larger:500", Size(larger=500)),
        ("larger:2k", Size(larger=2048)),
        ("smaller:1G", Size(smaller=1 << 30)),
        ("session:7", InSession(7)),
        ("code:550", Code("code550")),
        ("code:5XX", Code("code5xx")),
        ("code:5.1.1", Code("code5d1d1")),
    ],
)
def test_each_query_becomes_its_tree(query: str, tree: Node | None) -> None:
    assert parse(query, now=NOW) == tree


@pytest.mark.parametrize(
    ("query", "position", "sentence"),
    [
        ("!!!", 0, "no letter and no number to search for"),
        ("  -(&)", 2, "no letter and no number to search for"),
        ("a (b", 2, "never closed; add “)”"),
        ("a) b", 1, "closes none; leave it out"),
        ("a ()", 2, "nothing stands in these parentheses"),
        ("a ( )", 2, "nothing stands in these parentheses"),
        ('say "hello', 4, "no second one; add it"),
        ('subject:"hello', 8, "no second one; add it"),
        ("OR a", 0, "nothing stands before this OR"),
        ("a (OR b)", 3, "nothing stands before this OR"),
        ("a OR", 2, "nothing stands behind this OR"),
        ("a OR OR b", 2, "nothing stands behind this OR"),
        ("(a OR) b", 3, "nothing stands behind this OR"),
        ("a subject:", 2, "subject: has no value; write it right behind the colon"),
        ("from: anna", 0, "from: has no value"),
        ('tag:""', 0, "tag: has no value"),
        ("subject:!!", 8, "subject: has nothing to look for"),
        ("header:X-A=!!", 7, "header:X-A= has nothing to look for"),
        ("header:=a", 7, "names no header; write header:Name=value"),
        ("header:Ä=a", 7, "names no header"),
        ("a -is:blue", 6, "is: does not know “blue”; write is:unread"),
        ("has:x", 4, "has: does not know “x”; write has:attachment"),
        ("larger:abc", 7, "is no size; write octets or K, M and G: larger:500"),
        ("smaller:99999999999G", 8, "is no size"),
        ("since:yesterdayish", 6, "is no time; write since:2026-11-23"),
        ("since:2026-11-23T10:00", 6, "is no time"),
        ("until:2026-02-30", 6, "there is no such time"),
        ("since:0001-01-01T00:00+14:00", 6, "there is no such time"),
        ("newer:5", 6, "is no age; write newer:90s"),
        ("older:999999999d", 6, "longer ago than there are dates"),
        ("session:abc", 8, "is no session; write its number: session:7"),
        ("session:9223372036854775808", 8, "is no session"),
        ("code:abc", 5, "no reply code: write one like 550"),
        ("inbox:a/b", 6, "cannot be an inbox"),
        ("x" * (MAX_LENGTH + 1), MAX_LENGTH, "at most 2,000 characters"),
        ("a " * (MAX_TERMS + 1), 2 * MAX_TERMS, f"at most {MAX_TERMS} terms"),
        ("(" * 1_000, MAX_DEPTH, f"{MAX_DEPTH} deep at most"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(query: str, position: int, sentence: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(query, now=NOW)
    assert refused.value.position == position
    assert str(refused.value).startswith(f"At character {position + 1}: ")
    assert sentence in str(refused.value)


def test_what_is_just_within_the_limits_is_read() -> None:
    assert parse("x" * MAX_LENGTH, now=NOW) is not None
    assert isinstance(parse("a " * MAX_TERMS, now=NOW), And)
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH, now=NOW) == text("a")


@given(st.text(st.sampled_from('ab1:"()-* OR=&\u0000\ud800京') | st.characters(), max_size=60))
def test_any_text_is_a_tree_or_an_error_within_it(query: str) -> None:
    try:
        found, position = parse(query, now=NOW), None
    except QueryError as error:
        found, position = None, error.position
    assert position in (None, *range(len(query)))
    assert (found is None) == (position is not None or not query.strip())
