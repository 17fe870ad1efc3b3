"""Which worker of pytest-xdist runs which tests: those of one group the same worker, all others whoever is free.

The mark `xdist_group` is meant for that, but with pytest 9.2 pytest-xdist 3.8 loses it without a word
(https://github.com/pytest-dev/pytest-xdist/issues/1386). The process that distributes the tests collects none and knows
their names only, so the mark is read from the text of the module, where it stands for all of its tests.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[1]
MARK = re.compile(r'^pytestmark = pytest\.mark\.xdist_group\("([\w-]+)"\)$', re.MULTILINE)


@cache
def group(module: str) -> str | None:
    """The group of all tests of a module, which is a path from the top of the project."""
    found = MARK.search((ROOT / module).read_text("utf-8"))
    return found[1] if found else None


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Groups begin first, the largest before the others; then the tests come in their order."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid.partition("::")[0]) or nodeid

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """What a worker has done is forgotten: after each test all that it still has is counted."""
        nodeid = self.registered_collections[node][item_index]
        scope = self._split_scope(nodeid)
        assigned = self.assigned_work[node]
        assigned[scope][nodeid] = True
        if all(assigned[scope].values()):
            del assigned[scope]
        self._reschedule(node)
