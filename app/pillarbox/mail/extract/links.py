"""The links of a message: where they lead, and the words that carry them.

Rules of this module:

* in HTML a link is what a click follows: `<a href>`, `<area href>`, the address of a form and of a button that has one
  of its own; an address that stands in the words themselves is one too, because mail programs make it one;
* in plain text it is what mail programs make a link of: an address with `://`, `www.` or `mailto:`;
* an `href` stands as it was sent, relative and odd ones too (a test looks for those), with its references decoded and
  without line breaks; nothing is resolved; what leads nowhere, or within the message (`#top`), is no link;
* the same link with the same words is listed once for a body, where it stands first;
* time and memory are linear in the bodies, whatever is in them: 100,000 links take about as long as the parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pillarbox.mail import charset
from pillarbox.mail.markup import attributes, decoded, tokens
from pillarbox.mail.message import Mail

Source = Literal["html", "text"]

MAX_TEXT = 300  # characters of the words of a link


@dataclass(frozen=True, slots=True)
class Link:
    """`text` is what a reader sees of it on one line, the `alt` of a picture included; maybe ""."""

    href: str
    text: str
    source: Source


# What no address holds, whatever the standard lets it hold: delimiters of text and of markup, and the punctuation of
# languages that put no space after an address.
_NO_ADDRESS = (
    r"\s\x00-\x20\x7f<>\"`|\\^\u2026\u2028\u2029\u3000-\u303f\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\ufffc\ufffd"
)
_ADDRESS = re.compile(
    rf"""(?: (?<![a-z0-9]) https?:// | (?<![a-z0-9+.-]) [a-z][a-z0-9+.-]{{1,30}}:// | (?<![\w.@/-]) www\.(?=\w)
           | (?<![\w.-]) mailto:(?=[^\s@]) )
        [^{_NO_ADDRESS}]+""",
    re.IGNORECASE | re.VERBOSE,
)
_PUNCTUATION = frozenset(".,;:!?'*_~»”’›")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_SPACE = re.compile(r"[\s\x00-\x1f\u2028\u2029]+")
_UNSEEN = re.compile("[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc]")
_IN_ADDRESS = re.compile(r"[\t\r\n]")
_AROUND = "".join(map(chr, range(33))) + "\xa0"
_BREAKING = frozenset({"br", "p", "div", "td", "th", "tr", "li", "table", "h1", "h2", "h3", "h4"})


def links(mail: Mail) -> tuple[Link, ...]:
    """The links of both bodies in wire order: those of the body that comes first in the message come first."""
    html = _distinct(_of_html(mail.html), "html") if mail.html else []
    text = _distinct(((address, written) for address, written, _ in addresses(mail.text)), "text") if mail.text else []
    text_first = mail.text_part is not None and (mail.html_part is None or mail.text_part < mail.html_part)
    return (*text, *html) if text_first else (*html, *text)


def addresses(text: str) -> Iterator[tuple[str, str, int]]:
    """What mail programs make a link of in plain text: where it leads, as it is written, and at which character.

    >>> list(addresses("(see www.example.org/a_(b), or not)"))
    [('http://www.example.org/a_(b)', 'www.example.org/a_(b)', 5)]
    """
    if ":" not in text and "www." not in text.lower():
        return
    for found in _ADDRESS.finditer(text):
        written = _without_sentence(found[0])
        beginning = written.partition(":")[0].lower() if written[:4].lower() != "www." else "www"
        rest = written[4:] if beginning == "www" else written[len(beginning) :].lstrip(":/")
        if not rest or (beginning == "mailto" and "@" not in rest) or (beginning == "www" and "." not in rest):
            continue
        yield (f"http://{written}" if beginning == "www" else written), written, found.start()


def _without_sentence(address: str) -> str:
    """An address without the punctuation after it, and without brackets that were opened before it."""
    spare = {close: address.count(close) - address.count(opening) for close, opening in _CLOSING.items()}
    end = len(address)
    while end:
        last = address[end - 1]
        if last in _CLOSING:
            if spare[last] <= 0:
                break
            spare[last] -= 1
        elif last not in _PUNCTUATION:
            break
        end -= 1
    return address[:end]


def _distinct(found: Iterable[tuple[str, str]], source: Source) -> list[Link]:
    return [Link(href, text, source) for href, text in dict.fromkeys(found)]


class _Open:
    """A link whose words are still being gathered."""

    __slots__ = ("href", "room", "words")

    def __init__(self, href: str) -> None:
        self.href = href
        self.words: list[str] = []
        self.room = MAX_TEXT * 4  # white space of the source counts here

    def add(self, text: str) -> None:
        if text and self.room > 0:
            self.words.append(decoded(text[: self.room]))
            self.room -= len(text)

    def pair(self) -> tuple[str, str]:
        words = _SPACE.sub(" ", _UNSEEN.sub("", "".join(self.words))).strip()
        return self.href, charset.valid(words[:MAX_TEXT].rstrip())


def _of_html(html: str) -> Iterator[tuple[str, str]]:
    found: list[_Open] = []
    anchor: _Open | None = None
    form: _Open | None = None
    button: _Open | None = None
    for text, kind, name, data in tokens(html):
        if text:
            inside = anchor or button
            if inside:
                inside.add(text)
            else:
                found += _in_words(text)
        if kind == "start":
            if name == "a":
                written = attributes(data)
                anchor = _opened(written.get("href"), found) if "href" in written else None
            elif name == "area":
                written = attributes(data)
                area = _opened(written.get("href"), found)
                if area:
                    area.add(written.get("alt", ""))
            elif name == "form":
                form = _opened(attributes(data).get("action"), found)
            elif name == "button" or name == "input":
                written = attributes(data)
                form, button = _button(name, written, form, found)
            elif name == "img" and (inside := anchor or button):
                inside.add(" " + attributes(data).get("alt", "") + " ")
        elif kind == "end":
            if name == "a":
                anchor = None
            elif name == "form":
                form = None
            elif name == "button":
                button = None
        if name in _BREAKING and (inside := anchor or button):
            inside.add(" ")
    return (one.pair() for one in found)


def _in_words(text: str) -> Iterator[_Open]:
    """The addresses in words that are no link of their own."""
    for href, written, _ in addresses(decoded(text)):
        opened = _Open(charset.valid(href))
        opened.words.append(written)
        yield opened


def _opened(href: str | None, found: list[_Open]) -> _Open | None:
    """A link to there, put among those found, if that is anywhere."""
    target = charset.valid(_IN_ADDRESS.sub("", href or "").strip(_AROUND))
    if not target or target[0] == "#":
        return None
    opened = _Open(target)
    found.append(opened)
    return opened


def _button(
    name: str, written: dict[str, str], form: _Open | None, found: list[_Open]
) -> tuple[_Open | None, _Open | None]:
    """The form around, and the link whose words a button has: its own address, or the form at its first button."""
    kind = written.get("type", "submit" if name == "button" else "text").lower()
    if kind not in ("submit", "image"):
        return form, None
    link = _opened(written["formaction"], found) if "formaction" in written else form
    if link is None or link.words:
        return form, None
    if name == "button":
        return form, link
    link.add(written.get("value") or written.get("alt") or "")
    return form, None
