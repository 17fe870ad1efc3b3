"""The field that mail and sessions are searched with: what it suggests, and why a query cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pillarbox.web.contexts.page import Page
from pillarbox.web.urls import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A query that cannot be read: `sentence` says why, `piece` is what it is about, with what stands around it.

    `mended` is the list with what was most likely meant; None when nobody knows.
    """

    sentence: str
    before: str
    piece: str
    after: str
    mended: Scope | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What can stand in the place of the word at the caret. `goes_on`: an operator, behind which a value is to come."""

    text: str
    note: str
    goes_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsPage(Page):
    """`/search/suggestions`, a fragment. The word is from character `start` to `end`; `begun`: some of it is there;
    `short`: so little that only whole words would be found, so who is typing it has not finished.

    `wrong` is about the query as it is, where one can be wrong.
    """

    template: ClassVar[str] = "_suggestions.html"
    suggestions: tuple[Suggestion, ...]
    start: int
    end: int
    begun: bool
    short: bool
    wrong: Wrong | None


@dataclass(frozen=True, slots=True)
class OperatorHelp:
    """`choices` are some or all of its values, each with what it means or ""; `example` is one with its operator."""

    name: str
    note: str
    example: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHelpPage(Page):
    """`/search/help`: the language. `words` are examples, each with what it finds."""

    template: ClassVar[str] = "search_help.html"
    words: tuple[tuple[str, str], ...]
    operators: tuple[OperatorHelp, ...]

    def search(self, q: str) -> Scope:
        return Scope(q=q)
