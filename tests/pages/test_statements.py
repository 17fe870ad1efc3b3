"""How often a page asks the store: as often in a large box as in a small one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from pillarbox.box import Change, Selection
from tests.pages.conftest import Reader
from tests.web.world import World

PAGES = ("/", "/?q=is:unread", "/?q=tag:a", "/inboxes/default", "/messages/1", "/messages/1?tab=headers", "/sessions")


@pytest.fixture
def statements() -> Iterator[Counter[str]]:
    found: Counter[str] = Counter()

    def said(connection: object, cursor: object, statement: str, *rest: object) -> None:
        found[statement] += 1

    sa.event.listen(sa.Engine, "before_cursor_execute", said)
    yield found
    sa.event.remove(sa.Engine, "before_cursor_execute", said)


def test_a_page_says_as_many_statements_for_many_messages_as_for_few(
    world: World, reader: Reader, statements: Counter[str]
) -> None:
    def asked() -> dict[str, int]:
        found = {}
        for address in PAGES:
            reader.get(address)  # a message is marked read at its first visit
            statements.clear()
            reader.get(address)
            found[address] = statements.total()
        return found

    def tag(name: str) -> None:
        world.box.change(Selection(all=True), Change(add_tags=(name,)))

    world.talk(*map(mail, range(60)))
    tag("a")
    few = asked()
    assert 5 < few["/"] < 15, statements
    world.talk(*map(mail, range(60, 200)))
    tag("a")
    assert asked() == few
    for name in "bcd":
        tag(name)
    assert asked()["/"] == few["/"] + 3, "one for each tag in the rail, which has twenty at most"


def mail(n: int) -> bytes:
    return f"From: Shop <shop{n}@example.org>\r\nTo: ada@example.org\r\nSubject: {n}\r\n\r\nHello\r\n".encode()
