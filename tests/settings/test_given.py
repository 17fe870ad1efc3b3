from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pillarbox.errors import UsageError
from pillarbox.settings import TcpAddress, given


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("max_message_size", 2048, 2048),
        ("max_message_size", "2K", 2048),
        ("idle_timeout", 90, 90.0),
        ("idle_timeout", "15m", 900.0),
        ("idle_timeout", 0, 0.0),
        ("require_auth", True, True),
        ("require_auth", False, False),
        ("hide_extension", ["STARTTLS", "AUTH"], ("STARTTLS", "AUTH")),
        ("hide_extension", "STARTTLS", ("STARTTLS",)),
        ("hide_extension", (), ()),
        ("smtp", "127.0.0.1:0", (TcpAddress("127.0.0.1", 0),)),
        ("users", Path("/etc/users"), Path("/etc/users")),
        ("web_auth", ("ada", "geheim"), ("ada", "geheim")),
        ("web_auth", "ada:geheim", ("ada", "geheim")),
    ],
)
def test_a_value_of_python_is_what_its_flag_would_be(name: str, value: object, read: object) -> None:
    assert getattr(given.settings(given.texts({name: value})), name) == read


def test_none_is_not_given_and_leaves_the_default() -> None:
    assert given.texts({"max_recipients": None}) == {}


def test_a_setting_that_was_given_is_called_what_the_program_calls_it() -> None:
    settings = given.settings(given.texts({"max_recipients": 3}))
    assert settings.source("max-recipients") == "max_recipients"
    assert settings.source("hostname") == "--hostname"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"max_mesage_size": 1}, "There is no setting max_mesage_size. Did you mean max_message_size?"),
        ({"config": "x.toml"}, "There is no setting config."),
        ({"max_message_size": "2Q"}, "max_message_size says '2Q', which cannot be used: write octets"),
        ({"max_message_size": True}, "max_message_size must be SIZE, not True."),
        ({"require_auth": 1}, "require_auth must be True or False, not 1."),
        ({"idle_timeout": 0.5}, "idle_timeout says '0.5s', which cannot be used: write a whole number with s, m"),
        ({"hide_extension": [3.5]}, "hide_extension says '3.5', which cannot be used"),
        ({"web_auth": ["geheim"]}, "web_auth must be USER:PASSWORD|@FILE."),
        ({"smtp": {}}, "smtp must be ADDRESS, not {}."),
    ],
)
def test_a_wrong_value_is_told_by_the_name_that_python_has_for_it(values: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        given.settings(given.texts(values))
    assert str(refused.value).startswith(said)
    assert "geheim" not in str(refused.value)


def test_a_password_for_a_catcher_is_read_as_its_variable_is() -> None:
    assert given.credentials("PILLARBOX_WEB_AUTH", "ada:geheim") == ("ada", "geheim")
    with pytest.raises(UsageError, match="PILLARBOX_WEB_AUTH cannot be used: write USER:PASSWORD"):
        given.credentials("PILLARBOX_WEB_AUTH", "geheim")
