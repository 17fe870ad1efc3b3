"""The time zones that can be chosen, as the reader's language calls them."""

from __future__ import annotations

import zoneinfo
from functools import cache

from pillarbox.web.language import city, current, gettext, noop

LONGEST = 64
"""Characters of a zone's name that is taken from a reader; the longest there is has 32."""

_REGIONS = {
    "Africa": noop("Africa"),
    "America": noop("America"),
    "Antarctica": noop("Antarctica"),
    "Arctic": noop("Arctic"),
    "Asia": noop("Asia"),
    "Atlantic": noop("Atlantic"),
    "Australia": noop("Australia"),
    "Europe": noop("Europe"),
    "Indian": noop("Indian Ocean"),
    "Pacific": noop("Pacific"),
}


def exists(name: str) -> bool:
    return name == "UTC" or (len(name) <= LONGEST and name in _names())


def listed(chosen: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Regions with their places, each (name of the zone, what the place is called), in the order of the alphabet.

    Of names for one place the first is listed, and the one that was chosen.
    """
    found = []
    for region, places in _places(current()):
        words = dict(places)
        if chosen.startswith(f"{region}/") and chosen not in words and exists(chosen):
            words[chosen] = city(chosen)
        found.append((gettext(_REGIONS[region]), tuple(sorted(words.items(), key=lambda place: place[1]))))
    return tuple(found)


@cache
def _names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@cache
def _places(language: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    found = []
    for region in _REGIONS:
        by_word: dict[str, str] = {}
        for name in sorted(one for one in _names() if one.startswith(f"{region}/")):
            by_word.setdefault(city(name), name)
        if by_word:
            found.append((region, tuple((name, word) for word, name in by_word.items())))
    return tuple(found)
