"""One value of a message as plain text: what `pick=` answers, wherever it may be asked for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from pillarbox.box import Kept
from pillarbox.errors import NotFound
from pillarbox.mail.extract.pick import MISSING, Pick, pick
from pillarbox.web import security

WithPick = Annotated[
    Pick | None,
    Query(
        description="Only this value, as plain text: `link` is the first link to follow, `code` the best one-time "
        "code, `unsubscribe` the first address of List-Unsubscribe, `id` the message's number.",
        examples=["code"],
    ),
]

PICKED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}, "example": "482913"}}}
}
"""What a route with `pick` answers besides its JSON."""


def picked(kept: Kept, name: Pick) -> Response:
    """That value of the message, exactly: no line end is added. Raises NotFound when the message has none."""
    value = pick(kept.mail, name, number=kept.summary.id)
    if value is None:
        raise NotFound(f"Message {kept.summary.id} {MISSING[name]}.")
    return Response(
        value.encode(),
        media_type="text/plain; charset=utf-8",
        headers={"content-security-policy": security.PART_POLICY, "cache-control": "private, no-cache"},
    )
