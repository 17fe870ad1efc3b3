from __future__ import annotations

import hashlib
from dataclasses import fields

import pytest

from pillarbox.mail import parse as module
from pillarbox.mail.message import Addr, Digest, Mail
from pillarbox.mail.parse import content, digest, parse, text_of

PNG = b"\x89PNG\r\n\x1a\n"


def part(kind: bytes, body: bytes, *more: bytes) -> bytes:
    return b"\r\n".join([b"Content-Type: " + kind, *more, b"", body])


def multi(kind: bytes, *parts: bytes, boundary: bytes = b"b") -> bytes:
    lines = b"".join(b"--" + boundary + b"\r\n" + one + b"\r\n" for one in parts)
    return (
        b"Content-Type: multipart/" + kind + b"; boundary=" + boundary + b"\r\n\r\n" + lines + b"--" + boundary + b"--"
    )


def kinds(mail: Mail) -> list[tuple[str, bool]]:
    return [(one.content_type, one.inline) for one in mail.attachments]


def test_a_plain_message_is_read_whole() -> None:
    raw = (
        b"From: Alice <alice@x.test>\r\nTo: bob@x.test\r\nReply-To: r@x.test\r\nSubject: Hello\r\n"
        b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@x.test>\r\n\r\nHello  Bob,\r\n\r\nhow are you?\r\n"
    )
    mail = parse(raw)
    assert mail.from_ == (Addr("Alice", "alice@x.test"),)
    assert mail.to == (Addr("", "bob@x.test"),)
    assert mail.reply_to == (Addr("", "r@x.test"),)
    assert mail.subject == "Hello"
    assert mail.date is not None
    assert mail.date.isoformat() == "2026-11-23T10:00:00+00:00"
    assert mail.message_id == "1@x.test"
    assert mail.text == "Hello  Bob,\n\nhow are you?\n"
    assert mail.snippet == "Hello Bob, how are you?"
    assert (mail.text_part, mail.html_part, mail.html) == (0, None, None)
    assert mail.attachments == ()
    assert mail.defects == ()
    (root,) = mail.parts
    assert (root.content_type, root.charset, root.encoding, root.inline) == ("text/plain", None, "", True)
    assert raw[root.start : root.end] == b"Hello  Bob,\r\n\r\nhow are you?\r\n"


@pytest.mark.parametrize(
    ("written", "read"),
    [(b"<a@b>", "a@b"), (b"a@b", "a@b"), (b" <a@b> (comment)", "a@b"), (b"<a@b", "a@b"), (b"", None), (b"<>", None)],
)
def test_the_message_id_is_without_brackets(written: bytes, read: str | None) -> None:
    assert parse(b"Message-ID: " + written + b"\r\n\r\n").message_id == read


def test_size_and_hash_are_of_the_decoded_content() -> None:
    raw = part(b"image/png", b"iVBORw0KGgo=", b"Content-Transfer-Encoding: BASE64; x=y")
    (root,) = parse(raw).parts
    assert (root.size, root.sha256, root.encoding) == (8, hashlib.sha256(PNG).hexdigest(), "base64")
    assert content(raw, root) == PNG


def test_the_bodies_of_an_alternative_are_text_and_html() -> None:
    mail = parse(multi(b"alternative", part(b"text/plain", b"text"), part(b"text/html", b"<p>html")))
    assert (mail.text, mail.text_part, mail.html, mail.html_part) == ("text", 1, "<p>html", 2)
    assert mail.attachments == ()


def test_an_attached_text_is_no_body() -> None:
    mail = parse(
        multi(
            b"mixed",
            part(b"text/plain", b"log", b"Content-Disposition: attachment; filename=a.log"),
            part(b'text/plain; name="b.log"', b"log"),
            part(b"text/plain", b"the text"),
            part(b"text/html", b"<p>", b"Content-Disposition: attachment"),
        )
    )
    assert (mail.text, mail.text_part, mail.html) == ("the text", 3, None)
    assert kinds(mail) == [("text/plain", False), ("text/plain", False), ("text/html", False)]


def test_a_message_that_is_one_attachment_has_no_text() -> None:
    mail = parse(part(b"application/pdf", b"pdf", b"Content-Disposition: attachment; filename=a.pdf"))
    assert (mail.text, mail.html, kinds(mail)) == (None, None, [("application/pdf", False)])


def test_a_message_with_another_text_only_shows_that() -> None:
    mail = parse(part(b"text/markdown", b"# Hi"))
    assert (mail.text, mail.text_part, mail.attachments) == ("# Hi", 0, ())


def test_the_bodies_of_an_enclosed_message_are_not_those_of_this_one() -> None:
    mail = parse(multi(b"mixed", part(b"message/rfc822", part(b"text/plain", b"inner"))))
    assert (mail.text, kinds(mail)) == (None, [("message/rfc822", False)])


def test_an_image_that_the_html_refers_to_is_inline() -> None:
    html = part(b"text/html", b'<img src="cid:a%40x&amp;y"><p>')
    image = part(b"image/png", PNG, b"Content-ID: <a@x&y>", b"Content-Disposition: attachment; filename=a.png")
    mail = parse(multi(b"mixed", html, image))
    assert kinds(mail) == [("image/png", True)]
    assert mail.attachments[0].content_id == "a@x&y"


