"""`/metrics` of a catcher that runs, beside what its clients have seen."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import get_args

import httpx

import pillarbox
from pillarbox.box.figures import ENDINGS, Committed, Refusal, Searched, WaitEnd
from tests.running import Running
from tests.scraping import Scrape, scrape
from tests.wire.dialling import Dial, Listening

Start = Callable[..., Running]


class Client(Dial):
    """Counts every reply that it reads in `heard`."""

    def __init__(self, where: Listening, heard: Counter[int] | None = None) -> None:
        self.heard = Counter() if heard is None else heard
        super().__init__(where)

    def reply(self) -> str:
        reply = super().reply()
        if reply:
            self.heard[int(reply[:3])] += 1
        return reply

    def deliver(self, content: str, *recipients: str) -> str:
        """One transaction; the reply to its content."""
        self.say("MAIL FROM:<a@example.test>")
        for recipient in recipients or ("b@example.test",):
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250")
        assert self.say("DATA").startswith("354")
        return self.say(f"{content}\r\n.")

    def quit(self) -> None:
        self.say("QUIT")
        assert self.rest() == b""  # the session has ended when the server closes
        self.close()


class Lmtp:
    def __init__(self, server: Running) -> None:
        self.host, self.port = str(server.ready["lmtp"][0]["host"]), int(server.ready["lmtp"][0]["port"])


def refuse_poison(folder: Path) -> None:
    """From now on the database refuses messages with this subject."""
    with closing(sqlite3.connect(folder / "pillarbox.db", isolation_level=None)) as database:
        database.execute(
            "CREATE TRIGGER refusal BEFORE INSERT ON message WHEN NEW.subject = 'poison' "
            "BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
        )


def by_code(found: Scrape) -> dict[int, float]:
    for name, labels in found.samples:
        if name == "pillarbox_replies_total":
            assert dict(labels)["class"] == f"{dict(labels)['code'][0]}xx"
    return {int(code): count for code, count in found.by("pillarbox_replies_total", "code").items()}


def test_the_figures_are_exactly_what_clients_have_seen(start_server: Start, tmp_path: Path) -> None:
    limits = ("--max-message-size", "5000", "--max-bytes-in-flight", "6000")
    server = start_server("--lmtp", "127.0.0.1:0", *limits)
    refuse_poison(tmp_path)
    heard: Counter[int] = Counter()
    waiting = Client(server, heard)
    waiting.say("EHLO waiting.test")
    waiting.say("MAIL FROM:<a@example.test> SIZE=3000")

    good = Client(server, heard)
    good.say("EHLO good.test")
    for number in range(3):
        assert good.deliver(f"Subject: {number}\r\n\r\nHello").startswith("250 2.0.0")
    good.quit()

    refused = Client(server, heard)
    refused.say("EHLO refused.test")
    assert refused.say("MAIL FROM:<a@example.test> SIZE=6000").startswith("552")
    assert refused.say("MAIL FROM:<a@example.test> SIZE=4500").startswith("452")
    assert refused.deliver("x" * 5500).startswith("552")
    assert refused.deliver("x" * 4500).startswith("452")
    assert refused.deliver("Subject: poison\r\n\r\n").startswith("451")
    refused.say("MAIL FROM:<a@example.test>")
    refused.say("RCPT TO:<b@example.test>")
    refused.send(b"BDAT 5500\r\n" + b"x" * 5500 + b"BDAT 10 LAST\r\n" + b"x" * 10)
    assert refused.codes(2) == [552, 551]
    assert refused.say("RCPT TO:<nobody").startswith("503")
    refused.quit()

    lmtp = Client(Lmtp(server), heard)
    lmtp.say("LHLO lmtp.test")
    assert lmtp.deliver("x" * 5500, "a@example.test", "b@example.test").startswith("552")
    assert lmtp.reply().startswith("552")
    lmtp.quit()

    browser = Client(server, heard)
    browser.send(b"GET / HTTP/1.1\r\n\r\n")
    assert browser.reply().startswith("221")
    browser.half_close()
    assert browser.rest() == b""
    browser.close()

    dropped = Client(server, heard)
    dropped.half_close()
    assert dropped.rest() == b""
    dropped.close()

    found = scrape(server.url)
    kept = httpx.get(f"{server.api}/messages").json()["messages"]
    assert len(kept) == 3
    assert by_code(found) == heard
    assert found["pillarbox_messages_received_total"] == found["pillarbox_messages"] == 3
    octets = sum(message["size"] for message in kept)
    assert found["pillarbox_messages_received_bytes_total"] == found["pillarbox_messages_bytes"] == octets
    refusals = found.by("pillarbox_messages_refused_total", "reason")
    assert refusals == {"too_large": 4, "no_room": 2, "not_stored": 1}
    assert found["pillarbox_sessions_open"] == 1
    endings = dict.fromkeys(ENDINGS, 0) | {"quit": 3, "refused": 1, "dropped": 1}
    assert found.by("pillarbox_sessions_ended_total", "outcome") == endings
    assert found["pillarbox_in_flight_bytes"] == 3000
    assert found["pillarbox_in_flight_limit_bytes"] == 6000
    assert 3000 < found["pillarbox_in_flight_peak_bytes"] <= 6000
    # What the session said may have been in the same transaction; then the message is tried once more by itself.
    assert found["pillarbox_commits_failed_total"] in (1, 2)
    waiting.quit()
    assert scrape(server.url)["pillarbox_in_flight_bytes"] == 0


def test_each_commit_is_observed_once(server: Running) -> None:
    client = Client(server)
    client.say("EHLO client.test")
    for _ in range(5):
        client.deliver("Subject: one by one")  # each waits for its own commit
    client.quit()
    found = scrape(server.url)
    assert found.of("pillarbox_commit_seconds_count", of="mail") == found["pillarbox_commit_messages_count"] == 5
    assert found["pillarbox_commit_messages_sum"] == found["pillarbox_messages_received_total"] == 5
    assert found.of("pillarbox_commit_messages_bucket", le="1.0") == 5
    assert found.of("pillarbox_commit_seconds_bucket", of="mail", le="+Inf") == 5
    assert found.of("pillarbox_commit_seconds_sum", of="mail") > 0
    before = found.of("pillarbox_commit_seconds_count", of="order")
    httpx.delete(f"{server.api}/messages/1").raise_for_status()
    assert scrape(server.url).of("pillarbox_commit_seconds_count", of="order") > before


def test_searches_are_timed_and_lists_are_not(server: Running) -> None:
    for path in ("messages", "messages?q=one", "messages?q=two&limit=1", "sessions", "sessions?q=verb:AUTH"):
        httpx.get(f"{server.api}/{path}").raise_for_status()
    found = scrape(server.url)
    assert found.by("pillarbox_search_seconds_count", "of") == {"messages": 2, "sessions": 1}
    assert found.of("pillarbox_search_seconds_sum", of="messages") > 0


def test_streams_of_events_are_counted_while_they_are_open(server: Running) -> None:
    assert scrape(server.url)["pillarbox_event_streams"] == 0
    with httpx.stream("GET", f"{server.api}/events") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        assert scrape(server.url)["pillarbox_event_streams"] == 1


def test_the_process_tells_what_it_is_and_what_it_takes(server: Running) -> None:
    found = scrape(server.url)
    assert found.of("pillarbox_info", version=pillarbox.__version__) == 1
    assert found["pillarbox_database_trouble"] == 0
    assert found["pillarbox_database_bytes"] > 0
    assert found["process_resident_memory_bytes"] > 0
    assert found["process_start_time_seconds"] > 0
    assert found["process_cpu_seconds_total"] > 0


def test_no_client_can_make_a_label(server: Running) -> None:
    client = Client(server)
    for line in ('EHLO x"} 1', "EHLO a\x1b\u2028", "MAIL FROM:<599 x>", "600 Hello", "VRFY 299-x", "XYZZY 777"):
        client.say(line)
    client.quit()
    allowed = {"outcome": set(ENDINGS), "reason": set(get_args(Refusal))}
    allowed |= {"of": {*get_args(Committed), *get_args(Searched)}, "class": {"2xx", "3xx", "4xx", "5xx"}}
    allowed |= {"result": set(get_args(WaitEnd))}
    allowed |= {"version": {pillarbox.__version__}, "code": {str(code) for code in client.heard}}
    for name, label, value in scrape(server.url).labels():
        if label == "le":
            assert re.fullmatch(r"[0-9.]+|\+Inf", value), name
        else:
            assert value in allowed[label], name


def test_the_library_is_not_loaded_before_it_is_needed() -> None:
    """It would be paid for at every start, by everybody."""
    code = "import sys, pillarbox.service; print('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
