"""`pillarbox tail`: follow mail and sessions in the terminal.

Rules of this module:

* Streams are listened to in threads of their own, which only pass on what they hear. All else is done here, one thing
  after the other, so that no two lines mix, and Ctrl-C ends it at once.
* With dialogues, a session that is open for a moment is followed line by line on a stream of its own; one that is
  shorter, as most are that programs hold, is told when it has ended. What crossed before its stream was listened to is
  read from its transcript, where a line is at most a second after it crossed.
* Which sessions are of an inbox the catcher knows when they have ended: those that brought mail to it, and those that
  were turned away on the way there.
"""

from __future__ import annotations

import argparse
import queue
import re
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pillarbox.cli.catcher import Catcher, by_flags
from pillarbox.cli.dialogue import Dialogue
from pillarbox.cli.paint import Paint
from pillarbox.cli.place import Place, place
from pillarbox.cli.sentences import no
from pillarbox.cli.stream import Event, Stream
from pillarbox.cli.teller import JsonTeller, LineTeller, Teller
from pillarbox.errors import PillarboxError, Refused, Unreachable, UsageError
from pillarbox.mail.controls import in_line

SHORT = 0.1
"""Seconds that a session is open before it gets a stream of its own."""

STORED = 1.2
"""Seconds after which what has crossed is in the transcript: the server promises one."""

AGAIN = 0.3
"""Seconds until a transcript is read again for a line that is missing."""

LONGEST_REST = 0.5
"""Seconds after which Python looks for a Ctrl-C that did not interrupt its rest: it came just before that, or to
another thread (Python waits for a lock, and a lock hears no signal)."""

FOLLOWED = 50
"""Sessions that have a stream of their own at a time; more are told when they have ended."""

MOST_HEARD = 5_000
"""Events that may wait for a terminal that stands still; then the server waits, and says when it has given up."""

GONE = (
    "Events are gone that were not told here: the catcher has another database, or this was away for too long. What "
    "comes from now on follows."
)

_NETWORK = 20.0
"""Seconds to wait for each answer."""


