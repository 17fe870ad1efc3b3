"""What an inbox asks the catcher, step by step, apart from whether it blocks or is awaited.

A question is a generator: it yields calls, is sent what they answer, and returns the answer to the whole. `answer` and
`answer_in_loop` carry one out.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
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
    conditions = dict(match)
    after = conditions.pop("after", None)
    wanted = expectation(conditions, **assertions)
    try:
        found = yield call.expect(wanted, inbox=inbox, within=within, after=after)
    except client.ExpectationFailed as failed:
        raise ExpectationFailed.of(failed) from None
    return (yield from _whole(found[0]))


def never(inbox: str, within: float, conditions: Mapping[str, Any]) -> Question[None]:
    __tracebackhide__ = True
    match = dict(conditions)
    after = match.pop("after", None)
    try:
        yield call.expect(expectation(match, never=True), inbox=inbox, within=within, after=after)
    except client.ExpectationFailed as failed:
        raise ExpectationFailed.of(failed) from None


def messages(inbox: str) -> Question[tuple[Message, ...]]:
    numbers: list[int] = []
    before: int | None = None
    while True:
        page = yield call.messages(inbox=inbox, before=before, limit=PAGE)
        numbers += [row.id for row in page.messages]
        before = page.next
        if before is None:
            return (yield from _whole(reversed(numbers)))


def sessions(inbox: str) -> Question[tuple[Session, ...]]:
    found: list[Session] = []
    before: int | None = None
    while True:
        page = yield call.sessions(inbox=inbox, before=before, limit=PAGE)
        found += page.sessions
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
