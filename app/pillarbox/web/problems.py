"""Every refusal and every failure as one shape (RFC 9457): which problem it is, and how it is answered.

Rules of this module:

* The text of an exception goes out only when the exception is one of ours and its text is a sentence for people.
  Anything else is a 500 with a neutral sentence; its stack is in the log and nowhere else.
* What is wrong with a request is named: the parameter, or the place in the body.
* A person who asked for a page gets a page; everybody else gets application/problem+json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from pillarbox.errors import Conflict, Invalid, NotFound, Stopping, StoreUnavailable
from pillarbox.web.schemas.problem import Problem, ProblemError

MEDIA_TYPE = "application/problem+json"
UNEXPECTED = "Something went wrong in the server. Its log says what."

_FOR_PROGRAMS = ("/api", "/healthz", "/readyz", "/metrics", "/openapi.json")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SENTENCES = {404: "There is nothing at this address.", 405: "This address does not take {method}; it takes {allow}."}


def problem(status: int, detail: str, errors: Sequence[ProblemError] | None = None) -> Problem:
    found = tuple(errors) if errors else None
    return Problem(type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail, errors=found)


def invalid(where: str, message: str) -> Problem:
    """400 for one parameter or one place in the body."""
    return problem(400, f"{where}: {message}", [ProblemError(where=where, message=message)])


def answer(request: Request, found: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as the response this client can read: a page for people, JSON for programs."""
    if _wants_page(request):
        # Here and not above: the error page shows problems, so it knows this module.
        from pillarbox.web.pages import errors as error_page

        response = error_page.render(request, found)
    else:
        response = Response(found.model_dump_json(exclude_none=True), status_code=found.status, media_type=MEDIA_TYPE)
    response.headers["cache-control"] = "no-store"
    response.headers.update(headers or {})
    return response


def unmet(found: Problem) -> Response:
    """A 409 with a shape of its own, for programs: what is null in it says that there was nothing."""
    body = found.model_dump_json(exclude={"errors"})
    return Response(body, status_code=found.status, media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})


def route_path(scope: Mapping[str, Any]) -> str:
    """The path without the prefix that a proxy adds (ASGI: `path` may or may not begin with `root_path`)."""
    path: str = scope["path"]
    prefix: str = scope.get("root_path", "").rstrip("/")
    return path[len(prefix) :] if prefix and path.startswith(prefix + "/") else path


def _wants_page(request: Request) -> bool:
    path = route_path(request.scope)
    if any(path == root or path.startswith(root + "/") for root in _FOR_PROGRAMS):
        return False
    return "text/html" in request.headers.get("accept", "")


def install(app: FastAPI) -> None:
    """Answer every exception that a route may raise. What is not named here is the guard's."""

    # What may become a 404 is no coroutine, so it is run in a thread: its page asks the store for the rail.
    def not_found(request: Request, error: Exception) -> Response:
        return answer(request, problem(404, str(error)))

    async def in_the_way(request: Request, error: Exception) -> Response:
        return answer(request, problem(409, str(error)))

    async def wrong(request: Request, error: Exception) -> Response:
        assert isinstance(error, Invalid)
        return answer(request, invalid(error.where, str(error)))

    async def unavailable(request: Request, error: Exception) -> Response:
        return answer(request, problem(503, str(error)), {"retry-after": "1"})

    def malformed(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, _malformed(request, error.errors()))

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers or {})
        detail = error.detail
        if error.status_code == 400:
            return answer(request, invalid("body", "It cannot be read."), headers)
        if error.status_code == 405:
            headers["allow"] = ", ".join(allowed_methods(app.routes, request))
        # Starlette puts the bare phrase there, which says less than the title already does.
        if detail == HTTPStatus(error.status_code).phrase and error.status_code in _SENTENCES:
            detail = _SENTENCES[error.status_code].format(method=request.method, allow=headers.get("allow"))
        return answer(request, problem(error.status_code, detail), headers)

    app.add_exception_handler(NotFound, not_found)
    app.add_exception_handler(Conflict, in_the_way)
    app.add_exception_handler(Invalid, wrong)
    app.add_exception_handler(StoreUnavailable, unavailable)
    app.add_exception_handler(Stopping, unavailable)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, refused)


def allowed_methods(routes: Sequence[BaseRoute], request: Request) -> list[str]:
    """Every method that some route takes at this path: Starlette itself names those of the first one only."""

    def takes(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in routes)

    found = [method for method in _METHODS if takes(method)]
    return ["GET", "HEAD", *found[1:]] if "GET" in found else found


def _malformed(request: Request, errors: Sequence[Any]) -> Problem:
    if any(error["loc"][0] == "path" for error in errors):
        return problem(404, _SENTENCES[404])
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in ("", "application/json") and any(error["loc"] == ("body",) for error in errors):
        return problem(415, "The body must be application/json, and its Content-Type must say so.")
    places = [error["loc"] for error in errors]
    # A list with a wrong item is also "too short": what is wrong inside a place says enough about the place.
    inner = [error for error in errors if not any(_encloses(error["loc"], place) for place in places)]
    found = [ProblemError(where=_where(error["loc"]), message=_sentence(error)) for error in inner]
    return problem(400, " ".join(f"{one.where}: {one.message}" for one in found), found)


def _encloses(place: Sequence[str | int], other: Sequence[str | int]) -> bool:
    return len(place) < len(other) and tuple(other[: len(place)]) == tuple(place)


def _where(loc: Sequence[str | int]) -> str:
    """The parameter's name, or the place in the body with dots: `limit`, `body.set.read`."""
    if loc[0] != "body":
        return str(loc[1])
    # Of JSON that is none the place is an offset: ("body", 17). The choice of a union stands in parentheses, and a name
    # that is wrong itself is followed by [key].
    steps = [step for step in map(str, loc) if (step[:1], step[-1:]) != ("(", ")") and step != "[key]"]
    return "body" if len(loc) == 2 and isinstance(loc[1], int) else ".".join(steps)


def _sentence(error: Mapping[str, Any]) -> str:
    kind, text = error["type"], str(error["msg"])
    if kind == "extra_forbidden":
        return "There is no such field."
    if kind == "json_invalid":
        return f"This is no JSON: {error.get('ctx', {}).get('error', text)}."
    if kind in ("model_attributes_type", "model_type", "dict_type"):
        return "Must be an object, in braces."
    if kind == "missing":
        return "It is missing."
    text = text.removeprefix("Value error, ").replace("Input should", "Must", 1)
    text = text.replace("Tuple should have", "Must have", 1).replace(" after validation, not", ", not", 1)
    return text if text.endswith(".") else f"{text}."
