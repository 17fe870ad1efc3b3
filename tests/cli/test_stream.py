"""The stream against a server that says what a test wants; with the real one in test_tail."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from itertools import islice

import pytest

from pillarbox.cli.place import place
from pillarbox.cli.stream import FIRST_PAUSE, LONGEST_PAUSE, Stream
from pillarbox.errors import Refused, Unreachable, UsageError

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
BEGIN = b"retry: 2000\nid: 7\n\n"
ADDED = b'id: 8\nevent: message.added\ndata: {"id":1}\n\n'


class Server:
    """Answers each connection with the next of `answers` and hangs up; `asked` are the requests."""

    def __init__(self, *answers: bytes) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.asked: list[str] = []
        self._thread = threading.Thread(target=self._serve, args=(answers,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self, answers: tuple[bytes, ...]) -> None:
        for answer in answers:
            client, _ = self._listener.accept()
            with client, client.makefile("rb") as lines:
                self.asked.append(b"".join(iter(lines.readline, b"\r\n")).decode())
                client.sendall(answer)
        self._listener.close()

    def close(self) -> None:
        self._thread.join()


@pytest.fixture
def pauses() -> list[float]:
    return []


def serve(*answers: bytes) -> Server:
    return Server(*answers)


def follow(server: Server, pauses: list[float], last: int | None = None) -> Iterator[str]:
    stream = Stream(place(server.url, {}), [("inbox", "a b")], last, pauses.append)
    return (event.name for event in stream)


def refused(status: str, body: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (status.encode(), len(body), body)


def test_what_breaks_is_taken_up_behind_the_last_event(pauses: list[float]) -> None:
    server = serve(OK + BEGIN + b": still here\n\n" + ADDED, refused("503 No"), OK + BEGIN.replace(b"7", b"8") + ADDED)
    names = list(islice(follow(server, pauses), 5))
    server.close()
    assert names == ["connected", "message.added", "broken", "connected", "message.added"]
    assert server.asked[0].startswith("GET /api/v1/events?inbox=a+b HTTP/1.1")
    assert "Last-Event-ID" not in server.asked[0]
    assert all("Last-Event-ID: 8\r\n" in request for request in server.asked[1:])
    assert pauses == [FIRST_PAUSE, 2 * FIRST_PAUSE]


def test_a_beginning_may_be_named(pauses: list[float]) -> None:
    server = serve(OK + BEGIN)
    assert list(islice(follow(server, pauses, 41), 1)) == ["connected"]
    server.close()
    assert "Last-Event-ID: 41\r\n" in server.asked[0]


def test_pauses_grow_and_have_an_end_and_a_break_is_told_once(pauses: list[float]) -> None:
    server = serve(OK + BEGIN, *[refused("503 No")] * 8, OK + BEGIN)
    assert list(islice(follow(server, pauses), 3)) == ["connected", "broken", "connected"]
    server.close()
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


@pytest.mark.parametrize(
    ("answers", "error", "said"),
    [
        ([refused("503 No", b'{"detail": "The database does not answer."}')], Refused, "The database does not answer."),
        ([refused("404 Not Found", b'{"detail": "There is no session 7."}')], Refused, "There is no session 7."),
        ([refused("401 Unauthorized")], UsageError, "asks for a user name and a password"),
        ([b"220 mail.test ESMTP\r\n"], Unreachable, "does not speak HTTP"),
        ([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>"], Unreachable, "is no Pillarbox"),
        ([OK + b"id: 1\n\nevent: x\ndata: {\n\n"], Unreachable, "no event stream"),
        ([OK + BEGIN, refused("404 Not Found", b'{"detail": "There is no session 7."}')], Refused, "no session 7"),
        ([OK + BEGIN, refused("401 Unauthorized")], UsageError, "asks for a user name and a password"),
    ],
)
def test_what_hinders_the_first_connection_or_is_for_good_is_raised(
    pauses: list[float], answers: list[bytes], error: type[Exception], said: str
) -> None:
    server = serve(*answers)
    with pytest.raises(error) as found:
        list(follow(server, pauses))
    server.close()
    assert said in str(found.value)


def test_a_catcher_that_falls_silent_is_given_up() -> None:
    """Nothing is said for longer than the server's beats: the connection is dead, though nobody has told."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stream = Stream(place(f"http://127.0.0.1:{listener.getsockname()[1]}", {}), silence=0.2, pause=lambda _: None)

        def serve() -> None:
            for _ in range(2):
                client, _ = listener.accept()
                client.recv(10_000)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\n\n")
                silent.append(client)

        silent: list[socket.socket] = []
        thread = threading.Thread(target=serve)
        thread.start()
        names = [event.name for event, _ in zip(stream, range(3), strict=False)]
        thread.join()
        for client in silent:
            client.close()
    assert names == ["connected", "broken", "connected"]
