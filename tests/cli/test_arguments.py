from __future__ import annotations

import pytest

from pillarbox.cli.arguments import COMMANDS, parse
from pillarbox.errors import UsageError
from pillarbox.settings import TABLE


def test_no_command_is_serve() -> None:
    assert parse([]).command == "serve"
    assert vars(parse(["--max-errors", "3"]))["max-errors"] == "3"


def test_every_setting_is_a_flag_and_is_none_when_not_given() -> None:
    given = vars(parse(["serve"]))
    assert {setting.name: None for setting in TABLE} == {name: given[name] for name in given if name != "command"}


def test_a_repeatable_flag_collects_and_another_takes_the_last() -> None:
    given = vars(parse(["serve", "--smtp", ":1", "--smtp=:2", "--http", ":3", "--http", ":4"]))
    assert given["smtp"] == [":1", ":2"]
    assert given["http"] == ":4"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--smpt", ":1"], "There is no flag --smpt. Did you mean --smtp?"),
        (["serve", "--max-recipient=1"], "There is no flag --max-recipient. Did you mean --max-recipients?"),
        (["check", "--ulr", "x"], "There is no flag --ulr. Did you mean --url?"),
        (["serve", "--pop3", ":110"], "There is no flag --pop3."),
        (["srve"], "There is no command 'srve'"),
        (["srve"], "Did you mean serve?"),
        (["serve", "now"], "takes no argument 'now'"),
        (["version", "--long"], "There is no flag --long"),
        (["--max-errors"], "--max-errors: expected one argument"),
    ],
)
def test_what_is_not_known_is_told_with_the_nearest_that_is(arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(arguments)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse([command, "--help"])
    assert end.value.code == 0
    assert f"pillarbox {command}" in capsys.readouterr().out


def test_the_help_of_serve_tells_every_setting_with_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["serve", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    for setting in TABLE:
        assert setting.flag in said
        assert setting.row.help in said
        assert setting.row.shown in said


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    said = capsys.readouterr().out
    assert all(f"  {command} " in said for command in COMMANDS)


def test_a_switch_takes_no_value() -> None:
    assert vars(parse(["--require-auth"]))["require-auth"] == "true"
    with pytest.raises(UsageError, match=r"serve takes no argument 'now'"):
        parse(["--require-auth", "now"])
