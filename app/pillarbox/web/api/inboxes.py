"""Inboxes over JSON: made, shown with what an app needs to send to them, removed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from pillarbox.web import reach
from pillarbox.web.api.dependencies import TheBox, TheConfig
from pillarbox.web.config import WebConfig
from pillarbox.web.schemas.inbox import Inbox, InboxList, NewInbox

router = APIRouter(prefix="/inboxes", tags=["inboxes"])

InboxPath = Annotated[str, Path(description="The inbox's name, in any case.", examples=["checkout"])]


def _place(request: Request, config: WebConfig) -> reach.Place | None:
    return reach.smtp(config, request.url.hostname, tls=True)


@router.get("")
def list_inboxes(request: Request, box: TheBox, config: TheConfig) -> InboxList:
    """List every inbox with its counts and its credentials."""
    return InboxList.of(box.inboxes.all(), _place(request, config))


@router.post(
    "",
    status_code=201,
    responses={
        201: {
            "description": "The inbox is there.",
            "headers": {"Location": {"description": "Where it is.", "schema": {"type": "string"}}},
        }
    },
)
def create_inbox(
    request: Request, response: Response, box: TheBox, config: TheConfig, wanted: NewInbox | None = None
) -> Inbox:
    """Make an inbox, with credentials of its own. 409 when there is one of that name."""
    wanted = wanted or NewInbox()
    made = box.inboxes.make(wanted.name, wanted.ttl)
    response.headers["location"] = f"{request.scope.get('root_path', '').rstrip('/')}/api/v1/inboxes/{made.name}"
    return Inbox.of(made, _place(request, config))


@router.get("/{name}")
def get_inbox(request: Request, box: TheBox, config: TheConfig, name: InboxPath) -> Inbox:
    """Get one inbox with its counts and its credentials."""
    return Inbox.of(box.inboxes.one(name.lower()), _place(request, config))


@router.delete("/{name}", status_code=204)
def delete_inbox(box: TheBox, name: InboxPath) -> None:
    """Remove an inbox with its mail, for good; sessions stay. 409 for `default`, which is always there."""
    box.inboxes.remove(name.lower())
