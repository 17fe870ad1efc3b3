from __future__ import annotations

import pytest

from pillarbox.smtp.certificate import Certificate
from pillarbox.smtp.extensions import EXTENSIONS, Offer
from pillarbox.smtp.policy import Policy

OWN = Certificate("x")


def offer(*hidden: str, size: int = 1000) -> Offer:
    return Offer(Policy(hostname="x", max_message_size=size, hide_extensions=frozenset(hidden), certificate=OWN))


def test_everything_is_offered_in_the_order_of_the_table() -> None:
    assert offer().keywords() == (
        "PIPELINING",
        "SIZE 1000",
        "VRFY",
        "ETRN",
        "STARTTLS",
        "AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER",
        "ENHANCEDSTATUSCODES",
        "8BITMIME",
        "DSN",
        "SMTPUTF8",
        "CHUNKING",
        "BINARYMIME",
        "LIMITS RCPTMAX=1000",
        "HELP",
    )


def test_tls_is_not_offered_within_tls_nor_without_a_certificate() -> None:
    assert [line for line in offer().keywords() if line not in offer().keywords(secure=True)] == ["STARTTLS"]
    assert "STARTTLS" not in Offer(Policy(hostname="x")).keywords()


def test_no_limit_is_size_zero() -> None:
    assert "SIZE 0" in offer(size=0).keywords()


def test_no_limit_on_recipients_is_not_told() -> None:
    keywords = Offer(Policy(hostname="x", max_recipients=0)).keywords()
    assert [line for line in keywords if line.startswith("LIMITS")] == []


def test_each_verb_and_parameter_belongs_to_one_extension() -> None:
    for each in ("mail", "rcpt"):
        brought = [name for extension in EXTENSIONS for name in getattr(extension, each) if name != "BODY"]
        assert len(brought) == len(set(brought))


@pytest.mark.parametrize("keyword", [extension.keyword for extension in EXTENSIONS])
def test_a_hidden_extension_is_not_listed(keyword: str) -> None:
    hiding = offer(keyword.lower())
    assert keyword not in hiding
    gone = [extension for extension in EXTENSIONS if keyword in (extension.keyword, extension.needs)]
    assert len(hiding.keywords()) == len(EXTENSIONS) - len(gone)
    assert keyword not in {line.split()[0] for line in hiding.keywords()}


@pytest.mark.parametrize(
    ("hidden", "verb", "octets"),
    [
        ((), "NOOP", 512),
        ((), "UNHEARDOF", 512),
        ((), "MAIL", 512 + 26 + 500 + 17 + 10 + 9 + 107),
        ((), "RCPT", 512 + 29 + 507),
        ((), "VRFY", 512 + 10),
        ((), "AUTH", 12_288),
        (("AUTH",), "AUTH", 512),
        (("SIZE", "DSN"), "MAIL", 512 + 500 + 17 + 10),
        (("DSN",), "RCPT", 512),
        (("SIZE", "AUTH", "8BITMIME", "DSN", "SMTPUTF8"), "MAIL", 512),
        (("VRFY",), "VRFY", 512),
    ],
)
def test_extensions_make_command_lines_longer(hidden: tuple[str, ...], verb: str, octets: int) -> None:
    assert offer(*hidden).limit(verb) == octets
    assert offer(*hidden).longest >= octets


def test_the_verb_of_a_hidden_extension_is_gone() -> None:
    basic = ("HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP")
    assert offer().verbs == (*basic, "VRFY", "ETRN", "STARTTLS", "AUTH", "BDAT", "HELP", "QUIT")
    assert "VRFY" not in offer("VRFY").verbs
    assert "HELP" not in offer("HELP").taken_up
