"""What every request passes before a route sees it, and every response before it leaves; in this order:

1. Host (421), except for probes. 2. A preflight is answered. 3. The password (401), except for probes.
4. Changes from a page of another origin (403). 5. HEAD becomes GET without the body. 6. Bodies have a limit (413).
7. What no handler knew becomes a 500 whose stack is in the log only.

Every response, of these refusals too, leaves with the headers of `security.RESPONSE_HEADERS`.
"""

from __future__ import annotations

import asyncio
import logging

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pillarbox.web import cors, problems, security
from pillarbox.web.config import WebConfig
from pillarbox.web.schemas.problem import Problem

MOST_BODY = 1024 * 1024
"""Octets of a body that is no message: JSON and forms are small."""

STREAMED = frozenset({("POST", "/api/v1/messages")})
"""Where the route itself reads the body and holds it to a limit of its own."""

log = logging.getLogger(__name__)


class Guard:
    def __init__(self, app: ASGIApp, config: WebConfig) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._config.root_path:
            scope = {**scope, "root_path": self._config.root_path}
        await self._answer(scope, receive, self._dressed(send, Request(scope).headers.get("origin")))

    def _refuse(self, request: Request) -> Response | None:
        """The response that keeps the request from the routes; None lets it through."""
        config, headers = self._config, request.headers
        host, origin = headers.get("host"), headers.get("origin")
        is_open = problems.route_path(request.scope) in security.OPEN_PATHS
        if not is_open and not security.host_is_ours(host, config.allowed_hosts):
            detail = f"This server does not answer to the name {host!r}. If it is yours, allow it with --allowed-host."
            return problems.answer(request, problems.problem(421, detail))
        if cors.is_preflight(request.method, headers) and cors.allows(origin, config.cors_origins):
            return cors.preflight()
        if not is_open and config.auth and not security.credentials_hold(headers.get("authorization"), config.auth):
            challenge = {"www-authenticate": 'Basic realm="Pillarbox", charset="UTF-8"'}
            return problems.answer(request, problems.problem(401, "A user name and a password are needed."), challenge)
        if request.method not in security.SAFE_METHODS and security.is_cross_origin(
            origin, headers.get("sec-fetch-site"), host, config.cors_origins
        ):
            return problems.answer(request, problems.problem(403, "A page of another origin may not change anything."))
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > MOST_BODY and not _streams(request):
            return problems.answer(request, _too_large())
        if config.root_path and request.method in security.SAFE_METHODS and request.scope["path"] == config.root_path:
            # The list is at the root path with its slash; people type it without.
            return RedirectResponse(str(request.url.replace(scheme="", netloc="", path=config.root_path + "/")), 308)
        return None

    def _dressed(self, send: Send, origin: str | None) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in security.RESPONSE_HEADERS.items():
                    headers.setdefault(name, value)
                # What the box holds changes by the second; what does not, says so itself.
                headers.setdefault("cache-control", "no-store")
                cors.allow(headers, origin, self._config.cors_origins)
            await send(message)

        return dressed

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or let the routes answer it."""
        request = Request(scope, receive)
        refusal = self._refuse(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
            send = _bodiless(send)
        elif not _streams(request):
            receive = _limited(receive)
        await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whatever happens in there, the client gets an answer and the log the stack."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._pass(scope, receive, watched)
        except ClientDisconnect:
            log.debug("The client went away before it was answered: %s", scope["path"])
        except asyncio.CancelledError:
            # Only a stopping server cancels requests, when the client has not sent all of one in time.
            log.info("%s %s was cut off: the server is stopping", scope["method"], scope["path"])
            if not started:
                stopping = problems.problem(503, "The server is stopping.")
                await problems.answer(Request(scope, receive), stopping)(scope, receive, send)
        except Exception as error:
            if started:
                raise
            log.exception("No answer to %s %s", scope["method"], scope["path"], exc_info=error)
            request = Request(scope, receive)
            await problems.answer(request, problems.problem(500, problems.UNEXPECTED))(scope, receive, send)


def _streams(request: Request) -> bool:
    return (request.method, problems.route_path(request.scope)) in STREAMED


def _too_large() -> Problem:
    return problems.problem(413, f"The body may have at most {MOST_BODY} octets.")


def _limited(receive: Receive) -> Receive:
    """The same body, but reading past the limit raises; a chunked one declares no length to refuse it by."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BODY:
            raise HTTPException(413, _too_large().detail)
        return message

    return limited


def _bodiless(send: Send) -> Send:
    """The headers of the answer and none of its body (RFC 9110 section 9.3.2). A stream ends with its headers."""

    async def bodiless(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return bodiless
