"""A catcher for tests, whatever runs them: in this process, on free ports, gone afterwards."""

from __future__ import annotations

import datetime
import gc
import importlib
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from pillarbox.settings import given
from pillarbox.testing.reached import Reached

if TYPE_CHECKING:
    from pillarbox.testing.process import ServiceProcess
    from pillarbox.testing.thread import ServiceThread

FREE = "127.0.0.1:0"

_IN_THREAD = "pillarbox.testing.thread"


class Catcher(Reached):
    """`with Catcher() as catcher:`, or `start` and `stop`. Until it is started it is nowhere.

    `settings` are those of docs/configuration.md by their names in Python: `max_message_size=2048`,
    `hide_extension=["STARTTLS"]`. Neither variables nor files change them.
    """

    def __init__(self, database: str = "sqlite://", **settings: Any) -> None:
        """Raises UsageError for what is no setting and for what no setting can be."""
        self._texts = given.texts({"smtp": FREE, "http": FREE, "database": database} | settings)
        self._settings = given.settings(self._texts)
        self._service: ServiceThread | ServiceProcess | None = None

    def __repr__(self) -> str:
        return super().__repr__() if self._service is not None else "<Catcher, not started>"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """What it has only where it runs, asked for before that."""
            if name in ("client", "aio", "url", "made", "_smtp"):
                raise RuntimeError(
                    "This catcher is not started; use it in `with Catcher() as catcher:` or call start()."
                )
            raise AttributeError(f"A catcher has no {name!r}.", name=name, obj=self)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Returns when every listener accepts. Raises UsageError when it cannot be started so."""
        if self._service is not None:
            raise RuntimeError("This catcher is started already.")
        service = self._made()
        with _uncollected():
            place = service.start()
        self._service = service
        smtp = (place.smtp_host, place.smtp_port)
        super().__init__(place.url, smtp, auth=self._settings.web_auth, trust=False)
        return self

    def stop(self) -> None:
        """Returns when it has ended, and a temporary database with it. Does nothing when it is not started."""
        service, self._service = self._service, None
        if service is not None:
            self.client.close()
            service.stop()

    def _made(self) -> ServiceThread | ServiceProcess:
        load()
        if _fits_here():
            from pillarbox.testing.thread import ServiceThread

            return ServiceThread(self._settings)
        from pillarbox.testing.process import ServiceProcess

        return ServiceProcess(self._texts)


def load() -> None:
    """Import what a catcher in this process is made of, which takes most of its start."""
    if _fits_here():
        # What libraries have to say to those who use them is no matter of the tests, which may make it errors.
        with warnings.catch_warnings(), _uncollected():
            warnings.simplefilter("ignore")
            importlib.import_module(_IN_THREAD)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Next to nothing of what is loaded is garbage, and to look for it takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _fits_here() -> bool:
    """Whether the service can run in a thread of this process.

    Not where something has been put into the place of sockets, which then block or are forbidden: gevent does the one,
    pytest-socket the other. Nor where freezegun had put its own class into the place of `datetime` before the service
    was imported, whose libraries would be made of that.
    """
    if socket.socket.__module__ != "socket":
        return False
    return _IN_THREAD in sys.modules or datetime.datetime.__module__ == "datetime"
