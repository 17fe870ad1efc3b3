"""The composition root: one catcher, put together from its settings, in the event loop that runs.

Rules of this module:

* Start binds, then opens the store, then listens; whatever fails takes down again what had been started.
* Stop goes the other way round: the ready file first, so that nobody is sent here any more; then the streams, which
  would hold their connections for ever; then the listeners; the store last, when nobody writes to it any more.
* It knows nothing of signals and of standard output: tests run one inside their own process.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Literal

import pillarbox
from pillarbox.box import Box, Keep
from pillarbox.errors import DatabaseError, UsageError
from pillarbox.events import Bus, Event
from pillarbox.service import certificates, descriptors, endpoints, listeners
from pillarbox.service.endpoints import Endpoints
from pillarbox.service.http_server import HttpServer
from pillarbox.service.listeners import Bound
from pillarbox.settings import Address, Settings, near
from pillarbox.smtp import users
from pillarbox.smtp.extensions import EXTENSIONS
from pillarbox.smtp.server import Policy, SmtpServer
from pillarbox.smtp.users import AnyUser, Users
from pillarbox.storage.store import open_store
from pillarbox.web.app import create_app
from pillarbox.web.config import ListenAddress, WebConfig

GRACE = 5.0
"""Seconds that transactions and requests in flight get when the service stops."""

Mail = dict[Literal["smtp", "smtps", "lmtp"], list[Bound]]
"""The sockets that mail comes in by, by what is spoken on them."""

log = logging.getLogger("pillarbox.service")


class Service:
    """One catcher. `start` once, `stop` once; both in the same event loop.

    `file_limit` is asked once how many files may be open.
    """

    def __init__(self, settings: Settings, file_limit: Callable[[], int] = descriptors.raise_limit) -> None:
        self.settings = settings
        self._file_limit = file_limit
        self.failed: asyncio.Future[None] | None = None
        self._running = AsyncExitStack()
        self._bound: list[tuple[str, Bound]] = []
        self._hurry = asyncio.Event()

    async def start(self) -> Endpoints:
        """Returns when every listener accepts. Raises UsageError, and then nothing is left running."""
        try:
            return await self._start()
        except BaseException:
            await self._running.aclose()
            raise

    async def until(self, stopping: asyncio.Event) -> bool:
        """Returns when it is to stop, or when a part of it has failed, which is logged; whether it has."""
        assert self.failed is not None
        stopped = asyncio.ensure_future(stopping.wait())
        ends: set[asyncio.Future[Any]] = {stopped, self.failed}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not self.failed.done():
            return False
        log.critical("A part of the catcher has failed; it stops.", exc_info=self.failed.exception())
        return True

    async def stop(self) -> None:
        """Returns when everything has ended; what is in flight gets its grace first, unless `hurry` is called."""
        await self._running.aclose()

    def hurry(self) -> None:
        """Cut every grace short, now and later."""
        self._hurry.set()

    async def _start(self) -> Endpoints:
        settings, loop = self.settings, asyncio.get_running_loop()
        self.failed = loop.create_future()
        policy = _policy(settings, descriptors.connection_limit(settings.max_connections, self._file_limit()))
        http = self._bind("--http", [settings.http])
        web_pair = certificates.for_web(settings)
        mail: Mail = {
            "smtp": self._bind("--smtp", settings.smtp),
            "smtps": self._bind("--smtps", settings.smtps),
            "lmtp": self._bind("--lmtp", settings.lmtp),
        }

        bus = Bus()
        try:
            store = await asyncio.to_thread(
                open_store, settings.database, _publisher(loop, bus), listened=lambda: len(bus) > 0
            )
        except DatabaseError as error:
            if (source := settings.source("database")) != "--database":
                raise DatabaseError(f"{source}: {error}") from error
            raise
        box = Box(store, bus, _keep(settings))
        # After the store has written what waits: then the last sessions have their numbers.
        self._running.callback(box.tell_endings)
        self._running.callback(box.judges.shutdown, wait=False)
        self._running.push_async_callback(asyncio.to_thread, store.close)

        if isinstance(policy.users, Users):
            policy = dataclasses.replace(policy, users=policy.users.with_inboxes(box.inboxes.password))
        smtp_server = SmtpServer(box, policy)
        config = _web_config(settings, policy, smtp_server.offer.keywords(), store.url, http, mail)
        web_server = HttpServer(create_app(box, config), GRACE, web_pair)
        self._running.push_async_callback(self._close_listeners, smtp_server, web_server)
        for kind, sockets in mail.items():
            for bound in sockets:
                await smtp_server.listen(bound.sock, kind)
        await web_server.start(http)
        assert web_server.task is not None
        house = asyncio.create_task(box.keep_house(), name="house")
        self._running.push_async_callback(_cancel, house)
        for task in (house, web_server.task):
            task.add_done_callback(self._watch)
        self._running.callback(bus.close)

        reached = Endpoints(
            version=pillarbox.__version__,
            url=endpoints.local_url(http[0], tls=web_pair is not None),
            http=tuple(http),
            smtp=tuple(mail["smtp"]),
            smtps=tuple(mail["smtps"]),
            lmtp=tuple(mail["lmtp"]),
            database=store.url,
        )
        if settings.ready_file is not None:
            endpoints.write(settings.ready_file, reached)
            self._running.callback(settings.ready_file.unlink, missing_ok=True)
        return reached

    def _bind(self, flag: str, addresses: Sequence[Address]) -> list[Bound]:
        bound = []
        for address in addresses:
            for one in self._bind_one(flag, address):
                self._running.callback(one.close)
                self._bound.append((flag, one))
                bound.append(one)
        return bound

    def _bind_one(self, flag: str, address: Address) -> list[Bound]:
        try:
            return listeners.bind(address, flag)
        except listeners.Taken as taken:
            for other, bound in self._bound:
                if taken.by(bound):
                    both = f"{flag} names {bound} twice" if other == flag else f"{other} and {flag} both name {bound}"
                    raise UsageError(f"{both}; give each listener an address of its own.") from None
            raise

    async def _close_listeners(self, smtp: SmtpServer, web: HttpServer) -> None:
        await asyncio.gather(
            self._unless_hurried(smtp.close, GRACE),
            self._unless_hurried(web.close),
        )

    async def _unless_hurried(self, close: Callable[..., Awaitable[None]], *arguments: float) -> None:
        """Wait for it to close, but no longer than somebody is willing to wait."""
        closing = asyncio.ensure_future(close(*arguments))
        hurried = asyncio.ensure_future(self._hurry.wait())
        await asyncio.wait({closing, hurried}, return_when=asyncio.FIRST_COMPLETED)
        await _cancel(hurried)
        if not closing.done():
            await _cancel(closing)
        elif (error := closing.exception()) is not None:
            log.error("A listener did not close in order.", exc_info=error)

    def _watch(self, task: asyncio.Task[None]) -> None:
        """A part that ends by itself has failed; whoever runs the service is told by `failed`."""
        if task.cancelled() or self.failed is None or self.failed.done():
            return
        error = task.exception()
        if error is not None:
            self.failed.set_exception(error)


async def _cancel(task: asyncio.Future[Any]) -> None:
    task.cancel()
    await asyncio.wait({task})


def _publisher(loop: asyncio.AbstractEventLoop, bus: Bus) -> Callable[[Sequence[Event]], None]:
    """What the writer's thread calls after a commit; the last commits come when the loop may have closed."""

    def publish(events: Sequence[Event]) -> None:
        try:
            loop.call_soon_threadsafe(bus.publish, events)
        except RuntimeError:
            if not loop.is_closed():
                raise

    return publish


