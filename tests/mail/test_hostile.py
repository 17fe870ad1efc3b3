"""Mail built to be expensive costs work in proportion to its size, whatever is in it.

Work is counted, not timed: every call of a Python function and every call into C, by the interpreter's own profiler.
Five times the mail may cost at most five times the calls (and a little), and never more than ten calls an octet.
What the profiler cannot see is the inside of one call into C, above all of a regular expression. For that there is a
stop: a test is ended after `CPU_LIMIT` seconds of processor time. It measures nothing: linear work on 5 MB needs a few
seconds at most, quadratic work on 5 MB needs hours.
"""

from __future__ import annotations

import cProfile
import signal
import tracemalloc
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from pillarbox.mail.html import html_to_text, preview
from pillarbox.mail.parse import digest, parse
from pillarbox.mail.words import search_text
from tests.mail.hostile import HOSTILE, NAMED, Builder

SMALL, LARGE = 1_000_000, 5_000_000
CPU_LIMIT = 120


class Endless(BaseException):
    """Not an Exception, because the parser turns those into defects."""


@pytest.fixture(autouse=True)
def stop() -> Iterator[None]:
    def ended(number: int, frame: FrameType | None) -> None:
        raise Endless(f"no end after {CPU_LIMIT} s of processor time")

    before = signal.signal(signal.SIGVTALRM, ended)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_LIMIT)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def read(raw: bytes) -> None:
    """Everything that is done with a message on its way in and on its way to a reader."""
    search_text(digest(raw).body)
    preview(parse(raw).html or "", lambda _: None)


def show(html: str) -> None:
    html_to_text(html)
    preview(html, lambda _: None)


def calls(work: Callable[[], object]) -> int:
    """How many calls some work takes."""
    profiler = cProfile.Profile()
    profiler.runcall(work)
    return sum(entry.callcount for entry in profiler.getstats())


@pytest.mark.parametrize("build", HOSTILE.values(), ids=HOSTILE.keys())
def test_work_grows_no_faster_than_the_mail(build: Builder) -> None:
    factor = 1 if build.__name__ in NAMED else 5
    small, large = build(SMALL // factor), build(LARGE // factor)
    assert len(large) > 4 * len(small) > SMALL // factor, "the mail is not of the size that was asked for"
    few, many = calls(lambda: read(small)), calls(lambda: read(large))
    assert many <= 5.5 * few + 1_000
    assert many <= 10 * len(large)


@pytest.mark.parametrize("build", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_message_is_a_value_in_bounded_memory(build: Builder) -> None:
    raw = build(SMALL)
    tracemalloc.start()
    try:
        mail = parse(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "parse-failed" not in {defect.code for defect in mail.defects}
    assert len(mail.parts) <= 2_000
    assert len(mail.headers) <= 2_000
    assert peak <= 10.5 * len(raw)


HTML: dict[str, Callable[[int], str]] = {
    "style sheets of escapes": lambda size: "<style>" + "\\a" * (size // 2),
    "style sheets of strings": lambda size: "<style>" + "'\"" * (size // 2),
    "style sheets of addresses": lambda size: "<style>" + "url(" * (size // 4),
    "style sheets of imports": lambda size: "<style>" + "@import " * (size // 8),
    "style sheets of comments": lambda size: "<style>" + "/*" * (size // 2),
    "style attributes": lambda size: '<p style="url(x)">' * (size // 18),
    "a list of sources of spaces": lambda size: f'<img srcset="a{" " * size}b">',
    "a list of sources of commas": lambda size: f'<img srcset="{"," * size}">',
    "attributes of spaces": lambda size: f"<p a{' ' * size}b>",
    "attributes of equals signs": lambda size: f"<p {'=' * size}>",
    "attributes that differ": lambda size: "<p " + " ".join(f"a{n}" for n in range(size // 8)) + ">",
    "doctypes": lambda size: "<!doctype html " * (size // 15),
    "a doctype of spaces": lambda size: f"<!doctype html{' ' * size}x>",
    "end tags": lambda size: "</p>" * (size // 4),
    "unclosed raw text": lambda size: "<style><title>" * (size // 14),
    "letters after ampersands": lambda size: "&a" * (size // 2),
    "tables in tables": lambda size: "<table>a" * (size // 8),
}


@pytest.mark.parametrize("build", HTML.values(), ids=HTML.keys())
def test_work_on_html_grows_no_faster_than_the_html(build: Callable[[int], str]) -> None:
    small, large = build(SMALL // 5), build(SMALL)
    few, many = calls(lambda: show(small)), calls(lambda: show(large))
    assert many <= 5.5 * few + 1_000
    assert many <= 10 * len(large)
