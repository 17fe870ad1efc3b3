"""Waits over HTTP: what counts, what is answered when, and what is said when nothing came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from pillarbox.box import Change, Selection
from pillarbox.errors import StoreUnavailable
from pillarbox.events import RESET
from pillarbox.mail import transcript
from tests.web.shapes import Json, assert_problem, assert_schema, assert_shape
from tests.web.world import LIMIT, World

WAIT = "/api/v1/messages/wait"


def mail(subject: str = "Welcome", *more: str, to: str = "ada@example.org", body: str = "Hello") -> bytes:
    lines = ["From: Shop <shop@example.org>", f"To: Ada <{to}>", f"Subject: {subject}", *more, "", body, ""]
    return "\r\n".join(lines).encode()


class Waits:
    """Waits in threads of their own, for one inbox that no other test uses."""

    def __init__(self, world: World, inbox: str) -> None:
        self.world = world
        self.inbox = inbox
        self._threads = ThreadPoolExecutor()

    def take(self, raw: bytes | None = None, *recipients: str, **more: Any) -> int:
        return self.world.take(raw or mail(), *recipients, inbox=self.inbox, **more).id

    def get(self, **params: Any) -> httpx.Response:
        """In the inbox; `from_` is `from`, and a wait that is not answered by mail ends soon."""
        asked: dict[str, Any] = {"inbox": self.inbox, "timeout": 0} | {
            name.rstrip("_"): value for name, value in params.items()
        }
        with httpx.Client(base_url=self.world.url, timeout=LIMIT) as client:
            return client.get(WAIT, params={name: value for name, value in asked.items() if value is not None})

    def found(self, **params: Any) -> list[int]:
        return [one["id"] for one in assert_shape(self.get(**params), "waitForMessages")["messages"]]

    def unmet(self, **params: Any) -> Json:
        answer = self.get(**params)
        problem = assert_problem(answer, 409)
        assert_schema(problem, {"$ref": "#/components/schemas/WaitProblem"})
        return problem

    def begin(self, **params: Any) -> Future[httpx.Response]:
        """A wait that has begun when this returns."""
        waiting = self.world.box.waiting
        before = len(waiting)
        future = self._threads.submit(self.get, **({"timeout": 20} | params))

        async def begun() -> None:
            while len(waiting) <= before:
                await asyncio.sleep(0)

        self.world.run(begun())
        return future

    def close(self) -> None:
        self._threads.shutdown()


def ids(answer: Future[httpx.Response]) -> list[int]:
    found = assert_shape(answer.result(LIMIT), "waitForMessages")
    return [one["id"] for one in found["messages"]]


@pytest.fixture
def box(shared_world: World, request: pytest.FixtureRequest) -> Iterator[Waits]:
    waits = Waits(shared_world, f"box{abs(hash(request.node.nodeid))}")
    yield waits
    waits.close()
    assert len(shared_world.box.waiting) == len(shared_world.box.bus) == 0


# What counts


def test_mail_that_is_there_answers_at_once_and_whole(box: Waits) -> None:
    kept = box.take()
    answer = assert_shape(box.get(to="ada@example.org", timeout=20), "waitForMessages")
    assert answer["messages"] == [box.world.client.get(f"/api/v1/messages/{kept}").json()]
    assert answer["cursor"] == str(kept)
    assert 0 <= answer["waited_ms"] < 1000 * LIMIT


def test_mail_that_comes_answers_when_it_is_committed(box: Waits) -> None:
    waiting = box.begin(subject="welcome")
    other, kept = box.take(mail("Else")), box.take()
    assert ids(waiting) == [kept] != [other]


@pytest.mark.parametrize(
    ("params", "other"),
    [
        ({"to": "ADA@example.org"}, {"to": "bob@example.org"}),
        ({"to": "hidden@example.net"}, {"to": "*@example.com"}),
        ({"to": "*@example.net"}, {"to": "hidden@example.org"}),
        ({"from_": "shop@EXAMPLE.org"}, {"from_": "ada@example.org"}),
        ({"from_": "bounce@example.org"}, {"from_": "*@example.net"}),
        ({"subject": "ORDER, no. 7"}, {"subject": "order no. 7"}),
        ({"header": "x-test: 4711"}, {"header": "X-Test:4712"}),
        ({"header": ["X-Test:47", "X-Run:"]}, {"header": ["X-Test:47", "X-None:"]}),
        ({"q": "unusual header:X-Run=1"}, {"q": "unusual -from:shop"}),
        ({"q": "is:unread"}, {"q": "is:pinned"}),
        ({"to": "ada@example.org", "q": "body:unusual"}, {"to": "ada@example.org", "q": "body:usual"}),
    ],
    ids=str,
)
def test_each_condition_lets_through_what_it_says_whether_it_is_there_or_comes(
    box: Waits, params: dict[str, Any], other: dict[str, Any]
) -> None:
    raw = mail("Your Order, No. 7", "X-Test: a 4711", "X-Run: 1", body="most unusual")
    recipients = ("ada@example.org", "hidden@example.net")
    waiting = box.begin(**params)
    kept = box.take(raw, *recipients)
    assert ids(waiting) == box.found(**params) == [kept]
    assert box.found(after=kept - 1, **params) == [kept]
    assert box.unmet(**other)["nearest"][0]["id"] == kept
    missing = box.begin(**other, timeout=0.2)
    box.take(raw, *recipients)
    assert missing.result(LIMIT).status_code == 409


def test_an_inbox_is_waited_for_by_itself(box: Waits) -> None:
    box.world.take(mail("Welcome"), inbox="elsewhere")
    problem = box.unmet(subject="Welcome")
    assert problem["nearest"][0]["failed"] == [{"condition": "inbox", "wanted": box.inbox, "actual": "elsewhere"}]


def test_a_large_message_is_waited_for_by_its_words(box: Waits) -> None:
    body = "padding " * 20_000
    waiting = box.begin(q="body:needle", header="X-Test:1")
    box.take(mail("Large", "X-Test: 1", body=body))
    kept = box.take(mail("Large", "X-Test: 1", body=f"{body} needle"))
    assert ids(waiting) == [kept]


def test_replies_of_its_session_are_waited_for(box: Waits) -> None:
    waiting = box.begin(inbox=None, q="code:5.1.9")
    refused = [
        transcript.line(1_000, "client", "command", b"RCPT TO:<x>\r\n"),
        transcript.line(1_100, "server", "reply", b"550 5.1.9 No\r\n"),
    ]
    told = box.world.talk(mail("With a refusal"), records=refused)
    assert ids(waiting) == [told.messages[0].id]


# How many, and since when


def test_a_count_is_the_least_and_all_that_are_there_come_oldest_first(box: Waits) -> None:
    first, second = box.take(), box.take()
    waiting = box.begin(count=3)
    third = box.take()
    assert ids(waiting) == [first, second, third]
    assert box.found(count=2) == [first, second, third]


def test_after_a_cursor_nothing_is_missed_and_nothing_seen_twice(box: Waits) -> None:
    kept = [box.take(mail(f"number {number}")) for number in range(3)]
    cursor = box.get(subject="number 0").json()["cursor"]
    seen = [int(cursor)]
    for _ in range(2):
        answer = box.get(after=cursor, to="ada@example.org").json()
        seen += [one["id"] for one in answer["messages"]]
        cursor = answer["cursor"]
        if seen == kept:
            break
    assert seen == kept
    waiting = box.begin(after=cursor)
    late = box.take()
    assert ids(waiting) == [late]


def test_the_cursor_of_an_answer_is_its_last_message_so_that_what_came_since_is_still_to_come(box: Waits) -> None:
    first, second = box.take(mail("first")), box.take(mail("second"))
    answer = box.get(subject="first").json()
    assert answer["cursor"] == str(first)
    assert box.found(after=answer["cursor"]) == [second]


def test_the_cursor_of_a_list_goes_with_a_wait(box: Waits) -> None:
    box.take()
    cursor = box.world.client.get("/api/v1/messages").json()["cursor"]
    assert box.unmet(after=cursor)["cursor"] == cursor
    waiting = box.begin(after=cursor)
    late = box.take()
    assert ids(waiting) == [late]


def test_two_waits_for_the_same_see_the_same(box: Waits) -> None:
    waits = [box.begin(header="X-Test:1"), box.begin(header="X-Test:1"), box.begin(q="header:x-test=1")]
    kept = box.take(mail("Both", "X-Test: 1"))
    assert [ids(waiting) for waiting in waits] == [[kept]] * 3


def test_more_than_an_answer_holds_are_gone_through_by_the_cursor(box: Waits) -> None:
    kept = [box.take() for _ in range(60)]
    assert box.found() == kept[-50:]
    first = box.get(after=kept[0] - 1).json()
    assert [one["id"] for one in first["messages"]] == kept[:50]
    assert box.found(after=first["cursor"]) == kept[50:]
    assert box.found(count=60) == kept


# What happens to mail meanwhile


def test_a_message_that_is_deleted_before_there_are_enough_does_not_count(box: Waits) -> None:
    first = box.take()
    waiting = box.begin(count=2)
    box.world.box.delete(Selection(ids=(first,)))
    second = box.take()
    third = box.take()
    assert ids(waiting) == [second, third]


def test_restored_mail_counts_again_but_not_after_a_cursor_that_has_passed_it(box: Waits) -> None:
    kept = box.take()
    box.world.box.delete(Selection(ids=(kept,)))
    waiting, late = box.begin(), box.begin(after=kept)
    box.world.box.restore([kept])
    assert ids(waiting) == [kept]
    new = box.take()
    assert ids(late) == [new]


def test_a_mark_that_is_waited_for_is_seen_when_it_is_set(box: Waits) -> None:
    kept = box.take()
    waiting = box.begin(q="tag:done is:read")
    box.world.box.change(Selection(ids=(kept,)), Change(read=True, tags=("done",)))
    answer = waiting.result(LIMIT).json()
    assert [(one["id"], one["read"], one["tags"]) for one in answer["messages"]] == [(kept, True, ["done"])]


def test_when_events_are_lost_the_store_is_looked_into_again(box: Waits) -> None:
    waiting = box.begin(count=2)
    first = box.take()
    store = box.world.box.store
    publish = store._writer._publish  # type: ignore[attr-defined]
    store._writer._publish = lambda events: None  # type: ignore[attr-defined]
    second = box.take()
    store._writer._publish = publish  # type: ignore[attr-defined]

    async def lose() -> None:
        box.world.box.bus.publish([RESET])

    box.world.run(lose())
    assert ids(waiting) == [first, second]


# Nothing came


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
    assert problem["detail"].endswith(f"Session {meant} was turned away, and so was another one: {reason}.")


def test_what_an_open_session_was_refused_just_now_is_told(world: World) -> None:
    async def refuse() -> None:
        session = world.box.open_session("smtp 127.0.0.1:1025", "127.0.0.1:52114")
        session.record(transcript.line(10, "client", "command", b"MAIL FROM:<a@b.test>\r\n"))
        session.record(transcript.line(20, "server", "reply", b"530 5.7.0 Authentication required\r\n"))

    world.run(refuse())
    problem = assert_problem(world.client.get(WAIT, params={"timeout": 0}), 409)
    assert [one["reason"] for one in problem["refused_sessions"]] == ["530 5.7.0 at MAIL: Authentication required"]


# Values for shells


def test_one_value_of_the_first_message_is_given_as_text(box: Waits) -> None:
    first = box.take(mail("Your code", body="Your code is 482913. https://shop.example.org/confirm/4711"))
    box.take(mail("Later"))
    for name, value in (
        ("subject", "Your code"),
        ("id", str(first)),
        ("code", "482913"),
        ("link", "https://shop.example.org/confirm/4711"),
    ):
        answer = box.get(pick=name)
        assert (answer.status_code, answer.text) == (200, value)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert "sandbox" in answer.headers["content-security-policy"]


def test_a_value_that_the_message_has_not_is_a_problem(box: Waits) -> None:
    kept = box.take()
    assert assert_problem(box.get(pick="html"), 404)["detail"] == f"Message {kept} has no HTML part."


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


# What cannot be asked


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("frm=ada@example.org", "frm"),
        ("limit=5", "limit"),
        ("before=5", "before"),
        ("to=", "to"),
        ("to=ada", None),
        ("to=anna+test@example.org", "to"),
        ("to=<ada@example.org>", "to"),
        ("to=*", "to"),
        ("to=@example.org", "to"),
        ("to=ada@*", "to"),
        ("to=*a@example.org", "to"),
        ("from=ada@", "from"),
        ("to=a%00b@example.org", "to"),
        (f"to={'a' * 1000}@b", "to"),
        ("to=a@b&to=c@d", "to"),
        ("subject=", "subject"),
        ("subject=a%0d%0ab", "subject"),
        ("header=", "header"),
        ("header=X-Test", "header"),
        ("header=X Test:1", "header"),
        ("header=:1", "header"),
        ("&".join(["header=X:1"] * 21), "header"),
        ("inbox=no%20name", "inbox"),
        ("q=is:blue", "q"),
        ("q=(", "q"),
        (f"q={'a+' * 1001}", "q"),
        ("after=-1", "after"),
        ("after=latest", "after"),
        ("after=99999999999999999999", "after"),
        ("count=0", "count"),
        ("count=501", "count"),
        ("count=1.5", "count"),
        ("count=1e2", "count"),
        ("timeout=61", "timeout"),
        ("timeout=60.1", "timeout"),
        ("timeout=-1", "timeout"),
        ("timeout=nan", "timeout"),
        ("timeout=inf", "timeout"),
        ("timeout=1e1", "timeout"),
        ("timeout=1_0", "timeout"),
        ("timeout=٣", "timeout"),
        ("timeout=1&timeout=2", "timeout"),
        ("pick=everything", "pick"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(shared_client: httpx.Client, query: str, name: str | None) -> None:
    answer = shared_client.get(f"{WAIT}?{query}&timeout=0" if "timeout" not in query else f"{WAIT}?{query}")
    if name is None:
        assert_problem(answer, 409)
    else:
        found = assert_problem(answer, 400)
        assert {error["where"].split(".")[0] for error in found["errors"]} == {name}


@pytest.mark.parametrize("timeout", ["0", "0.0", "0.05", "00.001"])
def test_a_timeout_may_have_decimals(shared_client: httpx.Client, timeout: str) -> None:
    answer = shared_client.get(WAIT, params={"inbox": "nobody", "timeout": timeout})
    assert answer.status_code == 409
