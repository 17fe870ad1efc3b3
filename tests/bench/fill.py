"""A box with very many messages, put in through the store in bulk: what reading is measured on.

Each message is small and different: a subject with a number, one of 300 senders and 3,000 recipients, 40 words out of
20,000. The inbox is one of ten. Known words: COMMON is in every second message but never in the inbox QUIET, RARE is in
20 messages, BOTH, in the subject of one in a hundred, is what a search of two fields asks for.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pillarbox.box import Delivery
from pillarbox.events import Event
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Summary
from pillarbox.storage.store import SqlStore, open_store

COMMON = "shipment"
RARE = "quetzal"
BOTH = "refund"
QUIET = "team-0"

AT_A_TIME = 2_000


def fill(path: Path, number: int) -> None:
    """Make a database with so many messages, and give it the quiet moments that it would have had."""
    store = open_store(f"sqlite:///{path}", _nobody)
    try:
        asyncio.run(_deliver(store, number))
        while store.gather():
            pass
    finally:
        store.close()


def _nobody(events: Sequence[Event]) -> None:
    pass


async def _deliver(store: SqlStore, number: int) -> None:
    waiting: list[asyncio.Future[Summary]] = []
    for delivery in _deliveries(number):
        waiting.append(store.deliver(delivery))
        if len(waiting) >= AT_A_TIME:
            await asyncio.gather(*waiting)
            waiting.clear()
    await asyncio.gather(*waiting)


def _deliveries(number: int) -> Iterator[Delivery]:
    chance = random.Random(4)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvw", k=chance.randint(3, 9))) for _ in range(20_000)]
    start = datetime.now(UTC) - timedelta(seconds=number)
    for n in range(number):
        inbox = n % 10
        body = chance.choices(words, k=40)
        if n % 2 and f"team-{inbox}" != QUIET:
            body[7] = COMMON
        if n % max(1, number // 20) == 3:
            body[11] = RARE
        subject = f"{BOTH if n % 100 == 57 else 'Order'} {n} {chance.choice(words)}"
        sender, recipient = f"shop{n % 300}@example.org", f"client{chance.randrange(3000)}@example.net"
        lines = "\r\n".join(" ".join(body[at : at + 10]) for at in range(0, 40, 10))
        raw = (
            f"From: Shop <{sender}>\r\nTo: {recipient}\r\nSubject: {subject}\r\n"
            f"Date: {start + timedelta(seconds=n):%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <{n}@example.org>\r\n"
            f"\r\n{lines}\r\n"
        ).encode()
        yield Delivery(
            raw=raw,
            envelope=Envelope(Sender(sender), (Recipient(recipient),)),
            received_at=start + timedelta(seconds=n),
            inbox=f"team-{inbox}",
        )
