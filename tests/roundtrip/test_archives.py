"""What one catcher exports, another one imports: every format, with messages that are hard on it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests import running
from tests.cli.conftest import Run
from tests.roundtrip.odd import CARRIED_BY_MBOX, ENVELOPES, HEAD, ODD, deliver
from tests.running import Running

# One worker fills the catcher that all of them export.
pytestmark = pytest.mark.xdist_group("archives")

Json = dict[str, Any]

NOT_KEPT = {"id", "session_id", "lint", "lint_count"}
"""Numbers are the catcher's own; the conversation, and what lint says of it, stay where they were had."""


def messages(server: Running) -> list[Json]:
    """Every message whole, with its envelope and the SHA-256 of its octets, oldest first."""
    with httpx.Client(base_url=server.api, timeout=60) as client:
        rows = client.get("/messages", params={"limit": 500}).json()["messages"][::-1]
        return [
            {
                **client.get(f"/messages/{row['id']}").json(),
                "sha256": hashlib.sha256(client.get(f"/messages/{row['id']}/raw").content).hexdigest(),
            }
            for row in rows
        ]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A catcher with every odd message and every odd envelope, which no test changes."""
    server = running.start(tmp_path_factory.mktemp("full"))
    try:
        _fill(server)
        yield server
    finally:
        server.kill()


def _fill(server: Running) -> None:
    for raw in ODD.values():
        deliver(server, raw)
    for number, envelope in enumerate(ENVELOPES):
        deliver(server, HEAD + b"%d\r\n" % number, *envelope)
    httpx.post(
        f"{server.api}/messages",
        params={"inbox": "checkout", "received_at": "2001-02-03T04:05:06.000007Z"},
        content=HEAD + b"old\r\n",
        headers={"content-type": "message/rfc822"},
    ).raise_for_status()
    for number, change in (
        (1, {"read": True}),
        (2, {"pinned": True}),
        (3, {"read": True, "pinned": True, "tags": ["заказ", "b", "a, c"]}),
        (4, {"tags": ["b"]}),
    ):
        httpx.patch(f"{server.api}/messages/{number}", json=change).raise_for_status()


@pytest.fixture(scope="module")
def exported(full: Running) -> list[Json]:
    """The messages of `full`."""
    return messages(full)


@pytest.fixture
def empty(server: Running) -> Running:
    return server


@pytest.fixture(scope="module")
def vacant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A catcher that stays empty."""
    server = running.start(tmp_path_factory.mktemp("vacant"))
    yield server
    server.kill()


def test_the_zip_gives_every_field_back(pillarbox: Run, full: Running, exported: list[Json], empty: Running) -> None:
    out = pillarbox("export", "box.zip", "--url", full.url)
    assert (out.returncode, out.stderr) == (0, "")
    back = pillarbox("import", "box.zip", "--url", empty.url)
    assert (back.returncode, back.stderr) == (0, "")
    total = len(ODD) + len(ENVELOPES) + 1
    assert back.stdout == (
        f"box.zip is a zip of pillarbox export: {total} messages.\n{total} messages imported into {empty.url}.\n"
    )
    before, after = exported, messages(empty)
    assert len(before) == total
    for old, new in zip(before, after, strict=True):
        assert {key: new[key] for key in new if key not in NOT_KEPT} == {
            key: old[key] for key in old if key not in NOT_KEPT
        }
    assert any(one["envelope"]["rcpt_to"][0]["params"] for one in after)
    assert {one["inbox"] for one in after} == {"default", "checkout"}


@pytest.mark.parametrize("target", ["box.maildir", "box/"])
def test_files_give_the_bytes_and_times_back(
    pillarbox: Run,
    full: Running,
    exported: list[Json],
    empty: Running,
    target: str,
) -> None:
    assert pillarbox("export", target, "--url", full.url).returncode == 0
    back = pillarbox("import", target, "--url", empty.url)
    assert (back.returncode, back.stderr) == (0, "")
    fields = ["sha256", "received_at", *(["read", "pinned"] if target == "box.maildir" else [])]
    after = messages(empty)
    # The one that came by the API has a time of its own, and a Maildir is in the order of times.
    before = sorted(exported, key=lambda one: one["received_at" if target == "box.maildir" else "id"])
    assert [[one[field] for field in fields] for one in after] == [[one[field] for field in fields] for one in before]


def test_an_mbox_gives_back_what_it_can_carry_and_the_rest_is_told_when_it_is_written(
    pillarbox: Run,
    full: Running,
    exported: list[Json],
    empty: Running,
) -> None:
    out = pillarbox("export", "box.mbox", "--url", full.url)
    assert out.returncode == 1
    told = re.findall(r"^pillarbox: message ([0-9]+): mbox cannot carry it unchanged: i", out.stderr, re.MULTILINE)
    names = [*ODD]
    not_carried = {number for number, name in enumerate(names, 1) if name not in CARRIED_BY_MBOX}
    assert {int(number) for number in told} == not_carried
    assert len(out.stderr.splitlines()) == len(not_carried) > 3
    back = pillarbox("import", "box.mbox", "--url", empty.url)
    assert (back.returncode, back.stderr) == (0, "")
    before, after = exported, messages(empty)
    assert len(after) == len(before)
    for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
        assert (old["sha256"] == new["sha256"]) == (number not in not_carried), names[number - 1]
        assert new["received_at"] == old["received_at"][:19] + ".000000Z"
        assert new["mail_from"] == old["mail_from"]


@pytest.mark.parametrize("target", ["box.zip", "box.mbox", "box.maildir", "box/"])
def test_nothing_exported_is_nothing_imported(pillarbox: Run, vacant: Running, target: str) -> None:
    out = pillarbox("export", target, "--url", vacant.url)
    assert (out.returncode, out.stdout) == (0, f"0 messages exported to {target}.\n")
    if target != "box/":
        back = pillarbox("import", target, "--url", vacant.url)
        assert (back.returncode, back.stdout.splitlines()[-1]) == (0, f"0 messages imported into {vacant.url}.")


def test_two_catchers_export_the_same_zip_of_the_same_mail(
    pillarbox: Run,
    full: Running,
    exported: list[Json],
    empty: Running,
) -> None:
    """What was imported can be exported and imported again, and nothing wears off."""
    assert pillarbox("export", "first.zip", "--url", full.url).returncode == 0
    assert pillarbox("import", "first.zip", "--url", empty.url).returncode == 0
    assert pillarbox("export", "second.zip", "--url", empty.url).returncode == 0
    assert pillarbox("import", "second.zip", "--url", empty.url).returncode == 0
    assert [one["sha256"] for one in messages(empty)] == [one["sha256"] for one in exported] * 2
