"""Lines of a transcript, as they stand on a session's page and under a message's tab."""

from __future__ import annotations

from dataclasses import dataclass

from pillarbox.mail.message import Lint
from pillarbox.web.pages.visible import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Content in a transcript. `pieces` are its first octets, empty when they are not at hand; `cut` are left out.

    `lint` counts the findings about its message, where they are told.
    """

    size: int
    message_id: int | None
    deleted: bool
    pieces: tuple[Piece, ...]
    cut: int
    lint: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """A run of a line. `term` is the id of its explanation in the page's glossary, None for text between words."""

    pieces: tuple[Piece, ...]
    term: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One explanation of the glossary. `id` is its fragment, `words` the words that lead to it."""

    id: str
    title: str
    text: str
    rfc: str | None


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines of a long reply that are folded away: how many, and the extensions that they name if they answer EHLO."""

    lines: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WireLine:
    """One line of a transcript. `at` is seconds since the connect, `since` milliseconds since the line before.

    `continued`: the reply of the line above goes on. `slow`: the line was long in coming. `bad`: a reply of class 4 or
    5. `refused`: the command that got one. `ended`: it ended with CR LF. `content` stands in the place of `words` for a
    message's content. `findings` are those of lint about this line. Neighbours that share a `fold` are
    folded together.
    """

    seq: int
    at_us: int
    at: str
    since: str
    side: str
    kind: str
    words: tuple[Word, ...]
    continued: bool
    slow: bool
    bad: bool
    refused: bool
    ended: bool
    content: Content | None
    findings: tuple[Lint, ...]
    fold: Fold | None = None
