"""Events as lines on standard output: for people, or one JSON object a line. Notes go to standard error."""

from __future__ import annotations

from typing import Any, Protocol

from pillarbox.cli import rows
from pillarbox.cli.paint import Paint
from pillarbox.cli.sentences import say
from pillarbox.cli.stream import Event


class Teller(Protocol):
    def event(self, event: Event) -> None:
        """Something has happened; every line is written at once."""

    def note(self, sentence: str) -> None:
        """Something is to be known about what is told."""


class LineTeller:
    """`22:14:09  message 42  …`. What has no line for people is passed over; a session's opening has one on demand."""

    def __init__(self, paint: Paint, *, openings: bool) -> None:
        self._paint, self._openings = paint, openings

    def event(self, event: Event) -> None:
        line = self._line(event.name, event.data)
        if line is not None:
            print(line, flush=True)

    def note(self, sentence: str) -> None:
        say(sentence)

    def _line(self, name: str, data: dict[str, Any]) -> str | None:
        paint = self._paint
        match name:
            case "message.added":
                return f"{paint.dim(rows.clock(data['received_at']))}  {rows.message(data, paint)}"
            case "message.deleted":
                ids = ", ".join(map(str, data["ids"][:10])) + (" …" if len(data["ids"]) > 10 else "")
                return f"          {rows.counted(len(data['ids']), 'message')} deleted: {ids}"
            case "session.opened" if self._openings:
                return f"{paint.dim(rows.clock(data['started_at']))}  {rows.opened(data, paint)}"
            case "session.closed":
                return f"{paint.dim(rows.clock(data['ended_at']))}  {rows.session(data, paint)}"
            case "session.entry":
                return f"{paint.dim(str(data['session_id']).rjust(8))}  {rows.entry(data['entry'], paint)}"
        return None


class JsonTeller:
    """`{"event": "message.added", "id": 1042, "data": {…}}`, the data as the event stream has it."""

    def event(self, event: Event) -> None:
        print(rows.json_line({"event": event.name, "id": event.id, "data": event.data}), flush=True)

    def note(self, sentence: str) -> None:
        say(sentence)
