"""Live events as a client gets them: over a socket, with lost connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from pillarbox.box import Replay
from pillarbox.errors import StoreUnavailable
from pillarbox.events import QUEUE_LENGTH, Event
from pillarbox.mail import transcript
from pillarbox.web import live
from tests.web.shapes import assert_problem, assert_schema
from tests.web.world import PLAIN, World, envelope

EVENTS = "/api/v1/events"


@dataclass(frozen=True)
class Seen:
    id: int | None
    kind: str
    data: Any


def frames(lines: Iterator[str]) -> Iterator[Seen]:
    """Server-Sent Events by the rules of the HTML standard: what has no data is no event, but its id counts."""
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
            continue
        if fields and "" not in fields:
            number = int(fields["id"]) if "id" in fields else None
            yield Seen(number, fields.get("event", "id"), json.loads(fields.get("data", "null")))
        fields = {}


@contextmanager
def listening(world: World, last: int | None = None, **params: Any) -> Iterator[Iterator[Seen]]:
    """A stream's events after the first line, which says where it begins: when that is here, nothing is missed."""
    headers = {} if last is None else {"last-event-id": str(last)}
    with world.client.stream("GET", EVENTS, params=params, headers=headers) as answer:
        assert answer.status_code == 200
        found = frames(answer.iter_lines())
        assert next(found).kind == "id"
        yield found


def take(found: Iterator[Seen], kind: str) -> Seen:
    """The next event of this kind."""
    return next(one for one in found if one.kind == kind)


def test_the_stream_says_what_it_is_and_where_it_begins(world: World) -> None:
    world.take()
    with world.client.stream("GET", EVENTS) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"
        lines = answer.iter_lines()
        assert next(lines) == f"retry: {live.RETRY}"
        assert next(lines) == f"id: {world.box.last_event_id()}"
        assert next(lines) == ""


def test_what_happens_to_messages_is_told_in_order(world: World) -> None:
    with listening(world) as found:
        kept = world.take(inbox="checkout")
        world.client.patch(f"/api/v1/messages/{kept.id}", json={"read": True})
        world.client.delete(f"/api/v1/messages/{kept.id}")
        added, changed, deleted = (take(found, f"message.{kind}") for kind in ("added", "changed", "deleted"))
    row = {"$ref": "#/components/schemas/Summary"}
    assert_schema(added.data, row)
    assert_schema(changed.data, row)
    assert (added.data["id"], added.data["inbox"], added.data["read"]) == (kept.id, "checkout", False)
    assert (changed.data["id"], changed.data["read"]) == (kept.id, True)
    assert deleted.data == {"ids": [kept.id]}
    assert added.id is not None
    assert changed.id is not None
    assert deleted.id is not None
    assert added.id < changed.id < deleted.id


def test_a_session_is_told_when_it_opens_and_when_it_ends(world: World) -> None:
    with listening(world) as found:
        told = world.talk(PLAIN)
        opened, added, closed = (take(found, kind) for kind in ("session.opened", "message.added", "session.closed"))
    for one in (opened, closed):
        assert_schema(one.data, {"$ref": "#/components/schemas/Session"})
        assert one.data["id"] == told.session_id
    assert (opened.data["outcome"], closed.data["outcome"]) == ("open", "quit")
    assert added.data["session_id"] == told.session_id


def test_an_inbox_hears_of_its_own_mail_only(world: World) -> None:
    with listening(world, inbox="checkout") as found:
        world.take()
        world.take(inbox="other")
        here = world.take(inbox="checkout")
        assert take(found, "message.added").data["id"] == here.id


def test_a_session_is_followed_line_by_line_and_nobody_else_hears_it(world: World) -> None:
    async def begin() -> Any:
        return world.box.open_session("smtp 127.0.0.1:1025", "127.0.0.1:52114")

    async def say(session: Any) -> None:
        session.record(transcript.line(10, "client", "command", b"NOOP \xff\r\n"))
        session.record(transcript.line(20, "server", "reply", b"250 2.0.0 Ok\r\n"))
        session.close("quit")
        await world.box.take(PLAIN, envelope())

    with listening(world) as everything:
        session = world.run(begin())
        number = take(everything, "session.opened").data["id"]  # its row is written a moment later
        with listening(world, session=number) as lines:
            world.run(say(session))
            first, second, closed = next(lines), next(lines), next(lines)
        kinds = {next(everything).kind, next(everything).kind}
    assert [one.kind for one in (first, second, closed)] == ["session.entry", "session.entry", "session.closed"]
    assert first.id is None
    assert first.data["session_id"] == number
    assert first.data["entry"] == {
        "seq": 0,
        "at_us": 10,
        "side": "client",
        "kind": "command",
        "text": "NOOP \ufffd",
        "raw_base64": "Tk9PUCD/DQo=",
        "verb": "NOOP",
        "bytes": 8,
    }
    assert second.data["entry"]["code"] == 250
    assert_schema(first.data["entry"], {"$ref": "#/components/schemas/Entry"})
    assert "session.entry" not in kinds


def test_a_session_that_is_not_there_cannot_be_followed(shared_client: httpx.Client) -> None:
    assert_problem(shared_client.get(EVENTS, params={"session": 999_999}), 404)


@pytest.mark.parametrize("params", [{"session": "x"}, {"inbox": "a b"}, {"after": "-1"}, {"since": "1"}])
def test_a_stream_of_something_that_cannot_be_is_refused(shared_client: httpx.Client, params: dict[str, str]) -> None:
    assert_problem(shared_client.get(EVENTS, params=params), 400, *params)


def test_a_last_event_id_that_is_no_number_is_refused(shared_client: httpx.Client) -> None:
    assert_problem(shared_client.get(EVENTS, headers={"last-event-id": "x"}), 400, "last-event-id")


