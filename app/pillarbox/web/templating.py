"""Templates and how a page becomes a response.

Rules of this module:

* autoescape is always on and no template marks anything as safe: what a message says is text, never markup;
* control characters of what a template is handed become pictures, wherever it puts them;
* a name that a template misspells is an error, not an empty string;
* a template sees `page` (its context, see `contexts`), `url` (see `urls`), the words of `wording` and the reader's
  language (see `language`), nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pillarbox import resources
from pillarbox.mail import controls
from pillarbox.web import language, retold, static_files, wording
from pillarbox.web.contexts import Page
from pillarbox.web.static_files import StaticTree
from pillarbox.web.urls import Urls


@cache
def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(resources.folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_controls,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # As the extension's new style: what is put into a text is escaped, and `%` itself is written twice.
    found.newstyle_gettext = True  # type: ignore[attr-defined]
    found.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext, language=language.current, keys=_keys)
    found.filters.update(size=wording.size, number=language.number, retold=retold.retold)
    return found


def _without_controls(value: object) -> object:
    # Markup, a subclass, has been through here piece by piece.
    return controls.in_text(value) if type(value) is str else value


def _gettext(text: str, /, **values: object) -> Markup:
    return _filled(language.gettext(text), values) if values else _said(text, language.current())


@lru_cache(maxsize=8192)
def _said(text: str, name: str) -> Markup:
    """A text without values: a page has hundreds of them."""
    return _filled(language.gettext(text), {})


def _ngettext(one: str, many: str, num: int, /, **values: object) -> Markup:
    return _filled(language.ngettext(one, many, num), {"num": language.number(num), **values})


def _filled(text: str, values: Mapping[str, object]) -> Markup:
    return Markup(text) % {name: _without_controls(value) for name, value in values.items()}


def _keys() -> Markup:
    """The tables of keys and commands, which all pages of a language share."""
    return _keys_in(language.current())


@cache
def _keys_in(name: str) -> Markup:
    return Markup(environment().get_template("_keys.html").render())


@cache
def static_tree() -> StaticTree:
    return static_files.read(resources.folder("static"))


def urls(request: Request) -> Urls:
    return Urls(request.scope.get("root_path", ""), static_tree().version)


_HEADERS = {
    "Cache-Control": "private, no-cache",
    # Addresses have a second form, the reader alone, and are said in several languages.
    "Vary": "HX-Target, Accept-Language, Cookie",
}


def render(request: Request, page: Page, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """The page as a response. It is never kept by a cache: the next visit shows what the box holds then."""
    body = environment().get_template(page.template).render(page=page, url=urls(request))
    return HTMLResponse(body, status, {**_HEADERS, **(headers or {})})
