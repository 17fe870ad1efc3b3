from __future__ import annotations

from pathlib import Path

import pytest

from pillarbox.errors import UsageError
from pillarbox.settings import TABLE, Settings, TcpAddress, UnixAddress, doubtful_variables, read


def config(folder: Path, text: str) -> Path:
    path = folder / "pillarbox.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("flag", "variable", "key", "wins"),
    [
        (None, None, None, 1000),
        (None, None, 4, 4),
        (None, "3", 4, 3),
        ("2", "3", 4, 2),
        ("2", None, None, 2),
        ("2", "3", None, 2),
        (None, "3", None, 3),
        ("2", None, 4, 2),
        (None, "", 4, 4),
        ("0", "3", 4, 0),
    ],
)
def test_a_flag_comes_before_a_variable_before_the_file_before_the_default(
    tmp_path: Path, flag: str | None, variable: str | None, key: int | None, wins: int
) -> None:
    flags: dict[str, str | list[str] | None] = {"max-recipients": flag}
    environ = {} if variable is None else {"PILLARBOX_MAX_RECIPIENTS": variable}
    if key is not None:
        flags["config"] = str(config(tmp_path, f"max-recipients = {key}\n"))
    assert read(flags, environ).max_recipients == wins


def test_the_defaults_are_those_of_the_settings_themselves() -> None:
    assert read({}, {}) == Settings(database=read({}, {}).database)


def test_the_file_holds_texts_numbers_and_lists(tmp_path: Path) -> None:
    file = config(
        tmp_path,
        'smtp = [":2525", "unix:/run/smtp"]\nhttp = "0.0.0.0:80"\nmax-message-size = "10M"\nidle_timeout = "90s"\n'
        'allowed-host = "mail.example.org"\nmax-connections = 7\n',
    )
    settings = read({"config": str(file)}, {})
    assert settings.smtp == (TcpAddress(None, 2525), UnixAddress(Path("/run/smtp")))
    assert settings.http == TcpAddress("0.0.0.0", 80)
    assert settings.max_message_size == 10 * 1024**2
    assert settings.idle_timeout == 90.0
    assert settings.allowed_host == ("mail.example.org",)
    assert settings.max_connections == 7


def test_the_file_may_be_named_by_a_variable(tmp_path: Path) -> None:
    file = config(tmp_path, "max-errors = 3\n")
    assert read({}, {"PILLARBOX_CONFIG": str(file)}).max_errors == 3


def test_a_repeatable_variable_is_split_at_commas_and_a_flag_is_not() -> None:
    settings = read({"hide-extension": ["pipelining"]}, {"PILLARBOX_SMTP": ":1025, [::1]:2525"})
    assert settings.smtp == (TcpAddress(None, 1025), TcpAddress("::1", 2525))
    assert settings.hide_extension == ("pipelining",)
    with pytest.raises(UsageError, match="--smtp"):
        read({"smtp": [":1025,:2525"]}, {})


def test_repeated_flags_replace_the_variable_as_a_whole() -> None:
    settings = read({"smtp": [":1", ":2"]}, {"PILLARBOX_SMTP": ":3"})
    assert settings.smtp == (TcpAddress(None, 1), TcpAddress(None, 2))


@pytest.mark.parametrize(
    ("flags", "environ", "said"),
    [
        ({"smtp": ["25x"]}, {}, ["--smtp", "'25x'", "write HOST:PORT"]),
        ({}, {"PILLARBOX_IDLE_TIMEOUT": "300"}, ["PILLARBOX_IDLE_TIMEOUT", "'300'", "such as 90s"]),
        ({"log-format": "xml"}, {}, ["--log-format", "'xml'", "write text or json"]),
        ({}, {"PILLARBOX_CORS_ORIGIN": "http://a,*"}, ["PILLARBOX_CORS_ORIGIN", "'*'", "http://localhost:3000"]),
        ({}, {"PILLARBOX_SMTP": ":0,,foo"}, ["PILLARBOX_SMTP has an empty item", "leave it out"]),
        ({"ready-file": ""}, {}, ["--ready-file says ''", "names no file"]),
        ({"config": ""}, {}, ["--config says ''", "names no file"]),
    ],
)
def test_a_wrong_value_is_told_with_its_source_itself_and_the_mend(
    flags: dict[str, str | list[str] | None], environ: dict[str, str], said: list[str]
) -> None:
    with pytest.raises(UsageError) as error:
        read(flags, environ)
    for part in said:
        assert part in str(error.value)


