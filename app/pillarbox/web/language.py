"""The language that pages speak: the reader's choice, else what the browser asks for, else English.

A language is one file, `locale/NAME/LC_MESSAGES/pillarbox.po`, read when it is first asked for; nothing is compiled. A
text is its own English, and what a catalogue does not have stays English. The language of a request stands in a context
variable from its first byte on, so code that makes words needs nothing handed through.

Numbers and dates are written here too, by what Babel knows of the language. English is written without it: Babel takes
a while to load, and only readers of other languages need it.
"""

from __future__ import annotations

import gettext as _gettext
import io
import re
from collections.abc import Sequence
from contextvars import ContextVar
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from babel import Locale

COOKIE = "pillarbox_language"
ENGLISH = "en"
FOLDER = Path(__file__).parent / "locale"
"""Where the catalogues are: `NAME/LC_MESSAGES/pillarbox.po`."""

_chosen: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """The names of all languages there are, as BCP 47 writes them, English first."""
    return (ENGLISH, *sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/pillarbox.po")))


def current() -> str:
    """The language of the request that is answered."""
    return _chosen.get()


def gettext(text: str, /, **values: object) -> str:
    """The text in that language; with values, what stands as `%(name)s` in it is put in."""
    found = _catalogue(_chosen.get()).gettext(text) if text else ""  # what stands there is the catalogue's own header
    return found % values if values else found


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """`one` or `many` (other languages have more forms), by `count`, which is not put in by itself."""
    found = _catalogue(_chosen.get()).ngettext(one, many, count)
    return found % values if values else found


def noop(text: str) -> str:
    """Marks a constant for translation; `gettext` gives it its words where it is shown."""
    return text


@cache
def _catalogue(name: str) -> _gettext.NullTranslations:
    if name == ENGLISH:
        return _gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (FOLDER / name / "LC_MESSAGES" / "pillarbox.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=name))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


# Numbers and dates


def number(value: int) -> str:
    """A whole number in groups of three: `1,204`."""
    return f"{value:,}" if _chosen.get() == ENGLISH else _grouped(value, _chosen.get())


def decimal(text: str) -> str:
    """A number with a decimal point, as code writes it, with the sign of the language in its place."""
    return text if _chosen.get() == ENGLISH else text.replace(".", _point(_chosen.get()))


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return gettext("%(several)s and %(last)s", several=", ".join(words[:-1]), last=words[-1])


def weekday(day: date, *, year: bool) -> str:
    """A day in full, as a heading: `Monday 23 November`, with its year `Monday 23 November 2026`."""
    if _chosen.get() == ENGLISH:
        return day.strftime("%A %-d %B %Y" if year else "%A %-d %B")
    written = _written(day, "yMMMMEEEEd" if year else "MMMMEEEEd", _chosen.get())
    return written[:1].upper() + written[1:]


def short_day(day: date) -> str:
    """A day in short: `Mon 23 Nov 2026`."""
    return day.strftime("%a %-d %b %Y") if _chosen.get() == ENGLISH else _written(day, "yMMMEd", _chosen.get())


def month_day(day: date) -> str:
    """A day without its year: `23 Nov`."""
    return day.strftime("%-d %b") if _chosen.get() == ENGLISH else _written(day, "MMMd", _chosen.get())


def month(day: date) -> str:
    """A month: `Nov 2026`."""
    return day.strftime("%b %Y") if _chosen.get() == ENGLISH else _written(day, "yMMM", _chosen.get())


@lru_cache(maxsize=4096)
def _grouped(value: int, name: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(value, locale=_locale(name))


@cache
def _point(name: str) -> str:
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(_locale(name))


@lru_cache(maxsize=1024)
def _written(day: date, skeleton: str, name: str) -> str:
    from babel.dates import format_date, match_skeleton

    known = _locale(name).datetime_skeletons
    pattern = str(known[match_skeleton(skeleton, known) or "yMMMEd"])
    if "EEEE" in skeleton:
        # Few languages have a pattern of their own for the whole word, and it stands where the short one does.
        pattern = re.sub("E+|c+", "EEEE", pattern)
    return format_date(day, pattern, locale=_locale(name))


def own_name(name: str) -> str:
    """What speakers of a language call it: `English`, `Русский`."""
    if name == ENGLISH:
        return "English"
    called = _locale(name).get_display_name() or name
    return called[:1].upper() + called[1:]


def city(zone: str) -> str:
    """The place that a time zone is named after: `New York`, `Нью-Йорк`."""
    if _chosen.get() == ENGLISH:
        return zone.rpartition("/")[2].replace("_", " ")
    from babel.dates import get_timezone_location

    return get_timezone_location(zone, locale=_locale(_chosen.get()), return_city=True)


@cache
def _locale(name: str) -> Locale:
    from babel import Locale

    return Locale.parse(name, sep="-" if "-" in name else "_")


# Which language


def wanted(cookie: str | None, accepted: str) -> str:
    """The language for a cookie's value and an Accept-Language header (RFC 9110 section 12.5.4)."""
    known = languages()
    if cookie in known:
        return cookie
    weighed = []
    for place, one in enumerate(accepted.split(",")[:32]):
        tag, _, weight = one.partition(";")
        weighs = _weight(weight)
        if weighs > 0 and (found := _closest(tag.strip().lower(), known)) is not None:
            weighed.append((-weighs, place, found))
    return min(weighed)[2] if weighed else ENGLISH


def _closest(tag: str, known: Sequence[str]) -> str | None:
    """The language of that tag, else one with the same first subtag: `pt-PT` may read `pt-BR`."""
    primary = tag.partition("-")[0]
    same = [name for name in known if name.lower().partition("-")[0] == primary]
    return next((name for name in same if name.lower() == tag), same[0] if same else None)


def _weight(text: str) -> float:
    """0 is "not this one", and what no weight can be."""
    name, _, value = text.replace(" ", "").partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


class Languages:
    """ASGI middleware: settles the language of each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE)
            _chosen.set(wanted(cookie, headers.get("accept-language", "")))
        await self._app(scope, receive, send)
