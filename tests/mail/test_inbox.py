from __future__ import annotations

from collections.abc import Sequence

import pytest

from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.inbox import Named, defects, folded, named


def envelope(*recipients: str, sender: str = "") -> Envelope:
    return Envelope(Sender(sender), tuple(map(Recipient, recipients)))


def found(*recipients: str, headers: Sequence[str] = (), username: str | None = None) -> list[str]:
    """The names in their order; one that only chooses has a question mark."""
    fields = [("Subject", "x"), *(("X-Inbox", value) for value in headers), ("To", "y")]
    return [name if makes else name + "?" for name, makes in named(envelope(*recipients), fields, username)]


@pytest.mark.parametrize("name", ["a", "0", "a.b-c_d", "x" * 63, "CheckOut", "a..b", "a-"])
def test_a_name_begins_with_a_letter_or_a_digit_and_is_folded(name: str) -> None:
    assert folded(name) == name.lower()


@pytest.mark.parametrize("name", ["", "-a", ".a", "_a", "x" * 64, "a b", "a/b", "ä", "\u212aelvin", "a\n", "a+b"])
def test_anything_else_is_no_name(name: str) -> None:
    assert folded(name) is None


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("ada@checkout.inbox.test", ["checkout"]),
        ("ada@CheckOut.Inbox.TEST", ["checkout"]),
        ("ada@checkout.inbox.test.", ["checkout"]),
        ('"a@b c"@checkout.inbox.test', ["checkout"]),
        ("@relay.example:ada@checkout.inbox.test", ["checkout"]),
        ("ada@a.b_c.inbox.test", ["a.b_c"]),
        ("ada@inbox.test", []),
        ("ada@checkoutinbox.test", []),
        ("ada@checkout.inbox.test.example", []),
        ("ada@_x.inbox.test", []),
        (f"ada@{'x' * 64}.inbox.test", []),
        ("ada@m\u00fcll.inbox.test", []),
        ("ada+checkout@example.org", ["checkout?"]),
        ("ada+CheckOut@example.org", ["checkout?"]),
        ('"ada+checkout"@example.org', ["checkout?"]),
        ("ada+a+b@example.org", []),
        ("bounces+17-ada=example.org@lists.example", []),
        ("ada+@example.org", []),
        ("+checkout@example.org", ["checkout?"]),
        ("ada+other@checkout.inbox.test", ["checkout"]),
        ("ada+other@_x.inbox.test", ["other?"]),
        ("postmaster", []),
        ("", []),
    ],
)
def test_an_address_names_an_inbox_by_its_domain_or_behind_the_plus(address: str, names: list[str]) -> None:
    assert found(address) == names


def test_the_first_recipient_that_names_one_decides() -> None:
    assert found("a@example.org", "b@one.inbox.test", "c@two.inbox.test", headers=["three"]) == ["one"]


def test_those_that_may_not_exist_are_followed_by_the_next_best() -> None:
    recipients = ("a+one@example.org", "b+two@example.org")
    assert found(*recipients, headers=["three", "four"], username="five") == ["one?", "two?", "three"]
    assert found(*recipients, username="Five") == ["one?", "two?", "five?"]
    assert found(*recipients, "c@six.inbox.test", username="five") == ["one?", "two?", "six"]


def test_the_header_comes_before_the_user_name() -> None:
    assert found("a@example.org", headers=[" CheckOut "], username="shop") == ["checkout"]
    assert found("a@example.org", headers=["not a name"], username="shop") == ["shop?"]
    assert found("a@example.org", username="shop@example.org") == []
    assert found("a@example.org", username="") == []
    assert named(envelope(), [("x-INBOX", "one")], None) == (Named("one", True),)


def test_what_should_have_made_an_inbox_and_is_no_name_is_a_defect() -> None:
    wrong = envelope("a@_x.inbox.test", "b@_y.inbox.test", "c@fine.inbox.test", "d+no no@example.org")
    assert [one.code for one in defects(wrong, [("X-Inbox", "a b"), ("X-Inbox", "fine")])] == [
        "inbox-address-invalid",
        "inbox-header-invalid",
    ]
    assert defects(envelope("a@fine.inbox.test", "d+a+b@example.org"), [("X-Inbox", "fine")]) == ()
