"""What in a text is formed like a one-time code, by itself: the words around it are not asked here.

Rules of this module:

* numbers are read as whole runs, with all that joins their digits: `12.03.2026`, `1,234.50` and `+49 30 1234567` are
  one run each and no code, and so is what has a currency, a unit or a letter attached;
* codes are 4 to 10 digits, together or in groups (`123 456`, `1234-5678`, `1 2 3 4 5 6`), or letters and digits:
  `G-123456`, `AB12-CD34`, `7KX2QM`;
* the value is what a form takes: groups of digits are joined, digits of other scripts become those of ASCII; letters,
  and hyphens between groups with letters, stay as they are;
* linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from pillarbox.mail.extract.links import addresses

MAX_RUNS = 1000


class Run(NamedTuple):
    """A number or a mix of letters and digits, at text[start:end]. `value` is None when it is formed like no code.

    `weight` is higher the more usual the form is for codes; below 0 it takes clear words to believe it. `vague`: a
    year, or no digit in it: it is believed only where a code is announced.
    """

    start: int
    end: int
    value: str | None = None
    weight: int = 0
    vague: bool = False


_LETTERS = r"A-Za-z\u00aa-\u02af\u0370-\u052f\u1e00-\u1fff"  # of scripts that put spaces between words
_NUMBER = re.compile(
    rf"(?<![{_LETTERS}0-9]) [0-9]++ (?: (?:[ ]?[-–][ ]?|[.,:/'’*×_+()]|\)?[ ]) [0-9]++ )*+", re.VERBOSE
)
_MIXED = re.compile(
    rf"(?<![{_LETTERS}0-9_.@/#&%=+-]) [A-Za-z0-9]++ (?: -[A-Za-z0-9]++ )*+ (?![{_LETTERS}_@/])", re.VERBOSE
)
_BOXES = re.compile(r"(?m)^[0-9](?:\n[0-9](?=\n|\Z))++(?=\n|\Z)")
_FOREIGN_DIGIT = re.compile(r"[^\W\D0-9]")
_MAIL_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w.-]+")
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_BLANK = re.compile("[\t\x0b\x0c\xa0\u2000-\u200a\u202f\u205f\u3000]")
_MASK = "\x1f"

_MONEY = "$€£¥₹₽₺₴₪฿₫₩₦₱₡¢"
_CURRENCIES = "USD|EUR|GBP|CHF|INR|Rs\\.?|PLN|SEK|NOK|DKK|CZK|JPY|CNY|RMB|KRW|BRL|TRY|RUB|Rp\\.?|kr\\.?"
_MONEY_BEFORE = re.compile(rf"(?:[{_MONEY}]|\b(?:{_CURRENCIES})) ?$", re.IGNORECASE)
# None that is a common word of some language: "am", "em", "try".
_UNIT_WORDS = """
    usd eur gbp chf inr pln sek nok dkk czk jpy cny rmb krw brl rub huf ron euros? dollars? pounds? cents?
    zł złotych kr kč ft lei tl руб\\w* грн лв km cm mm kg mg lbs oz gb mb kb tb kwh kw mah dpi secs?
    seconds? mins? minutes? hrs? hours? days? weeks? months? years? minuten stunden tagen? sekunden wochen
    jahren? heures? jours? semaines? mois ans minutos horas d[íi]as? años minuti ore giorni anni minuter
    timmar dagar timer dager dage minuuttia tuntia päivää minut\\w* godzin\\w* dni hodin\\w* perc óra napig
    dakika saat gün минут\\w* час\\w* дн\\w* суток хвилин\\w* годин\\w* phút giờ ngày menit jam hari λεπτά
    ώρες ημέρες دقيقة دقائق ساعة דקות שעות मिनट घंटे points? punkte users? people members? customers?
    subscribers? followers? times items? products? orders? emails? messages? views? stars? steps? uhr street
    road avenue lane drive blvd straße strasse str\\. rue calle
"""
_UNITS = "|".join(_UNIT_WORDS.split())
_UNIT_AFTER = re.compile(
    rf"[ ]?[%‰°{_MONEY}円元原圆圓원名件個个人天日年月号號點点분초일시간회개]|[ ]?[-–]?[ ]?(?:{_UNITS})(?!\w)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}|2100")
_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_MEASURE = re.compile(
    r"[a-z][0-9]+|[0-9]+(?:[a-z]{1,3}|GB|MB|KB|TB|KG|CM|MM|KM|AM|PM|USD|EUR|GBP|MIN|PX|HZ|MHZ|GHZ|MP|MAH|KWH)"
)
_WORD_AND_NUMBER = re.compile(r"(?=[A-Z]*[AEIOUY])[A-Z]{3,}[0-9]{1,4}|[A-Za-z][a-z]{3,}[0-9]{1,4}")
_PREFIXED = re.compile(r"([A-Z]{1,3})-[0-9]{4,8}")
_JOINED = re.compile(r"\.\w| [0-9]{2,}")
_NO_VOWELS = re.compile(r"[B-DF-HJ-NP-TV-XZ]{5,8}")
_JOINTS = frozenset({" ", "-", "–", " - ", " – ", "- ", " -"})
_BY_DIGITS = {4: 2, 5: 5, 6: 12, 7: 5, 8: 7, 9: 0, 10: -4}


def seen(text: str) -> str:
    """`text` without the characters that are not seen, which mailers put between digits too."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def cleaned(text: str) -> str:
    """`text` as it is looked at, character for character: plain blanks, ASCII digits, addresses blotted out."""
    if not text.isascii():
        text = _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)
    pieces, at = [], 0
    for _, written, start in addresses(text):
        pieces += [text[at:start], _MASK * len(written)]
        at = start + len(written)
    text = "".join((*pieces, text[at:]))
    return _BLANK.sub(" ", _MAIL_ADDRESS.sub(lambda found: _MASK * len(found[0]), text))


