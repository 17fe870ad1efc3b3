"""HTML as a flat row of tokens, in one linear pass and without a tree.

Rules of this module:

* tokens follow the tokenizer of the HTML standard (section 13.2.5): a quote counts only in an attribute value,
  `<script>` and the like end at their own end tag, a comment that is not closed takes the rest;
* no tree is built, so nesting costs nothing. lexbor, which was tried for this, takes 0.5 s for 20,000 nested `<div>`,
  8.7 s for 80,000, and 0.1 s for one tag of 8,000 attributes: its time grows with the square,
  and this input comes from strangers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Literal

MARKUP = re.compile(r"<[a-zA-Z/!?]")
# A text and a tag as nearly all are, in one: the general way below finds the same end, in several steps.
_PLAIN_TAG = re.compile(r"([^<]*)<(/?)([a-zA-Z][^\s/<>=\"']*)([^<>\"'=]*(?:=(?:\"[^\"<>]*\")?[^<>\"'=]*){0,100})>")
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_TAG_STOP = re.compile(r">|=[ \t\n\f\r]*([\"'])")
_COMMENT_END = re.compile(r"--!?>")
ATTRIBUTE = re.compile(r"([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"?|'([^']*)'?|([^\s>]+)))?")
_LONG_REFERENCE = re.compile(r"&#(?:([0-9]{9,})|[xX]([0-9a-fA-F]{9,}));?")

# What is between their tags is no markup (HTML standard, 13.2.5: RAWTEXT, RCDATA and script data).
RAW_TEXT = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes"})
ESCAPABLE_TEXT = frozenset({"title", "textarea"})
RAW_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in RAW_TEXT | ESCAPABLE_TEXT}


Kind = Literal["start", "end", "raw", "doctype", "close"]
# The text before (references still in it), the kind, the name of the element in lower case, and its data: attributes as
# written, the raw text of an element, or a doctype. A "close" is nothing but the text before it.
Token = tuple[str, Kind, str, str]


def tokens(html: str) -> Iterator[Token]:
    """The tokens of `html`; comments are left out. A raw text element has its content in one `raw` token."""
    at, end = 0, len(html)
    plain_tag = _PLAIN_TAG.match
    while True:
        plain = plain_tag(html, at)
        if plain:
            text, slash, name, written = plain.groups()
            at = plain.end()
        else:
            found = MARKUP.search(html, at)
            start = found.start() if found else end
            text, at = html[at:start], start
            tag = TAG.match(html, at)
            if tag is None:
                close = declaration_end(html, at) if at < end else end
                if html[at + 1 : at + 9].lower() == "!doctype":
                    yield text, "doctype", "", html[at:close]
                elif text:
                    yield text, "close", "", ""
                if at == end:
                    return
                at = close
                continue
            stop = tag_end(html, tag.end())
            if stop < 0:  # the end of the input within a tag: the standard drops it
                yield text, "close", "", ""
                return
            slash, name, written = tag[1], tag[2], html[tag.end() : stop]
            at = stop + 1
        name = name.lower()
        if slash:
            yield text, "end", name, ""
            continue
        yield text, "start", name, written
        if name in RAW_ENDS:
            stop = raw_end(html, at, name)
            yield "", "raw", name, html[at:stop]
            at = stop


def raw_end(html: str, at: int, name: str) -> int:
    """Where the raw text of such an element ends, which begins at `at`."""
    close = RAW_ENDS[name].search(html, at)
    return close.start() if close else len(html)


def attributes(written: str) -> dict[str, str]:
    """The attributes of a start tag, names in lower case, references decoded; of two equal names the first counts."""
    found: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(written):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), decoded(value))
    return found


def decoded(text: str) -> str:
    """Text with its character references decoded. Python's own decoder raises on a number of 4,300 digits."""
    if "&" not in text:
        return text
    if "&#" in text:
        text = _LONG_REFERENCE.sub(_short_reference, text)
    return unescape(text)


def _short_reference(found: re.Match[str]) -> str:
    digits = (found[1] or found[2]).lstrip("0")
    if not digits or len(digits) > 7:
        return "\ufffd"
    return f"&#{digits};" if found[1] else f"&#x{digits};"


def declaration_end(html: str, at: int) -> int:
    """Where the comment, doctype or bogus comment that starts at `at` ends."""
    if html.startswith("<!--", at):
        if html.startswith((">", "->"), at + 4):
            return html.index(">", at) + 1
        close = _COMMENT_END.search(html, at + 4)
        return close.end() if close else len(html)
    end = html.find(">", at)
    return end + 1 if end >= 0 else len(html)


def tag_end(html: str, at: int) -> int:
    """The `>` that ends a tag, -1 when there is none: one inside a quoted value does not count."""
    while True:
        stop = _TAG_STOP.search(html, at)
        if stop is None:
            return -1
        if stop[1] is None:
            return stop.start()
        close = html.find(stop[1], stop.end())
        if close < 0:
            return -1
        at = close + 1