def tail(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when the session that was to be followed has ended, else until Ctrl-C; 1 when no catcher answers.

    Raises UsageError.
    """
    if options.session is not None and not re.fullmatch("[0-9]{1,18}", options.session):
        raise UsageError(f"--session says {options.session!r}; write the number of a session, such as 7.")
    if options.session is not None and options.inbox is not None:
        raise UsageError("--session and --inbox are one too many: a session is of no inbox; leave one of them out.")
    where = place(options.url, environ)
    dialogues = options.transcript or options.session is not None
    paint = Paint.of(sys.stdout, environ)
    following = _Following(
        where,
        JsonTeller() if options.json else LineTeller(paint, openings=dialogues),
        inbox=options.inbox,
        session=int(options.session) if options.session is not None else None,
        dialogues=dialogues,
    )
    try:
        return following.run()
    except Refused as error:
        if error.status == 400:
            raise UsageError(by_flags(error, "tail")) from None
        return no(in_line(str(error)))
    except Unreachable as error:
        return no(str(error))


@dataclass(slots=True)
class _Open:
    """A session whose dialogue is told. `due` is when to look after it next, None for never.

    `closed` is its end once that is known, `asked` whether it is to be asked for.
    """

    dialogue: Dialogue = field(default_factory=Dialogue)
    due: float | None = None
    streamed: bool = False
    asked: bool = False
    closed: Event | None = None


@dataclass(frozen=True, slots=True)
class _Heard:
    """An event, or what ended its stream; `of` is the session whose own stream it was."""

    what: Event | PillarboxError
    of: int | None


class _Following:
    def __init__(
        self, where: Place, teller: Teller, *, inbox: str | None, session: int | None, dialogues: bool
    ) -> None:
        self._where, self._teller = where, teller
        self._inbox, self._session, self._dialogues = inbox, session, dialogues
        self._heard: queue.Queue[_Heard] = queue.Queue(MOST_HEARD)
        self._catcher = Catcher(where, _NETWORK)
        self._open: dict[int, _Open] = {}
        self._unsure: list[Event] = []
        """Ends of sessions about which the catcher could not be asked; it is when it is back."""
        self._stood = self._done = False

    def run(self) -> int:
        params = [("inbox", self._inbox)] if self._inbox is not None else []
        if self._session is not None:
            params = [("session", str(self._session))]
            self._open[self._session] = _Open(streamed=True)
        self._listen(params, self._session)
        while not self._done:
            with suppress(queue.Empty):
                self._hear(self._heard.get(timeout=self._rest()))
            if self._rest() == 0.0:
                self._look_after()
        return 0

    def _listen(self, params: list[tuple[str, str]], of: int | None, last: int | None = None) -> None:
        stream = Stream(self._where, params, last)

        def listen() -> None:
            try:
                for event in stream:
                    self._heard.put(_Heard(event, of))
                    if event.name == "session.closed" and of is not None:
                        return
            except PillarboxError as error:
                self._heard.put(_Heard(error, of))

        threading.Thread(target=listen, daemon=True).start()

    def _rest(self) -> float:
        """Seconds to wait for what is heard; 0 when a session has to be looked after."""
        due = [one.due for one in self._open.values() if one.due is not None]
        return min(LONGEST_REST, max(0.0, min(due) - time.monotonic())) if due else LONGEST_REST

    def _hear(self, heard: _Heard) -> None:
        if heard.of is not None and heard.of != self._session:
            self._hear_of(heard.of, heard.what)
        elif isinstance(heard.what, PillarboxError):
            raise heard.what
        else:
            self._hear_all(heard.what)

    def _hear_all(self, event: Event) -> None:
        """The stream that was asked for."""
        match event.name:
            case "connected":
                self._connected()
            case "broken":
                self._teller.note(f"{self._where.shown} has hung up; trying to connect again.")
            case "reset":
                self._teller.note(GONE)
                self._teller.event(event)
                self._begin_again()
            case "session.opened":
                self._opened(event)
            case "session.closed":
                self._closed(event)
            case "session.entry":
                self._hear_of(self._session or 0, event)
            case _:
                self._teller.event(event)

    def _connected(self) -> None:
        self._teller.note("Connected again." if self._stood else f"Following {self._where.shown}; Ctrl-C ends it.")
        if self._session is not None:
            self._open[self._session].asked = True
            self._join(self._session, self._open[self._session])
        elif not self._stood:
            self._begin_again()
        self._stood = True
        unsure, self._unsure = self._unsure, []
        for event in unsure:
            self._closed(event)

    def _begin_again(self) -> None:
        """Tell of the sessions that are open, from their first line on, and of no others that were."""
        if self._session is None and self._dialogues and self._inbox is None:
            self._open.clear()
            try:
                found = self._catcher.json("/sessions", [("outcome", "open"), ("limit", "500")])["sessions"]
            except (Unreachable, Refused):
                if not self._stood:
                    raise
                return  # they are told when they have ended
            for row in reversed(found):
                self._begin(row["id"], 0.0)

    def _opened(self, event: Event) -> None:
        if self._inbox is None:
            self._teller.event(event)
            if self._dialogues:
                self._begin(event.data["id"], SHORT)

    def _begin(self, session_id: int, after: float) -> None:
        self._open.setdefault(session_id, _Open(due=time.monotonic() + after))

    def _closed(self, event: Event) -> None:
        session_id = event.data["id"]
        try:
            if self._inbox is not None and not self._is_of_inbox(session_id):
                return
        except (Unreachable, Refused):
            self._unsure.append(event)
            return
        if self._dialogues:
            one = self._open.setdefault(session_id, _Open())
            one.closed, one.due = event, time.monotonic()
            self._look_after()
        else:
            self._teller.event(event)

    def _is_of_inbox(self, session_id: int) -> bool:
        """Whether a session that has ended is. Raises Unreachable and Refused."""
        params = [("inbox", self._inbox or ""), ("before", str(session_id + 1)), ("limit", "1")]
        found = self._catcher.json("/sessions", params)["sessions"]
        return any(row["id"] == session_id for row in found)

    def _hear_of(self, session_id: int, what: Event | PillarboxError) -> None:
        """A session's own stream; that it breaks or ends is heard of on the other one too."""
        one = self._open.get(session_id)
        if one is None:
            return
        if not isinstance(what, Event):
            one.due = None  # it is told when it has ended
        elif what.name == "connected":
            self._join(session_id, one)
        elif what.name == "session.entry":
            self._tell(session_id, one.dialogue.live(what.data["entry"]))
            if one.dialogue.waits:
                one.due = min(one.due or float("inf"), time.monotonic() + AGAIN)

    def _join(self, session_id: int, one: _Open) -> None:
        """Its lines come from now on: tell those before, and once more when all that crossed until now is stored."""
        self._catch_up(session_id, one)
        one.due = one.due or time.monotonic() + STORED

    def _look_after(self) -> None:
        """Do for each session what is due."""
        now = time.monotonic()
        for session_id, one in list(self._open.items()):
            if one.due is None or one.due > now:
                continue
            if one.closed is None and not one.streamed:
                one.due = None
                if sum(other.streamed for other in self._open.values()) < FOLLOWED:
                    one.streamed = True
                    self._listen([("session", str(session_id))], session_id)
                continue
            self._catch_up(session_id, one)

    def _catch_up(self, session_id: int, one: _Open) -> None:
        """Tell what its transcript has and was not told, and when it has ended, that."""
        try:
            if one.asked:
                row = self._catcher.json(f"/sessions/{session_id}")
                one.asked = False
                one.closed = Event("session.closed", None, row) if row["ended_at"] is not None else None
            found = self._catcher.json(f"/sessions/{session_id}/transcript")["entries"]
        except (Unreachable, Refused) as error:
            if not isinstance(error, Refused) or error.status != 404:
                one.due = time.monotonic() + STORED
                return
            if session_id == self._session:
                raise
            found = []
        self._tell(session_id, one.dialogue.stored(found))
        one.due = time.monotonic() + AGAIN if one.dialogue.waits else None
        if one.closed is not None:
            self._tell(session_id, one.dialogue.rest())
            self._teller.event(one.closed)
            del self._open[session_id]
            self._done = session_id == self._session

    def _tell(self, session_id: int, lines: list[dict[str, Any]]) -> None:
        for line in lines:
            self._teller.event(Event("session.entry", None, {"session_id": session_id, "entry": line}))
