"""What a wait is answered with: the messages, or why there are none."""

from __future__ import annotations

from typing import Literal

from pillarbox.box.wait import Unmet
from pillarbox.box.wait import Waited as BoxWaited
from pillarbox.mail.match.refusal import RefusedSession as BoxRefused
from pillarbox.mail.match.verdict import Condition, Near
from pillarbox.web.schemas.message import Message
from pillarbox.web.schemas.problem import Problem
from pillarbox.web.schemas.shape import Shape, about


class Waited(Shape):
    """The messages that were waited for."""

    messages: tuple[Message, ...] = about("Oldest first; at least as many as were asked for.")
    cursor: str = about("Pass it as `after` to the next wait: nothing is missed or seen twice.", "42")
    waited_ms: int = about("Milliseconds from the request to the answer; 0 when the mail was there.", 312)

    @classmethod
    def of(cls, waited: BoxWaited) -> Waited:
        return cls(
            messages=tuple(map(Message.whole, waited.messages)),
            cursor=str(waited.cursor),
            waited_ms=round(waited.seconds * 1000),
        )


class FailedCondition(Shape):
    """One condition that a message does not meet."""

    condition: Condition = about("The parameter's name; of `q` each part that fails is told by itself.", "subject")
    wanted: str = about("What was asked for.", "Welcome")
    actual: str | None = about("What the message has there; null when it has nothing.", "Your invoice")


class NearMessage(Shape):
    """A message that came close."""

    id: int = about("The message's number.", 41)
    subject: str = about('Its subject; "" when there is none.', "Your invoice")
    failed: tuple[FailedCondition, ...] = about("What it does not meet.")

    @classmethod
    def of(cls, near: Near) -> NearMessage:
        failed = (FailedCondition(condition=one.condition, wanted=one.wanted, actual=one.actual) for one in near.failed)
        return cls(id=near.row.id, subject=near.row.subject, failed=tuple(failed))


class RefusedSession(Shape):
    """A session that was refused or had an error during the wait, or shortly before it."""

    id: int = about("The session's number.", 7)
    reason: str = about("The reply, and what it answered.", "550 5.1.1 at RCPT: No such user here")

    @classmethod
    def of(cls, refused: BoxRefused) -> RefusedSession:
        return cls(id=refused.id, reason=refused.reason)


class WaitProblem(Problem):
    """Why a wait has ended without its mail: a problem (RFC 9457) that says what came instead."""

    status: Literal[409] = about("409: the box is not as it was waited for.", 409)
    title: str = about("The status in words.", "Conflict")
    detail: str = about(
        "What was wanted, and what is nearest to it, in sentences for the log of a test.",
        "No message to ada@example.org with “Welcome” in its subject came within 10 s. The nearest is message 41, "
        "“Your invoice”: its subject is “Your invoice”, without “Welcome”.",
    )
    wanted: int = about("Messages that were waited for, at least.", 1)
    found: int = about("Messages that met every condition, too few.", 0)
    nearest: tuple[NearMessage, ...] = about("Up to five messages that miss fewest conditions, newest first.")
    refused_sessions: tuple[RefusedSession, ...] = about("Up to five sessions that were turned away, newest first.")
    cursor: str = about("The newest message that was looked at.", "41")

    @classmethod
    def of(cls, unmet: Unmet, wanted: int, detail: str) -> WaitProblem:
        return cls(
            type="about:blank",
            title="Conflict",
            status=409,
            detail=detail,
            wanted=wanted,
            found=unmet.found,
            nearest=tuple(map(NearMessage.of, unmet.explanation.nearest)),
            refused_sessions=tuple(map(RefusedSession.of, unmet.explanation.refused)),
            cursor=str(unmet.cursor),
        )
