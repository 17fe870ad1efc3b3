"""What mail is waited for, as Python says it and as the API takes it.

Rules of this module:

* Names are those of the API; `from` is a keyword of Python, so `from_` is taken for it.
* A name that is not known is refused here: a misspelt condition that is left out would be met by any mail.
* None is no condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from pillarbox.client.message import Summary

Matcher = str | re.Pattern[str] | Mapping[str, str | bool]
"""What a value is to be: equal to a text, found by a regular expression, or `{"contains": …}`, `{"absent": True}`."""

Header = str | Sequence[str] | Mapping[str, str]
"""`"Name:part"`, several of these, or `{"Name": "part"}`."""


class Conditions(TypedDict, total=False):
    """Addresses are whole ones or `*@domain`, `subject` and the parts of headers are substrings, in any case.

    `after` is a message, or the cursor of an earlier answer: only what came later counts.
    """

    to: str | None
    from_: str | None
    subject: str | None
    header: Header | None
    q: str | None
    after: Summary | int | str | None


class Assertions(TypedDict, total=False):
    """What is asserted about the mail that matches; docs/api.md has the forms of each."""

    count: int | None
    min: int | None
    max: int | None
    subject: Matcher | None
    from_: Matcher | None
    to: Matcher | None
    mail_from: Matcher | None
    rcpt_to: Matcher | None
    text: Matcher | None
    links: Matcher | None
    codes: Matcher | None
    tls: Matcher | None
    auth: Matcher | None
    headers: Mapping[str, Matcher] | None
    html: Matcher | Sequence[Mapping[str, Any]] | None
    attachments: Sequence[Mapping[str, Any]] | Mapping[str, bool] | None
    transcript: Sequence[Mapping[str, Any]] | None
    lint: Mapping[str, Any] | None


COUNTS = ("count", "min", "max")


def given(values: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """Those that are not None, under the API's names. Raises TypeError for a name that is not known."""
    names = {**{name.removesuffix("_"): name for name in known}, **{name: name for name in known}}
    for name in values:
        if name not in names:
            import difflib

            close = difflib.get_close_matches(name, names, n=1)
            hint = f"; did you mean {names[close[0]]}?" if close else f"; there are {', '.join(known)}."
            raise TypeError(f"There is nothing called {name!r} here{hint}")
    return {names[name].removesuffix("_"): value for name, value in values.items() if value is not None}


def as_params(conditions: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The conditions as parameters of a wait."""
    wanted = given(conditions, Conditions.__annotations__)
    params = [(name, str(value)) for name, value in wanted.items() if name not in ("header", "after")]
    params += [("header", one) for one in _headers(wanted.get("header"))]
    if "after" in wanted:
        params.append(("after", as_cursor(wanted["after"])))
    return params


def as_json(conditions: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions as the `match` of an expectation. Raises TypeError for `after`, which stands beside it."""
    wanted = given(conditions, [name for name in Conditions.__annotations__ if name != "after"])
    if "header" in wanted:
        wanted["header"] = _headers(wanted["header"])
    return wanted


def expectation(
    match: Mapping[str, Any], *, name: str | None = None, never: bool = False, **assertions: Unpack[Assertions]
) -> dict[str, Any]:
    """One expectation for `Client.expect`: about the mail that `match` finds. Raises TypeError for an unknown name."""
    said = given(assertions, Assertions.__annotations__)
    asserted = {key: as_matchers(value) for key, value in said.items() if key not in COUNTS}
    one: dict[str, Any] = {"match": as_json(match), **{key: said[key] for key in COUNTS if key in said}}
    return one | _present(name=name, never=never or None) | ({"assert": asserted} if asserted else {})


def _present(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def as_cursor(after: Summary | int | str) -> str:
    return str(after.id if isinstance(after, Summary) else after)


def as_matchers(value: Any) -> Any:
    """The value with every regular expression in it, at any depth, in the form of the API."""
    if isinstance(value, re.Pattern):
        flags = "".join(letter for letter, flag in _FLAGS.items() if value.flags & flag)
        return {"regex": f"(?{flags}){value.pattern}" if flags else value.pattern}
    if isinstance(value, Mapping):
        return {key: as_matchers(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_matchers(one) for one in value]
    return value


_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


def _headers(header: Header | None) -> list[str]:
    if header is None:
        return []
    if isinstance(header, str):
        return [header]
    if isinstance(header, Mapping):
        return [f"{name}:{part}" for name, part in header.items()]
    return list(header)
