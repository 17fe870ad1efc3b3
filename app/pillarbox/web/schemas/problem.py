"""The one shape of every error (RFC 9457)."""

from __future__ import annotations

from pydantic.json_schema import SkipJsonSchema

from pillarbox.web.schemas.shape import Shape, about


class ProblemError(Shape):
    """One thing that is wrong with a request."""

    where: str = about(
        "The parameter's name, or the place in the body, with dots.", "limit", "body.set.read", "body.ids.0"
    )
    message: str = about("What is wrong with it, in one sentence.", "Must be a whole number from 1 to 500.")


class Problem(Shape):
    """Why a request was not answered (RFC 9457); the body of every response of class 4 and 5."""

    type: str = about("`about:blank`: the status says what kind of problem it is.", "about:blank")
    title: str = about("The status in words.", "Bad Request")
    status: int = about("The response's status code.", 400)
    detail: str = about("What went wrong this time, in a sentence for people.", "limit: Must be from 1 to 500.")
    errors: tuple[ProblemError, ...] | SkipJsonSchema[None] = about(
        "With 400: each thing that is wrong, by name; otherwise missing.",
        [{"where": "limit", "message": "Must be from 1 to 500."}],
        default=None,
    )