def test_a_related_part_with_a_content_id_is_inline_unless_it_is_attached() -> None:
    related = multi(
        b"related",
        part(b"text/html", b"<p>", b"Content-ID: <root@x>"),
        part(b"image/png", PNG, b"Content-ID: <unused@x>"),
        part(b"image/gif", PNG),
        part(b"image/jpeg", PNG, b"Content-ID: <attached@x>", b"Content-Disposition: attachment"),
    )
    assert kinds(parse(related)) == [("image/png", True), ("image/gif", False), ("image/jpeg", False)]


def test_what_says_inline_is_inline_and_an_unknown_disposition_is_attached() -> None:
    mail = parse(
        multi(
            b"mixed",
            part(b"text/plain", b"text"),
            part(b"application/pdf", b"pdf", b"Content-Disposition: INLINE; filename=a.pdf"),
            part(b"application/pdf", b"pdf", b"Content-Disposition: x-other"),
            part(b"application/pdf", b"pdf"),
        )
    )
    assert kinds(mail) == [("application/pdf", True), ("application/pdf", False), ("application/pdf", False)]


def test_other_alternatives_and_further_texts_are_displayed_not_attached() -> None:
    mail = parse(
        multi(
            b"mixed",
            multi(b"alternative", part(b"text/plain", b"t"), part(b"text/calendar", b"BEGIN:"), boundary=b"c"),
            part(b"text/plain", b"-- \r\nlist footer"),
        )
    )
    assert kinds(mail) == [("text/calendar", True), ("text/plain", True)]


def test_the_text_of_any_text_part_can_be_had() -> None:
    raw = multi(
        b"mixed",
        part(b"text/plain", b"text"),
        part(b"text/csv; charset=iso-8859-1", b"caf=E9\r\n", b"Content-Transfer-Encoding: quoted-printable"),
    )
    assert text_of(raw, parse(raw).parts[2]) == "café\n"


@pytest.mark.parametrize(
    ("body", "snippet"),
    [
        (part(b"text/plain", b"  a \r\n\tb  c "), "a b c"),
        (part(b"text/plain", b"x" * 500), "x" * 200),
        (part(b"text/html", b"<style>p{}</style><p>Hello <b>you</b>"), "Hello you"),
        (multi(b"alternative", part(b"text/plain", b" \r\n"), part(b"text/html", b"<p>html")), "html"),
        (part(b"text/html; charset=utf-8", "<p>pre&zwnj;&nbsp;\u200bheader".encode()), "pre header"),
        (part(b"text/plain", b""), ""),
        (part(b"text/plain", b"a\x07b\x00c"), "a b\ufffdc"),
    ],
)
def test_the_snippet_is_the_first_words_on_one_line(body: bytes, snippet: str) -> None:
    assert parse(body).snippet == snippet
    assert digest(body).snippet == snippet


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"<https://x.test/u?a=1>, <mailto:u@x.test>", ("https://x.test/u?a=1", "mailto:u@x.test")),
        (b"<https://x.test/\r\n u>", ("https://x.test/u",)),
        (b"(comment) <mailto:u@x.test?subject=a,b>", ("mailto:u@x.test?subject=a,b",)),
        (b"https://x.test/u", ("https://x.test/u",)),
        (b"", ()),
    ],
)
def test_list_unsubscribe_gives_its_addresses(written: bytes, read: tuple[str, ...]) -> None:
    assert parse(b"List-Unsubscribe: " + written + b"\r\n\r\n").list_unsubscribe == read


def shared() -> list[str]:
    names = {field.name for field in fields(Mail)}
    return [name for name in Digest._fields if name in names]


@pytest.fixture
def rich() -> bytes:
    related = multi(
        b"related",
        part(b"text/html", b'<p>H\xe9llo<img src="cid:i">'),
        part(b"image/png; name=i.png", PNG, b"Content-ID: <i>"),
        boundary=b"c",
    )
    attached = part(b"text/csv", b"a", b"Content-Disposition: attachment; filename*=utf-8''%e2%82%ac.csv")
    head = b"From: a@x.test\r\nTo: b@x.test\r\nCc: c@x.test\r\nReply-To: d@x.test\r\nSubject: =?utf-8?q?=C3=A9?=\r\n"
    head += b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@x>\r\n"
    return head + multi(
        b"mixed", multi(b"alternative", part(b"text/plain", b"words"), related, boundary=b"d"), attached
    )


def test_the_digest_says_what_the_whole_parse_says(rich: bytes) -> None:
    mail, short = parse(rich), digest(rich)
    assert len(shared()) == 8
    for name in shared():
        assert getattr(short, name) == getattr(mail, name), name
    assert short.attachment_count == sum(not one.inline for one in mail.attachments) == 1
    assert short.filenames == ("i.png", "€.csv")
    assert short.body == "words\nHéllo"


def test_the_text_to_search_is_at_most_256_kilobytes_of_characters() -> None:
    raw = multi(b"alternative", part(b"text/plain", b"text " * 100_000), part(b"text/html", b"<p>html " * 100_000))
    assert len(digest(raw).body) == 256 * 1024


def test_a_failure_of_the_parser_is_a_defect_and_the_message_is_still_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for failure in (ValueError("no"), RecursionError(), MemoryError()):

        def fail(*_: object, failure: Exception = failure, **__: object) -> None:
            raise failure

        monkeypatch.setattr(module, "_walk", fail)
        mail = parse(b"Subject: x\r\n\r\nbody\x00\xff")
        assert [defect.code for defect in mail.defects] == ["parse-failed"]
        assert mail.text == "Subject: x\r\n\r\nbody\ufffd\ufffd"
        assert (mail.parts[0].size, mail.text_part) == (20, 0)
        assert digest(b"Subject: x\r\n\r\n") == Digest()
