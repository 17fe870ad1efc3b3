"""The language that pages speak: the reader's choice, else what the browser asks for, else English.

A language is one file, `locale/NAME/LC_MESSAGES/pillarbox.po`, read when it is first asked for; nothing is compiled. A
text is its own English, and what a catalogue does not have stays English. The language of a request stands in a context
variable from its first byte on, so code that makes words needs nothing handed through.
"""

from __future__ import annotations

import gettext as _gettext
import io
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

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


def gettext(text: str) -> str:
    return _catalogue(_chosen.get()).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    return _catalogue(_chosen.get()).ngettext(one, many, count)


def noop(text: str) -> str:
    """Marks a constant for translation; `gettext` gives it its words where it is shown."""
    return text


@cache
def _catalogue(name: str) -> _gettext.NullTranslations:
    if name == ENGLISH:
        return _gettext.NullTranslations()
    # Babel takes a while to load, and only readers of other languages need its catalogues.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (FOLDER / name / "LC_MESSAGES" / "pillarbox.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=name))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def wanted(cookie: str | None, accepted: str) -> str:
    """The language for a cookie's value and an Accept-Language header (RFC 9110 section 12.5.4)."""
    known = languages()
    if cookie in known:
        return cookie
    weighed = []
    for place, one in enumerate(accepted.split(",")[:32]):
        name, _, weight = one.partition(";")
        primary = name.strip().lower().partition("-")[0]
        if primary in known:
            weighed.append((-_weight(weight), place, primary))
    return min(weighed)[2] if weighed else ENGLISH


def _weight(text: str) -> float:
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
