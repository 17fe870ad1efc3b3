"""Who may read and change what is caught, as tables: each line is a header that somebody can send."""

from __future__ import annotations

import base64

import pytest

from pillarbox.web import security

ALLOWED = frozenset({"mail.example.org", "*.dev.example.org"})


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8025",
        "[::1]:8025",
        "[::1]",
        "[fe80::1]:80",
        "192.168.1.7:8025",
        "203.0.113.9",
        "localhost",
        "LOCALHOST:8025",
        "localhost.",
        "pillarbox",
        "pillarbox:8025",
        "my_container:8025",
        "laptop.local",
        "mail.test:8025",
        "mail.internal",
        "app.localhost:3000",
        "a.b.c.test",
        "mail.example.org",
        "Mail.Example.Org.:443",
        "a.dev.example.org",
        "a.b.dev.example.org:8025",
    ],
)
def test_a_name_that_no_stranger_can_register_is_ours(host: str) -> None:
    assert security.host_is_ours(host, ALLOWED)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        ":8025",
        "evil.com",
        "evil.com:8025",
        "127.0.0.1.evil.com",
        "127.0.0.1.nip.io:8025",
        "localhost.evil.com",
        "test.evil.com",
        "eviltest.com",
        "mail.example.org.evil.com",
        "evilmail.example.org",
        "example.org",
        "dev.example.org",
        "evildev.example.org",
        "evil.com#.test",
        "evil.com/.test",
        "evil.com?.test",
        "evil.com@localhost",
        "user@localhost",
        "localhost, evil.com",
        "local host",
        "[::1",
        "::1",
        "[::1]evil.com",
        "[127.0.0.1]",
        "[evil.com]",
        "localhost:port",
        "localhost:8025:1",
        "..test",
        ".test",
        "localhost..",
        "ev\u0456l.test",
    ],
)
def test_a_name_that_can_be_made_to_point_here_is_not_ours(host: str | None) -> None:
    assert not security.host_is_ours(host, ALLOWED)


SAME = "http://localhost:8025"


@pytest.mark.parametrize(
    ("origin", "fetch_site", "host"),
    [
        (None, None, "localhost:8025"),  # a program
        (SAME, None, "localhost:8025"),
        (SAME, "same-origin", "localhost:8025"),
        (None, "none", "localhost:8025"),  # typed by a person
        ("http://LOCALHOST:8025", None, "localhost:8025"),
        ("http://box.test", None, "box.test:80"),
        ("https://box.test", None, "box.test"),  # TLS ended before us
        ("https://box.test", None, "box.test:443"),
        ("https://mail.example.org", "same-origin", "pillarbox:8025"),  # a proxy that rewrites Host
        ("http://[::1]:8025", None, "[::1]:8025"),
        ("https://ci.example.org", "cross-site", "localhost:8025"),  # allowed by name
    ],
)
def test_a_change_from_here_or_by_a_program_passes(origin: str | None, fetch_site: str | None, host: str) -> None:
    assert not security.is_cross_origin(origin, fetch_site, host, {"https://ci.example.org"})


@pytest.mark.parametrize(
    ("origin", "fetch_site", "host"),
    [
        ("https://evil.com", "cross-site", "localhost:8025"),
        ("https://evil.com", None, "localhost:8025"),
        (None, "cross-site", "localhost:8025"),
        ("http://localhost:3000", "same-site", "localhost:8025"),
        ("http://localhost:3000", None, "localhost:8025"),
        ("http://localhost", None, "localhost:8025"),
        ("null", None, "localhost:8025"),
        ("null", "cross-site", "localhost:8025"),
        ("", None, "localhost:8025"),
        ("http://localhost:8025.evil.com", None, "localhost:8025"),
        ("http://user@localhost:8025", None, "localhost:8025"),
        ("file://localhost:8025", None, "localhost:8025"),
        ("https://ci.example.org.evil.com", None, "localhost:8025"),
        (SAME, "something-new", "localhost:8025"),
        (SAME, None, None),
        ("http://[", None, "localhost:8025"),
        ("http://x]", None, "localhost:8025"),
    ],
)
def test_a_change_from_another_page_is_refused(origin: str | None, fetch_site: str | None, host: str | None) -> None:
    assert security.is_cross_origin(origin, fetch_site, host, {"https://ci.example.org"})


def basic(credentials: str) -> str:
    return "Basic " + base64.b64encode(credentials.encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "holds"),
    [
        (basic("ada:päss:word"), True),
        ("bAsIc " + base64.b64encode("ada:päss:word".encode()).decode(), True),
        (basic("ada:pass"), False),
        (basic("ada:päss:word "), False),
        (basic("eve:päss:word"), False),
        (basic("ada"), False),
        (basic(""), False),
        ("Basic", False),
        ("Basic !!!", False),
        ("Basic \u00e9", False),
        ("Bearer " + base64.b64encode("ada:päss:word".encode()).decode(), False),
        (None, False),
        ("", False),
    ],
)
def test_a_password_holds_when_it_is_the_whole_one(authorization: str | None, holds: bool) -> None:
    assert security.credentials_hold(authorization, ("ada", "päss:word")) is holds


def test_no_policy_lets_a_script_of_a_message_run() -> None:
    for policy in (security.PREVIEW_POLICY, security.PREVIEW_REMOTE_POLICY, security.PART_POLICY):
        directives = dict(([*part.strip().split(" ", 1), ""])[:2] for part in policy.split(";"))
        assert directives["default-src"] == "'none'"
        assert "script-src" not in directives
        assert "allow-scripts" not in directives["sandbox"]
        assert "allow-same-origin" not in directives["sandbox"]
    assert "unsafe" not in security.PAGE_POLICY
    assert "http:" in security.PREVIEW_REMOTE_POLICY
    assert "http:" not in security.PREVIEW_POLICY
