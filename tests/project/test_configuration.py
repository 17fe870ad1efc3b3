"""Every setting is documented, in words that come from the settings table."""

from __future__ import annotations

import re

from pillarbox.cli.arguments import COMMANDS
from pillarbox.cli.destination import OWN
from pillarbox.settings import TABLE
from tests.project import configuration


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    page = configuration.PAGE.read_text("utf-8")
    assert configuration.with_tables(page) == page, "run make docs"


def test_every_flag_and_variable_has_documentation() -> None:
    page = configuration.PAGE.read_text("utf-8")
    for setting in TABLE:
        assert f"`{setting.flag}{'`' if setting.row.kind.switch else ' '}" in page
        assert f"`{setting.variable}`" in page
        assert setting.row.help.endswith(".")


def test_every_command_and_its_flags_have_documentation() -> None:
    from pillarbox.cli.arguments import _PARSERS, _flags

    page = configuration.PAGE.read_text("utf-8")
    for command in COMMANDS:
        assert f"pillarbox {command}" in page
        flags = {"--smtp"} if command == "sendmail" else set(_flags(_PARSERS[command]())) - {"-h", "--help"}
        assert [flag for flag in flags if not re.search(rf"`{flag}[ `]", page)] == []


def test_no_variable_is_documented_that_does_not_exist() -> None:
    known = {setting.variable for setting in TABLE} | {"PILLARBOX_URL", *OWN}
    for page in configuration.PAGE.parent.glob("*.md"):
        named = set(re.findall(r"PILLARBOX_[A-Z_]*[A-Z]", page.read_text("utf-8")))
        if page.name != "soak.md":
            assert named - known == set(), page.name
