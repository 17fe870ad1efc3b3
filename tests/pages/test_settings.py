"""The page of settings: the language and the zone that pages speak from then on, without JavaScript."""

from __future__ import annotations

import httpx
import pytest

from pillarbox.web import language
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain
from tests.web.world import World


@pytest.fixture
def client(world: World) -> httpx.Client:
    return httpx.Client(base_url=world.url, headers={"Accept": "text/html"}, follow_redirects=True)


def test_a_language_is_chosen_and_kept(client: httpx.Client) -> None:
    saved = client.post("/settings", data={"language": "ru", "zone": "Asia/Tokyo"})
    assert saved.status_code == 200
    assert '<html lang="ru"' in saved.text
    assert "Сохранено." in saved.text
    assert '<option value="ru" lang="ru" selected>Русский</option>' in saved.text
    assert '<option value="Asia/Tokyo" selected>Токио</option>' in saved.text
    assert "Вся почта" in client.get("/", headers={"Accept-Language": "en"}).text
    assert "Must be" not in client.get("/messages/no", headers={"Accept-Language": "en"}).text
    client.post("/settings", data={"language": "", "zone": ""})
    assert dict(client.cookies) == {}
    assert '<html lang="en"' in client.get("/").text


def test_what_cannot_be_chosen_is_refused(client: httpx.Client) -> None:
    for field, value in (("language", "tlh"), ("language", "../ru"), ("zone", "Mars/Olympus"), ("zone", "/etc/passwd")):
        answer = client.post("/settings", data={field: value})
        assert answer.status_code == 400
        assert "set-cookie" not in answer.headers
        assert f"{field}: Must be one of the choices." in answer.text


def test_another_site_cannot_settle_anything(client: httpx.Client) -> None:
    answer = client.post("/settings", data={"language": "ru"}, headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, dict(client.cookies)) == (403, {})


def test_the_chosen_zone_comes_before_the_one_of_the_browser(world: World, client: httpx.Client) -> None:
    message = world.take(plain())
    told = client.get(f"/messages/{message.id}", headers={"Cookie": "pillarbox_zone=Asia/Tokyo"}).text
    both = client.get(
        f"/messages/{message.id}", headers={"Cookie": "pillarbox_zone=Asia/Tokyo; pillarbox_zone_chosen=UTC"}
    ).text
    assert " JST<" in told
    assert " UTC<" in both
    page = client.get("/settings", headers={"Cookie": "pillarbox_zone=Asia/Tokyo; pillarbox_zone_chosen=UTC"}).text
    assert "As the browser says: Asia/Tokyo" in page
    assert '<option value="UTC" selected>' in page
    assert "&lt;script" not in client.get("/settings", headers={"Cookie": "pillarbox_zone=<script>"}).text


def test_a_zone_that_is_another_name_of_a_listed_place_stays_chosen(client: httpx.Client) -> None:
    page = client.post("/settings", data={"zone": "Asia/Calcutta"}).text
    assert '<option value="Asia/Calcutta" selected>' in page


def test_pages_speak_the_language_that_the_browser_asks_for(world: World, client: httpx.Client) -> None:
    world.take(plain())
    refused = client.get("/", headers={"Accept-Language": "ru;q=0, fr, ru-RU;q=nan"})
    assert '<html lang="en"' in refused.text
    page = client.get("/", headers={"Accept-Language": "fr, ru-RU;q=0.8, en;q=0.5"})
    assert '<html lang="ru"' in page.text
    assert "1 письмо" in " ".join(page.text.replace("</span>", "").split()) or "Сегодня" in page.text
    assert "Accept-Language" in page.headers["vary"]
    missing = client.get("/messages/77", headers={"Accept-Language": "ru"})
    assert (missing.status_code, "Письма 77 нет." in missing.text, "Не найдено" in missing.text) == (404, True, True)
    wrong = client.get("/?q=(a", headers={"Accept-Language": "ru"})
    assert "скобка не закрыта" in wrong.text


def test_every_page_is_wholly_in_russian(world: World, client: httpx.Client) -> None:
    """No word of ours is left in English on a page: what stands there in Latin letters is a name or was sent."""
    from selectolax.lexbor import LexborHTMLParser

    message = world.take(plain())
    client.cookies.set(language.COOKIE, "ru")
    known = {"Pillarbox", "SMTP", "API", "HTML", "TLS", "Enter", "Esc", "eml", "curl", "swaks"}
    for address in ("/settings", "/sessions", "/inboxes", "/messages/delete", "/inboxes/default/delete"):
        page = LexborHTMLParser(client.get(address).text)
        for node in page.css("option, bdi, code, kbd, pre"):
            node.decompose()
        found = {word for word in words(page).split() if word.isascii() and word.isalpha() and len(word) > 2}
        assert found <= known, address
    assert message.id


def test_the_rail_leads_to_the_settings_under_a_root_path(reader: Reader) -> None:
    link = reader.get("/").css_first('.rail a[href="/settings"]')
    assert words(link) == "Settings"
