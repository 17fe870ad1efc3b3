"""Figures for Prometheus, in its text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response

from pillarbox.box import Box
from pillarbox.web.api.dependencies import TheBox, TheConfig
from pillarbox.web.config import WebConfig

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

router = APIRouter(tags=["service"])


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {
            "description": "One figure a line, each with its help and its type.",
            "content": {
                "text/plain": {
                    "schema": {"type": "string"},
                    "example": "# HELP pillarbox_messages Messages kept.\n"
                    "# TYPE pillarbox_messages gauge\npillarbox_messages 143\n",
                }
            },
        },
    },
)
def get_metrics(box: TheBox, config: TheConfig) -> Response:
    """Get the figures that Prometheus collects."""
    return Response("".join(_lines(box, config)), headers={"content-type": MEDIA_TYPE})


def _lines(box: Box, config: WebConfig) -> Iterator[str]:
    counts = box.counts()
    figures = (
        ("pillarbox_messages", "Messages kept.", counts.messages),
        ("pillarbox_messages_unread", "Messages not marked read.", counts.unread),
        ("pillarbox_messages_bytes", "Octets of all messages.", counts.bytes),
        ("pillarbox_sessions", "SMTP sessions kept.", counts.sessions),
        ("pillarbox_sessions_open", "SMTP sessions open in this process.", box.open_sessions),
        ("pillarbox_event_streams", "Listeners to live events in this process.", len(box.bus)),
        ("pillarbox_last_event_id", "Number of the latest event.", box.last_event_id()),
    )
    yield "# HELP pillarbox_info The program.\n# TYPE pillarbox_info gauge\n"
    yield f'pillarbox_info{{version="{config.version}"}} 1\n'
    for name, says, value in figures:
        yield f"# HELP {name} {says}\n# TYPE {name} gauge\n{name} {value}\n"
