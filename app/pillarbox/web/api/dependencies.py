"""What API routes take from a request, each thing in one place: the box, a page's key, a message's number.

Rules of this module:

* A query parameter that the route does not document is refused by name, and so is a second one of a name that may stand
  once: a misspelt filter would answer with everything, and a test would pass for the wrong reason.
* What only looks at the request is `async def`: as `def` it would cost each request a turn through a worker thread.
* Numbers are digits and nothing else: `1_000`, ` 7` and `+7` are not numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args, get_origin

from fastapi import Depends, Path, Query
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from starlette.requests import Request

from pillarbox.box import Box, MessageQuery
from pillarbox.errors import Invalid, NotFound
from pillarbox.mail.query.parser import MAX_LENGTH
from pillarbox.web.config import WebConfig
from pillarbox.web.query import wanted
from pillarbox.web.schemas import change

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)")


async def the_box(request: Request) -> Box:
    box: Box = request.app.state.box
    return box


async def the_config(request: Request) -> WebConfig:
    config: WebConfig = request.app.state.config
    return config


TheBox = Annotated[Box, Depends(the_box)]
TheConfig = Annotated[WebConfig, Depends(the_config)]


async def only_known_parameters(request: Request) -> None:
    """Raises Invalid for a query parameter that the OpenAPI document does not give this route, or not twice."""
    if not request.query_params:
        return
    known = query_parameters(request.scope["route"])
    seen = set()
    for name, _ in request.query_params.multi_items():
        if name not in known:
            takes = f"It takes {', '.join(known)}." if known else "It takes none."
            raise Invalid(f"This route has no such parameter. {takes}", where=name)
        if name in seen and not known[name]:
            raise Invalid("It stands there twice, and may stand once.", where=name)
        seen.add(name)


def query_parameters(route: APIRoute) -> dict[str, bool]:
    """The query parameters that a route takes, its own first: those that the OpenAPI document gives it; and whether
    they may be repeated.
    """
    return dict(_query_parameters(route.dependant))


def _query_parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    yield from ((field.alias, _is_list(field.field_info.annotation)) for field in dependant.query_params)
    for one in dependant.dependencies:
        yield from _query_parameters(one)


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(map(_is_list, get_args(annotation)))


def operation_id(name: str) -> str:
    """`list_messages` is `listMessages`: generated clients call it so."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _number(value: Any) -> Any:
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) <= 19):
        raise ValueError(f"Must be a whole number of at most {change.LARGEST_ID}.")
    return value


def _latest_or_number(value: Any) -> Any:
    return value if value == "latest" else _number(value)


def _truth(value: Any) -> Any:
    if value not in ("true", "false"):
        raise ValueError("Must be true or false.")
    return value == "true"


def _moment(value: Any) -> Any:
    """RFC 3339 with an offset; a time without one could be anybody's noon."""
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        raise ValueError("Must be a time like 2026-11-23T22:14:09Z; a + in it must be written %2B.")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("There is no such time.") from error


# The limits stand before the validator: behind it, pydantic keeps them out of the schema.
Number = Annotated[int, Field(ge=0, le=change.LARGEST_ID), BeforeValidator(_number)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Text = Annotated[str, Field(max_length=1000), AfterValidator(change.printable)]

MessageId = Annotated[Number, Path(description="The message's number.", examples=[42])]
SessionId = Annotated[Number, Path(description="The session's number.", examples=[7])]
MessageRef = Annotated[
    Annotated[int, Field(ge=0, le=change.LARGEST_ID)] | Literal["latest"],
    BeforeValidator(_latest_or_number),
    Path(description="The message's number, or `latest` for the newest one.", examples=[42]),
]
InInbox = Annotated[change.InboxName | None, Query(description="Only mail of this inbox.", examples=["default"])]
WithWords = Annotated[
    Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(change.printable)] | None,
    Query(
        description="Only mail that this query finds: words, phrases in quotation marks, operators such as `from:`, "
        "`-`, `OR` and parentheses. docs/search.md has them all.",
        examples=["invoice from:anna -is:read"],
    ),
]
Before = Annotated[
    Number | None, Query(description="Only what is older than this number: `next` of the page before.", examples=[17])
]
After = Annotated[
    # `cursor` is a string, and what takes it must be one for a client made from the document.
    Annotated[Number, WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,19}$"})] | None,
    Query(description="Only what is newer than this: `cursor` of an earlier answer.", examples=["1042"]),
]
Limit = Annotated[
    Annotated[int, Field(ge=1, le=500), BeforeValidator(_number)],
    Query(description="How many at most, 1 to 500.", examples=[50]),
]


def found_message(box: TheBox, message_id: MessageRef, inbox: InInbox = None, q: WithWords = None) -> int:
    """The number that the path means. `inbox` and `q` say which mail `latest` is the newest of."""
    if message_id != "latest":
        for name, value in (("inbox", inbox), ("q", q)):
            if value is not None:
                raise Invalid("Goes with `latest` only.", where=name)
        return message_id
    newest = box.messages(MessageQuery(inbox=inbox, q=wanted(q), limit=1)).items
    if not newest:
        raise NotFound("There is no message yet." if inbox is None and q is None else "No message is like that yet.")
    return newest[0].id


FoundMessage = Annotated[int, Depends(found_message)]
