"""The lines that point a framework here."""

from __future__ import annotations

from pathlib import Path

from pillarbox.web.pages.frameworks import Login, snippets
from tests.pages.conftest import Reader, words
from tests.web.world import World

DOCS = (Path(__file__).parents[2] / "docs" / "frameworks.md").read_text("utf-8")


def test_the_lines_for_a_framework_are_those_of_the_documentation() -> None:
    found = snippets(Login("127.0.0.1", 1025))
    assert len(found) >= 10
    for snippet in found:
        for line in snippet.code.splitlines():
            assert line in DOCS, f"{snippet.tool}: {line}"


def test_an_inbox_gives_its_login_to_every_framework() -> None:
    for snippet in snippets(Login("::1", 2525, "shop", "s3cret")):
        assert "::1" in snippet.code
        assert "shop" in snippet.code, snippet.tool
        assert "s3cret" in snippet.code, snippet.tool
        assert "{" not in snippet.code.replace("{ ", "").replace("[]string{", "").replace("({", ""), snippet.tool


def test_an_inbox_says_how_to_send_to_its_own_address(world: World, reader: Reader) -> None:
    world.box.inboxes.make("shop", None)
    page = reader.get("/inboxes/shop")
    assert "--to anything@shop.inbox.test" in words(page.css_first(".first-mail"))
    assert 'EMAIL_HOST = "127.0.0.1"' in words(page.css_first("#framework-1"))
