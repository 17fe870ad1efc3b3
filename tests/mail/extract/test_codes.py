"""One-time codes: mails of many languages as they are sent, and each rule alone.

A mail of mails/*.toml tells what it shows, its subject and bodies, and all codes that are found in it, the best first.
"""

from __future__ import annotations

import tomllib
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.mail.extract.codes import MAX_CODES, Code, codes
from pillarbox.mail.message import Mail
from pillarbox.mail.parse import parse

MAILS: dict[str, dict[str, Any]] = {
    f"{path.stem}: {mail['shows']}": mail
    for path in sorted((Path(__file__).parent / "mails").glob("*.toml"))
    for mail in tomllib.loads(path.read_text("utf-8"))["mail"]
}


def raw(mail: dict[str, Any]) -> bytes:
    """The mail as a program sends it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Fernway <no-reply@example.test>"
    message["Subject"] = mail["subject"]
    if "text" in mail:
        message.set_content(mail["text"])
        if "html" in mail:
            message.add_alternative(mail["html"], subtype="html")
    else:
        message.set_content(mail["html"], subtype="html")
    return bytes(message)


def values(text: str, subject: str = "") -> list[str]:
    return [code.value for code in codes(Mail(text=text, subject=subject))]


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS.keys())
def test_the_codes_of_a_mail_are_found_and_no_other_number_is_one(mail: dict[str, Any]) -> None:
    assert [code.value for code in codes(parse(raw(mail)))] == mail["codes"]


def test_the_mails_are_many_of_many_languages_with_and_without_a_code() -> None:
    languages = {mail["language"] for mail in MAILS.values()}
    without = [mail for mail in MAILS.values() if not mail["codes"]]
    assert len(MAILS) >= 140
    assert len(languages) >= 25
    assert len(without) >= 40


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Your code is 4821.", "4821"),
        ("Your code is 48213.", "48213"),
        ("Your code is 482 913.", "482913"),
        ("Your code is 482-913.", "482913"),
        ("Your code is 482\u2013913.", "482913"),
        ("Your code is 482\u00a0913.", "482913"),
        ("Your code is 4829 1377.", "48291377"),
        ("Your code is 48 29 13.", "482913"),
        ("Your code is 4 8 2 9 1 3.", "482913"),
        ("Your code is 482 913 777.", "482913777"),
        ("Your code is ４８２９１３.", "482913"),
        ("Your code is ٤٨٢٩١٣.", "482913"),
        ("Your code is 4\u200b8\u200b2\u200b9\u200b1\u200b3.", "482913"),
        ("Your code is G-482913.", "G-482913"),
        ("Your code is AB12-CD34.", "AB12-CD34"),
        ("Your code is 7KX2QM.", "7KX2QM"),
        ("Your code is k7m2p9.", "k7m2p9"),
        ("Your code is [482913].", "482913"),
        ("Your code is **482913**.", "482913"),
        ("Your code:\n\n4\n8\n2\n9\n1\n3\n", "482913"),
        ("Your code is 482913, not 123.", "482913"),
    ],
)
def test_a_code_is_read_as_a_form_takes_it(text: str, value: str) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    "number",
    [
        "$4821",
        "4821 EUR",
        "4821%",
        "48.21",
        "4,821",
        "12.03.2026",
        "2026-11-23",
        "12/03/2026",
        "18:04:09",
        "+49 30 1234567",
        "(415) 555-0132",
        "0800 123 4567",
        "#482913",
        "#a1b2c3",
        "4821px",
        "4821 MB",
        "4821 minutes",
        "482",
        "48291377123",
        "1Z999AA10123456784",
        "203.0.113.77",
        "10.1103/482913",
        "482913.pdf",
        "a482913",
        "v4821",
        "&#4821;",
        "====4821",
        "•••• 4821",
        "**** 4821",
        "xxxx4821",
        "https://x.test/482913",
        "482913@x.test",
        "2019-2024",
        "DE89 3704 0044 0532 0130 00",
        "4821st",
        "SUMMER26",
        "3-4821-9",
        "4821°",
        "¥ 4821",
        "Rs. 4821",
        "123-45-6789",
        "978-3-16-148410-0",
    ],
)
def test_other_numbers_are_none_even_beside_the_word_for_codes(number: str) -> None:
    assert values(f"Your code, see {number} for more.") == []
    assert values(f"Your code: {number}") == []


def test_a_number_without_words_that_make_it_a_code_is_none() -> None:
    assert values("482913") == []
    assert values("We were 482913 people.\n\n482913\n") == []
    assert values("Your code is in the app.", "Hello 482913") == []


def test_the_words_of_the_subject_make_a_code_of_a_number_on_its_own_line() -> None:
    assert values("Hello,\n\n482913\n", "Your verification code") == ["482913"]
    assert values("Hello,\n\nwe have 482913 of them\n", "Your verification code") == []


def test_the_best_comes_first_and_each_value_once() -> None:
    lines = [
        "Code 1199 may work too.",
        "Your verification code is:",
        "482 913",
        "Or: 482913 is your verification code.",
    ]
    text = "\n\n".join(lines)
    assert values(text) == ["482913", "1199"]


def test_context_and_source_say_where_a_code_stands() -> None:
    text = "Hello Ada,\nyour code is ４８２ ９１３. It expires in 10 minutes."
    assert codes(Mail(text=text)) == (Code("482913", text.replace("\n", " "), "text"),)
    html = "<p>Hello Ada,<p>your code is <b>482913</b>."
    assert codes(Mail(html=html)) == (Code("482913", "Hello Ada, your code is 482913.", "html"),)
    assert codes(Mail(subject="482913 is your code")) == (Code("482913", "482913 is your code", "subject"),)
    assert [code.source for code in codes(Mail(text=text, html=html, subject="482913 is your code"))] == ["text"]


def test_the_context_is_short_and_cuts_no_word() -> None:
    around = " ".join(f"word{number}x" for number in range(100))
    (code,) = codes(Mail(text=f"{around}. Your code is 482913. {around}"))
    assert "Your code is 482913." in code.context
    assert len(code.context) <= 130
    assert set(code.context.split()) <= set(f"{around}. Your code is 482913. {around}".split())


def test_many_codes_are_cut() -> None:
    lines = "".join(f"{number}\n" for number in range(100_000, 100_200))
    assert len(values(f"Your recovery codes:\n{lines}")) == MAX_CODES


WORDS = ["code", "Your verification code is ", "482913", "48", "order ", "A", "b7", "٣", "验证码", "İ", "1\n2\n3\n4\n"]
PIECES = [*WORDS, *"-.:#€( \n\ud800\0\u200b", "https://x.test/1", "a@b", "**"]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=60).map("".join), st.text(max_size=20))
def test_anything_gives_codes_of_the_usual_forms_each_once(written: str, subject: str) -> None:
    valid = written.encode("utf-8", "replace").decode()
    found = codes(Mail(text=valid, html=written, subject=subject))
    assert len({code.value for code in found}) == len(found) <= MAX_CODES
    for code in found:
        assert 4 <= len(code.value) <= 23
        assert code.value.isascii()
        assert code.value.replace("-", "").isalnum()
        f"{code.context}".encode()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, 999_999).map("{:06}".format), st.sampled_from([" ", "-", ""]))
def test_six_digits_that_are_announced_are_a_code_whatever_they_are(digits: str, between: str) -> None:
    shown = digits[:3] + between + digits[3:]
    assert values(f"Hello,\n\nyour verification code is {shown}.\n") == [digits]
    assert values(f"Hello,\n\nyour verification code is:\n\n{shown}\n\nBye") == [digits]
