"""What stands under the Raw tab: the octets of a message line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pillarbox.web.pages.visible import Piece

Kind = Literal["head", "boundary", "body", "between"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLine:
    """One line, numbered from 1. `octets` without its end, `end` is how it ended where that is to be seen.

    `kind`: of a header block (the message's or a part's), a boundary, the body of a part, or between parts. `over` is
    78 or 998, the limit of RFC 5322 section 2.1.1 that it exceeds, else 0. `continued`: it begins on the page before.
    """

    n: int
    kind: Kind
    pieces: tuple[Piece, ...]
    end: Piece | None
    octets: int
    over: int
    continued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPanel:
    """The lines from the octet `start` on, of `size` octets and `total` lines; `ends`: line ends and blanks have signs.

    `earlier` and `later` are where the pages around this one start, None where there is none.
    """

    lines: tuple[RawLine, ...]
    size: int
    total: int
    start: int
    ends: bool
    earlier: int | None
    later: int | None
