from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.smtp import xtext


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("", ""),
        ("abc", "abc"),
        ("a+2Bb", "a+b"),
        ("+3D+20+2B", "= +"),
        ("a\\x{FC}", "a\\x{FC}"),
        ("+C3+BC@x", "ü@x"),
        ("!#~<>;,\"'", "!#~<>;,\"'"),
    ],
)
def test_xtext_is_decoded(text: str, decoded: str) -> None:
    assert xtext.decode(text) == decoded


@pytest.mark.parametrize(
    "text",
    [
        *("a b", "a=b", "a+", "a+2", "+2b", "+GG", "+ 2B", "a\tb", "ü", "\x7f"),
        *("+0D+0A", "a+00b", "+7F", "+1B", "+09", "+C2+85", "+E2+80+A8", "+FF", "+C3", "+ED+A0+80"),
    ],
)
def test_what_is_no_xtext_or_hides_control_characters_is_not_decoded(text: str) -> None:
    assert xtext.decode(text) is None


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("", ""),
        ("a@b", "a@b"),
        ("ü@b", "ü@b"),
        ("\\x{FC}@b", "ü@b"),
        ("\\x{fc}\\x{5C}\\x{1F600}", "ü\\\U0001f600"),
        ("\\x{2B}\\x{3D}\\x{20}", "+= "),
        ("+C3+BC@b", "ü@b"),
        ("+5Cx{41}", "\\x{41}"),
    ],
)
def test_an_address_in_utf8_is_decoded(text: str, decoded: str) -> None:
    assert xtext.decode_utf8(text) == decoded


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a\\b",
            "\\x{}",
            "\\x{4",
            "\\x{G0}",
            "\\x{110000}",
            "\\x{D800}",
            "\\x{0A}",
            "\\x{00}",
            "\\x{7F}",
            "\\x{2028}",
        ),
        *("a b", "a=b", "a+", "+0D+0A", "+FF", "\x85", "\u2028@b", "\\x{1234567}"),
    ],
)
def test_what_is_no_address_in_utf8_is_not_decoded(text: str) -> None:
    assert xtext.decode_utf8(text) is None


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp", "Zs"))))
def test_what_was_encoded_is_decoded_again(text: str) -> None:
    coded = "".join(f"+{octet:02X}" for octet in text.encode())
    assert xtext.decode(coded) == xtext.decode_utf8(coded) == text


@given(st.text(alphabet="+0DAC3\\x{}ü= \r\n\x00az"))
def test_nothing_decoded_ever_holds_a_control_character(text: str) -> None:
    for decoded in (xtext.decode(text), xtext.decode_utf8(text)):
        assert decoded is None or decoded.isprintable()
