"""Regular expressions that strangers to this code write: read so that no reading, and tried so that no trying, hangs.

Rules of this module:

* The library is `regex`: it stops at a time limit and leaves the interpreter to others while it tries. It is imported
  when the first pattern is read.
* Reading is bounded too, because a counted repeat is copied: within one another they make megabytes of a few
  characters. So does recursion when a pattern is tried. Such patterns are refused, with flags that only few know.
* All patterns that are tried for one expectation, on whatever messages, share one allowance of time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pillarbox import clock

if TYPE_CHECKING:
    import regex

LONGEST = 1_000
"""Characters of a pattern."""

LARGEST = 10_000
"""Characters and groups of a pattern with every repeat written out as often as it must stand; 0.1 s to read."""

ALLOWED = 1.0
"""Seconds for all patterns that one expectation tries, on all messages."""

_POSITION = re.compile(r" at position ([0-9]+)$")
_FLAGS = frozenset("aimsu-")
_PIECE = re.compile(
    r"(?P<escape>\\.)"
    r"|(?P<set>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])"
    r"|(?P<comment>\(\?#[^)]*\))"
    r"|(?P<recursion>\(\?(?:R|[+-]?[0-9]+|&|P>))"
    r"|(?P<flags>\(\?(?P<letters>[a-zA-Z0-9-]+)(?P<scope>[:)]))"
    r"|(?P<open>\((?:\?(?:P?<\w+>|P=|<?[=!]|[:>|(]))?)"
    r"|(?P<close>\))"
    r"|(?P<repeat>\{(?P<least>[0-9]*)(?:,[0-9]*)?\}|[*+?])"
    r"|(?P<atom>.)",
    re.DOTALL,
)


class BadPattern(ValueError):
    """A pattern that cannot be read or will not be; the text is a sentence for people."""


class TooSlow(Exception):
    """A pattern took longer than the time that was left; the text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression as it was written, and as it is tried."""

    text: str
    compiled: regex.Pattern[str]


class Allowance:
    """The seconds that are left for trying patterns."""

    __slots__ = ("given", "left")

    def __init__(self, seconds: float = ALLOWED) -> None:
        self.given = seconds
        self.left = seconds

    def found(self, pattern: Pattern, text: str) -> bool:
        """Whether the pattern is found anywhere in the text. Raises TooSlow."""
        began = clock.monotonic()
        try:
            if self.left > 0:
                return pattern.compiled.search(text, concurrent=True, timeout=self.left) is not None
        except TimeoutError:
            self.left = 0.0  # the library's clock may be a little before ours
        except MemoryError:
            pass  # told below
        finally:
            self.left -= clock.monotonic() - began
        raise TooSlow(
            f"The pattern {shown(pattern.text)} took longer than {self.given:g} s and was given up. "
            "Patterns with repeats within repeats take so long; write it with fewer of them."
        )


def shown(pattern: str) -> str:
    """A pattern between slashes, cut when it is long."""
    return f"/{pattern if len(pattern) <= 60 else pattern[:59] + '…'}/"


def read(text: str) -> Pattern:
    """A pattern in the syntax of Python's `re`, which finds its text anywhere unless `^` and `$` say otherwise.

    Raises BadPattern.
    """
    import regex

    if len(text) > LONGEST:
        raise BadPattern(f"A pattern may have at most {LONGEST} characters.")
    _weigh(text)
    try:
        return Pattern(text, regex.compile(text, cache_pattern=False))
    except regex.error as error:
        # Its text is about the pattern alone, such as "missing ) at position 2", where the first character has 0.
        said = _POSITION.sub(lambda found: f" at character {int(found[1]) + 1}", str(error))
        raise BadPattern(f"This is no regular expression: {said}.") from None
    except RecursionError:
        raise BadPattern("The pattern has too many groups within one another.") from None
    except (OverflowError, ValueError) as error:
        raise BadPattern("This is no regular expression.") from error


def insensitive(pattern: Pattern) -> Pattern:
    """The same pattern for capital and small letters alike."""
    import regex

    return Pattern(pattern.text, regex.compile(pattern.text, regex.IGNORECASE, cache_pattern=False))


def _weigh(text: str) -> None:
    """Raises BadPattern when reading or trying the pattern could cost too much.

    What is not well-formed is weighed as far as it goes: the library says what is wrong with it.
    """
    groups: list[list[int]] = [[0, 0]]  # for each open group: its weight, and that of the last thing in it
    for piece in _PIECE.finditer(text):
        kind = piece.lastgroup
        group = groups[-1]
        if piece["recursion"]:
            raise BadPattern(f"A pattern that calls itself is not tried: write it without {piece[0]}….")
        if piece["flags"]:
            unknown = sorted(set(piece["letters"]) - _FLAGS)
            if unknown:
                raise BadPattern(f"The flags of a pattern are a, i, m, s and u; {unknown[0]} is none of them.")
            if piece["scope"] == ":":
                groups.append([1, 0])
        elif kind == "open":
            groups.append([1, 0])
        elif kind == "close":
            if len(groups) > 1:
                groups.pop()
                groups[-1][1] = group[0]
                groups[-1][0] += group[0]
        elif piece["repeat"]:
            least = int(piece["least"]) if piece["least"] else 1
            if least > 1:
                group[0] += group[1] * (least - 1)
                group[1] *= least
        elif kind != "comment":
            group[0] += 1
            group[1] = 1
        if group[0] > LARGEST or groups[-1][0] > LARGEST:
            raise BadPattern(f"The pattern repeats too much: written out it would have more than {LARGEST} characters.")
