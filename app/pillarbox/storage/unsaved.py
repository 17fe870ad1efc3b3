"""Saves of sessions that could not be written yet; they wait here until the database is back.

Rules of this module:

* Used by the writer's thread only.
* The last facts stand, segments keep their order. What a later save or delivery says goes on top of what waits.
* Bounded: when more than `MAX_OCTETS` of entries wait, the sessions that waited longest lose theirs (not their rows),
  and the log says so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from pillarbox.box.store import Segment, SessionKey, whose
from pillarbox.mail.session import Facts
from pillarbox.storage.batch import Save

MAX_OCTETS = 64 * 1024 * 1024

log = logging.getLogger(__name__)


class Unsaved:
    def __init__(self) -> None:
        self._saves: dict[SessionKey, Save] = {}
        self._octets = 0

    def __len__(self) -> int:
        return len(self._saves)

    def add(self, save: Save) -> None:
        """Keep a save that failed, after whatever of its session waits already."""
        before = self._saves.get(save.key)
        segments = save.segments if before is None else (*before.segments, *save.segments)
        refusals = save.refusals if before is None else max(save.refusals, before.refusals)
        self._saves[save.key] = Save(save.key, save.facts, segments, refusals)
        self._octets += _octets(save.segments)
        while self._octets > MAX_OCTETS:
            self._forget_oldest()

    def take(self, keys: Iterable[SessionKey] | None = None) -> list[Save]:
        """Take out what waits: of these sessions, or of all. What fails again is added again."""
        wanted = list(self._saves) if keys is None else [key for key in dict.fromkeys(keys) if key in self._saves]
        taken = [self._saves.pop(key) for key in wanted]
        self._octets -= sum(_octets(save.segments) for save in taken)
        return taken

    def refresh(self, key: SessionKey, facts: Facts) -> None:
        """Later facts of the session have been written: what waits must not put the older ones back."""
        if key in self._saves:
            self._saves[key].facts = facts

    def _forget_oldest(self) -> None:
        for key, save in self._saves.items():
            if save.segments:
                self._octets -= _octets(save.segments)
                self._saves[key] = Save(key, save.facts, (), save.refusals)
                source = whose(key, save.facts)
                log.error("Too much waits for the database: the transcript of a session is lost", extra=source)
                return
        self._octets = 0


def _octets(segments: tuple[Segment, ...]) -> int:
    return sum(len(record.data) + 32 for segment in segments for record in segment.records)
