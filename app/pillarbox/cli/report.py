"""What came while a command ran, for whoever looks why it failed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pillarbox.cli import rows
from pillarbox.cli.catcher import Catcher
from pillarbox.cli.paint import Paint
from pillarbox.cli.place import place
from pillarbox.cli.sentences import say
from pillarbox.errors import Refused, Unreachable

MOST = 50
"""Messages, and sessions, that are listed: the newest."""

SETTLED = 0.2
"""Seconds until the end of the command's last session is written, which nobody waits for."""


class Report:
    """Begins when it is built; `environ` says where the catcher is."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._place = place(None, environ)
        self._began = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        self._paint = Paint.of(sys.stderr, os.environ)
        self._cursor = self._list("messages", limit=1)["cursor"]

    def tell(self, code: int) -> None:
        """Write it to standard error."""
        time.sleep(SETTLED)
        try:
            mail = self._list("messages", limit=MOST, after=self._cursor)
            seen = self._list("sessions", limit=500, since=self._began)["sessions"]
        except (Refused, Unreachable) as error:
            say(f"What came cannot be told: {error}")
            return
        bad = [row for row in reversed(seen) if row["reason"] is not None][-MOST:]
        total, listed = mail["total"], mail["messages"][::-1]
        said = f"{rows.counted(total, 'message')} came" if total else "no mail came"
        say(f"The command has ended with exit code {code}; {said} while it ran.")
        if total > len(listed):
            self._line(f"  … and {total - len(listed)} before these:")
        for row in listed:
            self._line(f"  {rows.message(row, self._paint)}")
        for row in bad:
            self._line(f"  {rows.session(row, self._paint)}")

    def _line(self, text: str) -> None:
        print(text, file=sys.stderr)

    def _list(self, kind: str, **params: object) -> dict[str, Any]:
        catcher = Catcher(self._place)
        try:
            return catcher.json(f"/{kind}", [(name, str(value)) for name, value in params.items()])
        finally:
            catcher.close()