@pytest.mark.parametrize("way", ["header", "parameter"])
def test_what_happened_before_the_client_came_back_is_told_first(world: World, way: str) -> None:
    world.take()
    last = world.box.last_event_id()
    missed = [world.take().id for _ in range(3)]
    begin = {"last": last} if way == "header" else {"after": last}
    with listening(world, **begin) as found:
        now = world.take().id
        assert [take(found, "message.added").data["id"] for _ in range(4)] == [*missed, now]


def test_the_header_is_newer_than_the_address_and_wins(world: World) -> None:
    """A browser that comes back repeats the address of its first visit and says in the header what it has seen."""
    first = world.box.last_event_id()
    world.take()
    last = world.box.last_event_id()
    missed = world.take().id
    with listening(world, last=last, after=first) as found:
        assert take(found, "message.added").data["id"] == missed


def test_a_client_that_loses_the_line_again_and_again_misses_nothing_and_hears_nothing_twice(world: World) -> None:
    last = world.box.last_event_id()
    with listening(world) as witness:
        kept = [world.take().id for _ in range(60)]
        everything: list[Seen] = []
        while len([one for one in everything if one.kind == "message.added"]) < 60:
            everything.append(next(witness))
    heard: list[Seen] = []
    while len(heard) < len(everything):
        with listening(world, last=last) as found:
            # Mail goes on coming while the client is away and while it comes back.
            for _ in range(min(7, len(everything) - len(heard))):
                heard.append(next(found))
                last = heard[-1].id or last
    assert [one.id for one in heard] == [one.id for one in everything]
    assert [one.data["id"] for one in heard if one.kind == "message.added"] == kept


def test_mail_that_comes_while_the_past_is_told_is_told_once(world: World) -> None:
    last = world.box.last_event_id()
    past = [world.take().id for _ in range(40)]
    with listening(world, last=last) as found:
        now = [world.take().id for _ in range(40)]
        assert [take(found, "message.added").data["id"] for _ in range(80)] == past + now


def test_a_number_of_another_life_of_the_database_begins_anew(world: World) -> None:
    with listening(world, last=1_000_000) as found:
        reset = next(found)
        assert (reset.kind, reset.data) == ("reset", {})
        assert reset.id == world.box.last_event_id()
        kept = world.take().id
        assert take(found, "message.added").data["id"] == kept


class Forgetful:
    """A store whose events of long ago are gone; the rest is the real one's."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def events_since(self, event_id: int, limit: int) -> Replay:
        return Replay((), reset=True)


def test_a_client_that_was_away_too_long_is_told_to_load_everything_anew(world: World) -> None:
    world.take()
    real = world.box.store
    world.box.store = Forgetful(real)
    with listening(world, last=0) as found:
        reset = next(found)
        assert (reset.kind, reset.id) == ("reset", world.box.last_event_id())
        kept = world.take().id
        assert take(found, "message.added").data["id"] == kept
    world.box.store = real


def test_a_client_that_is_too_slow_is_told_so_instead_of_being_left_out(world: World) -> None:
    def deletions(number: int) -> list[Event]:
        return [Event(kind="message.deleted", id=10_000 + n, ids=(n,)) for n in range(number)]

    async def overflow() -> str:
        stream = live.stream(world.box, live.Wanted(), world.box.last_event_id())
        await anext(stream)
        # The stream listens from its second step on; one event lets it get there.
        step = asyncio.ensure_future(anext(stream))
        while not len(world.box.bus):
            await asyncio.sleep(0)
        world.box.bus.publish(deletions(1))
        await step
        world.box.bus.publish(deletions(QUEUE_LENGTH + 1))
        frame = await anext(stream)
        await stream.aclose()
        return frame

    frame = world.run(overflow())
    assert "event: reset\n" in frame
    assert f"id: {world.box.last_event_id()}\n" in frame


def test_silence_is_broken_by_a_comment(world: World) -> None:
    async def listen() -> str:
        stream = live.stream(world.box, live.Wanted(), world.box.last_event_id(), beat=0.01)
        await anext(stream)
        beat = await anext(stream)
        await stream.aclose()
        return beat

    assert world.run(listen()) == ": still here\n\n"
    assert live.BEAT == 15.0


def test_a_client_that_goes_away_is_forgotten(world: World) -> None:
    with listening(world) as found:
        world.take()
        take(found, "message.added")
        assert len(world.box.bus) == 1

    async def forgotten() -> int:
        while len(world.box.bus):
            await asyncio.sleep(0)
        return len(world.box.bus)

    assert world.run(forgotten()) == 0


def test_streams_end_when_the_service_stops(start_world: Callable[..., World]) -> None:
    world = start_world()

    async def close() -> None:
        world.box.bus.close()

    with listening(world) as found, listening(world, inbox="checkout") as other:
        world.take(inbox="checkout")
        take(found, "message.added")
        take(other, "message.added")
        world.run(close())
        assert [one.kind for one in found if one.kind == "message.added"] == []
        assert [one.kind for one in other if one.kind == "message.added"] == []
    with world.client.stream("GET", EVENTS) as answer:
        assert list(answer.iter_lines()) == [], "not a word that the client would take for a server that is back"


def test_a_stream_ends_when_the_database_does_not_answer(world: World) -> None:
    class Gone(Forgetful):
        def events_since(self, event_id: int, limit: int) -> Replay:
            raise StoreUnavailable("The disk is full.")

    real = world.box.store
    world.box.store = Gone(real)
    with world.client.stream("GET", EVENTS, headers={"last-event-id": "0"}) as answer:
        assert list(answer.iter_lines()) == []
    world.box.store = real
