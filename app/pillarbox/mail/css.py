"""Style sheets and style attributes without anything that makes a request (CSS Syntax Level 3, section 4).

Rules of this module:

* names are compared after their escapes are read (`u\\72l(` is `url(`); strings and comments are seen as such;
* every `url()` is put to the caller, who gives back an address or nothing; nothing makes it `none`;
* `@import`, `@charset` and `@namespace` go; functions that load what a bare string names are renamed and mean nothing;
* no `<` is written back: in places where a style element is not expected (inside `<select>`) a browser reads its
  content as markup;
* one pass, and what is written back is tokenized by a browser exactly as it was here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}[ \t\r\n\f]?|[^\r\n\f0-9a-fA-F])"
_TOKEN = re.compile(rf"/\*|[\"']|(@?)((?:[-\w\u0080-\U0010ffff]+|{_ESCAPE}){{1,64}})(\()?")
_ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|([^\r\n\f0-9a-fA-F]))")
_STRING_STOP = {'"': re.compile(r'["\\\r\n\f]'), "'": re.compile(r"['\\\r\n\f]")}
_SPACE = re.compile(r"[ \t\r\n\f]*")
_STATEMENT_END = re.compile(r"[;{}]")
_UNSAFE = re.compile(r'["\\\r\n\f<>]')

_LOADS_STRINGS = frozenset(
    {"image-set", "-webkit-image-set", "src", "image", "cross-fade", "-webkit-cross-fade", "expression", "paint"}
)
_STATEMENTS = frozenset({"import", "charset", "namespace"})

Address = Callable[[str], str | None]


def safe(css: str, address: Address) -> str:
    """`css` with each `url()` replaced by what `address` makes of its target; None removes it."""
    out: list[str] = []
    at = 0
    css = css.replace("<!--", " ").replace("-->", " ")  # what once hid style sheets from older browsers
    while True:
        found = _TOKEN.search(css, at)
        if found is None:
            out.append(css[at:])
            break
        out.append(css[at : found.start()])
        at = found.end()
        if found[0] == "/*":
            close = css.find("*/", at)
            at = close + 2 if close >= 0 else len(css)
            out.append("/**/")
        elif found[0] in "\"'":
            at = _string_end(css, at, found[0])
            out.append(css[found.start() : at])
        else:
            at = _name(css, found, at, address, out)
    return "".join(out).replace("<", "\\3c ")


def _name(css: str, found: re.Match[str], at: int, address: Address, out: list[str]) -> int:
    """An identifier, perhaps of an at-rule or a function; returns where to go on."""
    name = _unescaped(found[2]).lower()
    if found[1] and name in _STATEMENTS:
        end = _STATEMENT_END.search(css, at)
        stop = end.start() if end else len(css)
        if "//" in css[at:stop]:
            address(css[css.index("//", at) : stop])
        out.append(" ")
        return stop + 1 if end and end[0] == ";" else stop
    if found[3] and name == "url":
        target, at = _target(css, at)
        kept = address(target)
        out.append("none" if kept is None else f'url("{_quoted(kept)}")')
        return at
    if found[3] and name in _LOADS_STRINGS:
        out.append("x-blocked(")
        return at
    out.append(found[0])
    return at


def _target(css: str, at: int) -> tuple[str, int]:
    """What stands between `url(` and `)`, and where that ends."""
    space = _SPACE.match(css, at)
    start = space.end() if space else at
    if css[start : start + 1] in ('"', "'"):
        end = _string_end(css, start + 1, css[start])
        text = css[start + 1 : end - 1]
        close = css.find(")", end)
    else:
        close = css.find(")", start)
        text = css[start:close] if close >= 0 else css[start:]
    return _unescaped(text).strip(), close + 1 if close >= 0 else len(css)


def _string_end(css: str, at: int, quote: str) -> int:
    """Past the quote that ends a string, or at the line break that breaks it off."""
    while True:
        stop = _STRING_STOP[quote].search(css, at)
        if stop is None:
            return len(css)
        if stop[0] == "\\":
            at = stop.end() + 1
            continue
        return stop.end() if stop[0] == quote else stop.start()


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    if found[2]:
        return found[2]
    number = int(found[1], 16)
    return "\ufffd" if not number or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF else chr(number)


def _quoted(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\{ord(found[0]):x} ", text)
