"""Mutated mail: whatever the octets, a value comes out, and every string in it can be stored."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pillarbox.mail.html import html_to_text, preview, remote
from pillarbox.mail.message import Digest, Mail
from pillarbox.mail.params import download_name
from pillarbox.mail.parse import content, digest, parse, text_of
from pillarbox.mail.words import search_text

SEED = (
    b'From: =?utf-8?Q?J=C3=BCrgen?= <j@x.test>, "Doe, J" <d@x.test>\r\nTo: group: a@x.test, (c) b@x.test;\r\n'
    b"Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?= =?utf-8?B?w6k=?=\r\n folded\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0200\r\n"
    b"Message-ID: <1@x.test>\r\nList-Unsubscribe: <mailto:u@x.test>, <https://x.test/u>\r\n"
    b'Content-Type: multipart/mixed; boundary*0="--=_"; boundary*1=A\r\n\r\npreamble\r\n----=_A\r\n'
    b'Content-Type: multipart/related; boundary="--=_A1"\r\n\r\n----=_A1\r\n'
    b"Content-Type: text/html; charset=koi8-r\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"<p style=3D\"background:url(cid:i@x)\">=F0=D2 <img src=3D'cid:i@x'><script>x</script>&#x41;\r\n"
    b"----=_A1\r\nContent-Type: image/png; name*=utf-8''%e2%82%ac.png\r\nContent-ID: <i@x>\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----=_A1--\r\n----=_A\r\n"
    b"Content-Type: text/plain; charset=utf-7\r\n\r\n+2AA- words\r\n----=_A\r\n"
    b'Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename="=?utf-8?q?=C3=A9?=.eml"\r\n\r\n'
    b'Subject: inner\r\n\r\nbody\r\n----=_A\r\nContent-Type: application/x; name="a/b\\\\c"\r\n'
    b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n#86)C\r\n`\r\nend\r\n----=_A--\r\nepilogue\r\n"
)

TOKENS = [
    *(b"\r\n", b"\n", b"\r", b"\x00", b"--", b"--=_A", b"----=_A\r\n", b"\r\n\r\n", b"=?", b"?="),
    *(b"=?utf-8?q?", b'"', b"(", b"<", b">", b";", b":", b"=", b"\\", b"\xff\xfe", b"\xed\xa0\x80"),
    *(b"\xf0\x9f\x98\x80", b"charset=utf-16", b"%ed%a0%80", b"charset=punycode", b"Content-Type: "),
    *(b"multipart/mixed", b"message/rfc822", b"&#xD800;", b"&#0;", b"*0*=", b"base64"),
    *(b"charset=unicode_escape", b"\\ud800", b"charset=utf-7", b"+2AA-", b"cid:", b"<!--", b"<style>"),
    *(b"url(", b"@import "),
]
MUTATION = st.tuples(
    st.sampled_from(["insert", "delete", "repeat", "replace"]),
    st.integers(0, len(SEED)),
    st.integers(0, 60),
    st.one_of(st.sampled_from(TOKENS), st.binary(max_size=8)),
)


def mutated(seed: bytes, mutations: list[tuple[str, int, int, bytes]]) -> bytes:
    raw = seed
    for kind, at, length, token in mutations:
        if kind == "insert":
            raw = raw[:at] + token + raw[at:]
        elif kind == "delete":
            raw = raw[:at] + raw[at + length :]
        elif kind == "repeat":
            raw = raw[: at + length] + raw[at:]
        else:
            raw = raw[:at] + token + raw[at + len(token) :]
    return raw


def strings(value: object) -> Iterator[str]:
    """Every string anywhere in a value of ours. An unexpected type fails: it could hide one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from strings(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings(getattr(value, field.name))
    else:
        assert value is None or isinstance(value, (int, datetime)), type(value)


def check(raw: bytes) -> None:
    mail, short = parse(raw), digest(raw)
    assert isinstance(mail, Mail)
    assert isinstance(short, Digest)
    assert "parse-failed" not in {defect.code for defect in mail.defects}
    derived = [*strings(mail), *strings(short), search_text(short.body)]
    for part in mail.parts:
        assert 0 <= part.start <= part.end <= len(raw)
        assert len(content(raw, part)) == part.size
        derived += [text_of(raw, part), download_name(part.filename)]
    if mail.html:
        found = remote(mail.html)
        assert found.blocked >= found.others >= 0
        derived += [*found.images, html_to_text(mail.html), preview(mail.html, lambda _: "data:image/png;base64,AA==")]
    for text in derived:
        assert "\x00" not in text
        text.encode()  # raises on a lone surrogate
    names = {field.name for field in dataclasses.fields(Mail)} & set(Digest._fields)
    assert {name: getattr(mail, name) for name in names} == {name: getattr(short, name) for name in names}
    assert short.attachment_count == sum(not part.inline for part in mail.attachments)
    assert short.filenames == tuple(part.filename for part in mail.attachments if part.filename)
    assert len(short.snippet) <= 200


def test_the_seed_is_read_whole() -> None:
    mail = parse(SEED)
    assert [part.content_type for part in mail.parts] == [
        *("multipart/mixed", "multipart/related", "text/html", "image/png"),
        *("text/plain", "message/rfc822", "application/x"),
    ]
    assert mail.defects == ()
    check(SEED)


@given(st.lists(MUTATION, min_size=1, max_size=12))
@settings(max_examples=1_500, deadline=None, derandomize=True)
def test_mutated_mail_gives_values_that_can_be_stored(mutations: list[tuple[str, int, int, bytes]]) -> None:
    check(mutated(SEED, mutations))


@given(st.binary(max_size=400))
@example(b"\xed\xa0\x80")
@settings(max_examples=500, deadline=None, derandomize=True)
def test_any_octets_give_values_that_can_be_stored(raw: bytes) -> None:
    check(raw)


@given(st.lists(st.sampled_from([*TOKENS, b"a", b" ", b"x@x.test", b"Subject: ", b"To: "]), max_size=60).map(b"".join))
@settings(max_examples=1_000, deadline=None, derandomize=True)
def test_any_row_of_tokens_gives_values_that_can_be_stored(raw: bytes) -> None:
    check(raw)
    check(b"To: " + raw)
    check(b"Content-Type: text/html;" + raw + b"\r\n\r\n" + raw)
