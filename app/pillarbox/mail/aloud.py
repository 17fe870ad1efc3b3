"""The HTML of a message as a screen reader would say it: in the order of the source, each thing with what it is.

Rules of this module:

* what is said follows the names and roles of HTML (HTML-AAM, ARIA 1.2): headings with their level, links, buttons,
  fields, pictures by their alternative text, lists with their number of items, tables with rows, columns and headers,
  changes of language;
* a table with role "presentation" or "none" is only layout; every other one is said, which is what its author may not
  have meant;
* what is not said is named as such: hidden by `hidden`, `display: none` or `visibility: hidden` of its own
  attributes, or by `aria-hidden`. Style sheets are not read, so what only a rule hides is said;
* total and linear: no tree, no recursion, and an end after so many things; hostile markup gives what can be made out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pillarbox.mail import charset
from pillarbox.mail.html import BLOCK, VOID, hides
from pillarbox.mail.markup import attributes, decoded, tokens
from pillarbox.mail.utterance import Label, Said

MAX_SAID = 2000
MAX_TEXT = 128 * 1024
MAX_TAGS = 50_000
MAX_NAME = 200
"""Things that are said of one message, their characters together, the tags that are read, and the characters of a
name or of what is hidden."""


@dataclass(frozen=True, slots=True)
class Aloud:
    """All that is said, in order; `cut`: there is more."""

    said: tuple[Said, ...]
    cut: bool


def aloud(html: str) -> Aloud:
    """What a screen reader would say of `html`. Never raises; time and memory are linear in its length.

    >>> aloud('<h1>Hi <a href="/x">you</a></h1><img src="cat.png">').said[1]
    Said(labels=(Label(kind='heading', number=1, columns=0, text=''), Label(kind='link', number=0, columns=0, text='')),
    text='you')
    """
    return _Reader().read(html)


@dataclass(slots=True)
class _List:
    place: int  # of the label in what is said, -1 for a list that is only layout
    ordered: bool
    items: int = 0


@dataclass(slots=True)
class _Table:
    place: int
    rows: int = 0
    column: int = 0
    columns: int = 0
    in_header: bool = False
    has_headers: bool = False
    headers: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A heading, link or button that is open: the element, how many of that name, and whether words were said in it."""

    name: str
    label: Label
    target: str = ""
    depth: int = 1
    said: bool = False


_SPACE = re.compile(r"\s+")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LAYOUT = ("presentation", "none")
_FIELDS = {
    **dict.fromkeys(("text", "email", "tel", "url", "search", "number", "password", "date", "time"), "edit"),
    "checkbox": "checkbox",
    "radio": "radio",
    "file": "file",
    "range": "slider",
    "color": "colour",
}
_BUTTONS = ("submit", "button", "reset", "image")
_BREAKING = BLOCK | {"body", "caption", "option", "select", "textarea", "head", "html"}


