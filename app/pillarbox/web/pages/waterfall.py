"""Where the seconds of a session went, drawn on the server.

Rules of this module:

* a lane for each thing that was waited for, and none for what took no time;
* up to `BARS` stretches are drawn one by one, each leading to the line that ended it; more become an outline of
  `COLUMNS` columns, whose height is the share of that moment, so that ten thousand lines draw as fast as sixty;
* a label stands in its bar where it fits, else beside it, and only where no other bar of its lane is.
"""

from __future__ import annotations

from collections.abc import Sequence

from pillarbox.mail.timing import WAITING, Stretch, Waiting, totals
from pillarbox.web import wording
from pillarbox.web.contexts.waterfall import Bar, Lane, Tick, Waterfall
from pillarbox.web.language import decimal, noop
from pillarbox.web.language import gettext as _

BARS = 80
COLUMNS = 200
TICKS = 6
"""About as many marks of time as stand above the lanes."""

_NAMES: dict[Waiting, str] = {
    "client": noop("client"),
    "server": noop("server"),
    "content": noop("content"),
    "tls": noop("TLS handshake"),
}
_LABEL_SHARE = 0.05
_LABEL_ROOM = 0.16
_THIN = 0.004
"""Of the width: the least stretch that gets a label, what a label may take, and less than can be seen well."""


def waterfall(found: Sequence[Stretch], covers: str = "") -> Waterfall | None:
    """None where no time has passed that could be drawn."""
    if not found:
        return None
    start, end = found[0].start_us, found[-1].end_us
    whole = end - start
    sums = totals(found)
    lanes = []
    for on in WAITING:
        if on not in sums:
            continue
        own = [stretch for stretch in found if stretch.on == on]
        exact = len(found) <= BARS
        lanes.append(
            Lane(
                on=on,
                name=_(_NAMES[on]),
                sum=wording.seconds(sums[on]),
                share=f"{sums[on] / whole:.0%}",
                bars=_bars(own, start, whole) if exact else (),
                profile="" if exact else _profile(own, start, whole),
            )
        )
    return Waterfall(tuple(lanes), _ticks(start, end), covers)


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _bars(own: Sequence[Stretch], start: int, whole: int) -> tuple[Bar, ...]:
    bars = []
    for number, stretch in enumerate(own):
        x, to = (stretch.start_us - start) / whole, (stretch.end_us - start) / whole
        length = wording.seconds(stretch.length_us)
        label = label_x = ""
        place = ""
        if to - x >= _LABEL_SHARE:
            after = (own[number + 1].start_us - start) / whole if number + 1 < len(own) else 1.0
            earlier = (own[number - 1].end_us - start) / whole if number else 0.0
            what = _("content") if stretch.what == "content" else stretch.what
            text = f"{what} {length}".strip()
            if to - x >= _LABEL_ROOM:
                label, label_x, place = text, _percent(x + 0.006), "inside"
            elif after - to >= _LABEL_ROOM:
                label, label_x, place = text, _percent(to + 0.006), "after"
            elif x - earlier >= _LABEL_ROOM:
                label, label_x, place = text, _percent(x - 0.006), "before"
        title = _said(stretch, length)
        bars.append(Bar(_percent(x), _percent(to - x), stretch.seq, title, to - x < _THIN, label, label_x, place))
    return tuple(bars)


def _said(stretch: Stretch, length: str) -> str:
    match stretch.on:
        case "client":
            if stretch.what:
                return _("%(time)s until the client sent %(what)s", time=length, what=stretch.what)
            return _("%(time)s of waiting for the client", time=length)
        case "server":
            if stretch.what:
                return _("%(time)s until the server answered %(what)s", time=length, what=stretch.what)
            return _("%(time)s until the server spoke", time=length)
        case "content":
            return _("%(time)s of content", time=length)
        case "tls":
            return _("%(time)s of TLS handshake", time=length)


def _profile(own: Sequence[Stretch], start: int, whole: int) -> str:
    """The outline as an SVG path; each column's height is the share of its time that these stretches take."""
    share = [0.0] * COLUMNS
    for stretch in own:
        x, to = (stretch.start_us - start) * COLUMNS / whole, (stretch.end_us - start) * COLUMNS / whole
        for column in range(int(x), min(COLUMNS, int(to) + 1)):
            share[column] += max(0.0, min(to, column + 1) - max(x, column))
    width = 1000 // COLUMNS
    drawn = [
        f"M{column * width} 100v-{min(100, max(4, round(part * 100)))}h{width}V100z"
        for column, part in enumerate(share)
        if part > 0
    ]
    return "".join(drawn)


def _ticks(start: int, end: int) -> tuple[Tick, ...]:
    """Round times: a step of 1, 2 or 5 times a power of ten."""
    whole = end - start
    step = 1
    while whole / step > TICKS:
        step = next(size for size in _sizes(step) if size > step)
    first = -(-start // step) * step
    places = [((at - start) / whole, at) for at in range(first, end + 1, step)]
    return tuple(Tick(_percent(x), _time(at, step) if x < 0.92 else "") for x, at in places)


def _sizes(step: int) -> tuple[int, ...]:
    power = 10 ** (len(str(step)) - 1)
    return 2 * power, 5 * power, 10 * power


def _figure(value: float) -> str:
    return f"{value:g}"


def _time(at_us: int, step_us: int) -> str:
    if at_us == 0:
        return "0"
    if step_us >= 60_000_000:
        return _("%(time)s min", time=decimal(_figure(at_us / 60e6)))
    if step_us >= 100_000:
        return _("%(time)s s", time=decimal(_figure(at_us / 1e6)))
    if step_us >= 100:
        return _("%(time)s ms", time=decimal(_figure(at_us / 1000)))
    return _("%(time)s µs", time=at_us)