def test_a_wrong_password_setting_is_told_without_the_password() -> None:
    with pytest.raises(UsageError, match=r"^--web-auth cannot be used: write USER:PASSWORD") as error:
        read({"web-auth": "hunter2"}, {})
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max-recipient = 1\n", "unknown key 'max-recipient'. Did you mean max-recipients?"),
        ("config = 'x'\n", "unknown key 'config'"),
        ("max-recipients = true\n", "must be a text or a whole number, not a boolean"),
        ("require-auth = 2\n", "which cannot be used: write true or false"),
        ("require-auth = [true]\n", "must be true or false, not an array"),
        ("max-recipients = [1]\n", "must be a text or a whole number, not an array"),
        ("max-recipients = 1.5\n", "must be a text or a whole number, not a float"),
        ("max-recipients = 2026-11-23\n", "must be a text or a whole number, not a date or a time"),
        ("[max-recipients]\nx = 1\n", "must be a text or a whole number, not a table"),
        ("smtp = ['']\n", "has an empty item"),
        ("max-recipients = 'many'\n", "says 'many'"),
        ("[limits]\nx = 1\n", "unknown key 'limits'"),
        ("smtp = :1025\n", "is not TOML"),
    ],
)
def test_a_file_that_cannot_be_right_is_told_by_name(tmp_path: Path, text: str, said: str) -> None:
    file = config(tmp_path, text)
    with pytest.raises(UsageError) as error:
        read({"config": str(file)}, {})
    assert said in str(error.value)
    assert str(file) in str(error.value)


def test_a_file_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.toml cannot be read"):
        read({"config": str(tmp_path / "nowhere.toml")}, {})


def test_the_database_lies_where_the_desktop_keeps_data(tmp_path: Path) -> None:
    assert read({}, {"XDG_DATA_HOME": "/data"}).database == "sqlite:////data/pillarbox/pillarbox.db"
    home = f"sqlite:///{Path.home()}/.local/share/pillarbox/pillarbox.db"
    assert read({}, {}).database == home
    assert read({}, {"XDG_DATA_HOME": "not/whole"}).database == home


def test_a_misspelt_variable_is_doubted_and_those_of_other_programs_are_not() -> None:
    environ = {
        "PILLARBOX_MAX_RECIPIENT": "1",
        "PILLARBOX_MAX_ERRORS": "1",
        "PILLARBOX_URL": "http://localhost",
        "PILLARBOX_SERVICE_HOST": "10.0.0.1",
        "PILLARBOX_PORT": "tcp://10.0.0.1:1025",
        "MAX_RECIPIENT": "1",
    }
    assert doubtful_variables(environ) == [
        "The variable PILLARBOX_MAX_RECIPIENT is not known and has no effect; did you mean PILLARBOX_MAX_RECIPIENTS?"
    ]


def test_every_default_that_is_shown_in_words_of_the_setting_reads_as_the_default() -> None:
    defaults = Settings()
    read_back = {}
    for setting in TABLE:
        shown = setting.row.shown
        if setting.attribute in ("database", "max_connections", "hostname") or shown in ("none", "no password"):
            continue
        value = setting.row.kind.read(shown)
        read_back[setting.attribute] = (value,) if setting.row.repeatable else value
    assert len(read_back) >= 8
    assert read_back == {name: getattr(defaults, name) for name in read_back}


def test_a_setting_remembers_where_it_stands(tmp_path: Path) -> None:
    file = config(tmp_path, "hostname = 'a.test'\n")
    settings = read({"config": str(file), "max-errors": "1"}, {"PILLARBOX_DATABASE": "sqlite://"})
    assert settings.source("hostname") == f"The key hostname in {file}"
    assert settings.source("database") == "PILLARBOX_DATABASE"
    assert settings.source("max-errors") == "--max-errors"
    assert settings.source("http") == "--http"


def test_two_free_ports_are_two_listeners() -> None:
    assert read({"smtp": [":0", ":0"]}, {}).smtp == (TcpAddress(None, 0), TcpAddress(None, 0))


def test_a_switch_is_a_flag_a_variable_or_a_boolean(tmp_path: Path) -> None:
    assert not read({}, {}).require_auth
    assert read({"require-auth": "true"}, {"PILLARBOX_REQUIRE_AUTH": "off"}).require_auth
    assert read({}, {"PILLARBOX_REQUIRE_AUTH": "Yes"}).require_auth
    for text, on in (("true", True), ("false", False), ('"on"', True)):
        file = config(tmp_path, f"require-auth = {text}\n")
        assert read({"config": str(file)}, {}).require_auth is on
    with pytest.raises(UsageError, match="PILLARBOX_REQUIRE_AUTH says 'maybe', which cannot be used: write true or"):
        read({}, {"PILLARBOX_REQUIRE_AUTH": "maybe"})
