"""Inboxes over JSON."""

from __future__ import annotations

from fastapi import APIRouter

from pillarbox.web.api.dependencies import TheBox
from pillarbox.web.schemas.info import InboxList

router = APIRouter(prefix="/inboxes", tags=["inboxes"])


@router.get("")
def list_inboxes(box: TheBox) -> InboxList:
    """List every inbox with its counts."""
    return InboxList.of(box.inboxes())
