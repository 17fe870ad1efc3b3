"""What a word is, for the search index of every database: one definition, so that both find the same.

Rules of this module:

* NFKC, case-folded, diacritics off; split at what is neither a letter nor a number; a word is cut at 200 characters;
* a run of Chinese or Japanese is a word of its own and becomes overlapping pairs of characters; one alone stays;
* the voicing marks of Japanese are part of the letter and stay;
* a text of words gives the same words again, so indexes may tokenize what is stored.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

MAX_WORD = 200

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[^\W_]+")
_HAN_KANA = (
    "\u3005-\u3007\u3040-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"[{_HAN_KANA}]+")
_PIECE = re.compile(rf"[{_HAN_KANA}]+|[^{_HAN_KANA}]+")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_VOICING = "\u3099\u309a"


@cache
def _marks(astral: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Combining marks, and runs of them longer than any language writes; made when the first such text comes.

    Those beyond U+FFFF are apart: with them a character class is a list that is walked, without them a bit map.
    """

    def among(codes: Iterable[int]) -> str:
        return "".join(chr(code) for code in codes if unicodedata.category(chr(code))[0] == "M")

    any_mark = f"[{among(range(0x300, 0x10000))}]"
    if astral:  # from U+20000 on there are only ideographs, up to the variation selectors
        beyond = among(itertools.chain(range(0x10000, 0x20000), range(0xE0100, 0xE01F0)))
        any_mark = f"(?:{any_mark}|(?=[\U00010000-\U0010ffff])[{beyond}])"
    return re.compile(f"(?:(?![{_VOICING}]){any_mark})+"), re.compile(f"({any_mark}{{8}}){any_mark}+")


def words(text: str) -> list[str]:
    """The words of `text` in order, repeated ones included.

    >>> words("Crème-Brûlée №5 東京都")
    ['creme', 'brulee', 'no5', '東京', '京都']
    """
    if text.isascii():
        found = _ASCII_WORD.findall(text.lower())
        return found if len(text) <= MAX_WORD else [word[:MAX_WORD] for word in found]
    folded = _folded(text)
    found = _WORD.findall(folded)
    if _RUN.search(folded):
        found = [piece for word in found for piece in _pieces(word)]
    return [word[:MAX_WORD] for word in found]


def search_text(text: str) -> str:
    """The words of `text` joined by spaces, as an index stores them."""
    return " ".join(words(text))


def _folded(text: str) -> str:
    marks, long_runs = _marks(_ASTRAL.search(text) is not None)
    # Putting a run of marks into canonical order takes time that grows with its square; text has runs of two or three.
    text = long_runs.sub(r"\1", text)
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", marks.sub("", text))


def _pieces(word: str) -> list[str]:
    found = []
    for piece in _PIECE.findall(word):
        if len(piece) > 1 and _RUN.match(piece):
            found += [piece[index : index + 2] for index in range(len(piece) - 1)]
        else:
            found.append(piece)
    return found
