from __future__ import annotations

import io

import pytest

from pillarbox.cli.paint import Paint


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "on"),
    [
        (Terminal(), {"TERM": "xterm-256color"}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (Terminal(), {}, False),
        (io.StringIO(), {"TERM": "xterm-256color"}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(stream: io.StringIO, environ: dict[str, str], on: bool) -> None:
    paint = Paint.of(stream, environ)
    assert paint.on is on
    assert paint.red("x") == ("\x1b[31mx\x1b[0m" if on else "x")


def test_nothing_has_no_colour() -> None:
    assert Paint(on=True).bold("") == ""
