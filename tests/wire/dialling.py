"""A mail client that sends exactly what it is told, and a proxy that writes down what crosses it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Protocol

from tests.wire.catching import PATIENCE, Catcher


class Listening(Protocol):
    """Anything that can be dialled."""

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int: ...


class Dial:
    """One raw connection. `reply` reads one reply with all its lines, `rest` everything until the server closes."""

    def __init__(self, where: Listening, *, greeted: bool = True) -> None:
        if where.host.startswith("/"):
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(PATIENCE)
            self.sock.connect(where.host)
        else:
            self.sock = socket.create_connection((where.host, where.port), timeout=PATIENCE)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self.sock.makefile("rb")
        self.greeting = self.reply() if greeted else ""

    def __enter__(self) -> Dial:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def send(self, octets: bytes) -> None:
        self.sock.sendall(octets)

    def reply(self) -> str:
        """The next reply, its lines joined by LF and without their ends; "" when the server has closed."""
        lines = []
        while True:
            line = self._file.readline()
            assert line.endswith(b"\r\n") or not line, line
            lines.append(line.decode().removesuffix("\r\n"))
            if line[3:4] != b"-":
                return "\n".join(lines)

    def say(self, line: str | bytes) -> str:
        self.send((line.encode() if isinstance(line, str) else line) + b"\r\n")
        return self.reply()

    def replies(self, count: int) -> list[str]:
        return [self.reply() for _ in range(count)]

    def codes(self, count: int) -> list[int]:
        return [int(reply[:3]) for reply in self.replies(count)]

    def transaction(self, content: bytes) -> str:
        """EHLO to the reply to the content; `content` is sent as it is, up to and including the final dot."""
        assert self.say("EHLO client.test").startswith("250")
        self.envelope()
        self.send(content)
        return self.reply()

    def envelope(self) -> None:
        """A transaction up to the reply to DATA."""
        assert self.say("MAIL FROM:<a@example.test>") == "250 2.1.0 Ok"
        assert self.say("RCPT TO:<b@example.test>") == "250 2.1.5 Ok"
        assert self.say("DATA").startswith("354")

    def rest(self) -> bytes:
        return self._file.read()

    def rest_of_replies(self) -> list[str]:
        """Every reply until the server closes."""
        found = []
        while reply := self.reply():
            found.append(reply)
        return found

    def take(self, sock: socket.socket) -> None:
        """Go on over another socket, one that speaks TLS over the same connection."""
        self._file.close()
        self.sock = sock
        self._file = sock.makefile("rb")

    def half_close(self) -> None:
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Close with a RST instead of a FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.close()

    def close(self) -> None:
        self._file.close()
        self.sock.close()


class Proxy:
    """Passes connections on, one at a time, and keeps the octets of each direction of the latest one."""

    def __init__(self, catcher: Catcher) -> None:
        self._target = (catcher.host, catcher.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listener.getsockname()[:2]
        self._sent, self._received = bytearray(), bytearray()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._sent, self._received = bytearray(), bytearray()
            server = socket.create_connection(self._target)
            back = threading.Thread(target=_pass, args=(server, client, self._received))
            back.start()
            _pass(client, server, self._sent)
            back.join()
            client.close()
            server.close()
            self._over.set()

    def crossed(self) -> tuple[bytes, bytes]:
        """What the client sent and what the server sent, once the connection is over."""
        assert self._over.wait(PATIENCE)
        return bytes(self._sent), bytes(self._received)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(PATIENCE)


def _pass(source: socket.socket, target: socket.socket, record: bytearray) -> None:
    with suppress(OSError):
        while block := source.recv(65536):
            record += block
            target.sendall(block)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
