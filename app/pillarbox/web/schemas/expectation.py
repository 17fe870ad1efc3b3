"""What a test expects of mail, as programs write it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from pillarbox.mail.query.parser import MAX_LENGTH
from pillarbox.web.schemas.assertion import Assertions
from pillarbox.web.schemas.change import LARGEST_ID, InboxName, printable
from pillarbox.web.schemas.conditions import LONGEST_WAIT, MOST_HEADERS, MOST_WANTED, Address, NamedPart, Text
from pillarbox.web.schemas.shape import Body, about

MOST = 100
"""Expectations of one request."""


def _one_or_several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _nothing_but_true(value: object) -> object:
    if value is not True:
        raise ValueError("Must be true; leave it out to expect mail.")
    return value


def _number(value: object) -> object:
    """A cursor is text in every answer, and a number in every address."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else value


_Headers = Annotated[tuple[NamedPart, ...], Field(max_length=MOST_HEADERS, strict=False)]
_Seconds = Annotated[float, Field(ge=0, le=LONGEST_WAIT, allow_inf_nan=False)]
_True = Annotated[Literal[True], BeforeValidator(_nothing_but_true)]
_Count = Annotated[int, Field(ge=0, le=MOST_WANTED)]


class Match(Body):
    """Which mail is meant: the conditions of a wait, all of which hold. None: all mail."""

    inbox: InboxName | None = about("Mail of this inbox.", "checkout", default=None)
    to: Address | None = about(
        "The envelope has this recipient, or To or Cc names it: a whole address, or `*@domain`.",
        "ada@example.org",
        default=None,
    )
    from_: Address | None = about(
        "The sender of the envelope, or in From: a whole address, or `*@domain`.",
        "*@shop.example.org",
        alias="from",
        default=None,
    )
    subject: Text | None = about("A part of the subject, in any case.", "Confirm", default=None)
    header: Annotated[_Headers, BeforeValidator(_one_or_several, json_schema_input_type=NamedPart | _Headers)] = about(
        "`Name:part`, one or several: that header has this in its decoded value, in any case.",
        ["X-Test-Id:4711"],
        default_factory=tuple,
    )
    q: Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(printable)] | None = about(
        "Mail that this query finds; docs/search.md has the language.", "has:attachment", default=None
    )


class Expectation(Body):
    """Mail that is to come, or none; how much of it, and what must be true of it.

    A message counts when it is like `match` and everything in `assert` holds. One at least is to count, unless one of
    `count`, `min`, `max` and `never` says otherwise.
    """

    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(printable)] | None = about(
        "What it is called in the answer; without it, what it is about.", "confirmation", default=None
    )
    match: Match = about("Which mail is meant.", {"to": "ada@example.org"}, default_factory=Match)
    count: _Count | None = about("Exactly so many; known only when the time is over.", 1, default=None)
    min_: _Count | None = about("At least so many.", 1, alias="min", default=None)
    max_: _Count | None = about(
        "At most so many, none included unless `min` says otherwise; known only when the time is over.",
        3,
        alias="max",
        default=None,
    )
    never: _True | None = about("None at all, until the time is over.", True, default=None)
    within: _Seconds | None = about("Seconds for this one; without it those of all.", 1.5, default=None)
    assert_: Assertions | None = about("What must be true of a message that counts.", alias="assert", default=None)

    @model_validator(mode="after")
    def _counts_in_one_way(self) -> Expectation:
        ways = [self.count is not None, self.never is not None, self.min_ is not None or self.max_ is not None]
        if sum(ways) > 1:
            raise ValueError("Say how many in one way: count, min and max, or never.")
        if self.min_ is not None and self.max_ is not None and self.min_ > self.max_:
            raise ValueError("min is more than max.")
        return self


class Expectations(Body):
    """What is expected, all of it at the same time."""

    # Generators of clients take a field with a default in the document for one that must be given.

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "inbox": "default",
                    "within": 2,
                    "expectations": [
                        {
                            "name": "nothing for Eve",
                            "match": {"to": "eve@example.org"},
                            "never": True,
                            "within": 0.1,
                        },
                    ],
                }
            ]
        }
    )

    inbox: InboxName | None = about(
        "Only mail of this inbox, unless a `match` names another.", "checkout", default=None
    )
    within: _Seconds = about(
        "Seconds from now on, 0 to 60, 5 when missing; 0 looks once.", 5, default_factory=lambda: 5.0
    )
    after: (
        Annotated[
            int,
            Field(ge=0, le=LARGEST_ID),
            BeforeValidator(
                _number,
                json_schema_input_type=Annotated[int, Field(ge=0)] | Annotated[str, Field(pattern="^[0-9]{1,19}$")],
            ),
        ]
        | None
    ) = about("Only mail that is newer than this: `cursor` of an earlier answer.", "1042", default=None)
    expectations: Annotated[tuple[Expectation, ...], Field(min_length=1, max_length=MOST, strict=False)] = about(
        "What is expected.", [{"match": {"to": "ada@example.org"}, "assert": {"subject": "Welcome"}}]
    )
