"""Serves the static files from memory, for ever cacheable: their address changes when they do."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from pillarbox.errors import NotFound
from pillarbox.web.templating import static_tree

FOREVER = "public, max-age=31536000, immutable"


def add(router: APIRouter) -> None:
    tree = static_tree()

    @router.get("/static/{version}/{path:path}")
    def static_file(request: Request, version: str, path: str) -> Response:
        file = tree.files.get(path)
        if version != tree.version or file is None:
            raise NotFound("There is no such static file; load the page again.")
        headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
        if _takes_gzip(request.headers.get("accept-encoding", "")):
            return Response(file.gzipped, media_type=file.content_type, headers={**headers, "Content-Encoding": "gzip"})
        return Response(file.content, media_type=file.content_type, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding names gzip and does not forbid it (RFC 9110 section 12.5.3)."""
    for one in accepted.lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
