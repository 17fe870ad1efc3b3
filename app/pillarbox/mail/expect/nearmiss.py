"""Two texts that a person would call the same: which small thing alone keeps them apart.

Each way of being alike is a folding, tried in this order: when both texts fold to the same, the phrase says what
differs. Texts of more than `LONGEST` characters are not folded: a difference in those is told by its place alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

LONGEST = 64 * 1024
"""Characters of the longer text up to which near misses are looked for."""

_LINE_END = re.compile(r"\r\n?")
_LINE_TAIL = re.compile(r"[^\S\n]+(?=\n|\Z)")
_TYPED = str.maketrans("‘’‚‛′“”„‟″‐‑‒–—―−", "'''''\"\"\"\"\"-------", "")
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)


class Near(NamedTuple):
    """What alone differs; `blank` when it is white space, which must be made visible to be seen."""

    phrase: str
    blank: bool = False


def _same_line_ends(text: str) -> str:
    return _LINE_END.sub("\n", text)


def _line_tails_off(text: str) -> str:
    return _LINE_TAIL.sub("", _same_line_ends(text)).rstrip("\n")


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _visible(text: str) -> str:
    return INVISIBLE.sub("", text)


def _typed(text: str) -> str:
    return text.translate(_TYPED).replace("…", "...")


def _everything(text: str) -> str:
    return _collapsed(_visible(_typed(_compatible(text).casefold())))


_FOLDINGS: tuple[tuple[Callable[[str], str], str, bool], ...] = (
    (_same_line_ends, "line ends", True),
    (str.rstrip, "white space at the end", True),
    (str.strip, "white space at the beginning or the end", True),
    (_line_tails_off, "white space at the ends of lines", True),
    (_collapsed, "white space", True),
    (str.casefold, "capital and small letters", False),
    (_composed, "the Unicode form", False),
    (_visible, "characters that nobody sees", False),
    (_typed, "the form of quotation marks, dashes or dots", False),
    (_compatible, "the form of characters that mean the same", False),
    (_everything, "capital letters, white space and the form of characters", False),
)


def between(wanted: str, actual: str) -> Near | None:
    """What alone keeps two texts apart that are not equal; None when they differ in more than form."""
    if max(len(wanted), len(actual)) > LONGEST:
        return None
    for fold, name, blank in _FOLDINGS:
        if fold(wanted) == fold(actual):
            verb = "differs" if name.startswith(("white", "the")) else "differ"
            return Near(f"only {name} {verb}{_detail(fold, wanted, actual)}", blank)
    return None


def within(wanted: str, actual: str) -> Near | None:
    """What alone keeps `wanted` from being a part of `actual`; None when it is more than form."""
    if len(actual) > LONGEST:
        return None
    for fold, name, blank in _FOLDINGS:
        sought = fold(wanted)
        if sought and sought in fold(actual):
            return Near(f"it would be there if {name} did not count", blank)
    return None


def _detail(fold: Callable[[str], str], wanted: str, actual: str) -> str:
    if fold is _same_line_ends:
        return f": wanted {_line_ends(wanted)}, actual {_line_ends(actual)}"
    if fold is _composed:
        return f": wanted {_form(wanted)}, actual {_form(actual)}"
    if fold is _visible:
        return f": {_names(INVISIBLE.findall(wanted + actual))}"
    if fold is _collapsed:
        odd = [one for one in wanted + actual if one.isspace() and one not in " \t\r\n"]
        return f", with {_names(odd)}" if odd else ""
    return ""


def _line_ends(text: str) -> str:
    kinds = {"\r\n": "CRLF", "\r": "CR", "\n": "LF"}
    found = dict.fromkeys(kinds[end] for end in re.findall(r"\r\n|\r|\n", text))
    return " and ".join(found) or "none"


def _form(text: str) -> str:
    for form in ("NFC", "NFD"):
        if unicodedata.is_normalized(form, text):
            return form
    return "neither NFC nor NFD"


def _names(characters: list[str]) -> str:
    """`U+200B ZERO WIDTH SPACE`, and at most two more."""
    found = list(dict.fromkeys(characters))
    named = [f"U+{ord(one):04X} {unicodedata.name(one, '')}".rstrip() for one in found[:3]]
    return ", ".join(named) + (", …" if len(found) > 3 else "")
