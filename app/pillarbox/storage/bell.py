"""What wakes a node when another one has written something: PostgreSQL's LISTEN, on a connection of its own.

Rules of this module:

* A notification only wakes; what happened is read from the tables. So a lost one loses nothing, and it carries nothing
  but the name of who sent it, which tells a node its own.
* A connection that is gone is made anew by itself, at once and then ever more slowly; after each new one it rings,
  because nobody knows what was said meanwhile.
* `ring` may be called from any thread and at any time, `wait` and `close` from one.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox import clock
from pillarbox.storage.trouble import cause

CHANNEL = "pillarbox"

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two attempts to connect again: doubled from the one to the other."""

log = logging.getLogger(__name__)


class Bell:
    """`connect` makes a connection in autocommit; `own` is what this node's notifications carry."""

    def __init__(self, connect: Callable[[], Connection], own: str) -> None:
        self._connect = connect
        self._own = own
        self._connection: Connection | None = None
        self._pause = 0.0
        self._next = 0.0
        self._ringing = threading.Lock()
        self._closed = False
        self._inner, self._outer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def ring(self) -> None:
        with self._ringing:
            if not self._closed:
                with suppress(BlockingIOError):  # it is full of rings that nobody has heard yet
                    os.write(self._outer, b".")

    def wait(self, patience: float) -> None:
        """Returns when another node has written, when somebody rings, or after `patience` seconds."""
        end = clock.monotonic() + patience
        while True:
            if self._connection is None and clock.monotonic() >= self._next and self._listen():
                return
            until = end if self._connection is not None else min(end, self._next)
            watched = [self._inner] if self._connection is None else [self._inner, _driver(self._connection)]
            ready, _, _ = select.select(watched, [], [], max(0.0, until - clock.monotonic()))
            if self._inner in ready:
                self._quiet()
                return
            if (ready and self._heard()) or clock.monotonic() >= end:
                return

    def close(self) -> None:
        """After the last `wait`; nobody hears a ring any more."""
        self._hang_up()
        with self._ringing:
            self._closed = True
            os.close(self._inner)
            os.close(self._outer)

    def _quiet(self) -> None:
        with suppress(BlockingIOError):
            while os.read(self._inner, 4096):
                pass

    def _listen(self) -> bool:
        """Connect; whether that was possible."""
        try:
            self._connection = self._connect()
            self._connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        except sa.exc.SQLAlchemyError as error:
            self._lost(error)
            return False
        if self._pause:
            log.info("What other nodes do is heard again")
        self._pause = 0.0
        return True

    def _heard(self) -> bool:
        """Take in what the server says; whether another node is meant."""
        assert self._connection is not None
        server = _driver(self._connection).pgconn
        heard = False
        try:
            server.consume_input()
            while (said := server.notifies()) is not None:
                heard = heard or said.extra.decode("ascii", "replace") != self._own
        except Exception as error:  # noqa: BLE001 - the driver's own, which is not imported here: the line is gone
            self._lost(error)
        return heard

    def _lost(self, error: Exception) -> None:
        self._hang_up()
        if not self._pause:
            log.warning("What other nodes do is not heard but looked for every few seconds. (%s)", cause(error))
        self._next = clock.monotonic() + self._pause
        self._pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, 2 * self._pause))

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
