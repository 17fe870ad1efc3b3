from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pillarbox.mail.match import Conditions, Failed, HeaderCondition, Seen, failures, holds
from pillarbox.mail.match.verdict import keys, row_holds, row_misses
from pillarbox.mail.message import Addr, Digest, Summary
from pillarbox.mail.query import parse
from tests.mail.match.rows import NOON, row

ADA = Addr("Ada", "Ada@Example.org")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Conditions(to="ada@example.org"), row(rcpt_to=("ADA@example.ORG",))),
        (Conditions(to="ada@example.org"), row(to=(ADA,))),
        (Conditions(to="ada@example.org"), row(cc=(ADA,))),
        (Conditions(to="*@example.org"), row(rcpt_to=("bob@x.test", "anyone@EXAMPLE.org"))),
        (Conditions(to="*@example.org"), row(rcpt_to=('"a@b"@example.org',))),
        (Conditions(to='"a@b"@example.org'), row(rcpt_to=('"a@b"@example.org',))),
        (Conditions(to="postmaster"), row(rcpt_to=("Postmaster",))),
        (Conditions(to="STRASSE@example.org"), row(rcpt_to=("straße@example.org",))),
        (Conditions(from_="ada@example.org"), row(mail_from="ada@EXAMPLE.org")),
        (Conditions(from_="ada@example.org"), row(mail_from="bounce@x.test", from_=(ADA,))),
        (Conditions(from_="*@example.org"), row(from_=(ADA,))),
        (Conditions(subject="ORDER #7"), row(subject="Your order #7 has shipped")),
        (Conditions(inbox="checkout"), row(inbox="checkout")),
        (Conditions(), row()),
    ],
    ids=str,
)
def test_a_row_for_which_the_conditions_hold(wanted: Conditions, message: Summary) -> None:
    assert row_holds(wanted, message)
    assert row_misses(wanted, message) == 0
    assert holds(wanted, Seen(message))
    assert failures(wanted, Seen(message)) == ()
    assert wanted.key in set(keys(message))


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Conditions(to="ada@example.org"), row(rcpt_to=("xada@example.org", "ada@example.org.uk"))),
        (Conditions(to="ada@example.org"), row(mail_from="ada@example.org", from_=(ADA,), reply_to=(ADA,))),
        (Conditions(to="*@example.org"), row(rcpt_to=("ada@sub.example.org", "ada@notexample.org", "example.org"))),
        (Conditions(from_="ada@example.org"), row(rcpt_to=("ada@example.org",), to=(ADA,), reply_to=(ADA,))),
        (Conditions(from_="*@example.org"), row(mail_from="")),
        (Conditions(subject="order"), row(subject="Your or der")),
        (Conditions(inbox="checkout"), row(inbox="check")),
    ],
    ids=str,
)
def test_a_row_for_which_a_condition_fails(wanted: Conditions, message: Summary) -> None:
    assert not row_holds(wanted, message)
    assert row_misses(wanted, message) == 1
    assert not holds(wanted, Seen(message))
    assert len(failures(wanted, Seen(message))) == 1


def test_headers_hold_by_a_part_of_any_value_of_that_name() -> None:
    seen = Seen(row(), headers=(("X-Test", "one"), ("x-TEST", "Two words"), ("Subject", "")))
    for name, substring in (("X-Test", "ON"), ("x-test", "o w"), ("X-TEST", ""), ("Subject", "")):
        assert holds(Conditions(headers=(HeaderCondition(name, substring),)), seen)
    for name, substring in (("X-Test", "three"), ("X-Te", ""), ("Subject", "x")):
        assert not holds(Conditions(headers=(HeaderCondition(name, substring),)), seen)
    both = (HeaderCondition("X-Test", "one"), HeaderCondition("X-Test", "two"))
    assert holds(Conditions(headers=both), seen)


def test_every_condition_that_fails_is_told_with_what_there_is_instead() -> None:
    wanted = Conditions(
        inbox="checkout",
        to="ada@example.org",
        from_="*@shop.test",
        subject="Welcome",
        headers=(HeaderCondition("X-Test", "4711"), HeaderCondition("X-Run", "1")),
        q=parse('invoice is:read (subject:order OR from:"the bank") -tag:old', now=NOON),
    )
    seen = Seen(
        row(
            subject="Hello",
            rcpt_to=("bob@example.org",),
            to=(Addr("Bob", "BOB@example.org"), Addr("", "carl@example.org")),
            mail_from="",
            tags=("old",),
        ),
        headers=(("X-Test", "4712"), ("X-Test", "4713")),
        digest=Digest(body="hello"),
    )
    assert failures(wanted, seen) == (
        Failed("inbox", "checkout", "default"),
        Failed("to", "ada@example.org", "BOB@example.org, carl@example.org"),
        Failed("from", "*@shop.test", None),
        Failed("subject", "Welcome", "Hello"),
        Failed("header", "X-Test:4711", "4712, 4713"),
        Failed("header", "X-Run:1", None),
        Failed("q", "invoice", None),
        Failed("q", "is:read", "unread"),
        Failed("q", 'subject:order OR from:"the bank"', "Hello"),
        Failed("q", "-tag:old", "old"),
    )


@pytest.mark.parametrize(
    ("query", "actual"),
    [
        ("larger:1M", "100 octets"),
        ("has:attachment", "0 attachments"),
        ("has:lint", "0 findings"),
        ("has:html", None),
        ("is:pinned", "not pinned"),
        ("session:7", None),
        ("code:550", None),
        ("inbox:other", "default"),
        ("since:2026-11-24T00:00Z", "2026-11-23T12:00:00Z"),
        ("header:X-Run=2", "1"),
        ("body:word", None),
        ("filename:a.pdf", "b.pdf"),
    ],
)
def test_a_part_of_a_query_that_fails_says_what_the_message_has_there(query: str, actual: str | None) -> None:
    seen = Seen(row(), digest=Digest(fields=(("x-run", "1"),), filenames=("b.pdf",)))
    wanted = Conditions(q=parse(query, now=datetime.now(UTC)))
    (failed,) = failures(wanted, seen)
    assert failed.actual == actual


def test_what_must_be_read_of_a_message_is_known_before() -> None:
    assert not Conditions(to="a@b.test", subject="x").asks_content
    assert Conditions(headers=(HeaderCondition("X"),)).asks_content
    for query, asks in (
        ("from:a", False),
        ("is:read -tag:x", False),
        ("word", True),
        ("-body:x", True),
        ("has:html", True),
    ):
        assert Conditions(q=parse(query, now=NOON)).asks_content is asks
    assert Conditions(q=parse("code:550", now=NOON)).asks_codes
