"""Clients of a catcher's API: one that blocks, one for asyncio and trio. httpx is imported when the first is made.

Rules of this module:

* Of httpx it is the transports that are used, and not its clients: these tell the log of each request, in which a test
  may look for what the application under test has asked.

* What cannot be reached is Unreachable, what is answered with a problem is Refused or one of its kind; the text of each
  is a sentence for people.
* No connection is kept: a server closes one that was silent for some seconds, and a request that meets this is lost.
  It also means that a client belongs to no event loop, and that one that is never closed holds nothing open.
* Nothing comes from the environment, no proxy and no password; for an address without TLS no authorities are loaded,
  which would take longer than everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

import pillarbox
from pillarbox.client import answer, call
from pillarbox.client.call import Call
from pillarbox.client.place import Place
from pillarbox.errors import Unreachable

if TYPE_CHECKING:
    import httpx

    from pillarbox.client.place import Trust

P = ParamSpec("P")
T = TypeVar("T")

SLACK = 30.0
"""Seconds that an answer may take beyond what the catcher was asked to wait."""


def _blocking(make: Callable[P, Call[T]]) -> Callable[Concatenate[Client, P], T]:
    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.ask(make(*args, **kwargs))

    method.__name__, method.__doc__ = make.__name__, make.__doc__
    return method


def _awaited(make: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    async def method(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.ask(make(*args, **kwargs))

    method.__name__, method.__doc__ = make.__name__, make.__doc__
    return method


class Client:
    """`url` is where the pages are: `http://127.0.0.1:8025`, with user and password if need be, or `unix:/path`."""

    def __init__(self, url: str, *, auth: tuple[str, str] | None = None, trust: Trust = True) -> None:
        from pillarbox.client.transport import Transport

        self._place = Place.of(url, auth)
        self._transport = Transport(self._place.trusted(trust), self._place.socket)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    @property
    def url(self) -> str:
        """The catcher's address, without a password."""
        return self._place.shown

    def ask(self, wanted: Call[T]) -> T:
        """Send a call and wait for its answer. Raises Refused, ExpectationFailed, Unreachable and UsageError."""
        import httpx

        try:
            response = self._transport.handle_request(_request(self._place, wanted))
            content = response.read()
            response.close()
        except httpx.HTTPError as error:
            raise _unreachable(error, self.url) from error
        return answer.settle(wanted, response.status_code, content, self.url)

    info = _blocking(call.info)
    messages = _blocking(call.messages)
    message = _blocking(call.message)
    raw = _blocking(call.raw)
    part = _blocking(call.part)
    put = _blocking(call.put)
    delete = _blocking(call.delete)
    delete_all = _blocking(call.delete_all)
    wait = _blocking(call.wait)
    expect = _blocking(call.expect)
    sessions = _blocking(call.sessions)
    session = _blocking(call.session)
    transcript = _blocking(call.transcript)
    transcript_text = _blocking(call.transcript_text)
    make_inbox = _blocking(call.make_inbox)
    inbox = _blocking(call.inbox)
    inboxes = _blocking(call.inboxes)
    remove_inbox = _blocking(call.remove_inbox)


class AsyncClient:
    """The same for event loops; one can be used in several loops, one after the other."""

    def __init__(self, url: str, *, auth: tuple[str, str] | None = None, trust: Trust = True) -> None:
        from pillarbox.client.transport import AsyncTransport

        self._place = Place.of(url, auth)
        self._transport = AsyncTransport(self._place.trusted(trust), self._place.socket)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._transport.aclose()

    @property
    def url(self) -> str:
        """The catcher's address, without a password."""
        return self._place.shown

    async def ask(self, wanted: Call[T]) -> T:
        """Send a call and wait for its answer. Raises Refused, ExpectationFailed, Unreachable and UsageError."""
        import httpx

        try:
            response = await self._transport.handle_async_request(_request(self._place, wanted))
            content = await response.aread()
            await response.aclose()
        except httpx.HTTPError as error:
            raise _unreachable(error, self.url) from error
        return answer.settle(wanted, response.status_code, content, self.url)

    info = _awaited(call.info)
    messages = _awaited(call.messages)
    message = _awaited(call.message)
    raw = _awaited(call.raw)
    part = _awaited(call.part)
    put = _awaited(call.put)
    delete = _awaited(call.delete)
    delete_all = _awaited(call.delete_all)
    wait = _awaited(call.wait)
    expect = _awaited(call.expect)
    sessions = _awaited(call.sessions)
    session = _awaited(call.session)
    transcript = _awaited(call.transcript)
    transcript_text = _awaited(call.transcript_text)
    make_inbox = _awaited(call.make_inbox)
    inbox = _awaited(call.inbox)
    inboxes = _awaited(call.inboxes)
    remove_inbox = _awaited(call.remove_inbox)


def _request(place: Place, wanted: Call[Any]) -> httpx.Request:
    import httpx

    headers = {"user-agent": f"pillarbox/{pillarbox.__version__}"}
    if place.authorization is not None:
        headers["authorization"] = place.authorization
    if wanted.content is not None:
        headers["content-type"] = "message/rfc822"
    return httpx.Request(
        wanted.method,
        f"{place.base}{wanted.path}",
        params=list(wanted.params) or None,
        headers=headers,
        json=wanted.json,
        content=wanted.content,
        extensions={"timeout": httpx.Timeout(wanted.patience + SLACK).as_dict()},
    )


def _unreachable(error: httpx.HTTPError, url: str) -> Unreachable:
    why = str(error).rstrip(".") or type(error).__name__
    return Unreachable(f"Nothing answers at {url} as a catcher does ({why}); is pillarbox running there?")
