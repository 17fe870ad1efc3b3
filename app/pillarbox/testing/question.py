"""What an inbox asks the catcher, step by step, apart from whether it blocks or is awaited.

A question is a generator: it yields calls, is sent what they answer, and returns the answer to the whole. `answer` and
`answer_in_loop` carry one out.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, TypeVar

from pillarbox import client
from pillarbox.client import AsyncClient, Client, Message, Session, call, expectation
from pillarbox.testing.failure import ExpectationFailed

T = TypeVar("T")

Question = Generator[call.Call[Any], Any, T]

PAGE = 500
"""Rows of a list that are asked for at once."""


def answer(asked: Question[T], by: Client) -> T:
    """Raises ExpectationFailed, and what the client raises."""
    __tracebackhide__ = True
    wanted = next(asked)
    while True:
        try:
            try:
                found = by.ask(wanted)
            except client.ExpectationFailed as failed:
                wanted = asked.throw(failed)
            else:
                wanted = asked.send(found)
        except StopIteration as done:
            value: T = done.value
            return value


async def answer_in_loop(asked: Question[T], by: AsyncClient) -> T:
    """Raises ExpectationFailed, and what the client raises."""
    __tracebackhide__ = True
    wanted = next(asked)
    while True:
        try:
            try:
                found = await by.ask(wanted)
            except client.ExpectationFailed as failed:
                wanted = asked.throw(failed)
            else:
                wanted = asked.send(found)
        except StopIteration as done:
            value: T = done.value
            return value


def wait(inbox: str, count: int, timeout: float, conditions: Mapping[str, Any]) -> Question[tuple[Message, ...]]:
    """A catcher holds one request for a minute; a longer wait is several, and each looks at what is there by then."""
    __tracebackhide__ = True
    left = timeout
    while True:
        piece = min(left, call.LONGEST_WAIT)
        left -= piece
        try:
            found: tuple[Message, ...] = yield call.wait(inbox=inbox, count=count, timeout=piece, **conditions)
        except client.ExpectationFailed as failed:
            if left <= 0:
                raise ExpectationFailed.of(failed) from None
        else:
            return found


def expect(
    inbox: str, match: Mapping[str, Any], within: float, assertions: Mapping[str, Any]
) -> Question[tuple[Message, ...]]:
    __tracebackhide__ = True
    return (yield from _whole((yield from _expected(inbox, match, within, assertions))))


def never(inbox: str, within: float, conditions: Mapping[str, Any]) -> Question[None]:
    __tracebackhide__ = True
    yield from _expected(inbox, conditions, within, {"never": True})


def _expected(
    inbox: str, match: Mapping[str, Any], within: float, wanted: Mapping[str, Any]
) -> Question[tuple[int, ...]]:
    """The ids of the messages that count."""
    __tracebackhide__ = True
    conditions = dict(match)
    after = conditions.pop("after", None)
    try:
        found = yield call.expect(expectation(conditions, **wanted), inbox=inbox, within=within, after=after)
    except client.ExpectationFailed as failed:
        raise ExpectationFailed.of(failed) from None
    ids: tuple[int, ...] = found[0]
    return ids


def messages(inbox: str) -> Question[tuple[Message, ...]]:
    rows = yield from _oldest_first(lambda before: call.messages(inbox=inbox, before=before, limit=PAGE), "messages")
    return (yield from _whole(row.id for row in rows))


def sessions(inbox: str) -> Question[tuple[Session, ...]]:
    return (yield from _oldest_first(lambda before: call.sessions(inbox=inbox, before=before, limit=PAGE), "sessions"))


def _oldest_first(ask: Callable[[int | None], call.Call[Any]], rows: str) -> Question[tuple[Any, ...]]:
    """All that a list has, page after page; `rows` is the name that each page has them by."""
    found: list[Any] = []
    before: int | None = None
    while True:
        page = yield ask(before)
        found += getattr(page, rows)
        before = page.next
        if before is None:
            return tuple(reversed(found))


def clear(inbox: str) -> Question[None]:
    yield call.delete_all(inbox=inbox)


def _whole(numbers: Iterable[int]) -> Question[tuple[Message, ...]]:
    found = []
    for number in numbers:
        found.append((yield call.message(number)))
    return tuple(found)
