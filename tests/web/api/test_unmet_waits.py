"""What a wait that ends without its mail is answered, and how a wait ends otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from pillarbox.box import SessionPage, SessionQuery
from pillarbox.box.wait import Unmet, Waited, wait
from pillarbox.errors import StoreUnavailable
from pillarbox.mail import transcript
from pillarbox.mail.match import Conditions
from tests.web.shapes import assert_problem
from tests.web.waits import WAIT, Waits, mail
from tests.web.world import LIMIT, World


def test_what_came_closest_is_told_with_what_it_fails_fewest_first(world: World) -> None:
    box = Waits(world, "shop")
    other = world.take(mail("Welcome"), inbox="elsewhere").id
    box.take(mail("Nothing", to="carl@example.org"), "carl@example.org")
    far = box.take(mail("Your invoice", to="bob@example.org"), "bob@example.org")
    near = [box.take(mail("Your invoice")) for _ in range(2)]
    problem = box.unmet(to="ada@example.org", subject="Welcome", timeout=0.05)
    assert problem["detail"] == (
        "No message to ada@example.org with “Welcome” in its subject in the inbox shop came within 0.05 s. "
        f"Nothing else came meanwhile either. "
        f"The nearest is message {near[1]}: its subject is “Your invoice”, without “Welcome”."
    )
    subject = {"condition": "subject", "wanted": "Welcome", "actual": "Your invoice"}
    to = {"condition": "to", "wanted": "ada@example.org", "actual": "bob@example.org"}
    assert problem["nearest"][:3] == [
        {"id": near[1], "subject": "Your invoice", "failed": [subject]},
        {"id": near[0], "subject": "Your invoice", "failed": [subject]},
        {"id": far, "subject": "Your invoice", "failed": [to, subject]},
    ]
    assert [one["id"] for one in problem["nearest"][4:]] == [other]
    assert (problem["wanted"], problem["found"], problem["title"]) == (1, 0, "Conflict")


def test_a_query_that_fails_says_which_part_of_it(box: Waits) -> None:
    box.take(mail("Your invoice"))
    problem = box.unmet(q="invoice subject:order from:shop")
    assert problem["nearest"][0]["failed"] == [{"condition": "q", "wanted": "subject:order", "actual": "Your invoice"}]


def test_what_was_there_before_the_cursor_is_near(box: Waits) -> None:
    kept = box.take()
    problem = box.unmet(after=kept, subject="Welcome")
    assert problem["nearest"][0] == {
        "id": kept,
        "subject": "Welcome",
        "failed": [{"condition": "after", "wanted": str(kept), "actual": str(kept)}],
    }


def test_too_few_are_counted_and_not_told_as_near(box: Waits) -> None:
    kept = box.take()
    problem = box.unmet(count=2, to="ada@example.org", timeout=0.05)
    assert (problem["wanted"], problem["found"], problem["cursor"]) == (2, 1, str(kept))
    assert problem["detail"].startswith(
        f"Only 1 of 2 messages to ada@example.org in the inbox {box.inbox} came within 0.05 s."
    )
    assert kept not in [one["id"] for one in problem["nearest"]]


def test_an_empty_box_says_where_the_mail_should_go(world: World) -> None:
    problem = assert_problem(world.client.get(WAIT, params={"timeout": 0, "to": "ada@example.org"}), 409)
    assert problem["detail"] == (
        "There is no message to ada@example.org. The box is empty: does the program send its mail to 127.0.0.1:1025, "
        "and did it get there?"
    )
    assert (problem["nearest"], problem["refused_sessions"], problem["cursor"]) == ([], [], "0")


def test_sessions_that_were_refused_are_told_those_for_the_address_first(world: World) -> None:
    def refuse(address: str) -> int:
        rcpt = f"RCPT TO:<{address}>\r\n".encode()
        return world.talk(
            records=[
                transcript.line(1_000, "client", "command", rcpt),
                transcript.line(1_100, "server", "reply", b"550 5.1.1 No such user here\r\n"),
            ]
        ).session_id

    meant, other = refuse("Ada@example.org"), refuse("bob@example.org")
    world.talk(mail())
    problem = assert_problem(world.client.get(WAIT, params={"timeout": 0, "to": "ada@example.org", "q": "no"}), 409)
    reason = "550 5.1.1 at RCPT: No such user here"
    assert problem["refused_sessions"] == [{"id": meant, "reason": reason}, {"id": other, "reason": reason}]
    assert problem["detail"].startswith(
        "There is no message to ada@example.org like “no”. "
        f"Session {meant} was turned away, and so was another one: {reason}. The nearest is "
    )


def test_what_an_open_session_was_refused_just_now_is_told(world: World) -> None:
    async def refuse() -> None:
        session = world.box.open_session("smtp 127.0.0.1:1025", "127.0.0.1:52114")
        session.record(transcript.line(10, "client", "command", b"MAIL FROM:<a@b.test>\r\n"))
        session.record(transcript.line(20, "server", "reply", b"530 5.7.0 Authentication required\r\n"))

    world.run(refuse())
    problem = assert_problem(world.client.get(WAIT, params={"timeout": 0}), 409)
    assert [one["reason"] for one in problem["refused_sessions"]] == ["530 5.7.0 at MAIL: Authentication required"]


def test_what_came_closest_is_read_once_for_all_that_end_together(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions, asked = world.box.store.sessions, list[object]()

    def counted(query: SessionQuery) -> SessionPage:
        asked.append(query)
        return sessions(query)

    async def scene() -> list[Waited | Unmet]:
        return await asyncio.gather(*[wait(world.box, Conditions(), timeout=0) for _ in range(20)])

    monkeypatch.setattr(world.box.store, "sessions", counted)
    assert [type(one) for one in world.run(scene())] == [Unmet] * 20
    assert len(asked) < 20


# How a wait ends otherwise


def test_a_client_that_goes_away_is_forgotten_at_once(box: Waits) -> None:
    gone = box.world.box.figures.waits["gone"]
    with pytest.raises(httpx.ReadTimeout), httpx.Client(base_url=box.world.url, timeout=0.2) as client:
        client.get(WAIT, params={"inbox": box.inbox, "timeout": 60})

    async def forgotten() -> None:
        while len(box.world.box.waiting) or len(box.world.box.bus):
            await asyncio.sleep(0)

    box.world.run(forgotten())
    assert box.world.box.figures.waits["gone"] == gone + 1


def test_a_stop_answers_open_waits_and_later_ones(start_world: Callable[..., World]) -> None:
    world = start_world()
    box = Waits(world, "default")
    open_waits = [box.begin(), box.begin(q="never")]

    async def stop() -> None:
        world.box.bus.close()

    world.run(stop())
    for answer in (*[one.result(LIMIT) for one in open_waits], box.get(timeout=10)):
        problem = assert_problem(answer, 503)
        assert problem["detail"] == "The server is stopping, so this wait has ended without an answer. Ask again later."
        assert answer.headers["retry-after"] == "1"
    assert world.box.figures.waits["stopped"] == 3
    box.close()


def test_a_database_that_does_not_answer_ends_a_wait_with_503(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise StoreUnavailable("The database does not answer.")

    monkeypatch.setattr(world.box.store, "messages", fail)
    assert_problem(world.client.get(WAIT), 503)
    assert world.box.figures.waits["failed"] == 1
