"""The list of inboxes, one inbox's page, and what is done to an inbox, without JavaScript."""

from __future__ import annotations

import httpx

from pillarbox.mail import transcript
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain
from tests.web.world import World


def listed(reader: Reader, address: str = "/inboxes") -> list[str]:
    return [words(row) for row in reader.get(address).css("#rows tbody th")]


def test_every_inbox_is_listed_with_its_figures(world: World, reader: Reader) -> None:
    world.take(plain(), inbox="billing")
    world.box.inboxes.make("brief", 3600)
    page = reader.get("/inboxes")
    assert "3 inboxes" in words(page.css_first("#bar"))
    rows = {words(row.css_first("th")): words(row) for row in page.css("#rows tbody tr")}
    assert list(rows) == ["billing", "brief", "default"]
    assert rows["billing"].startswith("billing 1 1 Today")
    assert [len(row.css("time")) for row in page.css("#rows tbody tr")] == [1, 2, 1]
    assert page.css_first('#rail a[aria-current="page"][href="/inboxes"]') is not None


def test_a_long_list_goes_on_by_name_and_can_be_searched(world: World, reader: Reader) -> None:
    for number in range(103):
        world.box.inboxes.make(f"box{number:03}")
    first = reader.get("/inboxes")
    assert len(first.css("#rows tbody tr")) == 100
    further = first.css_first("a[rel=next]")
    assert further is not None
    assert listed(reader, further.attributes["href"] or "") == ["box100", "box101", "box102", "default"]
    assert listed(reader, "/inboxes?q=X10") == ["box100", "box101", "box102"]
    assert listed(reader, "/inboxes?q=%25") == []
    assert "No inbox has that in its name." in words(reader.get("/inboxes?q=zz"))


def test_the_rail_shows_the_default_inbox_the_open_one_and_those_made_last(world: World, reader: Reader) -> None:
    for number in range(30):
        world.box.inboxes.make(f"box{number:02}")
    rail = reader.get("/").css("#rail a[href^='/inboxes']")
    assert [link.attributes["href"] for link in rail] == [
        *(f"/inboxes/box{number}" for number in range(10, 30)), "/inboxes/default", "/inboxes"
    ]  # fmt: skip
    assert "31 inboxes" in words(rail[-1])
    opened = reader.get("/inboxes/box03").css("#rail a[href^='/inboxes/']")
    assert opened[0].attributes["aria-current"] == "page"
    assert len(opened) == 22


def test_an_inbox_is_made_by_a_form_and_shows_what_an_app_needs(world: World, reader: Reader) -> None:
    form = reader.get("/inboxes").css_first("form[method=post]")
    assert form is not None
    page = reader.press(form)
    (made,) = [one for one in world.box.inboxes.all() if one.name != "default"]
    shown = words(page.css_first("#beside"))
    for expected in (f"anything@{made.name}.inbox.test", made.password, "127.0.0.1", "1025", f"User {made.name}"):
        assert expected in shown
    assert "Goes" not in shown


def test_an_inbox_is_made_for_a_time_and_says_when_it_goes(world: World, reader: Reader) -> None:
    answer = httpx.post(f"{world.url}/inboxes", data={"name": "SignUp", "ttl": "3600"}, follow_redirects=True)
    assert answer.url.path == "/inboxes/signup"
    assert "Goes" in words(reader.get("/inboxes/SignUp").css_first("#beside"))


def test_what_cannot_be_made_is_told_beside_the_form(world: World, reader: Reader) -> None:
    world.box.inboxes.make("signup")
    for name, status, said in (
        ("SIGNUP", 409, "There is an inbox signup already"),
        ("a b", 400, "“a b” cannot be one"),
    ):
        answer = httpx.post(f"{world.url}/inboxes", data={"name": name, "ttl": ""}, headers={"Accept": "text/html"})
        assert answer.status_code == status
        assert said in answer.text
        assert f'value="{name}"' in answer.text
    assert httpx.post(f"{world.url}/inboxes", data={"ttl": "7"}).status_code == 400
    assert len(world.box.inboxes.all()) == 2


def test_deleting_an_inbox_asks_first(world: World, reader: Reader) -> None:
    world.take(plain("Bill"), inbox="billing")
    link = reader.get("/inboxes/billing").css_first('#beside a[href="/inboxes/billing/delete"]')
    assert link is not None
    asked = reader.get("/inboxes/billing/delete")
    assert "Delete the inbox billing?" in words(asked)
    assert "1 message in it goes with it" in words(asked)
    form = asked.css_first("form[method=post]")
    assert form is not None
    after = reader.press(form)
    assert [words(row) for row in after.css("#rows tbody th")] == ["default"]
    reader.get("/inboxes/billing", 404)
    assert reader.get("/").css("#rows .row") == []


def test_the_default_inbox_cannot_be_deleted(world: World, reader: Reader) -> None:
    world.take(plain())
    assert reader.get("/inboxes/default").css_first('a[href$="/inboxes/default/delete"]') is None
    answer = httpx.post(f"{world.url}/inboxes/default/delete", headers={"Accept": "text/html"})
    assert answer.status_code == 409
    assert "always is there" in answer.text


def test_a_form_of_another_site_makes_and_deletes_nothing(world: World) -> None:
    world.box.inboxes.make("signup")
    for path in ("/inboxes", "/inboxes/signup/delete"):
        answer = httpx.post(f"{world.url}{path}", data={"ttl": ""}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
    assert len(world.box.inboxes.all()) == 2


def test_an_inbox_leads_to_its_sessions(world: World, reader: Reader) -> None:
    world.box.inboxes.make("signup")
    named = world.talk(
        records=[transcript.line(950, "client", "command", b"RCPT TO:<ada@signup.inbox.test>\r\n")]
    ).session_id
    world.talk()
    link = reader.get("/inboxes/signup").css_first('#beside a[href^="/sessions"]')
    assert link is not None
    page = reader.get(link.attributes["href"] or "")
    assert [row.attributes["href"] for row in page.css("#rows .session a")] == [f"/sessions/{named}"]
    assert page.css_first('input[name=inbox][value="signup"]') is not None
    assert page.css_first("details.more-filters[open]") is not None
    wrong = words(reader.get("/sessions?inbox=a+b", 400).css_first("#wrong"))
    assert wrong.startswith("Inbox: “a b” cannot be an inbox; a name has up to 63 letters")
