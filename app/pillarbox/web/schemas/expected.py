"""What became of expectations: that all were met, or which was not, and why."""

from __future__ import annotations

from typing import Literal

from pillarbox.web.schemas.problem import Problem
from pillarbox.web.schemas.shape import Shape, about
from pillarbox.web.schemas.wait import RefusedSession

_REASON = """Message 42 came, but is not as asserted: subject.
subject differs first at character 10; only capital and small letters differ.
  wanted: Welcome, Ada
  actual: Welcome, ada
                   ^"""


class MetExpectation(Shape):
    """An expectation that was met."""

    name: str = about("Its name, or what it is about.", "confirmation")
    passed: Literal[True] = about("That it was met.", True)
    messages: tuple[int, ...] = about("Numbers of the messages that count, ascending.", [42])


class Difference(Shape):
    """One thing about a message that is not as expected."""

    condition: str = about("Where it was asked for.", "assert.subject", "match.to", "assert.html.0.text")
    reason: str = about("What differs, in one or more lines.", "it is to eve@example.org, not to ada@example.org")
    wanted: str = about("What was asked for.", "ada@example.org")
    actual: str | None = about("What the message has there; null when it has nothing.", "eve@example.org")


class NearestMessage(Shape):
    """A message that came close."""

    id: int = about("The message's number.", 42)
    subject: str = about('Its subject; "" when there is none.', "Welcome, ada")
    failed: tuple[Difference, ...] = about("What is not as expected of it, first what was looked at first.")


class FailedExpectation(Shape):
    """An expectation that was not met."""

    name: str = about("Its name, or what it is about.", "welcome")
    passed: Literal[False] = about("That it was not met.", False)
    messages: tuple[int, ...] = about("Numbers of the messages that count, ascending.", [])
    found: int = about("Messages that are like `match`, whatever is asserted of them.", 1)
    reason: str = about("Why, in one or more lines, the first difference first.", _REASON)
    wanted: str = about("What was wanted where they differ, or how many messages.", "Welcome, Ada")
    actual: str | None = about("What there was instead; null when there was nothing.", "Welcome, ada")
    nearest: tuple[NearestMessage, ...] = about("Up to five messages that came close, the nearest first.")


class MetExpectations(Shape):
    """All expectations were met."""

    passed: Literal[True] = about("That all were met.", True)
    results: tuple[MetExpectation, ...] = about("One for each expectation, in their order.")
    cursor: str = about("Pass it as `after` later: what comes from then on is new.", "42")


class ExpectationProblem(Problem):
    """Why expectations were not met: a problem (RFC 9457) with the results."""

    status: Literal[409] = about("409: the box is not as it was expected.", 409)
    title: str = about("The status in words.", "Conflict")
    detail: str = about("The reasons of all that were not met, for the log of a test.", _REASON)
    passed: Literal[False] = about("That not all were met.", False)
    results: tuple[FailedExpectation | MetExpectation, ...] = about("One for each expectation, in their order.")
    refused_sessions: tuple[RefusedSession, ...] = about(
        "Where too little mail came: up to five sessions that were turned away meanwhile, newest first."
    )
    cursor: str = about("The newest message that was looked at.", "42")
