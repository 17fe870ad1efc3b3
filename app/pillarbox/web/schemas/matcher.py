"""What a value must be, as programs write it: a text, or an object with one key that says how it is compared."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from pillarbox.web.schemas.shape import Body, about


class EqualsText(Body):
    """The value is this text, to the letter. A text alone says the same."""

    equals: str = about("The whole value.", "Your order has shipped")


class ContainsText(Body):
    """The value has this text in it, to the letter."""

    contains: str = about("A part of the value.", "order")


class MatchesRegex(Body):
    """A regular expression is found in the value. One that takes too long has failed, and says so."""

    regex: str = about(
        "A pattern as Python's `re` has it, found anywhere in the value unless `^` and `$` say otherwise.", r"^\d{6}$"
    )


class IsAbsent(Body):
    """There is no value; with false there is one, whichever."""

    absent: bool = about("Whether there must be none.", True)


MUST_BE = "Must be a text, or an object with exactly one of equals, contains, regex and absent."

Written = str | EqualsText | ContainsText | MatchesRegex | IsAbsent

_KINDS: dict[str, type[Body]] = {
    "equals": EqualsText,
    "contains": ContainsText,
    "regex": MatchesRegex,
    "absent": IsAbsent,
}


def kind(value: object) -> str | None:
    """Which of the ways this is, in parentheses: a step that no place is told with. None when it is none of them."""
    if isinstance(value, str):
        return "(text)"
    if not isinstance(value, dict):
        return next((f"({name})" for name, shape in _KINDS.items() if isinstance(value, shape)), None)
    found = [name for name in _KINDS if name in value]
    # An object with none of them and something else has a misspelt one: then that is what is told.
    return f"({found[0]})" if len(found) == 1 else "(equals)" if value and not found else None


Matcher = TypeAliasType(
    "Matcher",
    Annotated[
        Annotated[str, Field(title="Exactly this text"), Tag("(text)")]
        | Annotated[EqualsText, Tag("(equals)")]
        | Annotated[ContainsText, Tag("(contains)")]
        | Annotated[MatchesRegex, Tag("(regex)")]
        | Annotated[IsAbsent, Tag("(absent)")],
        Discriminator(kind, custom_error_type="no_matcher", custom_error_message=MUST_BE),
        Field(
            description="What a value must be: exactly a text, or one of `equals`, `contains`, `regex` and `absent`.",
            examples=["Your order has shipped", {"contains": "order"}, {"regex": r"^\d{6}$"}, {"absent": True}],
        ),
    ],
)
"""Stands in the document once, by its name."""
