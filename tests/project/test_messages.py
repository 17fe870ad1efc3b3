"""Catalogues hold what pages say: `make messages` has been run, and nothing got lost on the way to another language."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from pillarbox.web.language import FOLDER
from tests.project import messages


@pytest.fixture(scope="module")
def said() -> list[str | tuple[str, ...]]:
    return messages.texts()


def test_the_extractor_reads_templates_and_code(said: list[str | tuple[str, ...]]) -> None:
    assert "All mail" in said
    assert ("%(shown)s message found", "%(shown)s messages found") in said
    assert "Envelope" in said  # marked by noop in pages/message.py
    assert any(isinstance(text, str) and "<q><bdi>%(q)s</bdi></q>" in text for text in said)  # a {% trans %} block


def test_each_catalogue_holds_exactly_what_pages_say(said: list[str | tuple[str, ...]]) -> None:
    assert messages.catalogues()
    for path in messages.catalogues():
        assert messages.renewed(messages.read(path), said) == path.read_text("utf-8"), "run make messages"


def test_what_is_translated_stays_and_what_nobody_says_goes(said: list[str | tuple[str, ...]]) -> None:
    old = Catalog(locale="de")
    old.add("All mail", "Alle Nachrichten", user_comments=["as in other programs"])
    old.add(("%(shown)s message found", "%(shown)s messages found"), ("%(shown)s gefunden", "%(shown)s gefunden"))
    old.add("Nobody says this", "Das sagt niemand")
    old.add(("Delete", "Delete them"), ("Löschen", "Löschen"))
    new = messages.renewed(old, said)
    assert '# as in other programs\nmsgid "All mail"\nmsgstr "Alle Nachrichten"\n' in new
    assert 'msgstr[1] "%(shown)s gefunden"\n' in new
    assert "Nobody says this" not in new
    assert 'msgid "Delete"\nmsgstr ""\n' in new  # it does not count any more
    assert "nplurals=2" in new


NAMES = {"Enter", "DomainKeys", "Exchange", "Kerberos", "Mail from", "Rcpt to", "Sender ID"}
"""What is called the same in Russian."""


def catalogue(path: Path) -> str:
    return path.parent.parent.name


@pytest.mark.parametrize("path", messages.catalogues(), ids=catalogue)
def test_what_stands_in_a_text_stands_in_its_translation(path: Path) -> None:
    wrong = []
    for message in messages.read(path):
        if not message.id or not messages.translated(message):
            continue
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        # The form of one may say "one" and not its number: what is put in must stand in the original of many.
        original = message.id[-1] if isinstance(message.id, tuple) else message.id
        wrong += [(original, form) for form in forms if _put_in(str(form)) != _put_in(str(original))]
    assert wrong == []


def _put_in(text: str) -> Counter[str]:
    """Values, elements and code of a text, in any order; a % that is none of these would break it."""
    text = re.sub(r"\{\d\}", "{}", text)  # as other orders are written
    return Counter(re.findall(r"%\(\w+\)s|%(?!\()|\{\w*\}|</?[a-z]+(?: [^>]*)?>|`[^`]*`|--[a-z-]+", text))


def test_russian_is_complete() -> None:
    russian = messages.read(FOLDER / "ru" / "LC_MESSAGES" / "pillarbox.po")
    assert russian.num_plurals == 3
    entries = [message for message in russian if message.id]
    assert [message.id for message in entries if message.fuzzy or not messages.translated(message)] == []
    letters = re.compile("[А-Яа-яЁё]")
    same = {message.id for message in entries if not letters.search(str(message.string))}
    assert {one for one in same if re.search("[a-z]{3}", re.sub(r"%\(\w+\)s", "", str(one)))} <= NAMES
