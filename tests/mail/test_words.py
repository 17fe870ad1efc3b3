from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.mail.words import MAX_WORD, search_text, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World! foo_bar a-b 3.14", ["hello", "world", "foo", "bar", "a", "b", "3", "14"]),
        ("bob@example.test", ["bob", "example", "test"]),
        ("", []),
        (" -_.\n", []),
        ("Crème BRÛLÉE", ["creme", "brulee"]),
        ("cre\u0300me", ["creme"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("ﬁne №5 ² Ⅷ", ["fine", "no5", "2", "viii"]),
        ("Москва́ Ёлка", ["москва", "елка"]),
        ("İstanbul ISTANBUL", ["istanbul", "istanbul"]),
        ("Ａｂｃ１２３", ["abc123"]),
        ("東京都", ["東京", "京都"]),
        ("東", ["東"]),
        ("東京tower", ["東京", "tower"]),
        ("iPhone用ケース", ["iphone", "用ケ", "ケー", "ース"]),
        ("テスト・ケース", ["テス", "スト", "ケー", "ース"]),
        ("が か\u3099", ["が", "が"]),
        ("한국어 안녕", ["한국어", "안녕"]),
        ("😀naive", ["naive"]),
        ("x" * 300, ["x" * MAX_WORD]),
        ("é" * 300, ["e" * MAX_WORD]),
    ],
)
def test_words_are_folded_and_split(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_search_text_is_the_words_joined() -> None:
    assert search_text("Hello, 東京都!") == "hello 東京 京都"


@given(st.text(st.characters(codec="ascii"), max_size=300))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_the_way_for_ascii_gives_what_the_general_way_gives(text: str) -> None:
    assert words(text) == words(text + " é")[:-1]


@given(st.text(max_size=60))
@settings(max_examples=500, deadline=None, derandomize=True)
def test_words_of_words_are_the_same_words(text: str) -> None:
    once = words(text)
    assert all(word and word.isalnum() and len(word) <= MAX_WORD for word in once)
    assert words(" ".join(once)) == once


def test_a_long_run_of_combining_marks_is_cut_and_does_not_cost_its_square() -> None:
    assert words("a" + "\u0301\u0316\U0001d165" * 80_000 + "b") == ["ab"]
