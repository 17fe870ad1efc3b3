"""The colours of the sheet: enough contrast for text in the light and in the dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

import pytest

from pillarbox import resources
from pillarbox.web import static_files

SHEETS = {path.name: path.read_text("utf-8") for path in (resources.folder("static") / "css").glob("*.css")}
INKS = ("ink", "soft", "faint", "accent", "client", "link")
GROUNDS = ("paper", "sheet", "rail", "hover", "picked")
PAIRS = [(ink, ground) for ink in INKS for ground in GROUNDS] + [
    ("accent", "accent-wash"),
    ("ink", "accent-wash"),
    ("warn", "warn-wash"),
    ("accent", "warn-wash"),
    ("client", "warn-wash"),
    ("faint", "warn-wash"),
    ("ink", "warn-wash"),
    ("on-accent", "accent"),
    ("good", "rail"),
    ("good", "good-wash"),
    ("good", "paper"),
    ("warn", "paper"),
]


def tokens(scheme: str) -> dict[str, str]:
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", SHEETS["tokens.css"])
    return {name: dark if scheme == "dark" else light for name, light, dark in pairs}


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[at : at + 2]) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, ink: str, ground: str) -> None:
    found = tokens(scheme)
    one, other = sorted((luminance(found[ink]), luminance(found[ground])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= 4.5


def test_only_tokens_set_colours() -> None:
    rules = "".join(sheet for name, sheet in SHEETS.items() if name != "tokens.css")
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(", rules) == []


def test_every_style_sheet_is_part_of_the_one_that_pages_load_or_of_the_page_that_it_is_for() -> None:
    files = static_files.read(resources.folder("static")).files
    whole = files["app.css"].content
    assert b"@import" not in whole
    for name in SHEETS:
        page = resources.folder("templates") / name.replace(".css", ".html")
        of_its_own = page.exists() and f"url.static('css/{name}')" in page.read_text("utf-8")
        assert (files[f"css/{name}"].content in whole) is not of_its_own, name
