"""What every JSON shape has in common: names as the API documents them, values that never change, times as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema


class Shape(BaseModel):
    """A JSON object that the API gives. A field whose name is taken in Python ends in `_` and has its alias."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Body(BaseModel):
    """A JSON object that the API takes: an unknown name is an error, and 1 is not true."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def about(description: str, *examples: object, **settings: Any) -> Any:
    """A field with its description and its examples, without which none goes into the API."""
    return Field(description=description, examples=list(examples) or None, **settings)


def rfc3339(moment: datetime) -> str:
    """`2026-11-23T22:14:09.123456Z`: UTC, always six digits, so that texts sort as times do."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


Moment = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A time: RFC 3339 in UTC with microseconds."""

MOMENT = "2026-11-23T22:14:09.123456Z"
"""The moment of every example."""
