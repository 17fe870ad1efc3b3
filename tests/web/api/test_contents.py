from __future__ import annotations

import hashlib

import httpx
import pytest

from pillarbox.mail import transcript
from pillarbox.web import security
from tests.web.shapes import assert_problem, assert_shape
from tests.web.world import PLAIN, World

MESSAGES = "/api/v1/messages"

EVIL = b"""From: a@example.org
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=koi8-r

\xf0\xd2\xc9\xd7\xc5\xd4
--b
Content-Type: text/html

<script>alert(1)</script>
--b
Content-Type: image/png; name="../../logo.png"
Content-Transfer-Encoding: base64

iVBORw==
--b
Content-Type: image/svg+xml; name=x.svg

<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''%D1%81%D1%87%D1%91%D1%82.pdf

%PDF-1.7
--b
Content-Type: message/rfc822

Subject: inside

inner
--b
Content-Type: text/html; charset="x\\"; y"
Content-Disposition: inline; filename="a\\"b\\\\c.html"

<b>attached</b>
--b
Content-Type: nonsense
Content-Disposition: attachment; filename="=?utf-8?q?a=0D=0ASet-Cookie=3A_x=3D1.txt?="

what
--b--
""".replace(b"\n", b"\r\n")


@pytest.fixture
def evil(shared_world: World) -> str:
    return f"{MESSAGES}/{shared_world.take(EVIL).id}"


@pytest.mark.parametrize(
    "raw",
    [
        PLAIN,
        b"",
        b"\r\n",
        b"no headers at all",
        b"Subject: only headers",
        b"a: b\n\nbare\nline\rends\r\n.dot\r\n..two\r\n",
        b"x: \xff\xfe\x00\x80\r\n\r\n" + bytes(range(256)) * 5000,
    ],
)
def test_raw_is_the_message_octet_for_octet(shared_world: World, raw: bytes) -> None:
    found = shared_world.take(raw).id
    answer = shared_world.client.get(f"{MESSAGES}/{found}/raw")
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(raw).digest()
    assert answer.headers["content-type"] == "message/rfc822"
    assert answer.headers["content-length"] == str(len(raw))
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="message-{found}.eml"')


def test_the_bodies_come_decoded_in_utf_8(shared_world: World) -> None:
    found = shared_world.take(
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n\xf0\xd2\xc9\xd7\xc5\xd4\r\n"
        b"--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>Gr\xfc\xdfe</p>\r\n--b--\r\n"
    ).id
    text = shared_world.client.get(f"{MESSAGES}/{found}/text")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.content.decode("utf-8").strip() == "Привет"
    html = shared_world.client.get(f"{MESSAGES}/{found}/html")
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert html.content.decode("utf-8").strip() == "<p>Grüße</p>"


def test_html_comes_as_sent_under_the_policy_of_the_preview(shared_world: World) -> None:
    found = shared_world.take(b"Content-Type: text/html\r\n\r\n<script>alert(1)</script>").id
    answer = shared_world.client.get(f"{MESSAGES}/{found}/html")
    assert answer.text == "<script>alert(1)</script>"
    assert answer.headers.get_list("content-security-policy") == [security.PREVIEW_POLICY]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_body_that_is_not_there_is_not_found(shared_world: World) -> None:
    plain = shared_world.take(PLAIN).id
    assert_problem(shared_world.client.get(f"{MESSAGES}/{plain}/html"), 404)
    html = shared_world.take(b"Content-Type: text/html\r\n\r\n<p>x</p>").id
    assert_problem(shared_world.client.get(f"{MESSAGES}/{html}/text"), 404)


