"""The colours of the sheet: enough contrast for text in the light and in the dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

import pytest

from pillarbox import resources

SHEET = (resources.folder("static") / "app.css").read_text("utf-8")
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
]


def tokens(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
    return found


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
    rules = re.sub(r":root \{.*?\}", "", SHEET, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,8}\b", rules) == ["#fff"], "the frame of a mail is white, as mail is written for"
