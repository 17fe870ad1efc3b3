"""Lines of a transcript, as they stand on a session's page and under a message's tab."""

from __future__ import annotations

from dataclasses import dataclass

from pillarbox.web.pages.visible import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Content in a transcript. `pieces` are its first octets, empty when they are not at hand; `cut` are left out."""

    size: int
    message_id: int | None
    deleted: bool
    pieces: tuple[Piece, ...]
    cut: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WireLine:
    """One line of a transcript. `at` is seconds since the connect, `since` milliseconds since the line before.

    `continued`: the reply of the line above goes on. `bad`: a reply of class 4 or 5. `refused`: the command that got
    one. `content` stands in the place of `pieces` for a message's content.
    """

    seq: int
    at: str
    since: str
    side: str
    kind: str
    pieces: tuple[Piece, ...]
    continued: bool
    bad: bool
    refused: bool
    content: Content | None
