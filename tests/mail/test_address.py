from __future__ import annotations

import pytest

from pillarbox.mail import address
from pillarbox.mail.parse import parse


def unheard(code: str) -> None:
    """Takes a defect that the test is not about."""


def read(value: str) -> list[tuple[str, str]]:
    return [(found.name, found.address) for found in address.addresses([value], unheard)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bob@x.test", [("", "bob@x.test")]),
        ("Bob <bob@x.test>", [("Bob", "bob@x.test")]),
        ("<bob@x.test>", [("", "bob@x.test")]),
        ('"Doe, Jane" <jane@x.test>, b@x.test', [("Doe, Jane", "jane@x.test"), ("", "b@x.test")]),
        ('"a \\"b\\" c" <x@x.test>', [('a "b" c', "x@x.test")]),
        ("Bob   Smith\t<bob@x.test>", [("Bob Smith", "bob@x.test")]),
        ("Bob <bob@x.test>; Ann <ann@x.test>", [("Bob", "bob@x.test"), ("Ann", "ann@x.test")]),
        ("Cron Daemon <root>", [("Cron Daemon", "root")]),
        ("root", [("", "root")]),
        ("Bob Smith", [("Bob Smith", "")]),
        ("bob@x.test (Bob Smith)", [("Bob Smith", "bob@x.test")]),
        ("(Bob (the) Smith) bob@x.test", [("Bob (the) Smith", "bob@x.test")]),
        ("Bob (comment) <bob@x.test>", [("Bob", "bob@x.test")]),
        ("Bob Smith bob@x.test", [("Bob Smith", "bob@x.test")]),
        ("bob @ x.test", [("", "bob@x.test")]),
        ("[Team] Bob <bob@x.test>", [("[Team] Bob", "bob@x.test")]),
        ("[Team A] Bob <bob@x.test>", [("[Team A] Bob", "bob@x.test")]),
        ("bob@[192.0.2.1]", [("", "bob@[192.0.2.1]")]),
        ("bob@[IPv6:2001:db8::1]", [("", "bob@[IPv6:2001:db8::1]")]),
        ("Bob <bob@[IPv6:2001:db8::1]>", [("Bob", "bob@[IPv6:2001:db8::1]")]),
        ('"john doe"@x.test', [("", '"john doe"@x.test')]),
        ('J <"john>doe"@x.test>', [("J", '"john>doe"@x.test')]),
        ("<@a.test,@b.test:bob@x.test>", [("", "bob@x.test")]),
        ("undisclosed-recipients:;", []),
        ("Team: a@x.test, B <b@x.test>;, c@x.test", [("", "a@x.test"), ("B", "b@x.test"), ("", "c@x.test")]),
        ("mailto:bob@x.test", [("", "bob@x.test")]),
        ("<a@x.test> <b@x.test>", [("", "a@x.test"), ("", "b@x.test")]),
        ("A <a@x.test> B <b@x.test>", [("A", "a@x.test"), ("B", "b@x.test")]),
        (",, ,bob@x.test,,", [("", "bob@x.test")]),
        ("", []),
        ("<>", [("", "")]),
        ("用户@例え.test", [("", "用户@例え.test")]),
        ("Дмитрий <d@x.test>", [("Дмитрий", "d@x.test")]),
    ],
)
def test_mailboxes_are_read_as_senders_write_them(value: str, expected: list[tuple[str, str]]) -> None:
    assert read(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?Q?Doe=2C_J=C3=BCrgen?= <j@x.test>, b@x.test", [("Doe, Jürgen", "j@x.test"), ("", "b@x.test")]),
        ("=?utf-8?Q?Doe,_J=C3=BCrgen?= <j@x.test>", [("Doe, Jürgen", "j@x.test")]),
        ('"=?utf-8?Q?J=C3=BCrgen?=" <j@x.test>', [("Jürgen", "j@x.test")]),
        ("=?utf-8?Q?J=C3?= =?utf-8?Q?=BCrgen?= Doe <j@x.test>", [("Jürgen Doe", "j@x.test")]),
        ("j@x.test (=?utf-8?Q?J=C3=BCrgen?=)", [("Jürgen", "j@x.test")]),
        ("=?utf-8?Q?a=40evil.test?= <b@x.test>", [("a@evil.test", "b@x.test")]),
    ],
)
def test_names_are_decoded_after_splitting(value: str, expected: list[tuple[str, str]]) -> None:
    assert read(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"Bob <bob@x.test>, ann@x.test', [('"Bob', "bob@x.test"), ("", "ann@x.test")]),
        ("Bob (the <bob@x.test>, ann@x.test", [("Bob (the", "bob@x.test"), ("", "ann@x.test")]),
        ("Bob <bob@x.test, ann@x.test", [("Bob", "<bob@x.test"), ("", "ann@x.test")]),
    ],
)
def test_what_is_never_closed_hides_no_mailbox_and_is_a_defect(value: str, expected: list[tuple[str, str]]) -> None:
    assert read(value) == expected
    codes: list[str] = []
    address.addresses([value], codes.append)
    assert set(codes) == {"address-syntax"}


def test_every_to_and_cc_header_of_a_repeated_one_counts() -> None:
    mail = parse(b"To: a@x.test\r\nCc: c@x.test\r\nTo: b@x.test\r\ncc: d@x.test\r\n\r\n")
    assert [found.address for found in mail.to] == ["a@x.test", "b@x.test"]
    assert [found.address for found in mail.cc] == ["c@x.test", "d@x.test"]


def test_a_folded_header_is_unfolded_before_it_is_split() -> None:
    mail = parse(b"To: Bob\r\n Smith <bob@x.test>,\r\n\tann@x.test\r\n\r\n")
    assert [(found.name, found.address) for found in mail.to] == [("Bob Smith", "bob@x.test"), ("", "ann@x.test")]


def test_at_most_2_000_mailboxes_are_read() -> None:
    mail = parse(b"To: " + b", ".join(b"a%d@x.test" % n for n in range(2_500)) + b"\r\n\r\n")
    assert len(mail.to) == 2_000
    assert "too-many-addresses" in {defect.code for defect in mail.defects}
