"""What the value of a header says, piece by piece."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail import explain, field
from pillarbox.mail.field import Fact


def facts(name: str, value: bytes) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in field.read(name, value).facts]


def test_a_signature_is_its_tags_each_explained() -> None:
    value = b"v=1; a=rsa-sha256; d=a.test; s=s1;\r\n h=From:To :\r\n Subject; t=1795461246; b=" + b"A" * 200
    found = {one.name: one for one in field.read("dkim-signature", value).facts}
    assert list(found) == ["v", "a", "d", "s", "h", "t", "b"]
    assert found["h"].value == "From, To, Subject"
    assert found["t"].note == "2026-11-23 19:14:06 UTC"
    assert found["b"].length == 200
    assert len(found["b"].value) == field.SHORT + 1
    assert all(one.about for one in found.values())
    assert found["d"].about == explain.tag("DKIM-Signature", "D")


def test_i_is_an_identity_in_dkim_and_a_number_in_arc() -> None:
    (dkim,), (arc,) = field.read("DKIM-Signature", b"i=@a").facts, field.read("ARC-Seal", b"i=1").facts
    assert dkim.about != arc.about


def test_results_are_explained() -> None:
    server, spf = field.read("Authentication-Results", b"mx.test; spf=softfail smtp.mailfrom=a").facts
    assert server == Fact("server", "mx.test")
    assert (spf.name, spf.value, spf.note) == ("spf", "softfail", "smtp.mailfrom=a")
    assert spf.about == explain.result("softfail")


@pytest.mark.parametrize(
    "value", [b"a@b.test", b"<a@b.test>", b"Ada <a@b.test>", b'"Ada" <a@b.test>', b"=?us-ascii?q?A?= <a@b>"]
)
def test_one_mailbox_says_no_more_in_pieces(value: bytes) -> None:
    assert facts("From", value) == []


def test_several_mailboxes_and_odd_ones_are_told_apart() -> None:
    assert facts("To", b'"Doe, A" <a@b>, =?utf-8?q?Caf=C3=A9?= <c@d>') == [("Doe, A", "a@b"), ("Café", "c@d")]
    assert facts("Reply-To", b"(Ada) a@b") == [("Ada", "a@b")]


def test_dates_ids_links_and_parameters_are_read() -> None:
    at = field.read("Date", b"Mon, 23 Nov 2026 22:14:06 +0300").at
    assert at is not None
    assert at.isoformat() == "2026-11-23T19:14:06+00:00"
    assert field.read("Date", b"yesterday").unread
    assert facts("Message-ID", b"<x@a.test>") == [("domain", "a.test")]
    unsubscribe = b"<mailto:l@a.test>,\r\n <https://a.test/l>"
    assert facts("List-Unsubscribe", unsubscribe) == [("mailto", "mailto:l@a.test"), ("https", "https://a.test/l")]
    assert facts("Content-Type", b"text/plain; charset=utf-8") == [("charset", "utf-8")]
    assert facts("Feedback-ID", b"a:b:c:d")[3] == ("sender", "d")
    assert facts("Subject", b"a=b; c=d") == []


def test_what_was_sent_otherwise_is_known() -> None:
    for value in (b"=?x?q?a?=", b"\xe9", b"filename*=x", b"a\rb", b"a\0"):
        assert field.written_otherwise(value), value
    for value in (b"a", b"a\r\n b", b""):
        assert not field.written_otherwise(value), value


NAMES = ("Date", "From", "To", "Message-ID", "DKIM-Signature", "Authentication-Results", "Received-SPF", "List-Help",
         "Content-Type", "Feedback-ID", "Autocrypt")  # fmt: skip


@given(
    st.sampled_from(NAMES),
    st.binary(max_size=120) | st.text(alphabet='a@<>=;:()"\\ ,%\r\n', max_size=80).map(str.encode),
)
def test_whatever_stands_there_is_read_without_an_error(name: str, value: bytes) -> None:
    found = field.read(name, value)
    assert len(found.facts) <= field.MOST
    assert not any("\0" in one.value for one in found.facts)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("piece", [b" ", b"<", b"a=", b'="', b"(", b";", b"a:", b"=?u?q?", b"a, "])
def test_long_hostile_values_are_read(name: str, piece: bytes) -> None:
    assert len(field.read(name, piece * 60_000).facts) <= field.MOST