@pytest.mark.parametrize(
    ("n", "content_type", "disposition", "body"),
    [
        (1, "text/plain; charset=koi8-r", "inline; filename=\"part-1.txt\"; filename*=UTF-8''part-1.txt", None),
        (2, "text/html", "attachment; filename=\"part-2.html\"; filename*=UTF-8''part-2.html", None),
        (3, "image/png", "inline; filename=\"logo.png\"; filename*=UTF-8''logo.png", b"\x89PNG"),
        (4, "image/svg+xml", "attachment; filename=\"x.svg\"; filename*=UTF-8''x.svg", None),
        (
            5,
            "application/pdf",
            "inline; filename=\".pdf\"; filename*=UTF-8''%D1%81%D1%87%D1%91%D1%82.pdf",
            b"%PDF-1.7",
        ),
        (
            6,
            "message/rfc822",
            "attachment; filename=\"part-6.eml\"; filename*=UTF-8''part-6.eml",
            b"Subject: inside\r\n\r\ninner",
        ),
    ],
)
def test_a_part_comes_decoded_and_only_harmless_ones_are_shown_in_place(
    shared_client: httpx.Client, evil: str, n: int, content_type: str, disposition: str, body: bytes | None
) -> None:
    answer = shared_client.get(f"{evil}/parts/{n}")
    assert answer.headers["content-type"] == content_type
    assert answer.headers["content-disposition"] == disposition
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == security.PART_POLICY
    if body is not None:
        assert answer.content == body


def test_every_part_has_the_octets_that_the_message_says_it_has(shared_client: httpx.Client, evil: str) -> None:
    parts = shared_client.get(evil).json()["parts"]
    assert len(parts) >= 9
    for part in parts:
        answer = shared_client.get(f"{evil}/parts/{part['n']}")
        assert len(answer.content) == part["size"]
        assert hashlib.sha256(answer.content).hexdigest() == part["sha256"]


def test_a_hostile_file_name_sets_no_header_and_no_path(shared_client: httpx.Client, evil: str) -> None:
    for part in shared_client.get(evil).json()["parts"]:
        answer = shared_client.get(f"{evil}/parts/{part['n']}")
        assert "set-cookie" not in answer.headers
        disposition = answer.headers["content-disposition"]
        assert disposition.isprintable()
        assert "/" not in disposition
        assert "\\" not in disposition
        assert disposition.count('"') == 2


def test_a_part_that_is_not_there_is_not_found(shared_client: httpx.Client, evil: str) -> None:
    for n in ("99", "-1", "x", "1.0", "1/2", "%00"):
        assert_problem(shared_client.get(f"{evil}/parts/{n}"), 404)


def test_a_client_that_has_the_bytes_is_told_so_and_gets_none(shared_world: World) -> None:
    path = f"{MESSAGES}/{shared_world.take().id}"
    for address in (f"{path}/raw", f"{path}/text", f"{path}/parts/0"):
        first = shared_world.client.get(address)
        assert first.headers["cache-control"] == "private, no-cache"
        for known in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
            again = shared_world.client.get(address, headers={"if-none-match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
        assert shared_world.client.get(address, headers={"if-none-match": '"x"'}).status_code == 200


def test_a_message_has_the_transcript_of_its_session(shared_world: World) -> None:
    told = shared_world.talk(PLAIN, EVIL)
    for summary in told.messages:
        found = assert_shape(shared_world.client.get(f"{MESSAGES}/{summary.id}/transcript"), "getMessageTranscript")
        assert found["session_id"] == told.session_id
        contents = [entry["message_id"] for entry in found["entries"] if entry["kind"] == "data"]
        assert contents == [one.id for one in told.messages]


def test_an_imported_message_has_no_transcript(shared_world: World) -> None:
    assert_problem(shared_world.client.get(f"{MESSAGES}/{shared_world.take().id}/transcript"), 404)


def test_content_entries_count_the_octets_that_raw_gives(shared_world: World) -> None:
    told = shared_world.talk(PLAIN, records=[transcript.line(950, "client", "command", b"QUIT\r\n")])
    entries = shared_world.client.get(f"/api/v1/sessions/{told.session_id}/transcript").json()["entries"]
    content = next(entry for entry in entries if entry["kind"] == "data")
    raw = shared_world.client.get(f"{MESSAGES}/{content['message_id']}/raw").content
    assert content["bytes"] == len(raw)
