from __future__ import annotations

from collections.abc import Callable

import pytest

from pillarbox.smtp import dsn

Read = Callable[[str], str | None]


@pytest.mark.parametrize(
    ("read", "value", "kept"),
    [
        (dsn.ret, "FULL", "FULL"),
        (dsn.ret, "hdrs", "hdrs"),
        (dsn.envid, "QQ314159", "QQ314159"),
        (dsn.envid, "<a+20b+2B>", "<a b+>"),
        (dsn.envid, "x" * 100, "x" * 100),
        (dsn.notify, "NEVER", "NEVER"),
        (dsn.notify, "never", "never"),
        (dsn.notify, "SUCCESS", "SUCCESS"),
        (dsn.notify, "Failure,DELAY,success", "Failure,DELAY,success"),
        (dsn.notify, "SUCCESS,SUCCESS", "SUCCESS,SUCCESS"),
        (dsn.orcpt, "rfc822;a@b", "rfc822;a@b"),
        (dsn.orcpt, "RFC822;a+2Bb+3Dc@d", "RFC822;a+b=c@d"),
        (dsn.orcpt, "rfc822;", "rfc822;"),
        (dsn.orcpt, "x400;/G=a;b", None),
        (dsn.orcpt, "x400;/G+3Da;b", "x400;/G=a;b"),
        (dsn.orcpt, "utf-8;ü@b", "utf-8;ü@b"),
        (dsn.orcpt, "UTF-8;\\x{FC}@b", "UTF-8;ü@b"),
        (dsn.orcpt, "rfc822;\\x{FC}@b", "rfc822;\\x{FC}@b"),
        (dsn.orcpt, "rfc822;" + "x" * 493, "rfc822;" + "x" * 493),
    ],
)
def test_a_value_is_kept_decoded(read: Read, value: str, kept: str | None) -> None:
    assert read(value) == kept


@pytest.mark.parametrize(
    ("read", "value"),
    [
        *((dsn.ret, value) for value in ["", "FULL,HDRS", "ALL", " FULL"]),
        *((dsn.envid, value) for value in ["", "a=b", "+2b", "+0D+0A", "+00", "+C3+BC", "ü", "x" * 101]),
        *((dsn.notify, value) for value in ["", "NEVER,SUCCESS", "SUCCESS,NEVER", "NEVER,NEVER", ",DELAY", "ſuccess"]),
        *((dsn.orcpt, value) for value in ["", "a@b", ";a@b", "(c);a", "a b;c", "<x>;c", "ü;c", "rfc822;+0D+0A"]),
        *((dsn.orcpt, value) for value in ["rfc822;ü@b", "utf-8;\\x{0A}", "utf-8;+00", "rfc822;" + "x" * 494]),
    ],
)  # fmt: skip
def test_a_bad_value_is_none(read: Read, value: str) -> None:
    assert read(value) is None
