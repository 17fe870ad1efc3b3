"""Where two texts part, to be read by a person: the place, both lines, and a mark under the first difference.

Rules of this module:

* Positions count characters from 0 and are told from 1. A line ends at LF; a CR before it belongs to the line.
* What is shown is one line a text, at most `BEFORE` + `AFTER` characters round the difference, `…` where it is cut.
* Control characters are pictures, so that no mail can move the cursor of whoever reads the difference.
* Where only white space differs it is visible: `·` a space, `→` a tab, `⍽` a no-break space, `␍` and `␊` a line end.
  A character that nobody sees is its number where the texts part at one: `\\u200b`.
"""

from __future__ import annotations

import unicodedata

from pillarbox.mail import controls
from pillarbox.mail.expect import nearmiss

BEFORE, AFTER = 40, 60
"""Characters shown before and after a difference."""

LONGEST = 200
"""Characters of a value that is given for itself."""

SEARCHED = 1_000_000
"""Characters in which the nearest place of a part is looked for."""

_BLOCK = 4096
_BLANKS = str.maketrans({" ": "·", "\t": "→", "\xa0": "⍽", "\r": "␍"})
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})
_PREFIXES = ("  wanted: ", "  actual: ")


def first(one: str, other: str, start: int = 0, other_start: int = 0) -> int:
    """How many characters from both starts on are the same."""
    same = 0
    most = min(len(one) - start, len(other) - other_start)
    while same < most:
        size = min(_BLOCK, most - same)
        if one[start + same : start + same + size] != other[other_start + same : other_start + same + size]:
            break
        same += size
    while same < most and one[start + same] == other[other_start + same]:
        same += 1
    return same


def likeness(wanted: str, actual: str) -> tuple[bool, int]:
    """Sorts texts by how near they come: those that differ in form only, then those that begin or end alike longest."""
    near = nearmiss.between(wanted, actual) or nearmiss.within(wanted, actual)
    ending = first(wanted[-_BLOCK:][::-1], actual[-_BLOCK:][::-1])
    return near is not None, max(ending, _beginning(wanted, actual)[0])


def cut(text: str, at: int = 0) -> str:
    """At most `LONGEST` characters of a text round the character at `at`, with `…` where it was cut."""
    start = max(0, min(at - LONGEST // 2, len(text) - LONGEST))
    end = start + LONGEST
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def quoted(text: str) -> str:
    """A short text in quotation marks, on one line, cut at 60 characters."""
    return "“" + controls.in_line(text if len(text) <= 60 else text[:59] + "…").replace("\t", " ") + "”"


def place(text: str, at: int) -> str:
    """`line 3, character 7`; only `character 7` in a text of one line."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return f"line {line}, character {column}" if "\n" in text.rstrip("\n") else f"character {column}"


def equal(wanted: str, actual: str) -> str:
    """How `actual` differs from `wanted`, in lines: a sentence, both texts, the mark. They are not equal."""
    at = first(wanted, actual)
    near = nearmiss.between(wanted, actual)
    where = place(max(wanted, actual, key=len), at)
    if at == len(wanted):
        sentence = f"goes on at {where}, where the wanted text ends"
    elif at == len(actual):
        sentence = f"ends at {where}, where the wanted text goes on"
    else:
        sentence = f"differs first at {where}"
    if near is not None:
        sentence += f"; {near.phrase}"
    column = at - (actual.rfind("\n", 0, at) + 1)
    return f"{sentence}.\n" + _lines(wanted, at, actual, at, column, near is not None and near.blank)


def part(wanted: str, actual: str) -> str:
    """How `actual` fails to contain `wanted`, in lines: what comes nearest to it there."""
    near = nearmiss.within(wanted, actual)
    same, at = _beginning(wanted, actual)
    sentence = f"does not contain {quoted(wanted)}"
    if near is not None:
        sentence += f"; {near.phrase}"
    if same < 4 and same * 2 < len(wanted):
        return f"{sentence}.\n{_PREFIXES[1]}{beginning(actual)}"
    column = same - (wanted.rfind("\n", 0, same) + 1)
    sentence += f". Its beginning is at {place(actual, at)}"
    before = actual[actual.rfind("\n", 0, at) + 1 : at] if column == same else ""
    return f"{sentence}:\n" + _lines(wanted, same, actual, at + same, column, near is not None and near.blank, before)


def beginning(text: str) -> str:
    """The first lines of a text on one, with their ends visible."""
    shown = text[: BEFORE + AFTER]
    return _shown(shown, False) + ("…" if len(text) > len(shown) else "")


def _beginning(wanted: str, actual: str) -> tuple[int, int]:
    """The longest beginning of `wanted` that is in the first `SEARCHED` characters of `actual`, and where."""
    least, most = 0, len(wanted)
    actual = actual if len(actual) <= SEARCHED else actual[:SEARCHED]
    while least < most:
        middle = (least + most + 1) // 2
        if wanted[:middle] in actual:
            least = middle
        else:
            most = middle - 1
    return least, actual.find(wanted[:least])


def _lines(wanted: str, wanted_at: int, actual: str, actual_at: int, column: int, blank: bool, before: str = "") -> str:
    """Both texts round where they part, and the mark. The `column` characters before it are the same in both.

    `before` is what stands before these in the actual line alone.
    """
    parts = wanted[wanted_at : wanted_at + 1] + actual[actual_at : actual_at + 1]
    same = min(column, BEFORE)
    room = BEFORE - same
    cut_off = "…" if same < column or len(before) > room else ""
    alone = _shown(before[len(before) - room :] if len(before) > room else before, blank) if same == column else ""
    head = _shown(actual[actual_at - same : actual_at], blank)
    heads = (" " * _width(cut_off + alone) + head, cut_off + alone + head) if before else (cut_off + head,) * 2
    bare = nearmiss.INVISIBLE.search(parts) is not None
    rows = [
        prefix + start + _tail(text, at, blank, bare)
        for prefix, start, text, at in zip(_PREFIXES, heads, (wanted, actual), (wanted_at, actual_at), strict=True)
    ]
    if not blank and len({row[len(_PREFIXES[0]) :].rstrip() for row in rows}) == 1:
        return _lines(wanted, wanted_at, actual, actual_at, column, True, before)
    mark = " " * (len(_PREFIXES[0]) + _width(heads[1])) + "^"
    return "\n".join([*(row.rstrip() for row in rows), mark])


def _tail(text: str, at: int, blank: bool, bare: bool) -> str:
    """The rest of the line from `at` on; its end is shown when the texts part there or white space is."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    more = end - at > AFTER
    rest = text[at : at + AFTER if more else end + 1 if end == at or blank else end]
    shown = _shown(rest, blank) + "…" * more
    return nearmiss.INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", shown) if bare else shown


def _shown(text: str, blank: bool) -> str:
    return controls.in_line(text.translate(_BLANKS) if blank else text.replace("\t", " "))


def _width(text: str) -> int:
    """Columns of a terminal that a text takes (UAX 11)."""
    return sum(
        0 if unicodedata.category(one) in _NO_WIDTH else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )
