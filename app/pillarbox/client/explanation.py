"""Why mail that was waited for did not come, as the lines that the log of a test shows.

What the catcher says comes first, and it begins with what is nearest and the first difference; below it stands the rest
of what it knows, one thing a line, as far as it has not been said.
"""

from __future__ import annotations

from pillarbox.client.failure import Difference, Failure
from pillarbox.mail import controls

LONGEST = 200
"""Characters of a value that are shown."""


def explain(failure: Failure) -> str:
    said = controls.in_text(failure.detail)
    lines = [said]
    for result in failure.results:
        reason = controls.in_text(result.reason or "")
        if reason not in said:
            lines.append(_indented(f"{result.name}: {reason}", 2))
    for near in (*failure.nearest, *(near for result in failure.results for near in result.nearest)):
        unsaid = [text for text in map(_difference, near.failed) if text not in said]
        if unsaid:
            lines.append(f"  message {near.id}, {_quoted(near.subject)}:")
            lines += [_indented(text, 4) for text in unsaid]
    for session in failure.refused_sessions:
        reason = _short(session.reason)
        if reason not in said:
            lines.append(f"  session {session.id} was refused: {reason}")
    return "\n".join(lines)


def _difference(one: Difference) -> str:
    if one.reason is not None:
        return controls.in_text(one.reason)
    actual = "nothing there" if one.actual is None else _quoted(one.actual)
    return f"{one.condition}: wanted {_quoted(one.wanted)}, actual {actual}"


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.split("\n"))


def _quoted(text: str) -> str:
    return f'"{_short(text)}"'


def _short(text: str) -> str:
    return controls.in_line(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
