"""Retention from outside: a flood, and what is left of it on the list, in the search and in the journal."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

import httpx
import pytest

from tests import running
from tests.running import DidNotStart, Running
from tests.streams import told

PATIENCE = 60.0


def test_a_flood_is_cut_to_the_newest_and_whoever_listens_is_told(start_server: Callable[..., Running]) -> None:
    server = start_server("--keep-messages", "10")
    kept: list[int] = []
    gone: list[int] = []
    with httpx.stream("GET", f"{server.api}/events", timeout=PATIENCE) as events:
        with smtplib.SMTP(server.smtp_host, server.smtp_port, timeout=PATIENCE) as client:
            client.ehlo("flood.test")
            for number in range(50):
                client.mail("a@b.test")
                client.rcpt("c@d.test")
                _, said = client.data(f"Subject: number{number}\r\n\r\nx\r\n")
                kept.append(int(said.rsplit(b" ", 1)[1]))
                # What got 250 is there, however many more come than are kept.
                found = httpx.get(f"{server.api}/messages/{kept[-1]}", timeout=PATIENCE)
                assert found.status_code == 200
        for name, data in told(events):
            if name == "message.deleted":
                ids = data["ids"]
                assert isinstance(ids, list)
                gone += ids
                if len(gone) >= 40:
                    break
    assert gone == kept[:40]
    listed = httpx.get(f"{server.api}/messages", timeout=PATIENCE).json()
    assert [one["id"] for one in listed["messages"]] == kept[:39:-1]
    assert (listed["total"], listed["total_exact"]) == (10, True)
    found = httpx.get(f"{server.api}/messages", params={"q": "number1"}, timeout=PATIENCE).json()
    assert found["messages"] == []
    assert "Traceback" not in server.errors


def test_room_that_no_database_fits_in_ends_the_start(start_server: Callable[..., Running]) -> None:
    with pytest.raises(DidNotStart) as ended:
        start_server("--keep-bytes", "1M")
    assert ended.value.code == 2
    assert "--keep-bytes" in ended.value.errors
    assert "write at least 16M" in ended.value.errors


def test_an_existing_box_is_cut_to_a_new_limit_at_the_start(
    start_server: Callable[..., Running], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("box")
    server = running.start(folder)
    with smtplib.SMTP(server.smtp_host, server.smtp_port, timeout=PATIENCE) as client:
        for number in range(5):
            client.sendmail("a@b.test", ["c@d.test"], f"Subject: {number}\r\n\r\nx\r\n")
    assert server.stop() == 0
    server = start_server("--keep-messages", "2", folder=folder)
    with httpx.stream("GET", f"{server.api}/events", headers={"Last-Event-ID": "0"}, timeout=PATIENCE) as events:
        gone: list[object] = []
        for name, data in told(events):
            if name == "message.deleted":
                ids = data["ids"]
                assert isinstance(ids, list)
                gone += ids
                if len(gone) >= 3:
                    break
    assert gone == [1, 2, 3]
