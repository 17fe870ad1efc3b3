from __future__ import annotations

import pytest

from pillarbox.cli.destination import GENERAL, OWN, destination
from pillarbox.errors import UsageError

BOTH = (OWN, GENERAL)


@pytest.mark.parametrize(
    ("flag", "environ", "found"),
    [
        (None, {}, "127.0.0.1:1025"),
        (":25", {"PILLARBOX_SMTP": ":26"}, "127.0.0.1:25"),
        ("unix:/run/smtp", {}, "unix:/run/smtp"),
        (None, {"PILLARBOX_SMTP": "0.0.0.0:26, :27", "SMTP_HOST": "x"}, "127.0.0.1:26"),
        (None, {"PILLARBOX_SMTP": "[::]:26"}, "[::1]:26"),
        (None, {"PILLARBOX_SMTP": " ", "PILLARBOX_SMTP_PORT": "28"}, "127.0.0.1:28"),
        (None, {"PILLARBOX_SMTP_HOST": "a", "PILLARBOX_SMTP_PORT": "28", "SMTP_HOST": "x", "SMTP_PORT": "2"}, "a:28"),
        (None, {"SMTP_HOST": "mail", "SMTP_PORT": "29"}, "mail:29"),
        (None, {"SMTP_HOST": "::1"}, "[::1]:1025"),
    ],
)
def test_a_flag_counts_before_variables(flag: str | None, environ: dict[str, str], found: str) -> None:
    assert str(destination(flag, environ, BOTH)) == found


def test_what_many_programs_read_is_only_for_the_one_that_stands_among_them() -> None:
    """`pillarbox send` must not reach the server that an app uses in production."""
    assert str(destination(None, {"SMTP_HOST": "mail.example.org", "SMTP_PORT": "25"})) == "127.0.0.1:1025"


@pytest.mark.parametrize(
    ("flag", "environ", "said"),
    [
        ("25", {}, "--smtp says '25', which cannot be used: it names no port; write :25."),
        (None, {"PILLARBOX_SMTP": "x"}, "PILLARBOX_SMTP says 'x'"),
        (None, {"SMTP_HOST": "a b"}, "SMTP_HOST with SMTP_PORT says 'a b:1025'"),
        (":0", {}, "--smtp says ':0', but nothing listens on port 0; name the port of a catcher."),
    ],
)
def test_what_cannot_be_meant_names_its_place(flag: str | None, environ: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as error:
        destination(flag, environ, BOTH)
    assert said in str(error.value)
