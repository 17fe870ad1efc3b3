"""Cross-origin access for the origins that the operator named, and for no other (Fetch standard, CORS protocol)."""

from __future__ import annotations

from collections.abc import Set

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

METHODS = "GET, HEAD, POST, PATCH, DELETE"
REQUEST_HEADERS = "Authorization, Content-Type, Last-Event-ID, If-None-Match"
RESPONSE_HEADERS = "Location, ETag, Content-Disposition"
DAY = 86_400


def is_preflight(method: str, headers: Headers) -> bool:
    return method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers


def preflight() -> Response:
    """The answer to a preflight of an allowed origin; `allow` adds who may come, as to every response."""
    return Response(
        status_code=204,
        headers={
            "access-control-allow-methods": METHODS,
            "access-control-allow-headers": REQUEST_HEADERS,
            "access-control-max-age": str(DAY),
            "vary": "Access-Control-Request-Method, Access-Control-Request-Headers",
        },
    )


def allows(origin: str | None, allowed: Set[str]) -> bool:
    return origin is not None and (origin in allowed or "*" in allowed)


def allow(response: MutableHeaders, origin: str | None, allowed: Set[str]) -> None:
    """Let an allowed origin read the response. Nothing is added unless origins are set at all."""
    if not allowed:
        return
    response.add_vary_header("Origin")
    if origin is not None and allows(origin, allowed):
        response["access-control-allow-origin"] = origin
        response["access-control-expose-headers"] = RESPONSE_HEADERS
        # A password that the browser keeps goes only to origins that were named one by one.
        if origin in allowed:
            response["access-control-allow-credentials"] = "true"
