"""Waits at a catcher as people run it: many at once, clients that go away, a stop in the middle."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.counts import count
from tests.running import Running
from tests.scraping import scrape
from tests.waiters import Answer, opened, wait

WAITS = count("PILLARBOX_WAITS", 200)


def send(server: Running, *addresses: str) -> None:
    """A message for each of the addresses, over one connection."""
    with smtplib.SMTP(server.smtp_host, server.smtp_port, timeout=60) as client:
        for address in addresses:
            client.sendmail("shop@example.org", [address], f"To: {address}\r\nSubject: Welcome\r\n\r\nHello\r\n")


def test_each_of_many_waits_is_answered_with_its_own_message_and_no_other(server: Running) -> None:
    addresses = [f"user{number}@example.org" for number in range(WAITS)]

    async def scene() -> list[Answer]:
        async with asyncio.TaskGroup() as crowd:
            waits = [crowd.create_task(wait(server, f"to={address}&subject=welcome")) for address in addresses]
            await opened(server, WAITS)
            # Away from this loop, which has to read the answers meanwhile.
            await asyncio.to_thread(send, server, *reversed(addresses))
        return [one.result() for one in waits]

    answers = asyncio.run(scene())
    assert [one.status for one in answers] == [200] * WAITS
    assert [[mail["rcpt_to"] for mail in one.body["messages"]] for one in answers] == [[[one]] for one in addresses]
    figures = scrape(server.url)
    assert figures["pillarbox_waits_open"] == figures["pillarbox_event_streams"] == 0
    assert figures.by("pillarbox_waits_ended_total", "result") == {
        "found": WAITS, "timeout": 0, "gone": 0, "stopped": 0, "failed": 0,
    }  # fmt: skip


def test_waits_whose_clients_go_away_are_forgotten_at_once(server: Running) -> None:
    async def scene() -> None:
        waits = [asyncio.create_task(wait(server, f"to=user{number}@example.org")) for number in range(50)]
        await opened(server, 50)
        for one in waits[:49]:
            one.cancel()
        await opened(server, 1)
        await asyncio.to_thread(send, server, "user49@example.org")
        assert (await waits[49]).status == 200

    asyncio.run(scene())
    figures = scrape(server.url)
    assert figures["pillarbox_event_streams"] == 0
    assert figures.by("pillarbox_waits_ended_total", "result")["gone"] == 49
    assert "Traceback" not in server.errors


def test_a_stop_in_the_middle_is_an_answer_and_the_next_start_is_waited_at_again(
    start_server: Callable[..., Running], tmp_path: Path
) -> None:
    first = start_server()

    async def scene() -> tuple[list[Answer], int]:
        waits = [asyncio.create_task(wait(first, f"to=user{number}@example.org")) for number in range(5)]
        await opened(first, 5)
        code = await asyncio.to_thread(first.stop)
        return await asyncio.gather(*waits), code

    answers, code = asyncio.run(scene())
    assert code == 0
    assert [one.status for one in answers] == [503] * 5
    assert answers[0].body == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "The server is stopping, so this wait has ended without an answer. Ask again later.",
    }
    again = start_server()
    send(again, "user0@example.org")
    found = httpx.get(f"{again.api}/messages/wait", params={"to": "user0@example.org"}, timeout=60)
    assert found.status_code == 200
