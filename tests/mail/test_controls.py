from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail import controls


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Grüße", "Grüße"),
        ("a\tb", "a\tb"),
        ("\x1b[2J\0\x7f", "␛[2J␀␡"),
        ("a\r\nb", "a␍␊b"),
        ("\x85\u2028\u202e", "\\u0085\\u2028\\u202e"),
    ],
)
def test_a_line_shows_its_control_characters_as_pictures(text: str, line: str) -> None:
    assert controls.in_line(text) == line


def test_text_keeps_line_ends_and_direction() -> None:
    assert controls.in_text("a\r\n\tb\u202e\x1b\x9b\rc") == "a\r\n\tb\u202e␛\\u009b␍c"


@given(st.text())
def test_a_line_stays_one_line(text: str) -> None:
    assert len(controls.in_line(text).splitlines()) <= 1
