"""The page of settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pillarbox.web.contexts.page import Page

Choice = tuple[str, str]
"""A value and its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage(Page):
    """`/settings`. `language` and `zone` are what was chosen, "" for what the browser says.

    `told` is the browser's zone, "" as long as it has told none; `zones` are groups of places. `saved`: the form has
    just been sent. The rest of the page is the browser's own.
    """

    template: ClassVar[str] = "settings.html"
    languages: tuple[Choice, ...]
    language: str
    zones: tuple[tuple[str, tuple[Choice, ...]], ...]
    zone: str
    told: str
    saved: bool
