"""A response as a value, or as the exception that says in a sentence what is the matter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from pillarbox.client.explanation import explain
from pillarbox.client.failure import ExpectationFailed, Failure
from pillarbox.client.reading import read
from pillarbox.errors import Refused, Unreachable, UsageError

if TYPE_CHECKING:
    from pillarbox.client.call import Call

T = TypeVar("T")


def settle(call: Call[T], status: int, content: bytes, shown: str) -> T:
    """The value of a response; `shown` is the catcher's address for people.

    Raises Refused, ExpectationFailed, UsageError and Unreachable.
    """
    if 200 <= status < 300:
        try:
            return call.read(content if call.raw else json.loads(content or b"null"))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Unreachable(f"What answers at {shown} is no Pillarbox that this client knows ({error}).") from error
    problem = _problem(content)
    detail = str(problem.get("detail") or problem.get("title") or f"{shown} answers {status}.")
    if status == 401:
        raise UsageError(
            f"{shown} asks for a user name and a password; put them into the address as http://USER:PASSWORD@HOST."
        )
    if status == 409 and ("nearest" in problem or "results" in problem):
        failure = _failure(problem | {"detail": detail}, shown)
        raise ExpectationFailed(explain(failure), failure=failure)
    if not problem:
        raise Unreachable(f"What answers {status} at {shown} is no Pillarbox; is that the address of the pages?")
    raise Refused(detail, status=status, problem=problem)


def _problem(content: bytes) -> dict[str, Any]:
    """The problem document (RFC 9457), empty when it is none."""
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and "status" in found else {}


def _failure(problem: dict[str, Any], shown: str) -> Failure:
    try:
        return read(Failure, problem)
    except ValueError as error:
        raise Unreachable(f"What answers at {shown} is no Pillarbox that this client knows ({error}).") from error
