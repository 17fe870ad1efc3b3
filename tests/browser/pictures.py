"""Pictures of every page, to be looked at one by one: `make pictures`, or `python -m tests.browser.pictures [FOLDER]`.

Each place of `places.py` at three widths, light and dark, in English and Russian; `--only WORD` takes those places with
that word in their name. With `--docs` the few that README and docs show are made anew instead; Debian's pngquant makes
them a third as large where it is installed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.places import PLACES, Place, boxes
from tests.browser.showcase import showcase
from tests.chromium import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).parents[2]
WIDTHS = (1440, 900, 390)
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "ru")
# As on the page of settings, for a scheme that the browser itself is told reaches into the frame of the mail as well.
SETTLED = """localStorage.setItem("pillarbox", '{"theme": "%s"}')"""
STARTED = 'html[data-script="started"]'


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the documentation, docs/pictures/NAME.png, of an address in the box of `showcase.py`."""

    name: str
    address: str
    width: int = 1440
    height: int = 860
    scheme: str = "light"
    language: str = "en"


DOCS = (
    Shown("message", "/messages/{order}"),
    Shown("message-dark", "/messages/{order}", scheme="dark"),
    Shown("headers", "/messages/{order}?tab=headers"),
    Shown("session", "/sessions/{refused_session}"),
    Shown("session-dark", "/sessions/{refused_session}", scheme="dark"),
    Shown("compare", "/compare?a={previous order}&b={order}"),
    Shown("statistics", "/stats?span=24h"),
    Shown("phone", "/", width=390, height=780),
    Shown("phone-message", "/messages/{order}", width=390, height=780),
    Shown("russian", "/messages/{russian}", language="ru"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Take pictures of every page.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".build" / "pictures")
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--docs", action="store_true", help="make those of docs/pictures instead")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        if options.docs:
            _documentation(browser)
        else:
            _all(browser, options.folder, options.only)
        browser.close()
    return 0


def _documentation(browser: Browser) -> None:
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    with showcase() as (root, numbers):
        for one in DOCS:
            with _page(browser, one.width, one.height, "light", one.language) as page:
                page.add_init_script(SETTLED % one.scheme)
                _open(page, root + one.address.format_map(numbers))
                page.screenshot(path=str(folder / f"{one.name}.png"))
    if pngquant := shutil.which("pngquant"):
        subprocess.run([pngquant, "--force", "--ext=.png", "--nofs", *folder.glob("*.png")], check=True)


def _all(browser: Browser, folder: Path, only: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with boxes() as filled:
        for width, scheme, language in product(WIDTHS, SCHEMES, LANGUAGES):
            with _page(browser, width, 860, scheme, language) as page:
                for place in _places(only):
                    _open(page, filled.address(place))
                    name = f"{place.name.replace(' ', '-')}-{width}-{scheme}-{language}.png"
                    page.screenshot(path=str(folder / name))


def _places(only: str) -> Iterator[Place]:
    return (place for place in PLACES if place.seen and only in place.name and place.sent is None)


def _open(page: Page, address: str) -> None:
    page.goto(address)
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
