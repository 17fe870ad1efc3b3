"""Log lines on standard error: for people, or one JSON object a line.

Rules of this module:

* A record is one line, whatever it says: control characters become pictures in text and are escaped in JSON, and a
  stack below a line of text is indented. Nobody who connects can write a line of their own.
* A line about a session says which: by its number, and by its peer as long as it has none. Whoever logs gives both in
  `extra` (`session_id`, `peer`), so that a line that is not written costs nothing.
* Everything that this process says on standard error comes this way: uvicorn, asyncio, warnings, what nobody caught.
* What can repeat as often as somebody likes goes through the floodgate.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from datetime import UTC, datetime

from pillarbox.mail import controls
from pillarbox.service.floodgate import Floodgate

log = logging.getLogger("pillarbox")


def configure(log_format: str) -> None:
    """Once a process, before anything else is started."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else TextLines())
    handler.addFilter(Floodgate())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("pillarbox").setLevel(logging.INFO)
    # aiosmtpd logs each command at INFO, which costs a quarter of the throughput; the transcript says more.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    logging.getLogger("uvicorn.access").setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_failed


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    name = failed.thread.name if failed.thread is not None else "unknown"
    error = failed.exc_value
    log.critical("The thread %s has failed.", name, exc_info=error if error is not None else True)


class _Lines(logging.Formatter):
    """What both formats need."""

    def time_of(self, record: logging.LogRecord) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def stack_of(self, record: logging.LogRecord) -> str | None:
        """Where it happened: an exception with its stack; only the places (`trace`) where its text is a sender's."""
        if record.exc_info:
            return self.formatException(record.exc_info)
        trace = getattr(record, "trace", None)
        return trace if isinstance(trace, str) else None


class TextLines(_Lines):
    """`2026-11-23T22:14:09.123Z warning pillarbox.smtp: [session 12] …`, and a stack indented below it."""

    def format(self, record: logging.LogRecord) -> str:
        number, peer = getattr(record, "session_id", None), getattr(record, "peer", None)
        whose = f"[session {number}] " if number is not None else f"[{peer}] " if peer is not None else ""
        said = f"{whose}{record.getMessage().strip()}"
        if note := getattr(record, "note", None):
            said += f" ({note})"
        line = f"{self.time_of(record)} {record.levelname.lower()} {record.name}: {controls.in_line(said)}"
        stack = self.stack_of(record)
        return "\n    ".join((line, *map(controls.in_line, stack.split("\n")))) if stack else line


class JsonLines(_Lines):
    """`{"at", "level", "logger", "message"}`, `session_id` and `peer` of the session that it is about, `exception` when
    there is one, what `extra={"data": {…}}` adds, and `note` when lines like this are left out.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.time_of(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage().strip(),
        }
        for name in ("session_id", "peer", "note"):
            if (value := getattr(record, name, None)) is not None:
                line[name] = value
        line |= getattr(record, "data", {})
        if stack := self.stack_of(record):
            line["exception"] = stack
        # ASCII: then no terminal turns it around, and it is JSON whatever encoding standard error has.
        return json.dumps(line, ensure_ascii=True)
