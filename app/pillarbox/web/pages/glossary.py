"""The words of a page's transcripts that explain themselves, each explanation once.

A word leads to its explanation by a fragment, so that it can be followed without JavaScript; with it the explanation
comes to the word (see static/explain.js). Fragments are numbered by first appearance: a transcript that grows keeps
those that it has.
"""

from __future__ import annotations

from pillarbox.mail.explain import Explanation
from pillarbox.web.contexts.wire import Term
from pillarbox.web.retold import sentences, title


class Glossary:
    def __init__(self) -> None:
        self._ids: dict[Explanation, str] = {}

    def term(self, explanation: Explanation | None) -> str | None:
        """The fragment of that explanation, None for None."""
        if explanation is None:
            return None
        return self._ids.setdefault(explanation, f"x{len(self._ids) + 1}")

    def terms(self) -> tuple[Term, ...]:
        return tuple(Term(name, title(one.title), sentences(one.text), one.rfc) for one, name in self._ids.items())
