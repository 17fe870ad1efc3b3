from __future__ import annotations

import pytest

from pillarbox.mail import encoded


def unheard(code: str) -> None:
    """Takes a defect that the test is not about."""


def decoded(value: str) -> str:
    return encoded.decode(value, unheard)


def noted(value: str) -> list[str]:
    codes: list[str] = []
    encoded.decode(value, codes.append)
    return codes


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?Q?caf=C3=A9?=", "café"),
        ("=?UTF-8?b?Y2Fmw6k=?=", "café"),
        ("=?iso-8859-1?q?caf=E9_noir?=", "café noir"),
        ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        ("=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?utf-8*en?Q?with_a_language?=", "with a language"),
        ("Re: =?utf-8?Q?=E2=9C=93?= done", "Re: ✓ done"),
        ("a=?utf-8?Q?b?=c", "abc"),
        ("=?utf-8?Q?with spaces inside?=", "with spaces inside"),
        ("=?utf-8?Q?What??=", "What?"),
        ("=?utf-8?Q??=", ""),
        ("no encoded word =? here", "no encoded word =? here"),
    ],
)
def test_an_encoded_word_is_decoded(written: str, read: str) -> None:
    assert decoded(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?=\t  =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?= b", "a b"),
        ("a =?utf-8?Q?b?=", "a b"),
        ("=?utf-8?Q?a_?= =?utf-8?Q?b?=", "a b"),
        ("=?utf-8?Q?a?= =?iso-8859-1?Q?=E9?=", "aé"),
        ("=?utf-8?Q?a?= and =?utf-8?Q?b?=", "a and b"),
    ],
)
def test_white_space_between_encoded_words_is_dropped_and_other_stays(written: str, read: str) -> None:
    assert decoded(written) == read


def test_a_character_split_over_two_words_is_joined_before_decoding() -> None:
    assert decoded("=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=") == "café"
    assert decoded("=?utf-8?Q?caf=C3?= =?UTF-8?B?qQ==?=") == "café"


def test_base64_cut_within_four_characters_goes_on_in_the_next_word() -> None:
    assert decoded("=?utf-8?B?aGVsb?= =?utf-8?B?G8=?=") == "hello"


@pytest.mark.parametrize(
    "written",
    ["=?x-no-such-charset?Q?abc?=", "=?utf-8?Q?=FF=FE?=", "=?punycode?Q?a-b?=", "=?utf-8?B?***?=", "=?utf-8?X?abc?="],
)
def test_what_does_not_decode_stays_as_written(written: str) -> None:
    assert decoded(written) == written
    assert decoded(f"=?utf-8?Q?good?= {written} =?utf-8?Q?good?=") == f"good {written} good"


def test_one_bad_word_does_not_spoil_its_neighbours() -> None:
    assert decoded("=?utf-8?Q?a?= =?utf-8?Q?=FF?= =?utf-8?Q?b?=") == "a =?utf-8?Q?=FF?= b"
    assert noted("=?utf-8?Q?=FF?=") == ["encoded-word-undecodable"]


def test_an_encoded_line_break_is_a_defect_and_a_space() -> None:
    assert decoded("=?utf-8?Q?a=0D=0ABcc:_x?=") == "a Bcc: x"
    assert noted("=?utf-8?Q?a=0D=0ABcc:_x?=") == ["encoded-line-break"]


def test_a_word_that_never_ends_does_not_swallow_the_next_one() -> None:
    assert decoded("=?utf-8?Q?a =?utf-8?Q?b?=") == "=?utf-8?Q?a b"


def test_utf8_labelled_latin_1_is_read_as_utf8() -> None:
    assert decoded("=?iso-8859-1?Q?caf=C3=A9?=") == "café"
