"""One inbox as a test uses it: where to send, what to wait for, what to expect. Nothing here polls or sleeps.

Rules of this module:

* A failure is ExpectationFailed, an AssertionError, told at the line of the test and not below it.
* What `inbox` does blocking, `inbox.aio` does in an event loop, by the same names. What an application sends in the
  loop that a test runs in can only come while the test awaits: there it has to be `inbox.aio`.
* Mail that is there already counts, because the inbox was empty when the test got it; `after=` leaves out what was
  seen.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Unpack

from pillarbox import client
from pillarbox.client import Assertions, AsyncClient, Client, Conditions, Message, Session, Smtp
from pillarbox.testing import frameworks, question
from pillarbox.testing.question import answer, answer_in_loop


class Inbox:
    def __init__(self, made: client.Inbox, blocking: Client, awaited: AsyncClient) -> None:
        self._made = made
        self._client = blocking
        self.aio = AsyncInbox(made.name, awaited)

    def __repr__(self) -> str:
        return f"<Inbox {self.name} of {self._client.url}>"

    @property
    def name(self) -> str:
        return self._made.name

    @property
    def smtp(self) -> Smtp:
        """`host`, `port`, `username` and `password` for the application; all that is sent so is in this inbox."""
        return self._made.smtp

    def address(self, local: str) -> str:
        """`anna@NAME.inbox.test`: what is sent there is in this inbox, whoever sends it."""
        return self._made.address.replace("*", local, 1)

    def wait_for(self, *, timeout: float = 10, **conditions: Unpack[Conditions]) -> Message:
        """The oldest message that meets all conditions, as soon as it is there. ExpectationFailed when none comes."""
        __tracebackhide__ = True
        return answer(question.wait(self.name, 1, timeout, conditions), self._client)[0]

    def wait_for_all(self, count: int, *, timeout: float = 10, **conditions: Unpack[Conditions]) -> tuple[Message, ...]:
        """At least `count` messages that meet all conditions, oldest first. ExpectationFailed when fewer come."""
        __tracebackhide__ = True
        return answer(question.wait(self.name, count, timeout, conditions), self._client)

    def expect(
        self, match: Mapping[str, Any] | None = None, *, within: float = 5, **assertions: Unpack[Assertions]
    ) -> tuple[Message, ...]:
        """The messages that `match` finds, once they are there and all that is asserted holds.

        `match` has the conditions of `wait_for`; `count`, `min` and `max` say how many, at least one without them.
        With `count` or `max` it takes all of `within`, as nobody knows before that no more comes.
        ExpectationFailed when that is not so in time, with the first difference first.
        """
        __tracebackhide__ = True
        return answer(question.expect(self.name, match or {}, within, assertions), self._client)

    def never(self, *, within: float = 1, **conditions: Unpack[Conditions]) -> None:
        """Watch for so many seconds that no such mail comes. ExpectationFailed as soon as one is there."""
        __tracebackhide__ = True
        answer(question.never(self.name, within, conditions), self._client)

    @property
    def messages(self) -> tuple[Message, ...]:
        """All there are now, whole, oldest first."""
        return answer(question.messages(self.name), self._client)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """SMTP sessions that were meant for this inbox, refused ones too, oldest first."""
        return answer(question.sessions(self.name), self._client)

    def clear(self) -> None:
        """Delete all mail in it."""
        answer(question.clear(self.name), self._client)

    def django(self) -> dict[str, Any]:
        """Settings of Django, for the time of a test: `override_settings(**inbox.django())`."""
        return frameworks.django(self.smtp)

    def flask_mail(self) -> dict[str, Any]:
        """Configuration of Flask-Mail, before its `init_app`: `app.config.update(inbox.flask_mail())`."""
        return frameworks.flask_mail(self.smtp)

    def fastapi_mail(self) -> dict[str, Any]:
        """For FastAPI-Mail: `ConnectionConfig(MAIL_FROM="app@example.org", **inbox.fastapi_mail())`."""
        return frameworks.fastapi_mail(self.smtp)


class AsyncInbox:
    """The twin for event loops; `messages` and `sessions` are awaited as they stand: `await inbox.aio.messages`."""

    def __init__(self, name: str, awaited: AsyncClient) -> None:
        self.name = name
        self._client = awaited

    async def wait_for(self, *, timeout: float = 10, **conditions: Unpack[Conditions]) -> Message:
        __tracebackhide__ = True
        return (await answer_in_loop(question.wait(self.name, 1, timeout, conditions), self._client))[0]

    async def wait_for_all(
        self, count: int, *, timeout: float = 10, **conditions: Unpack[Conditions]
    ) -> tuple[Message, ...]:
        __tracebackhide__ = True
        return await answer_in_loop(question.wait(self.name, count, timeout, conditions), self._client)

    async def expect(
        self, match: Mapping[str, Any] | None = None, *, within: float = 5, **assertions: Unpack[Assertions]
    ) -> tuple[Message, ...]:
        __tracebackhide__ = True
        return await answer_in_loop(question.expect(self.name, match or {}, within, assertions), self._client)

    async def never(self, *, within: float = 1, **conditions: Unpack[Conditions]) -> None:
        __tracebackhide__ = True
        await answer_in_loop(question.never(self.name, within, conditions), self._client)

    @property
    def messages(self) -> Awaitable[tuple[Message, ...]]:
        return answer_in_loop(question.messages(self.name), self._client)

    @property
    def sessions(self) -> Awaitable[tuple[Session, ...]]:
        return answer_in_loop(question.sessions(self.name), self._client)

    async def clear(self) -> None:
        await answer_in_loop(question.clear(self.name), self._client)
