"""The lists of extensions that people read name what is really offered, in that order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pillarbox.smtp.certificate import Certificate
from pillarbox.smtp.extensions import Offer
from pillarbox.smtp.policy import Policy

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def offered() -> tuple[str, ...]:
    """The lines of the reply to EHLO under the default settings."""
    return Offer(Policy(hostname="vm", certificate=Certificate("vm"))).keywords()


def test_the_readme_shows_the_reply_to_ehlo_as_it_is(offered: tuple[str, ...]) -> None:
    shown = re.findall(r"^\S+ S: 250[- ]([0-9A-Z]\S*(?: .*)?)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert tuple(shown[: len(offered)]) == offered


def test_the_page_about_the_protocol_lists_every_extension(offered: tuple[str, ...]) -> None:
    page = (ROOT / "docs" / "protocol.md").read_text()
    table = page.split("## Extensions", 1)[1].split("\n\n", 3)[2]
    listed = [line.split("|")[1].split()[0] for line in table.splitlines()[2:]]
    assert listed == [line.split()[0] for line in offered]
