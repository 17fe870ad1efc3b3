"""What holds for every page in every state: it answers as it should, its HTML is valid, and everybody can use it.

html-validate judges the HTML by checkers/rules.json, axe-core what a browser makes of it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from tests import node
from tests.browser.conftest import LOADED, Visitor
from tests.browser.places import PLACES, Boxes, Place, boxes

pytestmark = pytest.mark.xdist_group("browser-places")


@pytest.fixture(scope="module")
def made() -> Iterator[Boxes]:
    with boxes() as found:
        yield found


@pytest.fixture(scope="module")
def checkers() -> Path:
    return node.packages(Path(__file__).parent / "checkers")


@pytest.fixture(scope="module")
def pages(made: Boxes) -> dict[str, httpx.Response]:
    """Every place as the server sends it, by its name; in Russian those that a browser looks at."""
    with httpx.Client(headers={"Accept": "text/html"}, timeout=30) as reader:
        found = {place.name: _page(reader, made, place) for place in PLACES}
        reader.headers["Accept-Language"] = "ru"
        return found | {f"{place.name}, Russian": _page(reader, made, place) for place in PLACES if place.seen}


def _page(reader: httpx.Client, made: Boxes, place: Place) -> httpx.Response:
    if place.sent is None:
        return reader.get(made.address(place))
    return reader.post(made.address(place), data=dict(place.sent))


def test_every_place_answers_with_a_page(pages: dict[str, httpx.Response]) -> None:
    for place in PLACES:
        assert pages[place.name].status_code == place.status, place.name
    for name, answer in pages.items():
        assert answer.headers["content-type"] == "text/html; charset=utf-8", name
        assert f'<html lang="{"ru" if name.endswith("Russian") else "en"}"' in answer.text


def test_every_place_is_valid_html(pages: dict[str, httpx.Response], checkers: Path) -> None:
    judged = subprocess.run(
        ["node", "validate.js"],
        input=json.dumps({name: answer.text for name, answer in pages.items()}),
        cwd=checkers,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert judged.returncode == 0, judged.stderr
    assert json.loads(judged.stdout) == []


SERIOUS = ("serious", "critical")
LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
"""Rules of axe-core whose answer may be another one in other colours or at another width."""

JUDGE = """async ([rules, place]) => {
    const only = rules ?? ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const context = { include: [place], exclude: [[".docs > section:nth-of-type(n + 6)"]] };
    const { violations } = await axe.run(context, { iframes: false, preload: false, runOnly: only });
    // The words of a transcript are as high as its lines (WCAG 2.2, 2.5.8, "Inline").
    const meant = (id, target) => id !== "target-size" || !document.querySelector(target).matches(".wire a");
    return violations.flatMap(({ id, impact, nodes }) => nodes
        .filter(({ target }) => meant(id, target.join(" ")))
        .map(({ target, failureSummary }) => [id, impact, target.join(" "), failureSummary]));
}"""
"""What axe-core finds in a place of the page; of the documentation, whose sections are all alike, in the first five."""

SEND = """(fields) => {
    const form = document.createElement("form");
    form.method = "post";
    for (const [name, value] of fields) form.append(Object.assign(document.createElement("input"), { name, value }));
    document.body.append(form);
    form.submit();
}"""


def _go(page: Page, made: Boxes, place: Place) -> None:
    page.goto(made.address(place), wait_until="domcontentloaded")
    if place.sent is not None:
        with page.expect_navigation(wait_until="domcontentloaded"):
            page.evaluate(SEND, place.sent)
    page.evaluate(LOADED)


def _serious(page: Page, part: str, rules: Sequence[str] | None = None) -> list[str]:
    return [
        f"{rule} ({impact}): {where}: {why}"
        for rule, impact, where, why in page.evaluate(JUDGE, [rules, part])
        if impact in SERIOUS
    ]


def test_everybody_can_use_every_place(visit: Callable[..., Visitor], made: Boxes, checkers: Path) -> None:
    visitor = visit()
    visitor.context.add_init_script(path=checkers / "node_modules" / "axe-core" / "axe.min.js")
    page = visitor.context.new_page()
    found: dict[str, list[str]] = {}
    for place in PLACES:
        if not place.seen:
            continue
        page.set_viewport_size({"width": 1440, "height": 860})
        page.emulate_media(color_scheme="light")
        _go(page, made, place)
        # What stands around a message is the same under every tab.
        part = "#content" if "tab=" in place.address else "html"
        found[place.name] = _serious(page, part)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 390, "height": 860})
        found[f"{place.name}, dark and narrow"] = _serious(page, part, LOOKS)
    assert {name: reasons for name, reasons in found.items() if reasons} == {}
