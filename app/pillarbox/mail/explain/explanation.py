"""What an explanation is, and how the tables of this package are read.

Rules of this package:

* every text is ours, one or two plain sentences: what the thing means, then what a reader can do with it;
* `rfc` names the document and, where it has one, the section; None for what no RFC defines;
* names are compared without case; what is not known has no explanation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """`title` is a name in a few words, `text` one or two sentences, `rfc` e.g. "RFC 5321 section 4.1.1.2"."""

    title: str
    text: str
    rfc: str | None


Row = tuple[str, str, str | None]
"""Title, text and RFC of one explanation, as the tables hold it."""

_LONGEST = 40


def look_up(table: Mapping[str, Row], name: str) -> Explanation | None:
    """The row of `name` in a table whose keys are in upper case."""
    row = table.get(name.upper()) if len(name) <= _LONGEST else None
    return Explanation(*row) if row is not None else None
