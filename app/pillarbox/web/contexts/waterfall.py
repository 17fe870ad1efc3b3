"""The picture of where a session's seconds went, in the terms of SVG: places and widths are percent of its width."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of time. `seq` is the line that ended it; `thin` bars are drawn so that they can be seen.

    `label` stands `place` (inside, after, before) of it, at `label_x`; "" where there is no room.
    """

    x: str
    width: str
    seq: int
    title: str
    thin: bool
    label: str
    label_x: str
    place: str


@dataclass(frozen=True, slots=True)
class Lane:
    """All that was spent on one thing. `profile` stands in the place of `bars` where there are too many to tell apart:
    the outline of how much of each moment it took, in a box of 1,000 by 100."""

    on: str
    name: str
    sum: str
    share: str
    bars: tuple[Bar, ...]
    profile: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """`covers` says which lines it is about, "" for all of them."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    covers: str
