"""Every word that a template says is marked for translation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from jinja2 import nodes
from jinja2.lexer import TOKEN_DATA, TOKEN_VARIABLE_BEGIN, TOKEN_VARIABLE_END

from pillarbox.web.templating import environment

NAMES = {
    ".eml",
    "From",
    "JSON",
    "MAIL FROM",
    "Pillarbox",
    "Python",
    "RCPT TO",
    "SHA-256",
    "TLS",
    "UTC",
    "bcc",
    "cid",
    "message-",
    "openapi.json",
}
"""What is the same in every language: names, words of SMTP, file names."""

CODE = re.compile("badge |Arrow(Up|Down)|Escape|Enter|Ctrl|(Page)?(Up|Down)$|^[a-zA-Z/?#*] (or )?[a-zA-Z]( |$)")
"""What stands in expressions and is not read: classes, and keys as browsers call them."""

READ = {"title", "placeholder", "aria-label", "alt", "label", "content"}
"""Attributes that people read or hear."""

SETTINGS = {"viewport", "color-scheme", "htmx-config", "referrer"}
"""What `content` of a meta element says is for the browser."""

MARKS = {"_", "gettext", "ngettext"}
VALUE = "\ufffc"


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in = tag
        given = dict(attrs)
        if given.get("name") not in SETTINGS:
            self.found += [value or "" for name, value in attrs if name in READ or name.startswith("data-on")]

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in not in ("style", "script"):
            self.found += data.split(VALUE)


def unmarked(name: str) -> list[str]:
    source = environment().loader.get_source(environment(), name)[0]  # type: ignore[union-attr]
    words = Words()
    words.feed(_html(source))
    words.close()
    said = [*words.found, *_constants(environment().parse(source))]
    return [text for one in said if (text := " ".join(one.split()).strip(" ·–,:…")) and _is_word(text)]


def _html(source: str) -> str:
    """The template's own text, with a sign in the place of each value and nothing in that of its translated blocks."""
    without = re.sub(r"\{%-?\s*(trans\b.*?endtrans|block layout\b.*?endblock)\s*-?%\}", VALUE, source, flags=re.DOTALL)
    pieces, value = [], False
    for _line, kind, text in environment().lex(without):
        if kind == TOKEN_VARIABLE_BEGIN:
            value = True
        elif kind == TOKEN_VARIABLE_END:
            value = False
            pieces.append(VALUE)
        elif kind == TOKEN_DATA and not value:
            pieces.append(text)
    return "".join(pieces)


def _constants(node: nodes.Node) -> Iterator[str]:
    """Texts within expressions: with a capital or of several words; others are names of fields and classes."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        return
    if (
        isinstance(node, nodes.Const)
        and isinstance(node.value, str)
        and re.search("[A-Z][a-z]|^[a-z]+ [a-z]", node.value)
    ):
        yield "" if CODE.search(node.value) else node.value
    for child in node.iter_child_nodes():
        yield from _constants(child)


def _is_word(text: str) -> bool:
    return text not in NAMES and re.search("[A-Za-z]{2}", text) is not None


@pytest.mark.parametrize("name", environment().list_templates())
def test_every_word_of_a_template_is_marked(name: str) -> None:
    assert unmarked(name) == []


def test_words_are_found_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    said = (
        '<p title="Hover over me">{{ _("Marked") }} unmarked {% trans %}Marked too{% endtrans %}</p>'
        '<i class="{{ " not read" }}">{{ "In a value" if page else _("Marked") }}</i>'
    )
    loader = environment().loader
    monkeypatch.setattr(loader, "get_source", lambda *_: (said, None, None))
    assert unmarked("any") == ["Hover over me", "unmarked", "In a value"]
