"""HTML as its author wrote it, cut into what a source view colours.

Rules of this module:

* nothing is lost and nothing is added: the texts of all pieces together are the input;
* tags are found as `pillarbox.mail.markup` finds them, so what is coloured as a tag is what a browser takes for one;
* one linear pass, no tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pillarbox.mail.markup import (
    ATTRIBUTE,
    ESCAPABLE_TEXT,
    MARKUP,
    RAW_ENDS,
    TAG,
    declaration_end,
    raw_end,
    tag_end,
)

Kind = Literal["text", "mark", "name", "attribute", "value", "comment", "doctype", "entity", "raw", "at", "property"]
"""`mark` is what a tag is made of, `raw` the content of a script; in a style sheet `at` is the word of an at-rule."""

Piece = tuple[Kind, str]

_ENTITY = re.compile(r"&(?:#[0-9]{1,10}|#[xX][0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{0,40});?")
_SHEET = re.compile(r"/\*|[\"']|@?[-\w]+|[{};:]|[^-\w@/\"'{};:]+|[/@]")
_STRING_END = {quote: re.compile(rf"[{quote}\n]") for quote in "\"'"}


def pieces(html: str) -> Iterator[Piece]:
    """The pieces of `html` in order, none empty; neighbours may be of one kind."""
    at, end = 0, len(html)
    while at < end:
        found = MARKUP.search(html, at)
        start = found.start() if found else end
        yield from _text(html[at:start])
        at = start
        if at == end:
            return
        tag = TAG.match(html, at)
        stop = tag_end(html, tag.end()) if tag else -1
        if tag is None:
            close = declaration_end(html, at)
            yield ("doctype" if html[at + 1 : at + 9].lower() == "!doctype" else "comment", html[at:close])
            at = close
            continue
        if stop < 0:  # the end of the input within a tag: a browser drops it
            yield "comment", html[at:]
            return
        yield "mark", f"<{tag[1]}"
        yield "name", tag[2]
        yield from _attributes(html[tag.end() : stop])
        yield "mark", ">"
        at = stop + 1
        name = tag[2].lower()
        if not tag[1] and name in RAW_ENDS:
            close = raw_end(html, at, name)
            content = html[at:close]
            if name == "style":
                yield from sheet(content)
            elif name in ESCAPABLE_TEXT:
                yield from _text(content)
            elif content:
                yield "raw", content
            at = close


def _text(text: str) -> Iterator[Piece]:
    return _with_entities(text, "text")


def _with_entities(text: str, kind: Kind) -> Iterator[Piece]:
    at = 0
    if "&" in text:
        for found in _ENTITY.finditer(text):
            if found.start() > at:
                yield kind, text[at : found.start()]
            yield "entity", found[0]
            at = found.end()
    if at < len(text):
        yield kind, text[at:]


def _attributes(written: str) -> Iterator[Piece]:
    at = 0
    for found in ATTRIBUTE.finditer(written):
        if found.start() > at:
            yield "mark", written[at : found.start()]
        yield "attribute", found[1]
        value = written[found.end(1) : found.end()]
        if value:
            sign = value[: len(value) - len(value[value.index("=") + 1 :].lstrip())]
            yield "mark", sign
            yield from _with_entities(value[len(sign) :], "value")
        at = found.end()
    if at < len(written):
        yield "mark", written[at:]


def sheet(css: str) -> Iterator[Piece]:
    """The pieces of a style sheet: comments, strings, at-rules and the names of properties; the rest is text."""
    at, end = 0, len(css)
    in_value = False
    depth = 0
    while at < end:
        found = _SHEET.match(css, at)
        word = found[0] if found else css[at]
        kind: Kind = "text"
        close = at + len(word)
        if word == "/*":
            kind, stop = "comment", css.find("*/", close)
            close = stop + 2 if stop >= 0 else end
        elif word in "\"'":
            ended = _STRING_END[word].search(css, close)
            kind, close = "value", ended.end() if ended else end
        elif word in "{};":
            depth = max(0, depth + (word == "{") - (word == "}"))
            in_value = False
            kind = "mark"
        elif word == ":":
            in_value = in_value or depth > 0
            kind = "mark"
        elif word[0] == "@" and len(word) > 1:
            kind = "at"
        elif in_value:
            kind = "value"
        elif depth and (word[0].isalpha() or word[0] in "-_") and css[close : close + 1] == ":":
            kind = "property"
        yield kind, css[at:close]
        at = close
