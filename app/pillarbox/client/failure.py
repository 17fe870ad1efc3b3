"""What a catcher says when what was waited for did not come, or was not as expected: the body of its 409."""

from __future__ import annotations

from dataclasses import dataclass

from pillarbox.errors import Refused


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing about a message that is not as wanted; `actual` is None where there is nothing, `reason` says it."""

    condition: str
    wanted: str
    actual: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """A message that came, and what of it was not as wanted, the first difference first."""

    id: int
    subject: str
    failed: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class RefusedSession:
    """A session that was refused meanwhile; `reason` is a sentence."""

    id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one expectation; `messages` are the ids of those that count. `reason` begins with what differs
    first.
    """

    name: str
    passed: bool
    messages: tuple[int, ...]
    found: int | None = None
    reason: str | None = None
    wanted: str | None = None
    actual: str | None = None
    nearest: tuple[Nearest, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """The problem document in parts: `wanted`, `found` and `nearest` are a wait's, `results` those of expectations."""

    detail: str
    wanted: int | None = None
    found: int | None = None
    nearest: tuple[Nearest, ...] = ()
    refused_sessions: tuple[RefusedSession, ...] = ()
    results: tuple[Result, ...] = ()
    cursor: str | None = None


class ExpectationFailed(Refused):
    """What was waited for did not come, or is not as expected. The text says it all, `failure` has it in parts."""

    def __init__(self, message: str, *, failure: Failure) -> None:
        super().__init__(message, status=409)
        self.failure = failure
