"""Catalogues hold what pages say: `make messages` has been run."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

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
