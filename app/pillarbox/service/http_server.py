"""uvicorn, without the parts that belong to a program of its own: signals, log set-up, binding.

Its loggers are left as they are: the process, and another uvicorn in it, may be somebody else's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from pillarbox.service.listeners import Bound


class _Protocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type] # it is one of two classes
    """No request is logged; uvicorn would have its logger changed for that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False


class HttpServer:
    """Serves one ASGI app on bound sockets until it is closed. `task` ends early only when uvicorn fails.

    `tls` is the certificate and the key for HTTPS, in PEM; without it, it is HTTP.
    """

    def __init__(self, app: Callable[..., Any], grace: float, tls: tuple[Path, Path] | None = None) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                http=_Protocol,
                log_config=None,
                server_header=False,
                ssl_certfile=tls[0] if tls else None,
                ssl_keyfile=tls[1] if tls else None,
                timeout_graceful_shutdown=max(1, round(grace)),
            )
        )
        self._sockets: list[Bound] = []
        self.task: asyncio.Task[None] | None = None

    async def start(self, sockets: Sequence[Bound]) -> None:
        """Returns when every socket accepts."""
        self._sockets = list(sockets)
        self._server.config.load()
        self._server.lifespan = self._server.config.lifespan_class(self._server.config)
        await self._server.startup(sockets=[bound.sock for bound in sockets])
        self.task = asyncio.create_task(self._server.main_loop(), name="http")

    async def close(self) -> None:
        """Take no more requests, give those in flight their grace, then drop them."""
        if self.task is None:
            return
        self._server.should_exit = True
        task, self.task = self.task, None
        await asyncio.wait({task})
        await self._server.shutdown(sockets=[bound.sock for bound in self._sockets])

    def hurry(self) -> None:
        """End a close that is under way without any more grace."""
        self._server.force_exit = True
