"""A calendar as components of properties (RFC 5545 sections 3.1, 3.6): lines unfolded, parameters read.

Rules of this module:

* what can be read is read: a line that is none is skipped, a component that is not ended ends where its
  surroundings end;
* components are kept three deep, which is how deep events and zones stand, and values up to 64 KB; 10,000 lines of a
  calendar are read;
* linear in the calendar, no recursion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

Note = Callable[[str], None]

MAX_DEPTH = 3
MAX_VALUE = 1 << 16
MAX_LINES = 10_000

_UNFOLDED = re.compile(r"[^\n]++(?:\n[ \t][^\n]*+)*+")
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z0-9-]{1,80})((?:;(?:[^\":;]|\"[^\"]*+\")*+)*+):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";\s*+([A-Za-z0-9-]{1,80})=((?:[^\";]|\"[^\"]*+\")*+)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^([n^'])")
_CARETS = {"n": "\n", "^": "^", "'": '"'}


class Property(NamedTuple):
    """One content line. Values of parameters are without quotes, those of a property as written."""

    name: str
    parameters: dict[str, str]
    value: str

    def text(self) -> str:
        """The value of a TEXT (section 3.3.11), its escapes read."""
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END, in order."""

    name: str
    properties: list[Property] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        return next(self.all(name), None)

    def all(self, *names: str) -> Iterator[Property]:
        return (one for one in self.properties if one.name in names)


def calendars(text: str, note: Note) -> list[Component]:
    """Every VCALENDAR of `text`."""
    outside = Component("")
    stack = [outside]
    depth = 0  # of what is begun and not kept
    for count, written in enumerate(_UNFOLDED.finditer(text)):
        if count == MAX_LINES:
            note("calendar-too-large")
            break
        line = _FOLD.sub("", written[0][:MAX_VALUE]).rstrip("\r")
        found = _property(line)
        if found is None:
            if line.strip():
                note("calendar-syntax")
        elif found.name == "BEGIN":
            if depth or len(stack) > MAX_DEPTH:
                depth += 1
                continue
            stack.append(Component(found.value.strip().upper()))
            stack[-2].components.append(stack[-1])
        elif found.name == "END":
            if depth:
                depth -= 1
            else:
                _end(stack, found.value.strip().upper(), note)
        elif not depth:
            stack[-1].properties.append(found)
    if len(stack) > 1 or depth:
        note("calendar-syntax")
    return [one for one in outside.components if one.name == "VCALENDAR"]


def _end(stack: list[Component], name: str, note: Note) -> None:
    if len(stack) < 2 or all(one.name != name for one in stack[1:]):
        note("calendar-syntax")
        return
    if stack[-1].name != name:
        note("calendar-syntax")
    while stack.pop().name != name:
        pass


def _property(line: str) -> Property | None:
    found = _LINE.match(line)
    if found is None:
        return None
    written: dict[str, str] = {}
    for name, value in _PARAMETER.findall(found[2]) if found[2] else ():
        written.setdefault(name.upper(), _CARET.sub(lambda one: _CARETS[one[1]], value.replace('"', "")))
    return Property(found[1].upper(), written, found[3])