def runs(text: str) -> list[Run]:
    """The numbers and mixes of a cleaned text in order, formed like codes or not; at most `MAX_RUNS` of each."""
    found = [*map(_boxes, islice(_BOXES.finditer(text), MAX_RUNS)), *islice(_mixes(text), MAX_RUNS)]
    taken = {place for run in found for place in range(run.start, run.end)}
    numbers = islice(_NUMBER.finditer(text), MAX_RUNS)
    found += [_number(text, one) for one in numbers if one.start() not in taken]
    return sorted(found, key=lambda run: run.start)


def _boxes(found: re.Match[str]) -> Run:
    """One digit a line, as HTML looks that has a box for each."""
    digits = found[0].replace("\n", "")
    fitting = 4 <= len(digits) <= 8
    return Run(found.start(), found.end(), digits if fitting else None, 8)


def _number(text: str, found: re.Match[str]) -> Run:
    start, end = found.span()
    written = found[0]
    groups = re.split(r"[^0-9]+", written)
    value = "".join(groups)
    weight = _weight(value, groups, set(re.split(r"[0-9]+", written)[1:-1])) if len(written) < 30 else None
    if weight is None or _attached(text, start, end):
        return Run(start, end)
    return Run(start, end, value, weight, vague=_YEAR.fullmatch(written) is not None)


def _weight(value: str, groups: list[str], joints: set[str]) -> int | None:
    """How usual it is for codes to have these groups of digits, joined so; None if no code has."""
    if len(groups) == 1:
        if not 4 <= len(value) <= 10:
            return None
        return -15 if _DATE.fullmatch(value) else _BY_DIGITS[len(value)]
    sizes = {len(group) for group in groups}
    if len(joints) > 1 or len(sizes) > 1 or not joints <= _JOINTS:
        return None
    size, many = sizes.pop(), len(groups)
    if size == 1:
        return 8 if 4 <= many <= 10 else None
    if size == 2:
        return 0 if joints == {" "} and many <= 3 else None
    if size == 3:
        return {2: 12, 3: -4}.get(many)
    return 5 if size == 4 and many == 2 and not all(map(_YEAR.fullmatch, groups)) else None


def _attached(text: str, start: int, end: int) -> bool:
    """Whether something stands at a number that codes do not have: a sign, a currency, a unit, a letter."""
    before, after = text[max(0, start - 6) : start], text[end : end + 20]
    last, first = before[-1:], after[:1]
    if last and last in "#@&/\\.+%~$^" + _MASK:
        return True
    if last in ("-", "–") and len(before) > 1 and (before[-2].isalnum() or before[-2] in "-–"):
        return True
    if last in ("*", "_") and first != last:
        return True
    if before.rstrip(" ")[-2:] in ("**", "••", "··", "●●", "..", "xx", "XX") and not first == last == "*":
        return True
    if before.rstrip(" ")[-2:] in ("==", "!=", ">=", "<=") and not after.lstrip(" ").startswith("="):
        return True
    if first and (first in "@%\\&~" + _MASK or re.match(rf"[{_LETTERS}]", first)):
        return True
    if first in ("-", ".", "/", "_", ":", "–") and re.match(rf"[{_LETTERS}0-9]", after[1:2]):
        return True
    return _MONEY_BEFORE.search(before) is not None or _UNIT_AFTER.match(after) is not None


def _mixes(text: str) -> Iterator[Run]:
    for found in _MIXED.finditer(text):
        written = found[0]
        if len(written) > 23 or len(written) < 4 or written.isdigit() or not written[0].isascii():
            continue
        weight = _mixed_weight(written)
        if weight is not None:
            attached = _JOINED.match(text, found.end()) is not None
            vague = not any(map(str.isdigit, written))
            yield Run(*found.span(), None if attached else written, weight, vague)


def _mixed_weight(written: str) -> int | None:
    """How usual the form of letters and digits is for codes, None if it is no such form."""
    prefixed = _PREFIXED.fullmatch(written)
    if prefixed:
        return 10 if len(prefixed[1]) == 1 else -4
    if _MEASURE.fullmatch(written):
        return None
    groups = written.split("-")
    digits = sum(map(str.isdigit, written))
    upper = written.isupper()
    if len(groups) == 1:
        if not digits:
            return -6 if _NO_VOWELS.fullmatch(written) else None
        if len(written) > 10 or written.isalpha():
            return None
        if _WORD_AND_NUMBER.fullmatch(written):
            return -30
        return (4 if len(written) > 4 else -4) if upper else -8
    sizes = {len(group) for group in groups}
    if len(sizes) > 1 or not 3 <= sizes.pop() <= 5 or len(groups) > 4:
        return None
    if not digits:
        return -6 if upper and len(groups) == 2 else None
    if all(group.isdigit() for group in groups):
        return None
    return 5 if upper else -4
