"""What the field suggests for the word at the caret, and the language that it takes, as a page.

Rules of this module:

* The operators are those of the parser's own tables; `query_words` says what they mean.
* Every suggestion is one that the parser reads. Nothing is looked for in more than the newest rows of the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice

from fastapi import APIRouter, Request, Response

from pillarbox import clock
from pillarbox.box import Box
from pillarbox.mail import spoken
from pillarbox.mail.explain.verbs import VERBS
from pillarbox.mail.query import QueryError, operators, parse
from pillarbox.mail.query.parser import MAX_LENGTH
from pillarbox.mail.query.tree import SHORTEST_PART
from pillarbox.mail.query.typed import Typed, typed, value
from pillarbox.web import query_words
from pillarbox.web.contexts import OperatorHelp, SearchHelpPage, Suggestion, SuggestionsPage, Wrong
from pillarbox.web.language import gettext as _
from pillarbox.web.language import noop
from pillarbox.web.pages import address
from pillarbox.web.pages.mistakes import wrong
from pillarbox.web.pages.rail import rail
from pillarbox.web.templating import render
from pillarbox.web.urls import Scope

MOST = 10
"""Values that are suggested at a time; operators are all shown."""

_DAYS = (noop("today"), noop("yesterday"), *[""] * 5)

_EXAMPLES = {
    "from": "anna", "to": "bob@example.com", "subject": '"your order"', "body": "refund", "filename": "pdf",
    "cc": "carol", "bcc": "audit", "header": "X-Mailer=shop", "message-id": "4711@shop", "inbox": "checkout",
    "tag": "done", "session": "7", "since": "2026-11-23", "until": "2026-11-24T08:00Z",
}  # fmt: skip
"""Values of operators without choices."""

Choice = tuple[str, str]
"""A value and what it means, or ""."""


def add(router: APIRouter, box: Box) -> None:
    @router.get("/search/suggestions")
    def suggestions(request: Request) -> Response:
        """`q` is what stands in the field, `at` the caret in characters, `inbox` where it searches."""
        q = _query(request)
        scope = Scope(inbox=address.scope(request).inbox, q=q)
        word = typed(q, _caret(request, q), operators.READERS)
        if word.operator is None:
            found = _operators(word.begun, operators.READERS, query_words.OPERATORS)
        else:
            found = _values(word, _known(box, word.operator, scope.inbox), _reads)
        return _fragment(request, word, found, _wrong(scope))

    @router.get("/search/suggestions/sessions")
    def session_suggestions(request: Request) -> Response:
        q = _query(request)
        word = typed(q, _caret(request, q), spoken.READERS)
        if word.operator is None:
            found = _operators(word.begun, spoken.READERS, query_words.SAID)
        else:
            choices = query_words.CODES if word.operator == "code" else [(verb, "") for verb in VERBS]
            found = _values(word, choices, lambda text: True)
        return _fragment(request, word, found, None)

    @router.get("/search/help")
    def search_help(request: Request) -> Response:
        words = tuple((q, _(note)) for q, note in query_words.WORDS)
        context = SearchHelpPage(
            title=_("What can be searched for"), rail=rail(box, ""), words=words, operators=tuple(_help())
        )
        return render(request, context)


def _query(request: Request) -> str:
    """One character more than a query can have, so that too long a one is still told."""
    return request.query_params.get("q", "")[: MAX_LENGTH + 1]


def _caret(request: Request, q: str) -> int:
    at = address.key(request, "at")
    return len(q) if at is None else min(at, len(q))


def _fragment(request: Request, word: Typed, found: Iterable[Suggestion], mistake: Wrong | None) -> Response:
    context = SuggestionsPage(
        title="",
        rail=None,
        suggestions=tuple(found),
        start=word.start,
        end=word.end,
        begun=bool(word.begun),
        short=0 < len(word.begun) < SHORTEST_PART and word.operator in (None, *operators.FIELDS),
        wrong=mistake,
    )
    return render(request, context)


def _wrong(scope: Scope) -> Wrong | None:
    try:
        parse(scope.q, now=clock.now())
    except QueryError as error:
        return wrong(scope, error)
    return None


def _operators(begun: str, readers: Mapping[str, object], notes: Mapping[str, str]) -> Iterator[Suggestion]:
    """Those that begin so, as the notes are ordered."""
    for name in sorted(readers, key=list(notes).index):
        if name.startswith(begun.lower()):
            yield Suggestion(f"{name}:", _(notes[name]), goes_on=True)


def _values(word: Typed, choices: Iterable[Choice], reads: Callable[[str], bool]) -> Iterator[Suggestion]:
    """Those that begin so, or have a word in what is said of them that does; none that stands there already."""
    begun = word.begun.casefold()

    def fits(choice: Choice) -> bool:
        text, note = (part.casefold() for part in choice)
        return text != begun and (text.startswith(begun) or any(one.startswith(begun) for one in note.split()))

    def written() -> Iterator[Suggestion]:
        for text, note in filter(fits, choices):
            whole = value(word.operator or "", text)
            if whole is not None and reads(whole):
                yield Suggestion(whole, note)

    return islice(written(), MOST)


def _reads(text: str) -> bool:
    try:
        return parse(text, now=clock.now()) is not None
    except QueryError:
        return False


def _known(box: Box, operator: str, inbox: str | None) -> Iterable[Choice]:
    """What can stand behind the operator in this box."""
    match operator:
        case "from" | "to" | "cc" | "bcc":
            return [(addr.address, addr.name) for addr in box.correspondents(operator, inbox)]
        case "inbox" | "tag":
            return [(name, "") for name in box.names(operator)]
        case "since" | "until":
            today = clock.now().date()
            return [((today - timedelta(days=ago)).isoformat(), note and _(note)) for ago, note in enumerate(_DAYS)]
    return [(text, note and _(note)) for text, note in query_words.CHOICES.get(operator, ())]


def _help() -> Iterator[OperatorHelp]:
    for name in sorted(operators.READERS, key=list(query_words.OPERATORS).index):
        choices = tuple((text, note and _(note)) for text, note in query_words.CHOICES.get(name, ()))
        example = _EXAMPLES.get(name) or choices[0][0]
        yield OperatorHelp(name, _(query_words.OPERATORS[name]), f"{name}:{example}", choices)
