"""`pillarbox export`: write what a catcher holds into files that other programs, and other catchers, read.

Rules of this module:

* Oldest first, so that importing gives the same order. The API lists newest first and pages by key: one walk over all
  pages remembers where each begins, a second one goes back along them.
* What comes meanwhile is above the first key and is not seen; what is deleted meanwhile is said, and is no error.
* What a format cannot carry is said when it is written, a line a message, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pillarbox.cli.archive.item import Item, Target, why
from pillarbox.cli.archive.targets import target
from pillarbox.cli.catcher import Catcher, Params
from pillarbox.cli.place import place
from pillarbox.cli.progress import Progress
from pillarbox.cli.sentences import no
from pillarbox.errors import Refused, Unreachable, UsageError
from pillarbox.mail.controls import in_line
from pillarbox.mail.envelope import Recipient, Sender

PAGE = 500
"""Messages a page: the most that the API gives."""


def export(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when everything was written as it is, 1 when not. Raises UsageError."""
    out = target(options.target, options.format, force=options.force)
    catcher = Catcher(place(options.url, environ))
    try:
        catcher.most_octets()
        listing = Listing(catcher, options.inbox, options.query)
        out.begin()
        return _write(catcher, listing, out, options.target)
    except Unreachable as error:
        return no(str(error))
    except Refused as error:
        if error.status == 400:
            raise UsageError(str(error)) from None
        return no(f"Nothing was exported: {error}")
    finally:
        catcher.close()


def _write(catcher: Catcher, listing: Listing, out: Target, name: str) -> int:
    done = wrong = 0
    try:
        with Progress(listing.total) as progress:
            for row in listing:
                called = f"message {row['id']}"
                try:
                    item = _item(catcher, row, with_envelope=out.with_envelope)
                except Refused as error:
                    if error.status == 404:
                        progress.say(f"pillarbox: {called}: it was deleted meanwhile")
                    else:
                        wrong += 1
                        progress.say(f"pillarbox: {called}: {in_line(str(error))}")
                else:
                    done += 1
                    if lost := out.add(item):
                        wrong += 1
                        progress.say(f"pillarbox: {called}: {lost}")
                progress.step()
        out.finish()
    except OSError as error:
        out.abandon()
        return no(f"{name} cannot be written ({why(error)}).")
    except BaseException:
        out.abandon()
        raise
    print(f"{done} {'message' if done == 1 else 'messages'} exported to {name}.")
    return 1 if wrong else 0


def _item(catcher: Catcher, row: Mapping[str, Any], *, with_envelope: bool) -> Item:
    number = row["id"]
    raw = catcher.get(f"/messages/{number}/raw")
    if len(raw) != row["size"]:
        raise Refused(f"it has {row['size']} octets, of which {len(raw)} came", status=200)
    sender, recipients = Sender(row["mail_from"]), None
    if with_envelope:
        envelope = catcher.json(f"/messages/{number}/envelope")
        sender = Sender(envelope["mail_from"]["address"], envelope["mail_from"]["params"])
        recipients = tuple(Recipient(one["address"], one["params"]) for one in envelope["rcpt_to"])
    return Item(
        name=f"message {number}",
        id=number,
        raw=raw,
        sender=sender,
        recipients=recipients,
        received_at=datetime.fromisoformat(row["received_at"]),
        inbox=row["inbox"],
        subject=row["subject"],
        read=row["read"],
        pinned=row["pinned"],
        tags=tuple(row["tags"]),
    )


class Listing:
    """Rows of the list, oldest first, as far as there were any when it began. `total` is how many that were."""

    def __init__(self, catcher: Catcher, inbox: str | None, query: str | None) -> None:
        self._catcher = catcher
        self._params: list[tuple[str, str]] = [("limit", str(PAGE))]
        if inbox is not None:
            self._params.append(("inbox", inbox))
        if query is not None:
            self._params.append(("q", query))
        self.total = 0
        self._keys: list[int] = []  # of each page the number that all of its messages are below; the last one is 0
        page = self._page([])
        newest = page["cursor"]
        if not (isinstance(newest, str) and re.fullmatch("[0-9]{1,19}", newest)):
            raise Unreachable(f"What answers at {catcher.place.shown} is no Pillarbox.")
        self._keys.append(int(newest) + 1)
        while True:
            self.total += len(page["messages"])
            if page["next"] is None:
                break
            self._keys.append(page["next"])
            page = self._page([("before", str(page["next"]))])
        self._keys.append(0)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for below, above in zip(self._keys[-2::-1], self._keys[:0:-1], strict=True):
            yield from reversed(self._between(above, below))

    def _between(self, above: int, below: int) -> list[dict[str, Any]]:
        """The rows from `above` on and below `below`: those of one page, unless deleted ones were restored."""
        found: list[dict[str, Any]] = []
        before: int | None = below
        while before is not None and before > above:
            page = self._page([("before", str(before))])
            found += [row for row in page["messages"] if row["id"] >= above]
            before = page["next"]
        return found

    def _page(self, more: Params) -> dict[str, Any]:
        return self._catcher.json("/messages", [*self._params, *more])
