"""`pillarbox import`: put files into a catcher, whatever wrote them.

Rules of this module:

* Everything that can be imported is; what cannot be is said, a line each with the reason, and makes the exit code 1.
* What the archive does not say of a message, the catcher reads from its headers, as it does for every import.
* Names out of archives are shown without control characters and cut, because anybody may have made them.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from pillarbox.cli.archive.item import Item, Source, Unread
from pillarbox.cli.archive.manifest import rfc3339
from pillarbox.cli.archive.sources import source
from pillarbox.cli.catcher import Catcher
from pillarbox.cli.place import place
from pillarbox.cli.progress import Progress
from pillarbox.cli.sentences import say
from pillarbox.errors import Refused, Unreachable, UsageError
from pillarbox.mail.controls import in_line

LARGEST = 1024 * 1024 * 1024
"""Octets of a message when the catcher itself has no limit: what an archive unpacks to has one anyway."""

PATIENCE = 3
"""So many messages one after the other that the catcher cannot keep now, and the rest is not tried."""

_SHOWN = 200


def import_(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when everything was taken, 1 when not. Raises UsageError."""
    if options.inbox is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", options.inbox):
        raise UsageError(
            f"--inbox says {options.inbox!r}; a name has letters, digits, dots, hyphens and underscores, begins with a "
            "letter or a digit and has at most 63 of them."
        )
    catcher = Catcher(place(options.url, environ))
    try:
        limit = catcher.most_octets() or LARGEST
        sources = [(name, source(name, limit)) for name in options.sources]
        return _Import(catcher, options.inbox).everything(sources)
    except (Unreachable, Refused) as error:
        say(str(error))
        return 1
    finally:
        catcher.close()


class _Import:
    def __init__(self, catcher: Catcher, inbox: str | None) -> None:
        self._catcher = catcher
        self._inbox = inbox
        self._done = self._wrong = self._unavailable = 0

    def everything(self, sources: Sequence[tuple[str, Source]]) -> int:
        try:
            for name, found in sources:
                said = found.kind if found.count == 1 else f"{found.kind}: {_messages(found.count)}"
                print(f"{shown(name)} is {said}.", flush=True)
                with Progress(found.count) as progress:
                    for one in found:
                        self._take(one, progress)
                        progress.step()
        except Unreachable as error:
            self._wrong += 1
            say(str(error))
        wrong = f"; {self._wrong} could not be" if self._wrong else ""
        print(f"{_messages(self._done)} imported into {self._catcher.place.shown}{wrong}.")
        return 1 if self._wrong else 0

    def _take(self, one: Item | Unread, progress: Progress) -> None:
        try:
            reason = one.why if isinstance(one, Unread) else self._post(one)
            self._unavailable = 0
        except Refused as error:
            reason = str(error)
            self._unavailable = self._unavailable + 1 if error.status == 503 else 0
        if reason is None:
            self._done += 1
        else:
            self._wrong += 1
            progress.say(f"pillarbox: {shown(one.name)}: {in_line(reason)}")
        if self._unavailable == PATIENCE:
            raise Unreachable(f"{self._catcher.place.shown} keeps no mail now; what follows was not tried.")

    def _post(self, item: Item) -> str | None:
        """What of it could not be restored, or None. Raises Refused when nothing of it could, and Unreachable."""
        params: list[tuple[str, str]] = []
        inbox = self._inbox or item.inbox
        if inbox is not None:
            params.append(("inbox", inbox))
        if item.received_at is not None:
            params.append(("received_at", rfc3339(item.received_at)))
        if item.sender is not None and item.recipients is not None:
            envelope = {
                "mail_from": {"address": item.sender.address, "params": dict(item.sender.params)},
                "rcpt_to": [{"address": one.address, "params": dict(one.params)} for one in item.recipients],
            }
            head = json.dumps(envelope).encode() + b"\n"
            kept = self._catcher.post("/messages", params, (head, item.raw), "application/vnd.pillarbox.message")
        else:
            if item.sender is not None:
                params.append(("mail_from", item.sender.address))
            kept = self._catcher.post("/messages", params, (item.raw,), "message/rfc822")
        marks = {name: True for name, on in (("read", item.read), ("pinned", item.pinned)) if on}
        change: dict[str, object] = {**marks, **({"tags": list(item.tags)} if item.tags else {})}
        if change:
            number = quote(str(kept.get("id")), safe="")
            try:
                self._catcher.patch(f"/messages/{number}", change)
            except Refused as error:
                return f"it is imported as message {number}, but without {' and '.join(change)}: {error}"
        return None


def shown(name: str) -> str:
    clean = in_line(name)
    return clean if len(clean) <= _SHOWN else f"{clean[:_SHOWN]}…"


def _messages(count: int) -> str:
    return f"{count} {'message' if count == 1 else 'messages'}"
