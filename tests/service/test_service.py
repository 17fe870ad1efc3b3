"""The service inside a process that is not its own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import aiosmtplib
import httpx
import pytest
import uvloop

from pillarbox.errors import UsageError
from pillarbox.events import Bus, Event
from pillarbox.service import Service
from pillarbox.service.service import _publisher
from pillarbox.settings import Settings, TcpAddress
from tests.service.test_listeners import bound

FREE = TcpAddress("127.0.0.1", 0)


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(smtp=(FREE,), http=FREE, database=f"sqlite:///{folder / 'pillarbox.db'}", **more)


def run(main: Coroutine[Any, Any, None], loop: str) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if loop == "uvloop" else asyncio.new_event_loop) as runner:
        runner.run(main)


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_it_starts_takes_mail_stops_and_starts_again_on_the_same_files(tmp_path: Path, loop: str) -> None:
    async def main() -> None:
        for number in (1, 2):
            service = Service(settings(tmp_path))
            endpoints = await service.start()
            port = endpoints.smtp[0].port
            assert port is not None
            await aiosmtplib.send(
                b"Subject: one\r\n\r\n",
                sender="a@x.test",
                recipients=["b@x.test"],
                hostname="127.0.0.1",
                port=port,
                start_tls=False,
            )
            async with httpx.AsyncClient(base_url=endpoints.url) as client:
                assert (await client.get("/api/v1/messages")).json()["total"] == number
            await service.stop()
            with pytest.raises(OSError, match=r"refused|failed"):
                await asyncio.open_connection("127.0.0.1", port)

    run(main(), loop)


def test_a_start_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    async def main() -> None:
        with bound(TcpAddress("127.0.0.1", 0)) as taken:
            assert taken[0].port is not None
            wrong = Settings(
                smtp=(FREE, TcpAddress("127.0.0.1", taken[0].port)),
                http=FREE,
                database=f"sqlite:///{tmp_path / 'x.db'}",
            )
            with pytest.raises(UsageError, match="is taken"):
                await Service(wrong).start()
        missing = settings(tmp_path, ready_file=tmp_path / "missing" / "ready.json")
        with pytest.raises(UsageError, match="--ready-file"):
            await Service(missing).start()
        # The database would be in use, and the second start be refused, if anything were still running.
        service = Service(settings(tmp_path))
        await service.start()
        await service.stop()

    run(main(), "uvloop")


def test_stopping_ends_every_subscription(tmp_path: Path) -> None:
    async def main() -> None:
        service = Service(settings(tmp_path))
        endpoints = await service.start()
        async with (
            httpx.AsyncClient(base_url=endpoints.url, timeout=60) as client,
            client.stream("GET", "/api/v1/events") as stream,
        ):
            assert stream.status_code == 200
            stopping = asyncio.create_task(service.stop())
            async for _ in stream.aiter_bytes():
                pass
        await stopping

    run(main(), "uvloop")


def test_a_part_that_fails_is_told_to_whoever_runs_the_service(tmp_path: Path) -> None:
    async def main() -> None:
        service = Service(settings(tmp_path))
        await service.start()
        assert service.failed is not None
        assert not service.failed.done()

        async def broken() -> None:
            raise RuntimeError("a part broke")

        part = asyncio.create_task(broken())
        part.add_done_callback(service._watch)
        with pytest.raises(RuntimeError, match="a part broke"):
            await service.failed
        await service.stop()

    run(main(), "uvloop")


def test_events_of_commits_after_the_loop_has_closed_are_nobodys() -> None:
    loop = asyncio.new_event_loop()
    bus = Bus()
    publish = _publisher(loop, bus)
    seen: list[Sequence[Event]] = []
    events = [Event(kind="inbox.changed", inbox="default")]

    async def main() -> None:
        with bus.subscribe() as subscription:
            publish(events)
            event = await subscription.next(timeout=60)
            assert event is not None
            seen.append([event])

    loop.run_until_complete(main())
    loop.close()
    publish(events)
    assert seen == [events]
