"""How a wait ends, counted whatever ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pillarbox.box.figures import Figures, WaitEnd
from pillarbox.errors import Stopping


@dataclass(slots=True)
class Ending:
    """`how` is set by whoever waits when there is an answer."""

    how: WaitEnd = "failed"


@contextmanager
def counted(figures: Figures) -> Iterator[Ending]:
    ending = Ending()
    try:
        yield ending
    except asyncio.CancelledError:
        ending.how = "gone"
        raise
    except Stopping:
        ending.how = "stopped"
        raise
    finally:
        figures.waits[ending.how] += 1
