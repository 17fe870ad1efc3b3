from __future__ import annotations

import asyncio

import pytest

from pillarbox.box.contents import MOST, Contents
from pillarbox.box.kept import Kept
from pillarbox.errors import NotFound, StoreUnavailable
from pillarbox.mail.envelope import Envelope, Sender
from pillarbox.mail.message import Mail
from tests.mail.match.rows import row


class Shelf:
    """Messages of a size; `read` has the numbers of those that were read, in order."""

    def __init__(self, size: int = 10) -> None:
        self.read: list[int] = []
        self._size = size

    def __call__(self, message_id: int) -> Kept:
        self.read.append(message_id)
        if message_id == 404:
            raise NotFound("There is no message 404.")
        if message_id == 503:
            raise StoreUnavailable("The database does not answer.")
        return Kept(row(message_id), Envelope(Sender("")), None, bytes(self._size), Mail())


def test_who_asks_at_the_same_time_shares_a_reading_and_who_asks_later_what_is_remembered() -> None:
    shelf = Shelf()

    async def scene() -> None:
        contents = Contents(shelf)
        several = await asyncio.gather(*[contents.of(1) for _ in range(5)])
        assert len({id(one) for one in several}) == 1
        assert await contents.of(1) is several[0]
        contents.forget()
        await contents.of(1)

    asyncio.run(scene())
    assert shelf.read == [1, 1]


def test_what_is_remembered_has_an_end_and_the_longest_unused_goes_first() -> None:
    shelf = Shelf(MOST // 3)

    async def scene() -> None:
        contents = Contents(shelf)
        for number in (1, 2, 3, 1, 4, 1, 2):
            await contents.of(number)

    asyncio.run(scene())
    assert shelf.read == [1, 2, 3, 4, 2]


def test_a_message_that_is_gone_is_none_and_trouble_is_told_to_all_and_not_remembered() -> None:
    shelf = Shelf()

    async def scene() -> None:
        contents = Contents(shelf)
        assert await contents.of(404) is None
        told = await asyncio.gather(*[contents.of(503) for _ in range(2)], return_exceptions=True)
        assert [type(one) for one in told] == [StoreUnavailable] * 2
        with pytest.raises(StoreUnavailable):
            await contents.of(503)

    asyncio.run(scene())
    assert shelf.read == [404, 503, 503]


def test_who_goes_away_leaves_the_reading_to_the_others() -> None:
    shelf = Shelf()

    async def scene() -> None:
        contents = Contents(shelf)
        first, second = asyncio.create_task(contents.of(1)), asyncio.create_task(contents.of(1))
        await asyncio.sleep(0)
        first.cancel()
        assert await second is not None

    asyncio.run(scene())
    assert shelf.read == [1]
