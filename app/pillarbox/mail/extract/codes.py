"""The one-time codes of a message, the best first.

Rules of this module:

* a number is a code because of the words around it, in any of the languages of `vocabulary`; one without such words is
  none, whatever it looks like;
* the nearest words count: in "your code for order 4711 is 482913" one number is an order's, the other a code; a word
  that names numbers of another kind takes the first number after it;
* a number on a line of its own may have its words further off, in the subject too;
* the same value is listed once, where the text has it first, else the HTML, else the subject;
* only the first `MAX_READ` characters of each body and the first 1,000 numbers in them are looked at, and at most
  `MAX_CODES` are given, so the time is bounded, whatever a message holds.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pillarbox.mail import charset
from pillarbox.mail.extract.forms import Run, cleaned, runs, seen
from pillarbox.mail.extract.signals import Kind, Signal, signals
from pillarbox.mail.html import html_to_text
from pillarbox.mail.message import Mail

Source = Literal["html", "text", "subject"]

MAX_READ = 64 * 1024
MAX_CODES = 50
BEFORE, AFTER = 160, 60  # characters within which words belong to a number
ENOUGH = 38  # of the score, to be a code

# The scores were found by trial on the mails under tests/mail/extract.
_SCORE: dict[Kind, int] = {"sure": 60, "code": 50, "act": 30}
_WORD = re.compile(r"\w")
_SENTENCE_END = re.compile(r"[.!?؟]\s|[。！？।۔]|\n\n")
_SET_OFF = " \t*_[](){}<>\"'“”„«»「」『』【】‘’`|=>:.–—-"
_IS = "is was ist lautet lauten est es é è são on är er to je jest este είναι это є е là adalah"
_ANNOUNCED = re.compile(rf"(?:[:：=]|\b(?:{_IS.replace(' ', '|')})|हैं|है|は|为|為|是)[\s\"'“„«*\[(]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Code:
    """`value` as a form takes it, `123 456` joined; `context` are the words around it as they stand, on one line."""

    value: str
    context: str
    source: Source


class _Scored(NamedTuple):
    score: int
    code: Code


class _Said(NamedTuple):
    """What words say of a number: how much they make a code of it, whether they announce one right there, and whether
    they call it something else.
    """

    score: int = 0
    announced: bool = False
    denied: bool = False


def codes(mail: Mail) -> tuple[Code, ...]:
    """The codes of the subject and of both bodies, the best first, each value once.

    >>> [code.value for code in codes(Mail(text="Your code for order 4711 is 123-456. Call 030 1234567."))]
    ['123456']
    """
    texts: tuple[tuple[Source, str], ...] = (
        ("text", seen((mail.text or "")[:MAX_READ])),
        ("html", seen(html_to_text(mail.html, MAX_READ)) if mail.html else ""),
        ("subject", seen(mail.subject[:MAX_READ])),
    )
    subject = frozenset(signal.kind for signal in signals(texts[-1][1]))
    found: dict[str, _Scored] = {}
    for source, text in texts:
        for one in _of_text(text, source, subject):
            known = found.setdefault(one.code.value, one)
            if known.score < one.score:
                found[one.code.value] = _Scored(one.score, known.code)
    best = sorted(found.values(), key=lambda one: -one.score)
    return tuple(one.code for one in best[:MAX_CODES])


def _of_text(shown: str, source: Source, subject: frozenset[Kind]) -> Iterator[_Scored]:
    text = cleaned(shown)
    numbers = runs(text)
    if not any(run.value for run in numbers):
        return
    words = signals(text)
    kinds = subject | {signal.kind for signal in words}
    if not kinds & {"sure", "code", "act"}:
        return
    starts = [signal.start for signal in words]
    following = _next_large(numbers, len(text) + AFTER)
    number = code = -1  # where the number before this one ends, and the one before it that words may have called a code
    for index, run in enumerate(numbers):
        at = bisect_left(starts, run.start)
        alone = _alone(text, run)
        before = _before(text, run, words[max(0, at - 8) : at], number, code, alone)
        if run.value is not None:
            after = _after(text, run, words[at : at + 3], following[index])
            score = _score(run, before, after, kinds, alone)
            if score >= ENOUGH:
                yield _Scored(score, Code(run.value, _context(shown, run), source))
        small = _small(run)
        number = number if small else run.end
        code = run.end if before.announced or not (small or run.value is None or before.denied) else code


def _small(run: Run) -> bool:
    return run.end - run.start < 3  # "6-digit", "10 minutes"


def _next_large(numbers: Sequence[Run], end: int) -> list[int]:
    """For each number where the next that is not small begins."""
    found = [end] * len(numbers)
    for index in range(len(numbers) - 2, -1, -1):
        found[index] = found[index + 1] if _small(numbers[index + 1]) else numbers[index + 1].start
    return found


def _score(run: Run, before: _Said, after: _Said, kinds: frozenset[Kind], alone: bool) -> int:
    said = max(before, after)
    score = said.score
    if before.denied and not score:
        return 0
    if not score:
        if not alone or run.weight < 4:
            return 0
        score = 30 if kinds & {"sure", "code"} else 22
    if run.vague and not said.announced and not (alone and "sure" in kinds):
        return 0
    return score + run.weight + (14 if alone else 0) + (8 if said.announced else 0)


def _before(text: str, run: Run, words: Sequence[Signal], number: int, code: int, alone: bool) -> _Said:
    """What the words before say; they are asked from the nearest on, up to the first that calls it a code."""
    denied = act = 0
    for signal in reversed(words):
        gap = text[signal.end : run.start]
        if len(gap) > BEFORE:
            break
        sentence = _SENTENCE_END.search(gap) is None
        if signal.kind == "no":
            if number <= signal.end and len(gap) <= 40 and gap.count("\n") < 2 and sentence:
                denied = max(denied, 40 if len(gap.strip()) < 3 else 25)
        elif signal.kind == "act":
            act = act or _SCORE["act"] - len(gap) // 8
        elif denied and not sentence:
            break
        else:
            free = code <= signal.end
            announced = free and not denied and (_ANNOUNCED.search(gap) is not None or not _WORD.search(gap))
            score = _SCORE[signal.kind] - denied - len(gap) // (8 if alone or announced else 3)
            score -= 0 if free else 8 if alone else 25
            score -= 0 if alone or sentence else 35 if "\n\n" in gap else 22
            return _Said(max(score, 0), announced, denied > 0)
    if denied:
        return _Said(denied=True)
    return _Said(max(0, act if alone else act - 20))


def _after(text: str, run: Run, words: Sequence[Signal], following: int) -> _Said:
    """What the words after say, as in "482913 is your code"; `following` is where the next number is."""
    for signal in words:
        gap = text[run.end : signal.start]
        if len(gap) > AFTER or following < signal.start or _SENTENCE_END.search(gap):
            break
        if "\n" in gap and len(text[max(0, run.start - 60) : run.end].rpartition("\n")[2]) + gap.index("\n") < 40:
            break  # the line ends here and was not wrapped
        if following - signal.end < 12 and not _SENTENCE_END.search(text[signal.end : following]):
            break  # it announces the next number
        if signal.kind in ("sure", "code"):
            return _Said(_SCORE[signal.kind] - 10 - len(gap) // 8, len(gap) < 30)
    return _Said()


def _alone(text: str, run: Run) -> bool:
    """Whether a run has its line for itself, signs that set it off aside."""
    line = text.rfind("\n", max(0, run.start - 40), run.start)
    if line < 0 and run.start > 40:
        return False
    end = text.find("\n", run.end, run.end + 40)
    if end < 0 and len(text) > run.end + 40:
        return False
    rest = text[line + 1 : run.start] + text[run.end : end if end >= 0 else len(text)]
    return not rest.strip(_SET_OFF)


def _context(text: str, run: Run) -> str:
    """The words around on one line: at most 80 characters before and 40 after, no word cut."""
    start, end = max(0, run.start - 80), min(len(text), run.end + 40)
    before, after = text[start : run.start], text[run.end : end]
    if start and not text[start - 1].isspace():
        before = before.partition(" ")[2] if " " in before else ""
    if end < len(text) and not text[end].isspace():
        after = after.rpartition(" ")[0]
    return charset.valid(" ".join(f"{before}{text[run.start : run.end]}{after}".split()))
