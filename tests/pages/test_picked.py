"""What is done with some messages, without JavaScript: ticked boxes and buttons are one form."""

from __future__ import annotations

import io
import zipfile

import httpx
import pytest

from pillarbox.box import Change, Selection
from pillarbox.web import archive
from pillarbox.web.archive import file_name
from pillarbox.web.pages import picked as picked_page
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain
from tests.web.world import World


def do(world: World, action: str, *ids: int, status: int = 303, **fields: str) -> httpx.Response:
    answer = world.client.post(
        "/messages/picked",
        data={"action": action, "id": [str(one) for one in ids], **fields},
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == status, answer.text[:600]
    return answer


def three(world: World) -> list[int]:
    return [world.take(plain(subject)).id for subject in ("Apple one", "Pear two", "Apple three")]


def test_each_row_has_a_box_of_the_form_above_the_list(world: World, reader: Reader) -> None:
    ids = three(world)
    page = reader.get("/")
    boxes = page.css("#rows input[type=checkbox][name=id][form=picked]")
    assert [box.attributes["value"] for box in boxes] == [str(one) for one in reversed(ids)]
    assert boxes[0].attributes["aria-label"] == "Select Apple three"
    form = page.css_first("form#picked[method=post]")
    assert form is not None
    actions = [button.attributes["value"] for button in form.css("button[name=action]")]
    assert actions == ["tag", "untag", "read", "unread", "pin", "unpin", "compare", "export", "delete"]
    assert "all 3" in words(form)


def test_marks_and_tags_are_set_on_what_is_ticked(world: World, reader: Reader) -> None:
    one, two, three_ = three(world)
    do(world, "read", one, two)
    do(world, "unread", two)
    do(world, "pin", one, three_)
    do(world, "unpin", three_)
    do(world, "tag", one, two, tag=" to do ")
    do(world, "tag", one, tag="Apples")
    do(world, "untag", two, tag="to do")
    kept = [world.box.summary(number) for number in (one, two, three_)]
    assert [(of.read, of.pinned, of.tags) for of in kept] == [
        (True, True, ("Apples", "to do")),
        (False, False, ()),
        (False, False, ()),
    ]
    rail = reader.get("/?q=tag:%22to+do%22").css_first("#rail")
    assert "Pinned 1 message" in words(rail)
    assert "Tags Apples 1 message to do 1 message" in words(rail)
    assert rail is not None
    assert [words(link.css_first(".name")) for link in rail.css("[aria-current]")] == ["to do"]


def test_all_of_a_search_are_deleted_and_brought_back_by_two_buttons(world: World, reader: Reader) -> None:
    three(world)
    gone = world.take(plain("Apple before"))
    world.box.delete(Selection(ids=(gone.id,)))
    answer = do(world, "delete", all="1", q="apple")
    page = reader.get(answer.headers["location"])
    notice = page.css_first("form.notice")
    assert "2 messages were deleted. Bring them back" in words(notice)
    assert "No message is like that." in words(page.css_first("#rows"))
    assert notice is not None
    assert [words(row) for row in reader.press(notice).css("#rows .subject")] == ["Apple three", "Apple one"]
    assert reader.get(answer.headers["location"]).css_first("form.notice") is None
    again = httpx.post(f"{world.url}/messages/restore", data={"deletion": "1"}, headers={"Accept": "text/html"})
    assert (again.status_code, "gone for good" in again.text) == (404, True)


def test_one_that_comes_back_to_the_list_stays_unread_and_one_that_was_open_is_opened(
    world: World, reader: Reader
) -> None:
    number, *_ = three(world)
    notice = reader.get(do(world, "delete", number).headers["location"]).css_first("form.notice")
    assert notice is not None
    assert f"Message {number} was deleted." in words(notice)
    assert len(reader.press(notice).css("#rows .row.unread")) == 3
    form = reader.get(f"/messages/{number}").css_first(f"form[action='/messages/{number}/delete']")
    assert form is not None
    notice = reader.press(form).css_first("form.notice")
    assert notice is not None
    assert words(reader.press(notice).css_first("h1")) == "Apple one"


def test_a_whole_list_is_deleted_and_brought_back(world: World, reader: Reader) -> None:
    three(world)
    form = reader.get("/messages/delete").css_first("form[method=post][action='/messages/delete']")
    assert form is not None
    notice = reader.press(form).css_first("form.notice")
    assert notice is not None
    assert len(reader.press(notice).css("#rows .row")) == 3


def test_a_message_is_marked_on_its_own_page_too(world: World, reader: Reader) -> None:
    number = three(world)[1]
    form = reader.get(f"/messages/{number}?q=two&tab=raw").css_first('.actions form[action="/messages/picked"]')
    assert form is not None
    hidden = {field.attributes["name"] or "": field.attributes.get("value") or "" for field in form.css("input[name]")}
    assert hidden.pop("id") == hidden["message"] == str(number)
    opened = do(world, "pin", number, status=303, **hidden)
    assert opened.headers["location"] == f"/messages/{number}?tab=raw&q=two"
    assert reader.get(f"/messages/{number}").css_first(".actions [value=unpin]") is not None
    assert do(world, "unread", number, status=303, **hidden).headers["location"] == "/?q=two"
    assert not world.box.summary(number).read


def test_two_that_are_ticked_are_compared_the_older_one_first(world: World) -> None:
    one, two, three_ = three(world)
    assert do(world, "compare", three_, one).headers["location"] == f"/compare?a={one}&b={three_}"
    for ids in ((one,), (one, two, three_)):
        assert "Two messages are compared: select two." in do(world, "compare", *ids, status=400).text


def test_an_export_is_a_zip_of_the_bytes_with_harmless_names(world: World) -> None:
    evil = world.take(plain("../../etc/passwd\x00 «Счёт» " + "long " * 40))
    plain_ = world.take(plain("Apple"))
    for answer in (
        do(world, "export", plain_.id, evil.id, status=200),
        do(world, "export", status=200, all="1"),
    ):
        assert answer.headers["content-type"] == "application/zip"
        assert answer.headers["content-disposition"].startswith('attachment; filename="messages.zip"')
        with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
            assert found.testzip() is None
            names = found.namelist()
            assert [found.read(name) for name in names] == [world.box.raw(plain_.id), world.box.raw(evil.id)]
        assert names[0] == f"{plain_.id}-Apple.eml"
        assert names[1].startswith(f"{evil.id}-etc-passwd")
        assert len(names[1]) < 90
    assert file_name(7, "") == "7.eml"
    only = do(world, "export", status=200, all="1", q="apple")
    assert zipfile.ZipFile(io.BytesIO(only.content)).namelist() == names[:1]


def test_an_export_has_mail_of_any_year(world: World) -> None:
    for year in ("1970", "2600"):
        path = f"/api/v1/messages?received_at={year}-01-01T00:00:00Z"
        world.client.post(path, content=plain(), headers={"Content-Type": "message/rfc822"}).raise_for_status()
    answer = do(world, "export", status=200, all="1")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        assert sorted(entry.date_time[0] for entry in found.infolist()) == [1980, 2107]


def test_what_cannot_be_done_is_refused_in_a_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = three(world)[0]
    assert "No message is selected" in do(world, "read", status=400).text
    assert "Must be one of compare, delete, export, read" in do(world, "burn", number, status=400).text
    assert "There is no message x." in do(world, "read", status=404, id="x").text
    for tag in ("", "x" * 101):
        assert "A tag has 1 to 100 characters" in do(world, "tag", number, status=400, tag=tag).text
    assert "control characters" in do(world, "tag", number, status=400, tag="a\x00b").text
    assert "no such message to export" in do(world, "export", 99, status=404).text
    monkeypatch.setattr(picked_page, "MOST", 2)
    assert "more than 2 messages" in do(world, "export", status=400, all="1").text
    monkeypatch.setattr(picked_page, "MOST_IDS", 2)
    assert "At most 2 messages" in do(world, "read", 1, 2, 3, status=400).text


def test_an_archive_leaves_out_what_is_deleted_meanwhile(world: World) -> None:
    one, two, three_ = three(world)
    octets = archive.zipped(world.box, (one, two, three_))
    begun = next(octets)
    world.box.delete(Selection(ids=(two,)))
    with zipfile.ZipFile(io.BytesIO(begun + b"".join(octets))) as found:
        assert found.namelist() == [f"{one}-Apple-one.eml", f"{three_}-Apple-three.eml"]


def test_rows_and_what_stands_around_them_are_had_alone(world: World) -> None:
    ids = three(world)
    world.box.change(Selection(ids=(ids[0],)), Change(read=True))
    rows = world.client.get(f"/?below={ids[2]}&above={ids[0]}", headers={"HX-Target": "rows"}).text
    assert ("Pear two" in rows, "Apple" in rows, 'id="rail"' in rows) == (True, False, False)
    assert f'href="/messages/{ids[1]}"' in rows, "the list is the one that it was"
    around = world.client.get("/?q=apple", headers={"HX-Target": "around"}).text
    assert "2 messages found" in around
    assert 'id="rail"' in around
    assert 'id="rows"' not in around
    assert world.client.get("/inboxes/nope", headers={"HX-Target": "rows"}).status_code == 404
