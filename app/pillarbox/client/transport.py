"""How requests reach a catcher: straight, also where tests have put something into the place of httpx's transports.

Libraries that answer requests in tests, for whoever the application talks to, replace `handle_request` of these classes
in the whole process. A catcher in this process is no such one: the methods stand here again, as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from pillarbox.client.place import Trust

_NONE_KEPT = httpx.Limits(max_keepalive_connections=0)


class Transport(httpx.HTTPTransport):
    def __init__(self, trust: Trust, socket: str | None) -> None:
        super().__init__(verify=trust, trust_env=False, limits=_NONE_KEPT, uds=socket)

    handle_request = httpx.HTTPTransport.handle_request


class AsyncTransport(httpx.AsyncHTTPTransport):
    def __init__(self, trust: Trust, socket: str | None) -> None:
        super().__init__(verify=trust, trust_env=False, limits=_NONE_KEPT, uds=socket)

    handle_async_request = httpx.AsyncHTTPTransport.handle_async_request
