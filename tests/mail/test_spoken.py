"""What can be found of a session, and how it is asked for."""

from __future__ import annotations

import pytest

from pillarbox.mail import spoken, transcript
from pillarbox.mail.spoken import Wanted
from pillarbox.mail.words import words

RECORDS = (
    transcript.event(0, "connect", "127.0.0.1:5 connected to smtp 127.0.0.1:1025"),
    transcript.line(1, "server", "reply", b"220 mx.example ESMTP\r\n"),
    transcript.line(2, "client", "command", b"EHLO caf\xc3\xa9.example\r\n"),
    transcript.line(3, "server", "reply", b"250-mx.example\r\n"),
    transcript.line(3, "server", "reply", b"250 HELP\r\n"),
    transcript.masked(4, "AUTH PLAIN ********", 40),
    transcript.line(5, "server", "reply", b"535 5.7.8 Error: authentication failed\r\n"),
    transcript.content(6, b"Subject: unseen\r\n\r\nsecret\r\n"),
)


def found(query: str, *codes: str) -> bool:
    return spoken.said(RECORDS, ["anna"]).has(spoken.wanted(query, codes))


@pytest.mark.parametrize(
    "query",
    [
        "authentication",
        "AUTHENTICATION Failed",
        '"authentication failed"',
        "cafe",
        "anna",
        "connected",
        "code:535",
        "CODE:5xx",
        "code:5XX",
        "code:5.7.8",
        "code:220",
        "verb:auth",
        "verb:EHLO code:250",
        "-verb:MAIL",
        "-code:550 -quit authentication",
        "code:535 -554",
        "",
    ],
)
def test_what_was_said_is_found(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize(
    "query",
    [
        "secret",
        "unseen",
        "code:550",
        "code:4xx",
        "verb:MAIL",
        "-code:535",
        "-authentication",
        "authenticat",
        "verb:250",
    ],
)
def test_what_was_not_said_or_must_not_be_is_not_found(query: str) -> None:
    assert not found(query)


def test_codes_beside_the_query_must_be_there_as_well() -> None:
    assert found("authentication", "535")
    assert not found("authentication", "550")


def test_a_query_is_words_and_marks() -> None:
    assert spoken.wanted('relay -"not here" code:550 -code:4.7.1 verb:RCPT -verb:X') == Wanted(
        ("relay",), ("code550", "verbrcpt"), ("not", "here"), ("code4d7d1", "verbx")
    )


def test_a_word_with_another_colon_in_it_is_words() -> None:
    assert spoken.wanted("FROM:<anna@example.org>") == Wanted(("from", "anna", "example", "org"))


@pytest.mark.parametrize("query", ["code:", "code:abc", "code:55", "code:150", "code:5500", "code:3.1.1", "code:5.1"])
def test_a_code_that_cannot_be_one_is_refused_with_an_example(query: str) -> None:
    with pytest.raises(ValueError, match="write one like 550"):
        spoken.wanted(query)


def test_a_verb_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(ValueError, match="write one like AUTH"):
        spoken.wanted("verb:a-b")


def test_a_session_of_many_different_words_is_found_by_the_first_of_them() -> None:
    longest = [f"{n}x" + "д" * 190 for n in range(1_000)]
    said = spoken.said(
        transcript.line(n, "client", "command", f"NOOP {word}\r\n".encode()) for n, word in enumerate(longest)
    )
    assert words(longest[0])[0] in said.words
    assert words(longest[-1])[0] not in said.words
    assert spoken.MAX_OCTETS * 0.99 < sum(len(word.encode()) for word in said.words) <= spoken.MAX_OCTETS
