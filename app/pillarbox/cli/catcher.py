"""A running catcher as the commands speak to it: its API over one kept connection. Standard library only.

Rules of this module:

* A connection that was silent for longer than `IDLE` is not used again: servers close such ones, and whether a message
  that was sent into a closing one is kept, nobody could tell.
* Asking is done again once when the connection broke; handing something in never is.
* What cannot be reached is Unreachable, what is answered with a problem is Refused; both say it in a sentence.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from pillarbox.cli.place import Place
from pillarbox.errors import PillarboxError, Refused, Unreachable, UsageError
from pillarbox.mail.controls import in_line

TIMEOUT = 120.0
"""Seconds to wait for each answer of the network: a large message on a busy disk takes its time."""

IDLE = 2.0
"""Seconds; uvicorn closes a connection on which nothing was asked for five."""

API = "/api/v1"

Params = Sequence[tuple[str, str]]


class Catcher:
    def __init__(self, place: Place, timeout: float = TIMEOUT) -> None:
        """`timeout` is seconds to wait for each answer."""
        self.place = place
        self._connection = place.connection(timeout)
        self._used = 0.0

    def close(self) -> None:
        self._connection.close()

    def most_octets(self) -> int:
        """The largest message that it takes, 0 for any. Asked first: the answer shows that this is a catcher."""
        limits = self.json("/info").get("limits")
        most = limits.get("max_message_size") if isinstance(limits, dict) else None
        if not isinstance(most, int):
            raise stranger(self.place)
        return most

    def get(self, path: str, params: Params = ()) -> bytes:
        """The body of a good answer. Raises Refused and Unreachable."""
        return self._ask("GET", path, params, (), {})

    def json(self, path: str, params: Params = ()) -> dict[str, Any]:
        return self._object(self.get(path, params))

    def post(self, path: str, params: Params, blocks: Sequence[bytes], content_type: str) -> dict[str, Any]:
        """Hand in a body that is these blocks; what is answered. Raises Refused and Unreachable."""
        length = str(sum(map(len, blocks)))
        headers = {"Content-Type": content_type, "Content-Length": length}
        return self._object(self._ask("POST", path, params, blocks, headers))

    def patch(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        block = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(block))}
        return self._object(self._ask("PATCH", path, (), (block,), headers))

    def _object(self, body: bytes) -> dict[str, Any]:
        try:
            found = json.loads(body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise stranger(self.place)
        return found

    def _ask(
        self, method: str, path: str, params: Params, blocks: Iterable[bytes], headers: Mapping[str, str]
    ) -> bytes:
        query = "?" + urlencode(params) if params else ""
        address = f"{self.place.prefix}{API}{path}{query}"
        with speaking_to(self.place):
            status, reason, body = self._exchange(method, address, blocks, headers)
        if status in (200, 201):
            return body
        raise refusal(self.place, status, reason, body)

    def _exchange(
        self, method: str, address: str, blocks: Iterable[bytes], headers: Mapping[str, str]
    ) -> tuple[int, str, bytes]:
        if time.monotonic() - self._used > IDLE:
            self._connection.close()
        kept = self._connection.sock is not None
        try:
            answer = self._answer(method, address, blocks, headers)
        except (ConnectionError, http.client.BadStatusLine):
            self._connection.close()
            if not kept or method != "GET":
                raise
            answer = self._answer(method, address, blocks, headers)
        except BaseException:
            self._connection.close()
            raise
        self._used = time.monotonic()
        return answer

    def _answer(
        self, method: str, address: str, blocks: Iterable[bytes], headers: Mapping[str, str]
    ) -> tuple[int, str, bytes]:
        sent = {"Accept": "*/*", **headers}
        if self.place.authorization:
            sent["Authorization"] = self.place.authorization
        try:
            self._connection.request(method, address, blocks or None, sent)
        except (BrokenPipeError, ConnectionResetError):
            # A server that refuses a body may close before it has read all of it; its answer is then there to be read.
            if method == "GET":
                raise
        answer = self._connection.getresponse()
        return answer.status, answer.reason, answer.read()


@contextmanager
def speaking_to(place: Place) -> Iterator[None]:
    """Whatever breaks a conversation by HTTP is Unreachable, with a sentence."""
    try:
        yield
    except ssl.SSLError as error:
        raise Unreachable(f"{place.shown} does not speak TLS as it should ({error.reason}).") from None
    except OSError as error:
        why = error.strerror or str(error) or type(error).__name__
        raise Unreachable(f"Nothing answers at {place.shown} ({why}); is pillarbox running there?") from None
    except http.client.HTTPException:
        raise Unreachable(
            f"What answers at {place.shown} does not speak HTTP; is that the address of the pages?"
        ) from None


def stranger(place: Place) -> Unreachable:
    """What speaks HTTP there, and not as a catcher does."""
    return Unreachable(f"What answers at {place.shown} is no Pillarbox; is that the address of the pages?")


def refusal(place: Place, status: int, reason: str, body: bytes) -> PillarboxError:
    """What an answer that is not good is to whoever asked."""
    if status == 401:
        return UsageError(
            f"{place.shown} asks for a user name and a password; put them into PILLARBOX_WEB_AUTH as USER:PASSWORD or "
            "@FILE, or into the address as http://USER:PASSWORD@HOST."
        )
    problem = _document(body)
    said = _said(problem) or f"{place.shown} answers {status} {reason}."
    return Refused(said, status=status, problem=problem)


def by_flags(error: Refused, command: str) -> str:
    """What is wrong with a question whose parameters were flags of a command by the same names: `--timeout: Must …`"""
    wrong = error.problem.get("errors") or []
    said = " ".join(f"--{one['where']}: {one['message']}" for one in wrong) or str(error)
    return f"{in_line(said)} See pillarbox {command} --help."


def detail(body: bytes) -> str:
    """What a problem document says (RFC 9457), if it is one."""
    return _said(_document(body))


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _said(problem: Mapping[str, Any]) -> str:
    return str(problem.get("detail") or problem.get("title") or "")
