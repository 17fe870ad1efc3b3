"""Copy as: a message as commands, without JavaScript."""

from __future__ import annotations

from tests.pages.conftest import Reader, words
from tests.pages.mails import plain
from tests.web.world import World


def test_a_message_has_commands_that_send_it_again(world: World, reader: Reader) -> None:
    message = world.take(plain("A <b>bold</b> one"), sender="it's@example.org")
    page = reader.get(f"/messages/{message.id}")
    menu = next(one for one in page.css(".actions .menu") if one.css_first("[data-copy]"))
    assert {one.attributes["data-does"] for one in menu.css("button")} == {
        "copy-curl",
        "copy-swaks",
        "copy-python",
        "copy-eml",
    }
    link = menu.css_first("a")
    assert link is not None
    page = reader.get(link.attributes["href"] or "")
    assert [words(one) for one in page.css(".again h2")] == ["swaks", "curl", "Python"]
    assert words(page.css_first(".back")) == "A <b>bold</b> one"
    for button in menu.css("button"):
        address = button.attributes["data-copy"] or ""
        if button.attributes["data-does"] == "copy-eml":
            continue
        answer = reader.ask(address)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert f"{world.url}/api/v1/messages/{message.id}/raw" in answer.text
        assert answer.text in [one.text() for one in page.css(".again pre")]


def test_a_tool_that_there_is_none_of_is_not_there(world: World, reader: Reader) -> None:
    message = world.take()
    assert "there are swaks, curl, Python" in words(reader.get(f"/messages/{message.id}/again?tool=telnet", 404))
    assert "no message 99" in words(reader.get("/messages/99/again", 404))
