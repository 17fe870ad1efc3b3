"""What is wrong with a query, for people: in the reader's language, with the piece that it is about."""

from __future__ import annotations

from dataclasses import replace

from pillarbox import clock
from pillarbox.mail.query import QueryError, mend, operators, parse
from pillarbox.web.contexts import Wrong
from pillarbox.web.retold import retold
from pillarbox.web.urls import Scope


def wrong(scope: Scope, error: QueryError) -> Wrong:
    """`error` is about `scope.q`."""
    q, sentence = scope.q, retold(str(error.why))
    mended = error.mended(q)
    return Wrong(
        sentence=sentence if ":" in sentence.partition(" ")[0] else sentence[:1].upper() + sentence[1:],
        before=q[: error.position],
        piece=q[error.position : error.end],
        after=q[error.end :],
        mended=None if mended is None else replace(scope, q=mended, before=None),
    )


def meant(scope: Scope) -> Scope | None:
    """The search with the operator that a word of it nearly is; None when there is none, or it could not be read."""
    mended = mend.operator(scope.q, operators.READERS)
    try:
        if mended is None or parse(mended, now=clock.now()) is None:
            return None
    except QueryError:
        return None
    return replace(scope, q=mended, before=None)
