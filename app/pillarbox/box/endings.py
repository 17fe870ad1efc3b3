"""Sessions that ended badly, told to the log: one line each, once their number is known.

Rules of this module:

* Used from the event loop's thread only, until it has ended.
* What is told: refused, timed out, failed here, or ended in any way with mail that was turned away or broke off. A
  QUIT, a client that only hangs up, and the end of the server itself are no news.
* A session that is shorter than its row takes to be written has no number when it ends, so its line comes a moment
  later, and without one when the database does not answer: `peer` says then who it was.
* A reason holds no secret and no content (`smtp.tap`), and what a client sent stands in it without control characters.
"""

from __future__ import annotations

import logging

from pillarbox import clock
from pillarbox.box.session import LiveSession
from pillarbox.mail.session import Outcome

WAITS = 2.0
"""Seconds that a line waits for the session's number."""

BAD: frozenset[Outcome] = frozenset({"refused", "timeout", "error"})

_HOW: dict[Outcome, str] = {
    "refused": "Refused",
    "timeout": "Timed out",
    "error": "Failed",
    "shutdown": "Ended by our stop",
    "dropped": "Dropped by the client",
    "quit": "Ended by QUIT",
}

log = logging.getLogger("pillarbox.session")


class Endings:
    def __init__(self) -> None:
        self._waiting: list[tuple[float, LiveSession]] = []

    def add(self, session: LiveSession) -> None:
        """A session has ended."""
        if session.outcome in BAD or session.mail_failed:
            self._waiting.append((clock.monotonic(), session))

    def tell(self, *, all_of_them: bool = False) -> None:
        """Write the lines that are due."""
        due = clock.monotonic() - WAITS
        waiting, self._waiting = self._waiting, []
        for ended_at, session in waiting:
            if session.key.id is not None or ended_at < due or all_of_them:
                _tell(session)
            else:
                self._waiting.append((ended_at, session))


def _tell(session: LiveSession) -> None:
    facts = session.facts()
    more = {
        "outcome": facts.outcome,
        "reason": facts.reason,
        "listener": facts.listener,
        "helo": facts.helo,
        "commands": facts.commands,
        "errors": facts.errors,
        "worst_reply": facts.worst_reply,
        "messages": session.delivered,
    }
    commands = "1 command" if facts.commands == 1 else f"{facts.commands} commands"
    messages = "1 message" if session.delivered == 1 else f"{session.delivered} messages"
    log.log(
        logging.WARNING if facts.outcome == "error" else logging.INFO,
        "%s after %s and %s: %s",
        _HOW[facts.outcome],
        commands,
        messages,
        facts.reason or "no reason is known.",
        extra={"data": more, **session.whose()},
    )
