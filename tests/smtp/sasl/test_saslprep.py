from __future__ import annotations

import pytest

from pillarbox.smtp.sasl.saslprep import prepared, saslprep


@pytest.mark.parametrize(
    ("text", "result"),
    [
        # RFC 4013 section 3
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b\u3000c", "a b c"),
        ("u\u0308", "\u00fc"),
        ("\u0627\u0628", "\u0627\u0628"),
        ("\U0001f600", "\U0001f600"),
        ("", ""),
        ("\u00ad", ""),
    ],
)
def test_text_is_prepared(text: str, result: str) -> None:
    assert saslprep(text) == result
    assert prepared(text) == result


@pytest.mark.parametrize(
    "text",
    ["\u0007", "\u0627\u0031", "a\u0627", "\x7f", "\u0085", "\ue000", "\ufffe", "\u202e", "\U000e0001"],
)
def test_what_is_prohibited_is_refused_and_left_alone_in_a_password(text: str) -> None:
    with pytest.raises(ValueError, match=r"prohibited|mixed"):
        saslprep(text)
    assert prepared(text) == text
