"""Serves the static files from memory, for ever cacheable: their address changes when they do."""

from __future__ import annotations

from fastapi import APIRouter, Response

from pillarbox.errors import NotFound
from pillarbox.web.templating import static_tree

FOREVER = "public, max-age=31536000, immutable"


def add(router: APIRouter) -> None:
    tree = static_tree()

    @router.get("/static/{version}/{path:path}")
    def static_file(version: str, path: str) -> Response:
        file = tree.files.get(path)
        if version != tree.version or file is None:
            raise NotFound("There is no such static file; load the page again.")
        return Response(file.content, media_type=file.content_type, headers={"Cache-Control": FOREVER})
