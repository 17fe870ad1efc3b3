"""The page of figures: what it counts, and that every bar and row leads to just that."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser

from pillarbox import clock
from pillarbox.mail import transcript
from pillarbox.mail.transcript import Record
from pillarbox.storage import considered
from pillarbox.web.pages import figures
from tests.pages.conftest import Reader, words
from tests.web.world import World

ADA, BOB, ODD = "ada@example.org", "bob.b@example.org", '"odd one"@example.org'


def invoice(subject: str = "Your invoice", more: str = "") -> bytes:
    return f"From: Shop <shop@example.org>\r\nTo: you\r\nSubject: {subject}\r\n\r\nHello{more}\r\n".encode()


def reply(code: int) -> Record:
    return transcript.line(900, "server", "reply", b"%d No\r\n" % code)


def rows(page: LexborHTMLParser, caption: str) -> dict[str, tuple[str | None, str]]:
    """What a table says by the name of the row: its address and its figure."""
    table = next(one for one in page.css("table") if words(one.css_first("caption")) == caption)
    found = {}
    for row in table.css("tbody tr"):
        link = row.css_first("th a")
        if row.css_first("th") is not None:
            name = words(link if link is not None else row.css_first("th"))
            found[name] = (link.attributes["href"] if link is not None else None, words(row.css_first("td")))
    return found


def counted(reader: Reader, address: str) -> int:
    """How many rows a list has."""
    return len(reader.get(address).css("#rows li.row, #rows li.session"))


def test_every_bar_and_row_leads_to_the_list_that_it_counts(world: World, reader: Reader) -> None:
    now = clock.now()
    for minutes, to in ((1, (ADA,)), (1, (ADA, BOB)), (70, (ODD,)), (3000, (ADA,)), (10**5, (BOB,))):
        at = now - timedelta(minutes=minutes)
        world.take(invoice(more="!" * minutes), *to, sender="app@example.org", received_at=at)
    world.talk(invoice("Refund"), peer="10.0.0.1:25", helo="web")
    world.talk(records=[reply(550)], outcome="dropped", peer="10.0.0.12:25", helo="worker")
    world.talk(records=[reply(451)], peer="[::1]:25", helo="größe")
    followed = 0
    for address in (*(f"/stats?span={span}" for span in ("1h", "all")), "/stats?span=all&q=invoice+OR+refund"):
        page = reader.get(address)
        tables = [
            rows(page, caption)
            for caption in ("Messages and their size over time", "Recipients", "Senders", "How sessions ended")
        ]
        tables += [rows(page, one) for one in ("Clients by address", "Clients by greeting")]
        # With a search they lead to the messages of these sessions.
        tables += [rows(page, "Reply codes")] if "q=" not in address else []
        for name, (link, figure) in [item for table in tables for item in table.items()]:
            if link is not None:
                assert counted(reader, link) == int(figure), (address, name, link)
                followed += 1
        totals = [(link.attributes["href"] or "", words(link)) for link in page.css("#totals a")]
        for link, figure in totals:
            if figure.isdigit():
                assert counted(reader, link) == int(figure), (address, link)
        bars = [bar for chart in page.css(".chart") for bar in chart.css("a")]
        assert {bar.attributes["href"] for bar in bars} == {link for link, _ in tables[0].values()}
        assert len(bars) == 2 * len(tables[0])
    assert followed > 40


def test_a_search_brings_the_sessions_of_what_it_finds(world: World, reader: Reader) -> None:
    told = world.talk(invoice("Refund"), records=[reply(451)], helo="web")
    world.talk(invoice("Order"), records=[reply(550)], outcome="dropped")
    page = reader.get("/stats?q=refund&span=1h")
    assert "Messages 1 " in words(page.css_first("#totals"))
    assert "Their sessions 1" in words(page.css_first("#totals"))
    codes = rows(page, "Reply codes")
    assert set(codes) == {"220", "250", "354", "451"}
    assert counted(reader, codes["451"][0] or "") == 1
    assert rows(page, "How sessions ended") == {"quit": (None, "1")}
    ((address, _),) = rows(page, "Slowest sessions").values()
    assert address == f"/sessions/{told.session_id}"
    form = page.css_first("form[role=search]")
    assert form is not None
    assert words(reader.press(form).css_first("#spans [aria-current]")) == "Last hour"


def test_a_search_that_cannot_be_read_says_so_and_counts_nothing(world: World, reader: Reader) -> None:
    world.take(invoice())
    page = reader.get("/stats?q=is:blue", 400)
    assert "does not know “blue”" in words(page.css_first("[role=alert]"))
    assert page.css_first("#totals") is None
    assert page.css("svg rect") == []
    assert "Must be one of 1h, 24h, 7d, 30d, all." in words(reader.get("/stats?span=9d", 400))
    assert "There is no inbox nowhere." in words(reader.get("/stats?inbox=nowhere", 404))


def test_the_shortest_span_with_something_in_it_is_shown(world: World, reader: Reader) -> None:
    def shown(address: str = "/stats") -> str:
        return words(reader.get(address).css_first("#spans [aria-current]"))

    assert shown() == "All"
    for days, span in ((40, "All"), (20, "30 days"), (3, "7 days"), (0.5, "24 hours"), (0, "Last hour")):
        world.take(invoice(f"Number {days}"), received_at=clock.now() - timedelta(days=days))
        assert shown() == span
    assert shown("/stats?q=subject:20") == "30 days"
    assert shown("/stats?span=all") == "All"


def test_an_inbox_alone_counts_the_sessions_that_were_refused_for_it(world: World, reader: Reader) -> None:
    world.box.inboxes.make("checkout")
    rcpt = transcript.line(800, "client", "command", b"RCPT TO:<a@checkout.inbox.test>\r\n")
    world.talk(records=[rcpt, reply(550)])
    world.talk(invoice())
    page = reader.get("/stats?inbox=checkout&span=1h")
    assert "of the inbox checkout" in words(page.css_first("h1"))
    assert "Messages 0 " in words(page.css_first("#totals"))
    link, figure = rows(page, "Reply codes")["550"]
    assert (figure, counted(reader, link or "")) == ("1", 1)


def test_times_are_the_readers(world: World, reader: Reader) -> None:
    at = (clock.now() - timedelta(days=2)).replace(hour=22, minute=30)
    world.take(invoice(), received_at=at)
    for zone in ("UTC", "Asia/Tokyo"):
        reader._client.cookies.set("pillarbox_zone", zone)
        ((when, _),) = rows(reader.get("/stats?span=7d"), "Messages and their size over time").items()
        begin = at.astimezone(ZoneInfo(zone)).replace(minute=0)
        begin = begin.replace(hour=begin.hour // 3 * 3)
        assert when == f"{begin:%a %-d %b %Y %H:%M}–{begin + timedelta(hours=3):%H:%M}"


def test_the_page_says_when_there_is_more_than_was_counted(
    world: World, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        world.talk(invoice())
    assert words(reader.get("/stats").css_first("#bounds")) == ""
    for module in (considered, figures):
        monkeypatch.setattr(module, "CONSIDERED", 2)
    assert [words(one) for one in reader.get("/stats").css("#bounds p")] == [
        "Counted among the newest 2 messages; there are older ones in this time.",
        "Counted among the newest 2 sessions; there are older ones in this time.",
    ]


def test_who_does_not_see_the_bars_has_their_figures_in_words(world: World, reader: Reader) -> None:
    world.take(invoice())
    page = reader.get("/stats")
    assert all(svg.attributes.get("aria-hidden") == "true" for svg in page.css("#content svg"))
    assert "At most 1 message: " in words(page.css_first(".chart figcaption"))
    ((when, (_, figure)),) = rows(page, "Messages and their size over time").items()
    assert figure == "1"
    title = words(page.css_first(".chart title"))
    assert title == f"{when}: 1"
    assert not re.search(r" style=", page.html or "")
