"""All page routes in one readable list. Everything here is HTML that works without JavaScript."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from pillarbox.box import Box
from pillarbox.web.config import WebConfig
from pillarbox.web.pages import (
    again,
    compare,
    inboxes,
    message,
    messages,
    picked,
    preview,
    session_list,
    sessions,
    settings,
    static,
    stats,
    suggestions,
)


def build(box: Box, config: WebConfig) -> APIRouter:
    """Order matters where a fixed word stands in the place of an id: `/messages/delete` before `/messages/{id}`."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    inboxes.add(router, box)  # /inboxes  /inboxes/{name}/delete
    messages.add(router, box, config)  # /  /inboxes/{name}  /messages/read  /messages/delete  /messages/restore
    picked.add(router, box)  # /messages/picked
    message.add(router, box)  # /messages/{id}  /messages/{id}/delete
    compare.add(router, box)  # /compare
    preview.add(router, box)  # /messages/{id}/preview
    session_list.add(router, box)  # /sessions
    sessions.add(router, box)  # /sessions/{id}
    again.add(router, box, config)  # /sessions/{id}/again  /messages/{id}/again
    stats.add(router, box)  # /stats
    suggestions.add(router, box)  # /search/suggestions  /search/suggestions/sessions  /search/help
    settings.add(router, box)  # /settings
    static.add(router)  # /static/{version}/{path}
    return router
