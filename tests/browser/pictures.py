"""Pictures of every page, to be looked at one by one: `make pictures`, or `python -m tests.browser.pictures [FOLDER]`.

Each place of `places.py` at three widths, light and dark, in English and Russian; `--only WORD` takes those places with
that word in their name. With `--docs` the few that README and docs show are made anew instead.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.places import PLACES, Boxes, Place, boxes
from tests.chromium import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).parents[2]
WIDTHS = (1440, 900, 390)
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "ru")
STARTED = 'html[data-script="started"]'


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the documentation: docs/pictures/NAME.png."""

    name: str
    place: str
    width: int = 1440
    height: int = 860
    scheme: str = "light"
    language: str = "en"


DOCS = (
    Shown("message", "message"),
    Shown("message-dark", "message", scheme="dark"),
    Shown("headers", "message headers"),
    Shown("session", "refused session"),
    Shown("compare", "compared"),
    Shown("statistics", "statistics"),
    Shown("phone", "list", width=390, height=780),
    Shown("russian", "russian message", language="ru"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Take pictures of every page.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".build" / "pictures")
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--docs", action="store_true", help="make those of docs/pictures instead")
    options = parser.parse_args()
    with sync_playwright() as playwright, boxes() as filled:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        if options.docs:
            _documentation(browser, filled)
        else:
            _all(browser, filled, options.folder, options.only)
        browser.close()
    return 0


def _documentation(browser: Browser, filled: Boxes) -> None:
    places = {place.name: place for place in PLACES}
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    for one in DOCS:
        with _page(browser, one.width, one.height, one.scheme, one.language) as page:
            _open(page, filled, places[one.place])
            page.screenshot(path=str(folder / f"{one.name}.png"))


def _all(browser: Browser, filled: Boxes, folder: Path, only: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        for scheme in SCHEMES:
            for language in LANGUAGES:
                with _page(browser, width, 860, scheme, language) as page:
                    for place in _places(only):
                        _open(page, filled, place)
                        name = f"{place.name.replace(' ', '-')}-{width}-{scheme}-{language}.png"
                        page.screenshot(path=str(folder / name))


def _places(only: str) -> Iterator[Place]:
    return (place for place in PLACES if place.seen and only in place.name and place.sent is None)


def _open(page: Page, filled: Boxes, place: Place) -> None:
    page.goto(filled.address(place))
    page.wait_for_selector(STARTED, state="attached")


@contextmanager
def _page(browser: Browser, width: int, height: int, scheme: str, language: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
        timezone_id="Europe/Berlin" if language == "en" else "Europe/Moscow",
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


if __name__ == "__main__":
    raise SystemExit(main())
