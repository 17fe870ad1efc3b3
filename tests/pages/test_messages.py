"""The lists of messages, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from pillarbox.errors import StoreUnavailable
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain
from tests.web.world import World

LAST_YEAR = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)


def test_an_empty_box_says_how_to_send_the_first_mail_to_this_very_server(reader: Reader) -> None:
    page = reader.get("/")
    assert "No mail yet." in words(page)
    shown = words(page.css_first(".first-mail"))
    assert "swaks --server 127.0.0.1:1025" in shown
    assert 'smtplib.SMTP("127.0.0.1", 1025)' in shown
    assert "curl smtp://127.0.0.1:1025" in shown
    assert "pillarbox send" not in shown, "that command is not on the PATH of a clone"


def test_a_row_says_who_wrote_what_and_when(world: World, reader: Reader) -> None:
    world.take(plain("Order 77 confirmed", "Thank you, Ada!"), "ada@example.org", "audit@example.org")
    row = reader.get("/").css_first("#rows .row")
    assert row is not None
    assert "unread" in (row.attributes["class"] or "")
    shown = words(row)
    for expected in ("Shop", "shop@example.org", "Order 77 confirmed", "Thank you, Ada!", "bcc"):
        assert expected in shown
    time = row.css_first("time")
    assert time is not None
    assert (time.attributes["datetime"] or "").endswith("Z")


def test_messages_stand_under_their_days(world: World, reader: Reader) -> None:
    world.take(plain("Long ago"), received_at=LAST_YEAR)
    world.take(plain("Just now"))
    rows = [words(row) for row in reader.get("/").css("#rows > li")]
    assert rows[0] == "Today"
    assert "Just now" in rows[1]
    assert rows[2] == "Tuesday 4 March 2025"
    assert "Long ago" in rows[3]


def test_days_are_those_of_the_reader(world: World, reader: Reader) -> None:
    world.take(plain(), received_at=datetime(2025, 3, 4, 20, 0, tzinfo=UTC))
    reader._client.cookies.set("pillarbox_zone", "Asia/Tokyo")
    assert "Wednesday 5 March 2025" in words(reader.get("/"))
    reader._client.cookies.clear()
    reader._client.cookies.set("pillarbox_zone", "../../etc/passwd")
    assert "March 2025" in words(reader.get("/"))


def test_the_rail_counts_mail_and_leads_to_each_inbox(world: World, reader: Reader) -> None:
    world.take(plain())
    world.take(plain("Bill"), inbox="billing")
    page = reader.get("/")
    rail = words(page.css_first("#rail"))
    assert "All mail 2 messages" in rail
    assert "Unread 2 unread messages" in rail
    assert "billing 1 unread of 1 message" in rail
    link = page.css_first('#rail a[href="/inboxes/billing"]')
    assert link is not None
    inbox = reader.get("/inboxes/billing")
    assert [words(row) for row in inbox.css("#rows .subject")] == ["Bill"]
    assert inbox.css_first('#rail a[aria-current="page"][href="/inboxes/billing"]') is not None


def test_an_inbox_that_nobody_made_is_not_there(reader: Reader) -> None:
    assert "There is no inbox nope." in words(reader.get("/inboxes/nope", 404))


def test_older_mail_is_a_link_away(world: World, reader: Reader) -> None:
    for number in range(53):
        world.take(plain(f"Number {number}"))
    first = reader.get("/")
    assert len(first.css("#rows .row")) == 50
    older = first.css_first("a[rel=next]")
    assert older is not None
    second = reader.get(older.attributes["href"] or "")
    assert [words(row) for row in second.css("#rows .subject")] == ["Number 2", "Number 1", "Number 0"]
    assert second.css_first("a[rel=next]") is None


def test_searching_is_a_form_that_stays_in_its_inbox(world: World, reader: Reader) -> None:
    world.take(plain("Red apple"), inbox="fruit")
    world.take(plain("Green apple"))
    form = reader.get("/inboxes/fruit").css_first("form[role=search]")
    assert form is not None
    assert form.attributes["action"] == "/inboxes/fruit"
    found = reader.get("/inboxes/fruit?q=apple")
    assert [words(row) for row in found.css("#rows .subject")] == ["Red apple"]
    assert found.css_first('input[name=q][value="apple"]') is not None
    assert "No message is like that." in words(reader.get("/?q=pear"))


def test_a_search_without_a_result_says_so_beside_the_list_and_leads_to_all_mail(world: World, reader: Reader) -> None:
    world.take(plain("Red apple"), inbox="fruit")
    beside = reader.get("/inboxes/fruit?q=pear").css_first("#beside")
    assert "Nothing found for pear" in words(beside)
    assert beside is not None
    assert [link.attributes["href"] for link in beside.css("a")] == ["/?q=pear", "/"]
    assert "Point your app here" not in words(beside)
    assert "Point your app here" in words(reader.get("/?q=apple").css_first("#beside"))


def test_a_query_that_cannot_be_read_is_told_above_the_list_and_stays_in_its_field(
    world: World, reader: Reader
) -> None:
    message = world.take(plain("Red apple"))
    page = reader.get("/?q=apple+(is%3Ablue", 400)
    assert "is: does not know “blue”" in words(page.css_first(".list [role=alert]"))
    field = page.css_first("input[name=q]")
    assert field is not None
    assert (field.attributes["value"], field.attributes["aria-describedby"]) == ("apple (is:blue", "wrong")
    assert "Nothing was searched." in words(page.css_first("#rows"))
    assert page.css_first("form[action='/messages/read']") is None
    beside = reader.get(f"/messages/{message.id}?q=%22")
    assert "no second one" in words(beside.css_first(".list [role=alert]"))
    assert words(reader.get("/").css_first("[role=alert]")) == ""


def test_nothing_is_deleted_or_marked_by_a_query_that_cannot_be_read(world: World, reader: Reader) -> None:
    world.take(plain("Red apple"))
    assert "At character 1" in words(reader.get("/messages/delete?q=%28", 400))
    for action in ("read", "delete"):
        answer = httpx.post(f"{world.url}/messages/{action}", data={"q": "is:blue"}, headers={"Accept": "text/html"})
        assert answer.status_code == 400
    assert "1 unread" in words(reader.get("/"))


def test_the_page_of_a_missing_thing_has_the_rail(world: World, reader: Reader) -> None:
    world.take(plain(), inbox="fruit")
    for address in ("/messages/999", "/nothing", "/inboxes/nope"):
        rail = words(reader.get(address, 404).css_first("#rail"))
        assert "fruit" in rail
        assert "fruit 1 unread of 1 message" in rail


def test_the_page_of_a_missing_thing_needs_no_store(
    world: World, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.take(plain(), inbox="fruit")

    def down() -> None:
        raise StoreUnavailable("The database does not answer.")

    monkeypatch.setattr(world.box, "counts", down)
    page = reader.get("/nothing", 404)
    assert "fruit" not in words(page.css_first("#rail"))
    assert "All mail" in words(page.css_first("#rail"))


def test_nobody_without_the_password_sees_the_rail(start_world: Callable[..., World]) -> None:
    world = start_world(auth=("ada", "secret"))
    world.take(plain(), inbox="fruit")
    reader = Reader(world)
    try:
        assert "fruit" not in words(reader.get("/nothing", 401))
    finally:
        reader.close()


def test_mark_all_read_is_a_button(world: World, reader: Reader) -> None:
    world.take(plain())
    world.take(plain())
    page = reader.get("/")
    assert len(page.css("#rows .unread")) == 2
    form = page.css_first('form[action="/messages/read"]')
    assert form is not None
    after = reader.press(form)
    assert after.css("#rows .unread") == []
    assert len(after.css("#rows .row")) == 2


def test_mark_all_read_keeps_to_the_inbox_and_the_words_on_show(world: World, reader: Reader) -> None:
    world.take(plain("Red apple"), inbox="fruit")
    world.take(plain("Red cherry"), inbox="fruit")
    world.take(plain("Green apple"))
    form = reader.get("/inboxes/fruit?q=apple").css_first('form[action="/messages/read"]')
    assert form is not None
    reader.press(form)
    unread = {words(row) for row in reader.get("/").css("#rows .unread .subject")}
    assert unread == {"Red cherry", "Green apple"}


def test_deleting_all_asks_first_and_says_how_many(world: World, reader: Reader) -> None:
    world.take(plain("Red apple"), inbox="fruit")
    world.take(plain("Green apple"))
    link = reader.get("/inboxes/fruit").css_first('a[href^="/messages/delete"]')
    assert link is not None
    asked = reader.get(link.attributes["href"] or "")
    assert "Delete 1 message?" in words(asked)
    assert "of the inbox fruit" in words(asked)
    assert len(reader.get("/").css("#rows .row")) == 2, "asking deletes nothing"
    form = asked.css_first('form[action="/messages/delete"]')
    assert form is not None
    reader.press(form)
    assert [words(row) for row in reader.get("/").css("#rows .subject")] == ["Green apple"]


def test_nothing_can_be_deleted_by_following_a_link(world: World, reader: Reader) -> None:
    message = world.take(plain())
    reader.get("/messages/delete")
    reader.get(f"/messages/{message.id}/delete", 405)
    assert len(reader.get("/").css("#rows .row")) == 1


def test_a_form_of_another_site_changes_nothing(world: World, reader: Reader) -> None:
    world.take(plain())
    answer = world.client.post("/messages/delete", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert len(reader.get("/").css("#rows .row")) == 1


def test_a_key_that_is_no_number_is_refused_in_a_sentence(reader: Reader) -> None:
    assert "before: Must be a number." in words(reader.get("/?before=x", 400))


def test_when_nothing_listens_on_tcp_the_page_says_so(start_world: Callable[..., World]) -> None:
    world = start_world()
    object.__setattr__(world.config, "smtp", ())
    reader = Reader(world)
    try:
        assert "No SMTP port is open" in words(reader.get("/"))
    finally:
        reader.close()


def test_times_that_lie_in_the_future_have_a_day_too(world: World, reader: Reader) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    world.take(plain(), received_at=tomorrow)
    assert words(reader.get("/").css_first("#rows .day")) not in ("Today", "Yesterday")
