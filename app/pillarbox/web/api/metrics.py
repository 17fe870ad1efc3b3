"""Figures for Prometheus; `web.exposition` has them all."""

from __future__ import annotations

from fastapi import APIRouter, Response

from pillarbox.web.api.dependencies import TheBox, TheConfig

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
                    "# TYPE pillarbox_messages gauge\npillarbox_messages 143.0\n",
                }
            },
        },
    },
)
def get_metrics(box: TheBox, config: TheConfig) -> Response:
    """Get the figures that Prometheus collects."""
    # It brings a library that takes 10 ms to import, and most catchers are never asked.
    from pillarbox.web import exposition

    return Response(exposition.text(box, config.version), headers={"content-type": exposition.MEDIA_TYPE})
