from __future__ import annotations

import asyncio

from pillarbox.events import QUEUE_LENGTH, RESET, Bus, Event


def deleted(event_id: int, inbox: str | None = None) -> Event:
    return Event(kind="message.deleted", id=event_id, inbox=inbox, ids=(event_id,))


def test_a_subscriber_gets_what_is_published_after_it_came_in_order() -> None:
    async def scene() -> list[int | None]:
        bus = Bus()
        bus.publish([deleted(1)])
        with bus.subscribe() as subscription:
            bus.publish([deleted(2), deleted(3)])
            bus.close()
            return [event.id async for event in subscription]

    assert asyncio.run(scene()) == [2, 3]


def test_a_subscriber_of_one_inbox_hears_nothing_of_the_others() -> None:
    async def scene() -> list[int | None]:
        bus = Bus()
        with bus.subscribe(inbox="a") as subscription:
            bus.publish([deleted(1, "b"), deleted(2, "a"), deleted(3, None)])
            bus.close()
            return [event.id async for event in subscription]

    assert asyncio.run(scene()) == [2, 3]


def test_entries_go_only_to_those_who_follow_that_session() -> None:
    entry = Event(kind="session.entry", session_id=7)

    async def scene() -> tuple[list[Event], list[Event]]:
        bus = Bus()
        with bus.subscribe() as everything, bus.subscribe(session_id=7) as followed:
            assert bus.watched(7)
            assert not bus.watched(8)
            bus.publish([entry, Event(kind="session.closed", id=5, session_id=8)])
            bus.close()
            return [e async for e in everything], [e async for e in followed]

    everything, followed = asyncio.run(scene())
    assert [event.kind for event in everything] == ["session.closed"]
    assert followed == [entry]


def test_nobody_watches_a_session_after_the_last_one_left() -> None:
    async def scene() -> bool:
        bus = Bus()
        with bus.subscribe(session_id=7), bus.subscribe(session_id=7):
            pass
        return bus.watched(7) or len(bus) > 0

    assert not asyncio.run(scene())


def test_a_subscriber_that_falls_behind_is_told_to_start_over() -> None:
    async def scene() -> list[Event]:
        bus = Bus()
        with bus.subscribe() as slow:
            bus.publish([deleted(n) for n in range(1, QUEUE_LENGTH + 2)])
            bus.publish([deleted(9_999)])
            bus.close()
            return [event async for event in slow]

    assert asyncio.run(scene()) == [RESET, deleted(9_999)]


def test_who_subscribes_to_a_closed_bus_is_let_go_at_once() -> None:
    async def scene() -> list[Event]:
        bus = Bus()
        bus.close()
        with bus.subscribe() as late:
            return [event async for event in late]

    assert asyncio.run(scene()) == []


def test_the_end_stays_the_last_thing_heard_although_the_subscriber_is_far_behind() -> None:
    async def scene() -> int:
        bus = Bus()
        with bus.subscribe() as slow:
            bus.publish([deleted(n) for n in range(1, QUEUE_LENGTH + 1)])
            bus.close()
            bus.publish([deleted(9_999)])
            return len([event async for event in slow])

    assert asyncio.run(asyncio.wait_for(scene(), 10)) == QUEUE_LENGTH


def test_that_something_is_gone_is_told_to_everybody_whatever_they_listen_to() -> None:
    async def scene() -> list[Event]:
        bus = Bus()
        with bus.subscribe(inbox="a", session_id=7) as subscription:
            bus.publish([RESET, deleted(1, "a")])
            bus.close()
            return [event async for event in subscription]

    assert asyncio.run(scene()) == [RESET]
