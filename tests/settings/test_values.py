from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pillarbox.settings import TcpAddress, UnixAddress, values


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:1025", TcpAddress("127.0.0.1", 1025)),
        ("[::1]:1025", TcpAddress("::1", 1025)),
        ("[0:0:0:0:0:0:0:1]:1025", TcpAddress("::1", 1025)),
        (":1025", TcpAddress(None, 1025)),
        (":0", TcpAddress(None, 0)),
        ("mail.example.org:65535", TcpAddress("mail.example.org", 65535)),
        ("unix:/run/pillarbox/smtp", UnixAddress(Path("/run/pillarbox/smtp"))),
    ],
)
def test_an_address_is_host_and_port_or_a_socket(text: str, address: TcpAddress | UnixAddress) -> None:
    assert values.read_address(text) == address


@pytest.mark.parametrize("text", ["127.0.0.1:1025", "[::1]:1025", ":1025", "unix:/run/pillarbox/smtp"])
def test_an_address_is_written_as_it_is_read(text: str) -> None:
    assert str(values.read_address(text)) == text


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("1025", "write :1025"),
        ("localhost", "write HOST:PORT"),
        ("", "write HOST:PORT"),
        ("localhost:", "no port from 0 to 65535"),
        ("unix:/run/a\0b", "a path holds no NUL"),
        ("localhost:smtp", "no port from 0 to 65535"),
        ("localhost:65536", "no port from 0 to 65535"),
        ("localhost:-1", "no port from 0 to 65535"),
        ("localhost:٢٥", "no port from 0 to 65535"),
        ("::1:1025", "write [::1]:1025"),
        ("[::g]:1025", "no IPv6 address"),
        ("[127.0.0.1]:1025", "no IPv6 address"),
        ("*:1025", "write 0.0.0.0:1025"),
        ("a b:1025", "no host name"),
        ("unix:run/socket", "write unix:/path"),
        ("[::1:0", "brackets are not a pair around the host; write HOST:PORT"),
        ("::1]:0", "brackets are not a pair around the host; write HOST:PORT"),
    ],
)
def test_an_address_that_is_none_is_told_how_to_be_written(text: str, mend: str) -> None:
    with pytest.raises(ValueError, match=re.escape(mend)):
        values.read_address(text)


@pytest.mark.parametrize(
    ("text", "octets"),
    [("0", 0), ("100000000", 100_000_000), ("1K", 1024), ("25M", 25 * 1024**2), ("2G", 2 * 1024**3), ("256k", 262_144)],
)
def test_a_size_is_octets_or_a_number_with_a_unit_of_1024(text: str, octets: int) -> None:
    assert values.read_size(text) == octets


@pytest.mark.parametrize("text", ["", "10X", "-1", "1.5M", "10 M", "10MB", "K", "٣"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write octets"):
        values.read_size(text)


@pytest.mark.parametrize(("text", "octets"), [("0", 0), ("16M", 16 * 1024**2), ("2G", 2 * 1024**3)])
def test_room_for_a_database_is_a_size_that_holds_one(text: str, octets: int) -> None:
    assert values.read_room(text) == octets


@pytest.mark.parametrize("text", ["1", "1M", "16777215"])
def test_room_that_no_database_fits_in_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write at least 16M; 0 is no limit"):
        values.read_room(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("90s", 90), ("15m", 900), ("36h", 129_600), ("14d", 1_209_600), ("0s", 0)]
)
def test_an_age_is_a_number_with_a_unit_of_time(text: str, seconds: float) -> None:
    assert values.read_age(text) == seconds


@pytest.mark.parametrize("text", ["", "300", "5 m", "1.5h", "-1s", "1w", "5M"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as 90s"):
        values.read_age(text)


@pytest.mark.parametrize("text", ["", "-1", "1e3", "many", "1.0"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        values.read_count(text)


@pytest.mark.parametrize(
    ("text", "origin"),
    [("http://localhost:3000", "http://localhost:3000"), ("HTTPS://App.Example.org", "https://app.example.org")],
)
def test_an_origin_is_scheme_host_and_port(text: str, origin: str) -> None:
    assert values.read_origin(text) == origin


@pytest.mark.parametrize("text", ["*", "localhost:3000", "http://localhost/", "ftp://localhost", "null", ""])
def test_what_is_no_single_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="without a path"):
        values.read_origin(text)


@pytest.mark.parametrize(("text", "prefix"), [("/mail", "/mail"), ("/mail/", "/mail"), ("/", ""), ("/a/b", "/a/b")])
def test_a_root_path_ends_without_a_slash(text: str, prefix: str) -> None:
    assert values.read_prefix(text) == prefix


@pytest.mark.parametrize("text", ["mail", "/a b", "//a", "/a?b", "http://x/"])
def test_a_root_path_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="starts with a slash"):
        values.read_prefix(text)


@pytest.mark.parametrize("text", ["/a/../b", "/..", "/./a", "/a/."])
def test_a_root_path_with_dot_segments_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"take \. and \.\. out of a path"):
        values.read_prefix(text)


def test_a_root_path_may_hold_dots() -> None:
    assert values.read_prefix("/a.b/...") == "/a.b/..."


@pytest.mark.parametrize(
    ("read", "text", "largest"),
    [
        (values.read_count, "99999999999999999999999", "999999999"),
        (values.read_size, "1000000000000000K", "999999999999999"),
        (values.read_age, "1000000000s", "999999999"),
    ],
)
def test_a_number_that_is_too_large_is_told_the_largest(read: Callable[[str], object], text: str, largest: str) -> None:
    with pytest.raises(ValueError, match=rf"the largest number .*is {largest};|the largest number is {largest};"):
        read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "names no file"), (" ", "names no file"), ("a\0b", "NUL"), ("~nobody-here/a", "no such user")],
)
def test_what_is_no_path_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        values.read_path(text)


def test_a_host_may_stand_for_all_below_a_domain() -> None:
    assert values.read_host_pattern("*.Example.org") == "*.example.org"
    with pytest.raises(ValueError, match="host name"):
        values.read_host_pattern("a.*.org")


def test_a_password_may_hold_colons() -> None:
    assert values.read_credentials("ada:se:cret") == ("ada", "se:cret")


def test_credentials_may_stand_in_the_first_line_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("ada:secret\nnot:this\n")
    assert values.read_credentials(f"@{file}") == ("ada", "secret")


@pytest.mark.parametrize("text", ["ada", "ada:", ":secret", ""])
def test_credentials_need_a_user_and_a_password(text: str) -> None:
    with pytest.raises(ValueError, match="USER:PASSWORD"):
        values.read_credentials(text)


def test_a_credentials_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file") as error:
        values.read_credentials(f"@{tmp_path / 'missing'}")
    assert "missing" in str(error.value)
