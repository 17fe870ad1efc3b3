"""From JSON to the values of this package, by the types that their fields declare.

Rules of this module:

* What is not known is left out: a newer catcher says more, and that breaks nobody.
* What is missing or of another type than declared is a ValueError that names the place.
* A field `from_` is `from` in JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_Read = Callable[[Any, str], Any]


def read(kind: type[T], found: object) -> T:
    """The value of a dataclass. Raises ValueError."""
    declared: Any = kind
    value: T = _reader(declared)(found, "")
    return value


@cache
def _reader(kind: Any) -> _Read:
    origin = get_origin(kind)
    if is_dataclass(kind):
        return _object(kind)
    if kind is Any:
        return lambda found, where: found
    if kind is datetime:
        return _moment
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin is Literal:
        return _of(str)
    if origin in (UnionType, Union):
        return _union([one for one in get_args(kind) if one is not NoneType], NoneType in get_args(kind))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(get_args(kind)[1])
    return _of(kind)


def _object(kind: Any) -> _Read:
    hints = get_type_hints(kind)
    wanted = [
        (one.name, one.name.removesuffix("_"), _reader(hints[one.name]), one.default is MISSING) for one in fields(kind)
    ]

    def read_object(found: Any, where: str) -> Any:
        if not isinstance(found, dict):
            raise ValueError(f"{where or 'the answer'} is no object")
        values = {}
        for name, key, reader, needed in wanted:
            if key in found:
                values[name] = reader(found[key], f"{where}.{key}" if where else key)
            elif needed:
                raise ValueError(f"{where + '.' if where else ''}{key} is missing")
        return kind(**values)

    return read_object


def _tuple(kinds: tuple[Any, ...]) -> _Read:
    each = _reader(kinds[0])
    length = None if kinds[-1] is ... else len(kinds)

    def read_tuple(found: Any, where: str) -> Any:
        if not isinstance(found, list) or (length is not None and len(found) != length):
            raise ValueError(f"{where} is not the list that it should be")
        return tuple(each(one, f"{where}.{place}") for place, one in enumerate(found))

    return read_tuple


def _mapping(kind: Any) -> _Read:
    each = _reader(kind)

    def read_mapping(found: Any, where: str) -> Any:
        if not isinstance(found, dict):
            raise ValueError(f"{where} is no object")
        return {key: each(one, f"{where}.{key}") for key, one in found.items()}

    return read_mapping


def _union(kinds: list[Any], nothing: bool) -> _Read:
    if len(kinds) > 1:
        return _of(*kinds)
    only = _reader(kinds[0])
    return lambda found, where: None if nothing and found is None else only(found, where)


def _moment(found: Any, where: str) -> datetime:
    try:
        return datetime.fromisoformat(found)
    except (TypeError, ValueError):
        raise ValueError(f"{where} is no time") from None


def _of(*kinds: Any) -> _Read:
    numbers = int in kinds and bool not in kinds

    def read_plain(found: Any, where: str) -> Any:
        if not isinstance(found, kinds) or (numbers and isinstance(found, bool)):
            raise ValueError(f"{where} is {type(found).__name__}")
        return found

    return read_plain
