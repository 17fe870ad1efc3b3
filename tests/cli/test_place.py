from __future__ import annotations

import base64
from pathlib import Path

import pytest

from pillarbox.cli.place import Place, place
from pillarbox.errors import UsageError


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("given", "environ", "meant"),
    [
        (None, {}, Place("http://127.0.0.1:8025", host="127.0.0.1", port=8025)),
        (None, {"PILLARBOX_URL": "http://a:1"}, Place("http://a:1", host="a", port=1)),
        (None, {"PILLARBOX_URL": ""}, Place("http://127.0.0.1:8025", host="127.0.0.1", port=8025)),
        ("http://b", {"PILLARBOX_URL": "http://a"}, Place("http://b", host="b")),
        ("https://[::1]:1/mail/", {}, Place("https://[::1]:1/mail/", "/mail", "::1", 1, tls=True)),
        ("unix:/run/x", {}, Place("unix:/run/x", path="/run/x")),
        (
            "http://ada:se%3Acr%40t@h:1/m",
            {"PILLARBOX_WEB_AUTH": "x:y"},
            Place("http://h:1/m", "/m", "h", 1, authorization=basic("ada:se:cr@t")),
        ),
        ("http://h", {"PILLARBOX_WEB_AUTH": "x:ключ"}, Place("http://h", host="h", authorization=basic("x:ключ"))),
        ("unix:/x", {"PILLARBOX_WEB_AUTH": "x:y"}, Place("unix:/x", path="/x", authorization=basic("x:y"))),
    ],
)
def test_the_flag_goes_before_the_variable_and_the_variable_before_the_default(
    given: str | None, environ: dict[str, str], meant: Place
) -> None:
    assert place(given, environ) == meant


def test_a_password_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("ada:secret\nmore\n")
    found = place("http://h", {"PILLARBOX_WEB_AUTH": f"@{tmp_path / 'secret'}"})
    assert found.authorization == basic("ada:secret")
    with pytest.raises(UsageError, match=r"PILLARBOX_WEB_AUTH cannot be used: the file .* cannot be read"):
        place("http://h", {"PILLARBOX_WEB_AUTH": f"@{tmp_path / 'missing'}"})


@pytest.mark.parametrize(
    "url",
    [
        "ftp://ada:secret@h",
        "http://ada:secret@",
        "ada:secret@h",
        "http://ada:secret@h:x",
        "http://h/\r\nx",
        "http://h/ x",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UsageError, match="is no address of a catcher; write --url") as refused:
        place(url, {})
    assert "secret" not in str(refused.value)


def test_a_password_is_shown_nowhere() -> None:
    found = place("http://ada:secret@h", {})
    assert "secret" not in repr(found) + found.shown
    assert basic("ada:secret") == found.authorization
    assert basic("ada:secret") not in repr(found)
