"""The headers of two messages."""

from __future__ import annotations

from pillarbox.mail.compare.fields import fields


def test_headers_are_the_same_changed_or_only_in_one() -> None:
    left = [("Subject", "Order 76"), ("X-Old", "1"), ("X-Two", "a"), ("x-two", "b"), ("To", "a@x")]
    right = [("To", "a@x"), ("subject", "Order 77"), ("X-Two", "a"), ("X-New", "2")]
    found = fields(left, right)
    assert [(one.name, one.kind) for one in found] == [
        ("To", "same"),
        ("subject", "changed"),
        ("X-Two", "same"),
        ("X-New", "added"),
        ("X-Old", "removed"),
        ("x-two", "removed"),
    ]
    assert [run.text for run in found[1].right if run.changed] == ["77"]


def test_what_differs_in_any_two_messages_is_volatile() -> None:
    left = [("Date", "x"), ("Message-ID", "<1@x>"), ("Content-Type", 'multipart/mixed; boundary="a b"'), ("X", "1")]
    right = [("Date", "y"), ("Content-Type", "multipart/mixed; boundary=c"), ("X", "2")]
    found = {one.name: one.volatile for one in fields(left, right)}
    assert found == {"Date": True, "Content-Type": True, "X": False, "Message-ID": True}
    (other,) = fields([("Content-Type", "text/plain; boundary=a")], [("Content-Type", "text/html; boundary=b")])
    assert not other.volatile
