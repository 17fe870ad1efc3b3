"""A whole web part over a real store, and pages as a reader's browser without JavaScript would read them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.web.world import World


class Reader:
    """Opens pages and presses buttons; follows redirects as a browser does."""

    def __init__(self, world: World) -> None:
        self._client = httpx.Client(
            base_url=world.url, timeout=30, headers={"Accept": "text/html"}, follow_redirects=True
        )

    def get(self, address: str, status: int = 200) -> LexborHTMLParser:
        answer = self.ask(address)
        assert answer.status_code == status, f"{address}: {answer.status_code} {answer.text[:400]}"
        return LexborHTMLParser(answer.text)

    def ask(self, address: str) -> httpx.Response:
        return self._client.get(address)

    def press(self, form: LexborNode) -> LexborHTMLParser:
        """Send a form as its button would."""
        fields = {
            field.attributes["name"] or "": field.attributes.get("value") or ""
            for field in form.css("input[name]")
            if field.attributes.get("type") != "checkbox" or "checked" in field.attributes
        }
        address = form.attributes["action"] or ""
        if (form.attributes.get("method") or "get").lower() == "post":
            answer = self._client.post(address, data=fields)
        else:
            answer = self._client.get(address, params=fields)
        assert answer.status_code == 200, answer.text[:400]
        return LexborHTMLParser(answer.text)

    def close(self) -> None:
        self._client.close()


def words(node: LexborHTMLParser | LexborNode | None) -> str:
    """The text of a page or of something on it, in single spaces."""
    assert node is not None
    root = node.body if isinstance(node, LexborHTMLParser) else node
    assert root is not None
    return " ".join(root.text().split())


@pytest.fixture
def reader(world: World) -> Iterator[Reader]:
    found = Reader(world)
    yield found
    found.close()