def _keep(settings: Settings) -> Keep:
    return Keep(messages=settings.keep_messages, age=settings.keep_age, octets=settings.keep_bytes)


def _policy(settings: Settings, max_connections: int) -> Policy:
    known = [extension.keyword for extension in EXTENSIONS]
    for name in settings.hide_extension:
        if name.upper() not in known:
            source, offered = settings.source("hide-extension"), ", ".join(known)
            raise UsageError(f"{source} says {name!r}, but there are only {offered}.{near(name.upper(), known)}")
    hidden = {name.upper() for name in settings.hide_extension}
    for required, keyword, otherwise in (
        ("require-tls", "STARTTLS" if settings.require_tls and not settings.smtps else None, ", or use --smtps"),
        ("require-auth", "AUTH" if settings.require_auth else None, ""),
    ):
        if keyword in hidden:
            both = f"{settings.source(required)} and {settings.source('hide-extension')} {keyword}"
            raise UsageError(f"{both} take no mail at all; leave one of them out{otherwise}.")
    return Policy(
        hostname=settings.hostname,
        max_message_size=settings.max_message_size,
        max_bytes_in_flight=settings.max_bytes_in_flight,
        max_recipients=settings.max_recipients,
        max_errors=settings.max_errors,
        idle_timeout=settings.idle_timeout,
        min_rate=settings.min_rate,
        max_connections=max_connections,
        max_connections_per_address=settings.max_connections_per_address,
        hide_extensions=frozenset(settings.hide_extension),
        certificate=certificates.for_mail(settings),
        require_tls=settings.require_tls,
        proxy_protocol=settings.proxy_protocol,
        users=_users(settings.users, settings.source("users")) if settings.users is not None else AnyUser(),
        require_auth=settings.require_auth,
        show_secrets=settings.show_secrets,
    )


def _users(path: Path, source: str) -> Users:
    """The users file, read once at start. Raises UsageError."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(f"{source} names {path}, which cannot be read ({why}); name a file of users.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{source} names {path}, which is not UTF-8 text; save it as that.") from None
    return users.parse(text, str(path))


def _web_config(
    settings: Settings,
    policy: Policy,
    extensions: tuple[str, ...],
    database: str,
    http: Sequence[Bound],
    mail: Mail,
) -> WebConfig:
    bound_everywhere = [*http, *(bound for sockets in mail.values() for bound in sockets)]
    scheme: Literal["http", "https"] = "https" if settings.http_tls_cert is not None else "http"
    return WebConfig(
        version=pillarbox.__version__,
        hostname=settings.hostname,
        smtp=tuple(
            ListenAddress(kind, bound.host, bound.port, str(bound.path) if bound.path else None)
            for kind, sockets in mail.items()
            for bound in sockets
        ),
        http=tuple(
            ListenAddress(scheme, bound.host, bound.port, str(bound.path) if bound.path else None) for bound in http
        ),
        auth=settings.web_auth,
        allowed_hosts=frozenset(settings.allowed_host),
        cors_origins=frozenset(settings.cors_origin),
        root_path=settings.root_path,
        bind_is_loopback=all(bound.is_loopback for bound in bound_everywhere),
        database="postgresql" if database.startswith("postgresql") else "sqlite",
        extensions=extensions,
        max_message_size=policy.max_message_size,
        max_recipients=policy.max_recipients,
        max_errors=policy.max_errors,
        max_connections=policy.max_connections,
        max_connections_per_address=policy.max_connections_per_address,
        idle_timeout=policy.idle_timeout,
        min_rate=policy.min_rate,
    )
