"""Waits by the hundred: a connection each, without a thread or a client each."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from tests.running import Running
from tests.scraping import scrape

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any


async def wait(server: Running, query: str) -> Answer:
    """One wait, for as long as there can be any. Raises OSError when the connection ends without an answer."""
    place = server.ready["http"][0]
    reader, writer = await asyncio.open_connection(place["host"], place["port"])
    try:
        line = (
            f"GET /api/v1/messages/wait?{query}&timeout={LONGEST} HTTP/1.1\r\nHost: {place['host']}:{place['port']}\r\n"
        )
        writer.write(f"{line}Connection: close\r\n\r\n".encode())
        head, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
        if not head:
            raise ConnectionError("the connection has ended without an answer")
        return Answer(int(head.split(b" ", 2)[1]), json.loads(body))
    finally:
        writer.close()


async def opened(server: Running, number: int) -> None:
    """Returns when so many waits are open, no more and no less."""
    while (await asyncio.to_thread(scrape, server.url))["pillarbox_waits_open"] != number:
        await asyncio.sleep(0)