class _Reader:
    __slots__ = (
        *("_cell", "_hidden", "_item", "_language", "_languages", "_lists", "_open", "_out"),
        *("_room", "_spoken", "_tables", "_words"),
    )

    def __init__(self) -> None:
        self._out: list[Said] = []
        self._words: list[str] = []
        self._room = MAX_TEXT
        self._open: dict[str, _Open] = {}
        self._lists: list[_List] = []
        self._tables: list[_Table] = []
        self._item: Label | None = None  # said before the next words
        self._cell: Label | None = None
        self._hidden: _Open | None = None
        self._languages: list[tuple[_Open, str]] = []  # each with the language around it
        self._language = self._spoken = ""

    def read(self, html: str) -> Aloud:
        cut = False
        for count, (text, kind, name, data) in enumerate(tokens(html)):
            if text and self._room > 0:
                self._add(text)
            if kind == "start":
                self._start(name, data)
            elif kind == "end":
                self._end(name)
            elif kind == "raw" and name == "textarea":
                self._add(data)
            if self._room <= 0 or len(self._out) >= MAX_SAID or count >= MAX_TAGS:
                cut = True
                break
        self._flush()
        if self._hidden:
            self._unread(self._hidden)
        while self._lists:
            self._close_list()
        while self._tables:
            self._close_table()
        return Aloud(tuple(self._out), cut)

    # Words

    def _add(self, text: str) -> None:
        if self._hidden is None:
            self._words.append(text)
            self._room -= len(text)
        elif len(self._hidden.target) < MAX_NAME:
            self._hidden.target += text[: MAX_NAME * 4]

    def _flush(self) -> None:
        """Say the words there are."""
        if not self._words:
            return
        text = _clean("".join(self._words))
        self._words.clear()
        if text:
            self._say((), text)

    def _say(self, labels: tuple[Label, ...], text: str) -> None:
        before = []
        if self._language != self._spoken:
            before.append(Label("language", text=self._language))
            self._spoken = self._language
        before += [label for label in (self._item, self._cell) if label]
        table = self._tables[-1] if self._tables else None
        if table and table.in_header and table.rows == 1 and text:
            table.headers.setdefault(table.column, text[:MAX_NAME])
        self._item = self._cell = None
        for opened in self._open.values():
            before.append(opened.label)
            opened.said = True
        self._out.append(Said((*before, *labels), text))

    def _mark(self, label: Label, text: str = "") -> None:
        """Say what has no words of the message in it."""
        self._flush()
        self._out.append(Said((label,), text))

    # Elements

    def _start(self, name: str, data: str) -> None:
        if self._hidden:
            self._hidden.depth += name == self._hidden.name
            return
        written = attributes(data) if data else {}
        role = written.get("role", "").strip().lower()
        reason = "aria-hidden" if written.get("aria-hidden", "").strip().lower() == "true" else ""
        if name not in VOID and (reason or hides(name, data)):
            self._flush()
            self._hidden = _Open(name, Label("unread", text=reason or ("hidden" if self._out else "preheader")))
            return
        if name in _BREAKING:
            self._flush()
        self._nested(name)
        if written.get("lang", "").strip():
            self._speak(name, written["lang"])
        if name == "img" or role == "img":
            if not reason:
                self._image(name, written, role)
        elif name in _HEADINGS or role == "heading":
            self._heading(name, written)
        elif role == "button" or name == "button":
            self._opened("button", name, written, Label("button"))
        elif (name == "a" and "href" in written) or role == "link":
            self._opened("link", name, written, Label("link"))
        elif name == "input":
            self._input(written)
        else:
            self._structure(name, role)

    def _structure(self, name: str, role: str) -> None:
        if name in ("ul", "ol", "menu"):
            self._lists.append(_List(-1 if role in _LAYOUT else len(self._out), name == "ol"))
            if role not in _LAYOUT:
                self._out.append(Said((Label("list"),), ""))
        elif name == "li" and self._lists:
            top = self._lists[-1]
            top.items += 1
            self._item = Label("item", top.items if top.ordered else 0) if top.place >= 0 else None
        elif name == "table":
            self._tables.append(_Table(-1 if role in _LAYOUT else len(self._out)))
            if role not in _LAYOUT:
                self._out.append(Said((Label("table"),), ""))
        elif name in ("tr", "td", "th") and self._tables:
            self._row_or_cell(self._tables[-1], name)
        elif name == "blockquote":
            self._mark(Label("quote"))
        elif name == "hr" and role not in _LAYOUT:
            self._mark(Label("separator"))
        elif name in ("select", "textarea"):
            self._mark(Label("field", text="choice" if name == "select" else "edit"))
        elif name == "br":
            self._words.append(" ")
            if not self._open:
                self._flush()

    def _end(self, name: str) -> None:
        if self._hidden:
            self._hidden.depth -= name == self._hidden.name
            if not self._hidden.depth:
                self._unread(self._hidden)
            return
        if name in _BREAKING:
            self._flush()
        for kind, opened in list(self._open.items()):
            opened.depth -= opened.name == name
            if not opened.depth or (kind == "heading" and name in _HEADINGS):
                self._close(kind)
        if self._languages and self._languages[-1][0].name == name:
            opened, around = self._languages[-1]
            opened.depth -= 1
            if not opened.depth:
                self._flush()
                self._languages.pop()
                self._language = around
        if name in ("ul", "ol", "menu") and self._lists:
            self._close_list(said=True)
        elif name == "table" and self._tables:
            self._close_table(said=True)
        elif name in ("td", "th") and self._tables:
            self._flush()
            self._cell = None
            self._tables[-1].in_header = False
        elif name == "blockquote":
            self._mark(Label("quote-end"))

    def _nested(self, name: str) -> None:
        """Take account of an element within one of the same name: a link within a link ends it, as in the standard."""
        for kind, opened in list(self._open.items()):
            if opened.name != name:
                continue
            if name == "a" or name == "button" or name in _HEADINGS:
                self._close(kind)
            else:
                opened.depth += 1
        if self._languages and self._languages[-1][0].name == name and name not in VOID:
            self._languages[-1][0].depth += 1

    def _speak(self, name: str, language: str) -> None:
        self._flush()
        if name not in VOID:
            self._languages.append((_Open(name, Label("language")), self._language))
            self._language = _clean(language)[:35]

    # Headings, links, buttons

    def _heading(self, name: str, written: dict[str, str]) -> None:
        level = written.get("aria-level", "").strip()
        number = int(level) if level in ("1", "2", "3", "4", "5", "6", "7", "8", "9") else _HEADINGS.get(name, 2)
        self._opened("heading", name, written, Label("heading", number))

    def _opened(self, kind: str, name: str, written: dict[str, str], label: Label) -> None:
        self._flush()
        self._open.pop(kind, None)
        if name in VOID:
            return
        called = _clean(written.get("aria-label", ""))[:MAX_NAME]
        if called:
            self._say((label,), called)
            self._hidden = _Open(name, Label("unread"))  # its name is said instead of what is in it
            return
        self._open[kind] = _Open(name, label, _clean(written.get("href", ""))[:MAX_NAME])

    def _close(self, kind: str) -> None:
        self._flush()
        opened = self._open.pop(kind)
        if opened.said or kind == "heading":
            return
        self._say((Label("nameless-link" if kind == "link" else "nameless-button", text=opened.target),), "")

    def _image(self, name: str, written: dict[str, str], role: str) -> None:
        self._flush()
        called = written.get("aria-label") or written.get("alt")
        if role in _LAYOUT or (called is not None and not called.strip()):
            return  # decoration
        text = _clean(called or written.get("title", ""))[:MAX_NAME]
        if text:
            self._say((Label("image"),), text)
        else:
            file = re.split(r"[/\\]", written.get("src", "")[:2000].partition("?")[0])[-1]
            self._say((Label("nameless-image", text=_clean(file)[:80]),), "")
        if name not in VOID:
            self._hidden = _Open(name, Label("unread"))

    def _input(self, written: dict[str, str]) -> None:
        kind = written.get("type", "text").strip().lower()
        called = _clean(written.get("aria-label") or written.get("placeholder", ""))[:MAX_NAME]
        if kind == "hidden":
            return
        self._flush()
        if kind in _BUTTONS:
            called = _clean(written.get("value") or written.get("alt", ""))[:MAX_NAME] or called
            self._say((Label("button" if called else "nameless-button"),), called)
        else:
            self._say((Label("field", text=_FIELDS.get(kind, "edit")),), called)

    # Lists, tables, what is hidden

    def _row_or_cell(self, table: _Table, name: str) -> None:
        self._flush()
        self._cell, table.in_header = None, False
        if name == "tr":
            table.rows += 1
            table.column = 0
            return
        table.rows = table.rows or 1
        table.column += 1
        table.columns = max(table.columns, table.column)
        if table.place < 0:
            return
        if name == "th":
            table.in_header = table.has_headers = True
            self._cell = Label("header", table.column)
        else:
            self._cell = Label("cell", table.column, text=table.headers.get(table.column, ""))

    def _close_list(self, *, said: bool = False) -> None:
        top = self._lists.pop()
        self._item = None
        if top.place < 0:
            return
        self._out[top.place] = Said((Label("list", top.items),), "")
        if said:
            self._out.append(Said((Label("list-end"),), ""))

    def _close_table(self, *, said: bool = False) -> None:
        table = self._tables.pop()
        self._cell = None
        if table.place < 0:
            return
        headers = "headers" if table.has_headers else ""
        self._out[table.place] = Said((Label("table", table.rows, table.columns, headers),), "")
        if said:
            self._out.append(Said((Label("table-end"),), ""))

    def _unread(self, hidden: _Open) -> None:
        self._hidden = None
        text = _clean(hidden.target)[:MAX_NAME]
        if text and hidden.label.text:
            self._out.append(Said((hidden.label,), text))


def _clean(text: str) -> str:
    return charset.valid(_SPACE.sub(" ", decoded(text)).strip())
