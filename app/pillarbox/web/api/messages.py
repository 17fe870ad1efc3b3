"""Messages over JSON: list, show, mark, delete and bring back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from pillarbox.box import MessageQuery, Selection
from pillarbox.errors import Invalid, NotFound
from pillarbox.web.api.dependencies import (
    After,
    Before,
    FoundMessage,
    InInbox,
    Limit,
    MessageId,
    TheBox,
    Truth,
    WithWords,
)
from pillarbox.web.api.picked import PICKED, WithPick, picked
from pillarbox.web.query import wanted
from pillarbox.web.schemas import change
from pillarbox.web.schemas.change import Change, Changed, ChangeMany, Deleted, Restore, Restored
from pillarbox.web.schemas.message import Message, MessageList, Summary

router = APIRouter(prefix="/messages", tags=["messages"])

IdList = Annotated[
    list[Annotated[str, Field(pattern=r"^[0-9]{1,19}(,[0-9]{1,19})*$")]] | None,
    Query(description="Exactly these: separated by commas, or repeated.", examples=[["41,42"]]),
]


@router.get("")
def list_messages(
    box: TheBox,
    inbox: InInbox = None,
    q: WithWords = None,
    before: Before = None,
    after: After = None,
    limit: Limit = 50,
) -> MessageList:
    """List messages, newest first.

    Pages go by key: pass `next` as `before` for the next one. Pass `cursor` as `after` later to see only what came
    since.
    """
    query = MessageQuery(inbox=inbox, q=wanted(q), before=before, after=after, limit=limit)
    return MessageList.of(box.messages(query))


@router.get("/{message_id}", response_model=Message, responses=PICKED)
def get_message(box: TheBox, found: FoundMessage, pick: WithPick = None) -> Message | Response:
    """Get one message whole, or with `pick` one value of it as plain text, 404 when it has no such value.

    Looking does not mark it read.
    """
    kept = box.message(found)
    return Message.whole(kept) if pick is None else picked(kept, pick)


@router.patch("/{message_id}")
def change_message(box: TheBox, message_id: MessageId, change: Change) -> Summary:
    """Mark one message read or unread, pin it, or replace its tags."""
    box.summary(message_id)
    box.change(Selection(ids=(message_id,)), change.value())
    return Summary.of(box.summary(message_id))


@router.patch("")
def change_messages(box: TheBox, which: ChangeMany) -> Changed:
    """Mark, pin or tag many messages at once; they are named in exactly one way."""
    return Changed(changed=box.change(which.selection(), which.set_.value()))


@router.delete("/{message_id}", status_code=204)
def delete_message(box: TheBox, message_id: MessageId) -> None:
    """Delete one message. It is hidden at once and purged after 60 seconds; until then it can be restored."""
    if not box.delete(Selection(ids=(message_id,))).count:
        raise NotFound(f"There is no message {message_id}.")


@router.delete("")
def delete_messages(
    box: TheBox,
    ids: IdList = None,
    inbox: InInbox = None,
    q: WithWords = None,
    everything: Annotated[Truth, Query(alias="all", description="All there are.", examples=[True])] = False,
) -> Deleted:
    """Delete many messages at once; they are named in exactly one way."""
    if q is not None and wanted(q) is None:
        raise Invalid(change.NO_QUERY, where="q")
    try:
        which = change.selection(ids=_numbers(ids), inbox=inbox, q=q, everything=everything)
    except ValueError as error:
        raise Invalid(str(error), where="ids") from error
    return Deleted(deleted=box.delete(which).count)


def _numbers(lists: list[str] | None) -> tuple[int, ...] | None:
    """The ids of `ids=41,42&ids=43`. Raises Invalid for one too large or for too many."""
    if lists is None:
        return None
    numbers = tuple(dict.fromkeys(int(number) for commas in lists for number in commas.split(",")))
    if len(numbers) > change.MOST_IDS:
        raise Invalid(f"Must be at most {change.MOST_IDS} numbers.", where="ids")
    if max(numbers) > change.LARGEST_ID:
        raise Invalid(f"Must be at most {change.LARGEST_ID}.", where="ids")
    return numbers


@router.post("/restore")
def restore_messages(box: TheBox, which: Restore) -> Restored:
    """Bring back messages that were deleted less than 60 seconds ago."""
    return Restored(restored=box.restore(which.ids))
